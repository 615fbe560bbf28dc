using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.BrokenDeclarationAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Declarations;

/// <summary>What excludes a lock is called without it.</summary>
public class ExcludesLockTests
{
    [Fact]
    public Task CallUnderTheLock_IsTold() => Verify.VerifyAnalyzerAsync(
        """
        using KThreadRuntime;
        public class Store
        {
            private readonly object _gate = new();
            public void Add() { lock (_gate) { {|#0:Flush()|}; } }
            [ExcludesLock(nameof(_gate))] private void Flush() { }
        }
        """,
        Verify.Diagnostic().WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations).WithMessage(
            "'Store.Add' calls 'Store.Flush' while holding '_gate', but [ExcludesLock] says that its caller does not hold it. Call it after the release."));

    [Theory]
    [InlineData("Flush();", "")]
    [InlineData("lock (_gate) { [|Flush()|]; }", "")]
    [InlineData("lock (_other) { Flush(); }", "")]
    [InlineData("lock (_gate) { } Flush();", "")]
    [InlineData("lock (_gate) { lock (_other) { [|Flush()|]; } }", "")]
    [InlineData("lock (_gate) { Middle(); }", "[|Flush()|];")]
    [InlineData("Middle();", "Flush();")]
    [InlineData("lock (_gate) { Each(() => [|Flush()|]); }", "")]
    [InlineData("lock (_gate) { new Thread(() => Flush()).Start(); }", "")]
    [InlineData("Monitor.Enter(_gate); Monitor.Exit(_gate); Flush();", "")]
    [InlineData("Monitor.Enter(_gate); [|Flush()|]; Monitor.Exit(_gate);", "")]
    [InlineData("lock (_gate) { _ = LaterAsync(); async Task LaterAsync() { [|Flush()|]; await Task.Yield(); } }", "")]
    [InlineData("lock (_gate) { _ = LaterAsync(); async Task LaterAsync() { await Task.Yield(); Flush(); } }", "")]
    [InlineData("lock (_gate) { _ = LaterAsync(); async Task LaterAsync() { await Task.Yield(); Middle(); } }", "Flush();")]
    [InlineData("lock (_gate) { _ = LaterAsync(); async Task LaterAsync() { await LastAsync(); } async Task LastAsync() { await Task.Yield(); Flush(); } }", "")]
    [InlineData("lock (_gate) { another.Flush(); }", "")]
    [InlineData("if (!Monitor.IsEntered(_gate)) { Flush(); }", "")]
    public Task Caller_DoesNotHoldIt(string body, string middle) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public class Store
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            public void M(Store another) { {{body}} }
            private void Middle() { {{middle}} }
            private void Each(Action action) => action();
            [ExcludesLock(nameof(_gate))] public void Flush() { }
        }
        """);

    [Theory]
    [InlineData("[ExcludesLock(nameof(Gate))]", "[|store.Flush()|]")]
    [InlineData("", "store.Flush()")]
    public Task InterfaceMember_HoldsForItsImplementations(string attribute, string call) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public abstract class Base { public readonly object Gate = new(); {{attribute}} public abstract void Flush(); }
        public class Store : Base { public override void Flush() { } }
        public class C { public void M(Store store) { lock (store.Gate) { {{call}}; } } }
        """);

    [Fact]
    public Task LockThatIsTakenAgain_HasTheSelfDeadlocksReport()
    {
        const string source = """
            using KThreadRuntime;
            public class Store
            {
                private readonly ReaderWriterLockSlim _gate = new();
                public void Add() { _gate.EnterWriteLock(); Flush(); _gate.ExitWriteLock(); }
                [ExcludesLock(nameof(_gate))] private void Flush() { {|#0:_gate.EnterWriteLock()|}; _gate.ExitWriteLock(); }
            }
            """;
        return Task.WhenAll(
            Verify.VerifyAnalyzerAsync(source),
            CSharpAnalyzerVerifier<SelfDeadlockAnalyzer>.VerifyAnalyzerAsync(
                source, new DiagnosticResult(CrossRelease.Analyzers.Rules.XR1003_SelfDeadlock).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations)));
    }
}
