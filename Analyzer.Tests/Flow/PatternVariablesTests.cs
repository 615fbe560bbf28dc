using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Flow;

/// <summary>What the variables of patterns, and the parts of what is taken apart, stand for.</summary>
public class PatternVariablesTests
{
    [Theory]
    [InlineData("if (_pair.Second is not { } gate) return; lock (gate) { }", true)]
    [InlineData("if (_pair.First is not { } gate) return; lock (gate) { }", false)]
    [InlineData("if (_pair is { Second: var gate }) lock (gate) { }", true)]
    [InlineData("if (_pair is { First: var gate }) lock (gate) { }", false)]
    [InlineData("if (_pair is { Inner: { Second: { } gate } }) lock (gate) { }", true)]
    [InlineData("if (_pair is { Inner.First: var gate }) lock (gate) { }", false)]
    [InlineData("if (_pair is (_, var gate)) lock (gate) { }", true)]
    [InlineData("if (_pair is (var gate, _)) lock (gate) { }", false)]
    [InlineData("var (_, gate) = _pair; lock (gate) { }", true)]
    [InlineData("var (gate, _) = _pair; lock (gate) { }", false)]
    [InlineData("if (_pair.Second is object gate and not null) lock (gate) { }", true)]
    [InlineData("switch (_pair) { case { Second: var gate }: lock (gate) { } break; }", true)]
    [InlineData("object gate = _pair switch { { Second: var second } => second }; lock (gate) { }", true)]
    public Task Variable_IsWhatItWasMatchedWith(string inner, bool reports) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed record Pair(object First, object Second)
        {
            public Pair Inner => this;
        }
        public sealed class C
        {
            private readonly Pair _pair = new(new(), new());
            public void A() { lock (_pair.First) { {{(reports ? inner.Replace("lock (gate)", "lock ([|gate|])", StringComparison.Ordinal) : inner)}} } }
            public void B() { lock (_pair.Second) { lock (_pair.First) { } } }
        }
        """);
}
