using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.ReadUpgradeAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1004: the read side of a lock keeps out what its own holder asks for next.</summary>
public class ReadUpgradeTests
{
    [Fact]
    public Task WriteUnderRead_TellsBothMethods() => Verify.VerifyAnalyzerAsync(
        """
        public sealed class Table
        {
            private readonly ReaderWriterLock _rows = new();
            public void Sweep() { {|#1:_rows.AcquireReaderLock(-1)|}; try { {|#2:Forget()|}; } finally { _rows.ReleaseReaderLock(); } }
            public void Forget() { {|#0:_rows.AcquireWriterLock(-1)|}; try { } finally { _rows.ReleaseWriterLock(); } }
        }
        """,
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'Table.Forget' acquires '_rows' for writing while 'Table.Sweep' holds it for reading, in the same flow: "
            + "the writer waits for all readers, itself among them. Release the read side first, or take an upgradeable one."));

    [Fact]
    public Task ReadUnderRead_TellsOfTheWriterBetween() => Verify.VerifyAnalyzerAsync(
        """
        public sealed class Table
        {
            private readonly ReaderWriterLockSlim _rows = new();
            public void Sum() { {|#1:_rows.EnterReadLock()|}; try { {|#2:Count()|}; } finally { _rows.ExitReadLock(); } }
            public void Count() { {|#0:_rows.EnterReadLock()|}; try { } finally { _rows.ExitReadLock(); } }
        }
        """,
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'Table.Count' acquires '_rows' for reading while 'Table.Sum' holds it for reading, in the same flow: "
            + "a writer that queues in between keeps out the second read, and waits for the first. Read once, in the caller."));

    [Theory]
    [InlineData("ReaderWriterLockSlim", "new()", "EnterReadLock()", "EnterWriteLock()", "ExitReadLock()", "ExitWriteLock()")]
    [InlineData("ReaderWriterLockSlim", "new(LockRecursionPolicy.SupportsRecursion)", "EnterReadLock()", "EnterWriteLock()", "ExitReadLock()", "ExitWriteLock()")]
    [InlineData("ReaderWriterLockSlim", "new()", "EnterReadLock()", "EnterUpgradeableReadLock()", "ExitReadLock()", "ExitUpgradeableReadLock()")]
    [InlineData("ReaderWriterLock", "new()", "AcquireReaderLock(Timeout.Infinite)", "AcquireWriterLock(Timeout.Infinite)", "ReleaseReaderLock()", "ReleaseWriterLock()")]
    [InlineData("KRwSemaphore", "new()", "AcquireRead()", "AcquireWrite()", "ReleaseRead()", "ReleaseWrite()")]
    [InlineData("KRwLock", "new()", "AcquireRead()", "AcquireWrite()", "ReleaseRead()", "ReleaseWrite()")]
    [InlineData("KRwLock", "new(ReadPolicy.Recursive)", "AcquireRead()", "AcquireWrite()", "ReleaseRead()", "ReleaseWrite()")]
    public async Task Upgrade_Reports(string type, string creation, string read, string write, string endRead, string endWrite)
    {
        await Verify.VerifyAnalyzerAsync(Nested(type, creation, read, $"[|_lock.{write}|]", endRead, endWrite));
        await Verify.VerifyAnalyzerAsync(OneAfterTheOther(type, creation, read, $"_lock.{write}", endRead, endWrite));
    }

    [Theory]
    [InlineData("ReaderWriterLockSlim", "new()", "EnterReadLock()", "ExitReadLock()")]
    [InlineData("KRwSemaphore", "new()", "AcquireRead()", "ReleaseRead()")]
    [InlineData("KRwLock", "new()", "AcquireRead()", "ReleaseRead()")]
    public Task ReadInRead_Reports(string type, string creation, string read, string endRead) =>
        Verify.VerifyAnalyzerAsync(Nested(type, creation, read, $"[|_lock.{read}|]", endRead, endRead));

    [Theory]
    [InlineData("ReaderWriterLockSlim", "new(LockRecursionPolicy.SupportsRecursion)", "EnterReadLock()", "ExitReadLock()")]
    [InlineData("ReaderWriterLock", "new()", "AcquireReaderLock(Timeout.Infinite)", "ReleaseReaderLock()")]
    [InlineData("KRwLock", "new(ReadPolicy.Recursive)", "AcquireRead()", "ReleaseRead()")]
    public Task ReadInReadOfARecursiveLock_IsQuiet(string type, string creation, string read, string endRead) =>
        Verify.VerifyAnalyzerAsync(Nested(type, creation, read, $"_lock.{read}", endRead, endRead));

    [Theory]
    [InlineData("EnterUpgradeableReadLock()", "EnterWriteLock()", "ExitUpgradeableReadLock()", "ExitWriteLock()")]
    [InlineData("EnterUpgradeableReadLock()", "EnterReadLock()", "ExitUpgradeableReadLock()", "ExitReadLock()")]
    public Task UpgradeableSide_IsQuiet(string outer, string inner, string endOuter, string endInner) =>
        Verify.VerifyAnalyzerAsync(Nested("ReaderWriterLockSlim", "new()", outer, $"_lock.{inner}", endOuter, endInner));

    [Theory]
    [InlineData("if (!_lock.TryEnterWriteLock(100)) return;")]
    [InlineData("if (_lock.IsReadLockHeld) return; _lock.EnterWriteLock();")]
    public Task TriedOrGuardedUpgrade_IsQuiet(string write) =>
        Verify.VerifyAnalyzerAsync(Nested("ReaderWriterLockSlim", "new()", "EnterReadLock()", write, "ExitReadLock()", "ExitWriteLock()"));

    [Fact]
    public Task CheckThenUpgradeInOneMethod_Reports() => Verify.VerifyAnalyzerAsync("""
        public sealed class C
        {
            private readonly ReaderWriterLockSlim _lock = new();
            private readonly Dictionary<int, string> _items = new();
            public string Get(int key)
            {
                _lock.EnterReadLock();
                try
                {
                    if (_items.TryGetValue(key, out var found)) return found;
                    [|_lock.EnterWriteLock()|];
                    try { return _items[key] = "x"; } finally { _lock.ExitWriteLock(); }
                }
                finally { _lock.ExitReadLock(); }
            }
        }
        """);

    [Fact]
    public Task CheckReleaseThenWrite_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class C
        {
            private readonly ReaderWriterLockSlim _lock = new();
            private readonly Dictionary<int, string> _items = new();
            public string Get(int key)
            {
                _lock.EnterReadLock();
                try { if (_items.TryGetValue(key, out var found)) return found; } finally { _lock.ExitReadLock(); }
                _lock.EnterWriteLock();
                try { return _items[key] = "x"; } finally { _lock.ExitWriteLock(); }
            }
        }
        """);

    [Fact]
    public Task StaticLockThroughALambda_Reports() => Verify.VerifyAnalyzerAsync("""
        public static class Registry
        {
            private static readonly ReaderWriterLockSlim s_lock = new();
            private static readonly List<string> s_names = new();
            private static T Read<T>(Func<T> body) { s_lock.EnterReadLock(); try { return body(); } finally { s_lock.ExitReadLock(); } }
            private static void Write(Action body) { [|s_lock.EnterWriteLock()|]; try { body(); } finally { s_lock.ExitWriteLock(); } }
            public static int Ensure(string name) => Read(() => { if (!s_names.Contains(name)) Write(() => s_names.Add(name)); return s_names.Count; });
        }
        """);

    [Fact]
    public Task StaticLockThroughTwoLambdasInTurn_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public static class Registry
        {
            private static readonly ReaderWriterLockSlim s_lock = new();
            private static readonly List<string> s_names = new();
            private static T Read<T>(Func<T> body) { s_lock.EnterReadLock(); try { return body(); } finally { s_lock.ExitReadLock(); } }
            private static void Write(Action body) { s_lock.EnterWriteLock(); try { body(); } finally { s_lock.ExitWriteLock(); } }
            public static int Ensure(string name) { if (!Read(() => s_names.Contains(name))) Write(() => s_names.Add(name)); return 0; }
        }
        """);

    [Fact]
    public Task ScopeOfAKThreadLock_Reports() => Verify.VerifyAnalyzerAsync("""
        using KThreadRuntime;
        public sealed class C
        {
            private readonly KRwSemaphore _lock = new();
            public void Outer() { using (_lock.EnterReadScope()) { Inner(); } }
            private void Inner() { using ([|_lock.EnterWriteScope()|]) { } }
        }
        """);

    [Fact]
    public Task ListenerThatUnsubscribesUnderTheReadSide_Reports() => Verify.VerifyAnalyzerAsync("""
        public interface IListener { void Notify(); }
        public sealed class Hub
        {
            private readonly ReaderWriterLockSlim _lock = new();
            private readonly List<Subscription> _all = new();
            public void Add() { _lock.EnterWriteLock(); try { _all.Add(new Subscription(this)); } finally { _lock.ExitWriteLock(); } }
            public void Publish() { _lock.EnterReadLock(); try { foreach (var each in _all) each.Notify(); } finally { _lock.ExitReadLock(); } }
            public void Remove(Subscription gone) { [|_lock.EnterWriteLock()|]; try { _all.Remove(gone); } finally { _lock.ExitWriteLock(); } }
        }
        public sealed class Subscription : IListener
        {
            private readonly Hub _hub;
            public Subscription(Hub hub) => _hub = hub;
            public void Notify() => _hub.Remove(this);
        }
        """);

    [Fact]
    public Task ListenerOfACopy_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class Hub
        {
            private readonly ReaderWriterLockSlim _lock = new();
            private readonly List<Subscription> _all = new();
            public void Add() { _lock.EnterWriteLock(); try { _all.Add(new Subscription(this)); } finally { _lock.ExitWriteLock(); } }
            public void Publish()
            {
                Subscription[] copy;
                _lock.EnterReadLock();
                try { copy = _all.ToArray(); } finally { _lock.ExitReadLock(); }
                foreach (var each in copy) each.Notify();
            }
            public void Remove(Subscription gone) { _lock.EnterWriteLock(); try { _all.Remove(gone); } finally { _lock.ExitWriteLock(); } }
        }
        public sealed class Subscription
        {
            private readonly Hub _hub;
            public Subscription(Hub hub) => _hub = hub;
            public void Notify() => _hub.Remove(this);
        }
        """);

    // A helper that gives the caller's read side back first waits for other readers only.
    [Theory]
    [InlineData("gate.ExitReadLock(); gate.EnterWriteLock();")]
    [InlineData("gate.ExitReadLock(); Enter(gate);")]
    [InlineData("Leave(gate); gate.EnterWriteLock();")]
    [InlineData("gate.EnterWriteLock(); gate.ExitReadLock();", 0)]
    [InlineData("other.ExitReadLock(); gate.EnterWriteLock();", 0)]
    public Task ReleaseInAHelper(string upgrade, params int[] reported) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class Table
        {
            private readonly ReaderWriterLockSlim _lock = new();
            private readonly ReaderWriterLockSlim _other = new();
            public void Get() { _lock.EnterReadLock(); try { Insert(); } finally { _lock.ExitWriteLock(); } }
            private void Insert() { {|#0:Upgrade(_lock, _other)|}; }
            private static void Upgrade(ReaderWriterLockSlim gate, ReaderWriterLockSlim other) { {{upgrade}} }
            private static void Enter(ReaderWriterLockSlim gate) => gate.EnterWriteLock();
            private static void Leave(ReaderWriterLockSlim gate) => gate.ExitReadLock();
        }
        """,
        [.. reported.Select(place => Verify.Diagnostic().WithLocation(place).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations))]);

    [Fact]
    public Task TwoLocksOfOneClass_AreQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class Table
        {
            private readonly ReaderWriterLockSlim _lock = new();
            public void CopyTo(Table other) { _lock.EnterReadLock(); try { other.Clear(); } finally { _lock.ExitReadLock(); } }
            public void Clear() { _lock.EnterWriteLock(); try { } finally { _lock.ExitWriteLock(); } }
        }
        """);

    private static string Nested(string type, string creation, string outer, string inner, string endOuter, string endInner) => $$"""
        using KThreadRuntime;
        public sealed class C
        {
            private readonly {{type}} _lock = {{creation}};
            public void Outer() { _lock.{{outer}}; try { Inner(); } finally { _lock.{{endOuter}}; } }
            private void Inner() { {{inner}}; try { } finally { _lock.{{endInner}}; } }
        }
        """;

    private static string OneAfterTheOther(string type, string creation, string outer, string inner, string endOuter, string endInner) => $$"""
        using KThreadRuntime;
        public sealed class C
        {
            private readonly {{type}} _lock = {{creation}};
            public void Outer() { _lock.{{outer}}; try { } finally { _lock.{{endOuter}}; } Inner(); }
            private void Inner() { {{inner}}; try { } finally { _lock.{{endInner}}; } }
        }
        """;
}
