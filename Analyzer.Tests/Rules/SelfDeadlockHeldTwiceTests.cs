using Lock = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockNotReleasedAnalyzer>;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1003 for a lock that its own flow takes twice, by what is held of it, and by what tells that it is the same one.</summary>
public class SelfDeadlockHeldTwiceTests
{
    // The strongest hold decides.
    [Theory]
    [InlineData("_rw.EnterUpgradeableReadLock(); _rw.EnterWriteLock(); [|_rw.EnterReadLock()|];")]
    [InlineData("_rw.EnterUpgradeableReadLock(); [|_rw.EnterUpgradeableReadLock()|];")]
    [InlineData("_rw.EnterUpgradeableReadLock(); _rw.EnterReadLock(); _rw.EnterWriteLock();")]
    [InlineData("_rw.EnterUpgradeableReadLock(); _rw.EnterReadLock();")]
    public Task ReaderWriterLock_ReportsByTheStrongestHold(string body) => Verify.VerifyAnalyzerAsync(InClass($"public void A() {{ {body} }}"));

    [Theory]
    [InlineData("_map[i].EnterWriteLock(); [|_map[i].EnterWriteLock()|];")]
    [InlineData("_map[1].EnterWriteLock(); [|_map[1].EnterWriteLock()|];")]
    [InlineData("var one = _map[i]; one.EnterWriteLock(); [|one.EnterWriteLock()|];")]
    [InlineData("_map[i].EnterWriteLock(); _map[j].EnterWriteLock();")]
    [InlineData("_map[1].EnterWriteLock(); _map[2].EnterWriteLock();")]
    public Task LocksOfACollection_ReportAtOneKey(string body) => Verify.VerifyAnalyzerAsync(InClass($"public void A(int i, int j) {{ {body} }}"));

    [Theory]
    [InlineData("_sem.Wait(); In(); _sem.Release();", true)]
    [InlineData("_second.Wait(); _sem.Wait(); In(); _sem.Release();", true)]
    [InlineData("_sem.Wait(); In();", false)]
    [InlineData("_given.Wait(); InGiven(); _given.Release();", false)]
    public Task Semaphore_ReportsWhereTheFlowGivesItBack(string body, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $$"""
        public void A() { {{body}} }
        private void In() { {{(reports ? "[|_sem.Wait()|]" : "_sem.Wait()")}}; _sem.Release(); }
        private void InGiven() { _given.Wait(); _given.Release(); }
        """));

    [Fact]
    public Task LockThatTheCallerIsSaidToHold_TellsTheAttribute() => Verify.VerifyAnalyzerAsync(
        InClass("[RequiresLock(nameof(_rw))] public void {|#1:A|}() { {|#0:_rw.EnterWriteLock()|}; _rw.ExitWriteLock(); }"),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage(
            "'C.A' waits for '_rw', which only the waiting flow itself can let go: whoever calls 'C.A' holds it, as [RequiresLock] says, and it lets nobody in twice. "
            + "Do this after releasing '_rw', or let the caller's acquire do for both."));

    [Fact]
    public Task TwoWaysToOneAcquire_TellTheShorter() => Verify.VerifyAnalyzerAsync(
        InClass("""
            public void B() { _rw.EnterWriteLock(); Middle(); _rw.ExitWriteLock(); }
            public void A() { {|#1:_rw.EnterWriteLock()|}; {|#2:In()|}; _rw.ExitWriteLock(); }
            private void Middle() => In();
            private void In() { {|#0:_rw.EnterReadLock()|}; _rw.ExitReadLock(); }
            """),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'C.In' waits for '_rw', which only the waiting flow itself can let go: 'C.A' has taken it already, in the same flow, and it lets nobody in twice. "
            + "Do this after releasing '_rw', or let the caller's acquire do for both."));

    // ---- XR2005: taken by several, given back by nobody ----

    [Theory]
    [InlineData("[|Monitor.Enter(_gate)|];", "Monitor.Enter(_gate);", "")]
    [InlineData("Monitor.Enter(_gate);", "Monitor.Enter(_other);", "")]
    [InlineData("Monitor.Enter(_gate);", "Monitor.Enter(_gate);", "Monitor.Exit(_gate);")]
    [InlineData("Monitor.Enter(_gate);", "Monitor.Enter(_gate);", "Monitor.Exit(given);")]
    [InlineData("Monitor.TryEnter(_gate);", "Monitor.TryEnter(_gate);", "")]
    [InlineData("[|_rw.EnterReadLock()|];", "_rw.EnterReadLock();", "_rw.ExitWriteLock();")]
    [InlineData("_rw.EnterReadLock();", "_rw.EnterReadLock();", "_rw.ExitReadLock();")]
    public Task LockThatNobodyGivesBack_ReportsTheFirstTaker(string first, string second, string last) => Lock.VerifyAnalyzerAsync(
        InClass($"public void B() {{ {first} }} public void A() {{ {second} }} public void Last(object given) {{ {last} }}"));

    private static string InClass(string members) => $$"""
        using KThreadRuntime;
        public sealed class C(SemaphoreSlim given)
        {
            private readonly object _gate = new(); private readonly object _other = new();
            private readonly ReaderWriterLockSlim _rw = new();
            private readonly Dictionary<int, ReaderWriterLockSlim> _map = new();
            private readonly SemaphoreSlim _sem = new(1, 1); private readonly SemaphoreSlim _second = new(1, 1); private readonly SemaphoreSlim _given = given;
            {{members}}
        }
        """;
}
