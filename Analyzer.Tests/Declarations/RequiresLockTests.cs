using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.BrokenDeclarationAnalyzer>;
using Order = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;
using Self = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Declarations;

/// <summary>What requires a lock is entered with it, and is called with it.</summary>
public class RequiresLockTests
{
    [Fact]
    public Task CallWithoutTheLock_IsTold() => Verify.VerifyAnalyzerAsync(
        """
        using KThreadRuntime;
        public class Store
        {
            private readonly object _gate = new();
            private int _count;
            public void Touch() { lock (_gate) { Grow(); } }
            public void Add() { {|#0:Grow()|}; }
            [RequiresLock(nameof(_gate))] private void Grow() => _count++;
        }
        """,
        Verify.Diagnostic().WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations).WithMessage(
            "'Store.Add' calls 'Store.Grow' without '_gate', but [RequiresLock] says that its caller holds it. Acquire it first, or say the same of 'Store.Add'."));

    [Theory]
    [InlineData("[|Grow()|];")]
    [InlineData("lock (_gate) { Grow(); }")]
    [InlineData("lock (_other) { [|Grow()|]; }")]
    [InlineData("lock (_other) { lock (_gate) { Grow(); } }")]
    [InlineData("lock (_gate) { } [|Grow()|];")]
    [InlineData("Middle();")]
    [InlineData("lock (_gate) { Middle(); }")]
    [InlineData("Monitor.Enter(_gate); try { Grow(); } finally { Monitor.Exit(_gate); }")]
    [InlineData("Monitor.Enter(_gate); Monitor.Exit(_gate); [|Grow()|];")]
    [InlineData("if (Monitor.TryEnter(_gate)) { Grow(); Monitor.Exit(_gate); }")]
    [InlineData("new Thread(() => [|Grow()|]).Start();")]
    [InlineData("lock (_gate) { new Thread(() => [|Grow()|]).Start(); }")]
    [InlineData("lock (_gate) { Enumerable.Range(0, 3).Count(i => { Grow(); return true; }); }")]
    [InlineData("lock (_gate) { Each(() => Grow()); }")]
    [InlineData("Each(() => [|Grow()|]);")]
    [InlineData("Locked(() => Grow());")]
    [InlineData("_ = [|Size|];")]
    [InlineData("lock (_gate) { _ = Size; }")]
    [InlineData("_ = new Store { }; new Store().Fill();")]
    public Task Caller_HoldsIt(string body) => Verify.VerifyAnalyzerAsync($$"""
        using System.Linq;
        using KThreadRuntime;
        public class Store
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private int _count;
            public Store() => Grow();
            public void Touch() { lock (_gate) { lock (_other) { } } }
            public void M() { {{body}} }
            private void Middle() { {{(body == "Middle();" ? "[|Grow()|]" : "Grow()")}}; }
            private void Each(Action action) => action();
            private void Locked(Action action) { lock (_gate) { action(); } }
            public void Fill() { lock (_gate) { Middle(); } }
            [RequiresLock(nameof(_gate))] private int Size => _count;
            [RequiresLock(nameof(_gate))] private void Grow() => _count++;
        }
        """);

    [Theory]
    [InlineData("[RequiresLock(nameof(_gate))]", "Grow()")]
    [InlineData("", "[|Grow()|]")]
    public Task AttributeOfTheCaller_HandsTheDutyOn(string attribute, string call) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public class Store
        {
            private readonly object _gate = new();
            private int _count;
            public void Touch() { lock (_gate) { M(); } }
            {{attribute}} public void M() { {{call}}; }
            [RequiresLock(nameof(_gate))] private void Grow() => _count++;
        }
        """);

    [Theory]
    [InlineData("lock (account.Gate) { Add(account); }")]
    [InlineData("[|Add(account)|];")]
    [InlineData("lock (other.Gate) { Add(account); }")] // One class: nothing tells the two apart for sure.
    public Task LockOfAParameter_IsNamedByIt(string body) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public class Account { public readonly object Gate = new(); public int Balance; }
        public class Bank
        {
            public void M(Account account, Account other) { {{body}} }
            [RequiresLock("account.Gate")] private static void Add(Account account) => account.Balance++;
        }
        """);

    [Theory]
    [InlineData("_rw.EnterReadLock(); Read(); _rw.ExitReadLock();")]
    [InlineData("_rw.EnterWriteLock(); Read(); Write(); _rw.ExitWriteLock();")]
    [InlineData("_rw.EnterReadLock(); [|Write()|]; _rw.ExitReadLock();")]
    [InlineData("[|Read()|];")]
    public Task Shared_TakesTheReadSide(string body) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public class Store
        {
            private readonly ReaderWriterLockSlim _rw = new();
            private int _count;
            public void M() { {{body}} }
            [RequiresLock(nameof(_rw), Shared = true)] private int Read() => _count;
            [RequiresLock(nameof(_rw))] private void Write() => _count++;
        }
        """);

    [Theory]
    [InlineData("[RequiresLock(nameof(Gate))]", "[|store.Grow()|]")]
    [InlineData("", "store.Grow()")]
    public Task InterfaceMember_HoldsForItsImplementations(string attribute, string call) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public interface IStore { object Gate { get; } {{attribute}} void Grow(); }
        public class Store : IStore
        {
            public object Gate { get; } = new();
            public int Count;
            public void Grow() => Count++;
        }
        public class C
        {
            public void Touch(Store store) { lock (store.Gate) { store.Grow(); } }
            public void M(Store store) { {{call}}; }
        }
        """);

    [Theory]
    [InlineData("[RequiresLock(nameof(_a))]", "[|_a|]")]
    [InlineData("", "_a")]
    public Task LockHeldAtEntry_IsHeldInside(string attribute, string second) => Order.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public class C
        {
            private readonly object _a = new();
            private readonly object _b = new();
            public void One() { lock (_b) { lock ({{second}}) { } } }
            {{attribute}} public void Two() { lock (_b) { } }
        }
        """);

    [Fact]
    public Task LockHeldAtEntry_IsNotLeftHeld() => Order.VerifyAnalyzerAsync("""
        using KThreadRuntime;
        public class C
        {
            private readonly object _a = new();
            private readonly object _b = new();
            public void One() { lock (_b) { lock (_a) { } } }
            public void Two() { lock (_a) { Grow(); } lock (_b) { } }
            [RequiresLock(nameof(_a))] private void Grow() { lock (_a) { } }
        }
        """);

    [Theory]
    [InlineData("[RequiresLock(nameof(_gate))]", "[|_gate.EnterWriteLock()|]")]
    [InlineData("", "_gate.EnterWriteLock()")]
    public Task LockTakenAgainInside_IsASelfDeadlock(string attribute, string take) => Self.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public class C
        {
            private readonly ReaderWriterLockSlim _gate = new();
            {{attribute}} public void M() { {{take}}; _gate.ExitWriteLock(); }
        }
        """);

    // Who is called later, or on another object, or by another name of the lock.
    [Theory]
    [InlineData("public async Task M() { await Task.Yield(); [|Grow()|]; }")]
    [InlineData("public void M() { lock (_gate) { _ = LaterAsync(); } } private async Task LaterAsync() { await Task.Yield(); [|Grow()|]; }")]
    [InlineData("public void M() { lock (_gate) { _ = LaterAsync(); } } private async Task LaterAsync() { Grow(); await Task.Yield(); }")]
    [InlineData("public void M() { _ = LaterAsync(); } private async Task LaterAsync() { await Task.Yield(); Middle(); } private void Middle() { [|Grow()|]; }")]
    [InlineData("public void M() { var made = new Store(); made.Grow(); }")]
    [InlineData("public void M(Store other) { [|other.Grow()|]; }")]
    [InlineData("public Store(Store other) { [|other.Grow()|]; Grow(); }")]
    [InlineData("private readonly object _alias; public Store(int count) { _alias = _gate; _count = count; } public void M() { lock (_alias) { Grow(); } }")]
    [InlineData("private readonly object _alias; public Store(int count) { _alias = _other; _count = count; } public void M() { lock (_alias) { [|Grow()|]; } }")]
    [InlineData("private object _alias = new(); public Store(int count) { _alias = _gate; _count = count; } public void M() { lock (_alias) { Grow(); } }")]
    [InlineData("public void M() { var gate = _gate; lock (gate) { Grow(); } }")]
    [InlineData("[SingleThreaded] public void M() { Grow(); }")]
    public Task CallAtAnotherTimeOrPlace_HoldsIt(string members) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public class Store
        {
            private readonly object _gate = new(); private readonly object _other = new();
            private int _count;
            public Store() { }
            public void Touch() { lock (_gate) { lock (_other) { } } }
            {{members}}
            [RequiresLock(nameof(_gate))] private void Grow() => _count++;
        }
        """);

    [Fact]
    public Task TwoWaysToOneCall_TellTheShorter() => Verify.VerifyAnalyzerAsync(
        """
        using KThreadRuntime;
        public class Store
        {
            private readonly object _gate = new();
            public void M(bool deep) { if (deep) { Deep(); } else { {|#1:Middle()|}; } }
            private void Deep() { Middle(); }
            private void Middle() { {|#0:Grow()|}; }
            public void Touch() { lock (_gate) { Grow(); } }
            [RequiresLock(nameof(_gate))] private void Grow() { }
        }
        """,
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage(
            "'Store.Middle' calls 'Store.Grow' without '_gate', but [RequiresLock] says that its caller holds it. Acquire it first, or say the same of 'Store.Middle'."));

    // Said twice, it is held once: who lets it go does not hold it.
    [Theory]
    [InlineData("lock (_other) { }", "[|_gate|]")]
    [InlineData("Monitor.Exit(_gate); lock (_other) { } Monitor.Enter(_gate);", "_gate")]
    public Task RequirementThatIsSaidTwice_IsOneLock(string take, string second) => Order.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public class Store
        {
            private readonly object _gate = new(); private readonly object _other = new();
            public void Touch() { lock (_gate) { Grow(); } }
            public void Turn() { lock (_other) { lock ({{second}}) { } } }
            [RequiresLock(nameof(_gate))] [RequiresLock(nameof(_gate))] private void Grow() { {{take}} }
        }
        """);

    [Theory]
    [InlineData("[RequiresLock(nameof(_gate))]", "[|Work|]")]
    [InlineData("", "Work")]
    public Task BodyOfAThread_HasNoCaller(string attribute, string name) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public class C
        {
            private readonly object _gate = new();
            public void Start() { lock (_gate) { new Thread(Work).Start(); } }
            {{attribute}} private void {{name}}() { }
        }
        """);
}
