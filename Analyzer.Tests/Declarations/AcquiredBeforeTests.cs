using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Declarations;

/// <summary>A declared order of locks is a dependency: taking them the other way round is a report, whoever else takes them.</summary>
public class AcquiredBeforeTests
{
    [Fact]
    public Task OtherWayRound_IsTold() => Verify.VerifyAnalyzerAsync(
        """
        using KThreadRuntime;
        public class Bank
        {
            [AcquiredBefore(nameof(_log))] private readonly object _accounts = new();
            private readonly object _log = new();
            public void Report() { lock (_log) { lock ({|#0:_accounts|}) { } } }
        }
        """,
        Verify.Diagnostic().WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations).WithMessage(
            "'Bank.Report' acquires '_accounts' while holding '_log', but [AcquiredBefore] on 'Bank._accounts' says that '_accounts' comes before '_log'. Acquire them in one order everywhere."));

    [Theory]
    [InlineData("[AcquiredBefore(nameof(_log))]", "lock (_log) { lock ([|_accounts|]) { } }")]
    [InlineData("[AcquiredBefore(nameof(_log))]", "lock (_accounts) { lock (_log) { } }")]
    [InlineData("", "lock (_log) { lock (_accounts) { } }")]
    [InlineData("[AcquiredBefore(\"_log\")]", "lock (_log) { lock ([|_accounts|]) { } }")]
    [InlineData("[AcquiredBefore(\"this._log\")]", "lock (_log) { lock ([|_accounts|]) { } }")]
    [InlineData("[AcquiredBefore(\"Bank._log\")]", "lock (_log) { lock ([|_accounts|]) { } }")]
    [InlineData("[AcquiredBefore(nameof(_log), nameof(_third))]", "lock (_log) { lock ([|_accounts|]) { } }")]
    [InlineData("[AcquiredBefore(nameof(_third), nameof(_log))]", "lock (_third) { lock (_log) { } }")]
    [InlineData("[AcquiredBefore(nameof(_third))]", "lock (_log) { lock (_accounts) { } }")]
    [InlineData("[AcquiredBefore(nameof(_log))]", "lock (_log) { } lock (_accounts) { }")]
    [InlineData("[AcquiredBefore(nameof(_log))]", "lock (_log) { if (System.Threading.Monitor.TryEnter(_accounts)) { System.Threading.Monitor.Exit(_accounts); } }")]
    public Task Order_IsThatOfTheDeclaration(string attribute, string body) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public class Bank
        {
            {{attribute}} private readonly object _accounts = new();
            private readonly object _log = new();
            private readonly object _third = new();
            public void M() { {{body}} }
        }
        """);

    [Theory]
    [InlineData("lock (_third) { lock ([|_accounts|]) { } }")]
    [InlineData("lock (_accounts) { lock (_third) { } }")]
    public Task Orders_AddUp(string body) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public class Bank
        {
            [AcquiredBefore(nameof(_log))] private readonly object _accounts = new();
            [AcquiredBefore(nameof(_third))] private readonly object _log = new();
            private readonly object _third = new();
            public void M() { {{body}} }
        }
        """);

    [Fact]
    public Task EveryPlaceThatBreaksIt_Reports() => Verify.VerifyAnalyzerAsync("""
        using KThreadRuntime;
        public class Bank
        {
            [AcquiredBefore(nameof(_log))] private readonly object _accounts = new();
            private readonly object _log = new();
            public void Right() { lock (_accounts) { lock (_log) { } } }
            public void One() { lock (_log) { lock ([|_accounts|]) { } } }
            public void Two() { lock (_log) { Inner(); } }
            private void Inner() { lock ([|_accounts|]) { } }
        }
        """);

    [Theory]
    [InlineData("[AcquiredBefore(\"Log.Gate\")]", "lock (Log.Gate) { lock ([|_accounts|]) { } }")]
    [InlineData("[AcquiredBefore(\"Log.Gate\")]", "lock (_accounts) { lock (Log.Gate) { } }")]
    [InlineData("[AcquiredBefore(\"Log._own\")]", "_log.Under(() => { lock ([|_accounts|]) { } });")]
    [InlineData("[AcquiredBefore(\"Log._own\")]", "lock (_accounts) { _log.Under(() => { }); }")]
    [InlineData("", "_log.Under(() => { lock (_accounts) { } });")]
    public Task LockOfAnotherType_IsNamedByItsType(string attribute, string body) => Verify.VerifyAnalyzerAsync($$"""
        using System;
        using KThreadRuntime;
        public class Log
        {
            public static readonly object Gate = new();
            private readonly object _own = new();
            private int _calls;
            public void Under(Action action) { lock (_own) { action(); Count(); } }
            private void Count() => _calls++;
        }
        public class Bank
        {
            {{attribute}} private readonly object _accounts = new();
            private readonly Log _log = new();
            public void M() { {{body}} }
        }
        """);

    [Theory]
    [InlineData("_b", "[|_a|]", "_c", "_b")]
    [InlineData("_a", "_b", "_b", "_c")]
    public Task DeclaredOrder_ClosesARingOfOthers(string outer, string inner, string otherOuter, string otherInner) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public class C
        {
            [AcquiredBefore(nameof(_c))] private readonly object _a = new();
            private readonly object _b = new();
            private readonly object _c = new();
            public void One() { lock ({{outer}}) { lock ({{inner}}) { } } }
            public void Two() { lock ({{otherOuter}}) { lock ({{otherInner}}) { } } }
        }
        """);

    [Theory]
    [InlineData("ReaderWriterLockSlim", "_b.EnterReadLock(); [|_a.EnterReadLock()|]; _a.ExitReadLock(); _b.ExitReadLock();")]
    [InlineData("ReaderWriterLockSlim", "_a.EnterReadLock(); _b.EnterReadLock(); _b.ExitReadLock(); _a.ExitReadLock();")]
    [InlineData("SemaphoreSlim", "_b.Wait(); [|_a.Wait()|]; _a.Release(); _b.Release();")]
    [InlineData("SemaphoreSlim", "_a.Wait(); _b.Wait(); _b.Release(); _a.Release();")]
    public Task OrderOfOtherLocks_Counts(string type, string body) => Verify.VerifyAnalyzerAsync($$"""
        using System.Threading;
        using KThreadRuntime;
        public class C
        {
            [AcquiredBefore(nameof(_b))] private readonly {{type}} _a = Make();
            private readonly {{type}} _b = Make();
            public void M() { {{body}} }
            private static {{type}} Make() => {{(type == "SemaphoreSlim" ? "new(1)" : "new()")}};
        }
        """);

    [Fact]
    public Task OrderThatBreaksNobody_IsNoOtherSide() => CSharpAnalyzerVerifier<CrossReleaseCycleAnalyzer>.VerifyAnalyzerAsync("""
        using KThreadRuntime;
        public class C
        {
            [AcquiredBefore(nameof(_a))] private readonly object _b = new();
            private readonly object _a = new();
            private readonly ManualResetEventSlim _done = new();
            public void Start() => new Thread(Work).Start();
            public void Stop() { lock (_a) { _done.Wait(); } }
            private void Work() { lock (_b) { } _done.Set(); }
        }
        """);
}
