using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1002 for two elements of one container: by keys that another call may pass the other way round, or that the source spells out.</summary>
public class LockOrderElementsTests
{
    [Theory]
    [InlineData("lock (_locks[a]) { lock ([|_locks[b]|]) { } }")]
    [InlineData("lock (_locks[a]) { lock (_locks[a]) { } }")]
    [InlineData("b = a; lock (_locks[a]) { lock (_locks[b]) { } }")]
    [InlineData("lock (_array[a]) { lock ([|_array[b]|]) { } }")]
    [InlineData("lock (_array[a]) { lock (_array[a + 1]) { } }")]
    [InlineData("lock (_boxes[a].Gate) { lock ([|_boxes[b].Gate|]) { } }")]
    [InlineData("Both(_boxes[a], _boxes[b]);", "lock ([|second.Gate|]) { }")]
    [InlineData("Both(_boxes[a], _boxes[a]);")]
    [InlineData("if (a < b) { lock (_locks[a]) { lock (_locks[b]) { } } } else { lock (_locks[b]) { lock (_locks[a]) { } } }")]
    [InlineData("if (a > b) { int c = a; a = b; b = c; } lock (_locks[a]) { lock (_locks[b]) { } }")]
    [InlineData("if (a > b) { (a, b) = (b, a); } lock (_locks[a]) { lock (_locks[b]) { } }")]
    [InlineData("lock (_gate) { lock (_locks[a]) { lock (_locks[b]) { } } }")]
    [InlineData("lock (_boxes[0].Gate) { lock (_locks[a]) { lock (_locks[b]) { } } }")]
    [InlineData("int first = Math.Min(a, b), second = Math.Max(a, b); lock (_locks[first]) { lock (_locks[second]) { } }")]
    public Task ElementsAtTwoKeys_ReportUnlessTheyAreOrdered(string body, string inner = "lock (second.Gate) { }") => Verify.VerifyAnalyzerAsync(InClass(
        $"public void One(int a, int b) {{ {body} }} private static void Both(Box first, Box second) {{ lock (first.Gate) {{ {inner} }} }}"));

    [Theory]
    [InlineData("lock (_array[0]) { lock (_array[1]) { } }", "lock (_array[1]) { lock ([|_array[0]|]) { } }", true)]
    [InlineData("lock (_array[0]) { lock (_array[1]) { } }", "lock (_array[0]) { lock (_array[1]) { } }", false)]
    [InlineData("lock (_array[0]) { lock (_array[1]) { } }", "lock (_array[1]) { lock (_array[2]) { } }", false)]
    [InlineData("lock (Of(\"a\")) { lock (Of(\"b\")) { } }", "lock (Of(\"b\")) { lock ([|Of(\"a\")|]) { } }", true)]
    [InlineData("lock (Of(\"a\")) { lock (Of(\"b\")) { } }", "lock (Of(\"a\")) { lock (Of(\"b\")) { } }", false)]
    public Task ElementsAtKeysThatAreSpeltOut_AreClasses(string one, string other, bool reports)
    {
        Assert.Equal(reports, other.Contains("[|", StringComparison.Ordinal));
        return Verify.VerifyAnalyzerAsync(InClass($"public void Two() {{ {other} }} public void One() {{ {one} }} private object Of(string key) => _named.GetOrAdd(key, _ => new object());"));
    }

    [Theory]
    [InlineData("Box c = a; a = b; b = c;")]
    [InlineData("(a, b) = (b, a);")]
    public Task OperandsThatAreExchanged_AreQuiet(string exchange) => Verify.VerifyAnalyzerAsync(InClass(
        $"public void One(Box a, Box b) {{ if (a.Id > b.Id) {{ {exchange} }} lock (a.Gate) {{ lock (b.Gate) {{ }} }} }}"));

    private static string InClass(string members) => $$"""
        public sealed class Box { public readonly object Gate = new(); public int Id; }
        public sealed class C
        {
            private readonly Dictionary<int, object> _locks = new(); private readonly object[] _array = [new(), new(), new()];
            private readonly Dictionary<int, Box> _boxes = new(); private readonly object _gate = new();
            private readonly System.Collections.Concurrent.ConcurrentDictionary<string, object> _named = new();
            {{members}}
        }
        """;
}
