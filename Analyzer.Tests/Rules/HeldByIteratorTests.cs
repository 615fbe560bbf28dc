using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1003 in loops over what an iterator hands out under a lock: whoever goes through it holds the lock.</summary>
public class HeldByIteratorTests
{
    [Theory]
    [InlineData("public IEnumerator<int> GetEnumerator()", "this", true)]
    [InlineData("public IEnumerable<int> All()", "All()", true)]
    [InlineData("public IEnumerator<int> GetEnumerator()", "new List<int>(this)", false)]
    [InlineData("public IEnumerable<int> All()", "All().ToList()", false)]
    public Task LoopOverAnIterator(string declaration, string sequence, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Bag{{(declaration.Contains("GetEnumerator", StringComparison.Ordinal) ? " : IEnumerable<int>" : "")}}
        {
            private readonly SemaphoreSlim _gate = new(1, 1); private readonly List<int> _items = new();
            {{declaration}} { _gate.Wait(); try { foreach (int item in _items) { yield return item; } } finally { _gate.Release(); } }
            {{(declaration.Contains("GetEnumerator", StringComparison.Ordinal) ? "System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();" : "")}}
            public void Add(int item) { {{(reports ? "[|_gate.Wait()|]" : "_gate.Wait()")}}; _items.Add(item); _gate.Release(); }
            public void Twice() { foreach (int item in {{sequence}}) { Add(item); } }
        }
        """);

    // By way of a sequence that somebody is handed, where what is handed is seen.
    [Theory]
    [InlineData("new Bag()", true)]
    [InlineData("new List<int>()", false)]
    public Task SequenceThatIsHandedOn(string given, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Bag : IEnumerable<int>
        {
            private static readonly SemaphoreSlim s_gate = new(1, 1); private readonly List<int> _items = new();
            public IEnumerator<int> GetEnumerator() { s_gate.Wait(); try { foreach (int item in _items) { yield return item; } } finally { s_gate.Release(); } }
            System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
            public static void Touch() { {{(reports ? "[|s_gate.Wait()|]" : "s_gate.Wait()")}}; s_gate.Release(); }
        }
        public static class Walk
        {
            public static void Each(this IEnumerable<int> items) { foreach (int item in items) { Bag.Touch(); } }
            public static void Go() => Each({{given}});
        }
        """);

    [Theory]
    [InlineData("All()", true)]
    [InlineData("Copy()", false)]
    public Task LoopOverAnAsyncIterator(string sequence, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Bag
        {
            private readonly SemaphoreSlim _gate = new(1, 1); private readonly List<int> _items = new();
            public async IAsyncEnumerable<int> All() { await _gate.WaitAsync(); try { foreach (int item in _items) { await Task.Yield(); yield return item; } } finally { _gate.Release(); } }
            public async IAsyncEnumerable<int> Copy() { int[] items; await _gate.WaitAsync(); try { items = _items.ToArray(); } finally { _gate.Release(); } foreach (int item in items) { yield return item; } }
            public async Task AddAsync(int item) { await {{(reports ? "[|_gate.WaitAsync()|]" : "_gate.WaitAsync()")}}; _items.Add(item); _gate.Release(); }
            public async Task TwiceAsync() { await foreach (int item in {{sequence}}) { await AddAsync(item); } }
        }
        """);
}
