using Foreign = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.ForeignCodeUnderLockAnalyzer>;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1002 for what runs under a lock without being called: continuations, callbacks of tokens, factories of lazy values, iterators.</summary>
public class CodeOfOthersUnderLockTests
{
    [Theory]
    [InlineData("await _inline.Task; LOCK", "_inline.SetResult();", true)]
    [InlineData("await _later.Task; LOCK", "_later.SetResult();", false)]
    [InlineData("await InnerAsync(); LOCK async Task InnerAsync() { await _inline.Task; }", "_inline.SetResult();", true)]
    [InlineData("await InnerAsync(); LOCK async Task InnerAsync() { await _inline.Task; await Task.Yield(); }", "_inline.SetResult();", false)]
    [InlineData("await Task.Yield(); _stop.Token.Register(() => { LOCK });", "_stop.Cancel();", true)]
    [InlineData("await Task.Delay(1000, _stop.Token); LOCK", "_stop.Cancel();", false)]
    [InlineData("await Task.Yield(); _stop.Token.Register(() => { _stop.Cancel(); LOCK });", "_stop.Cancel();", true)]
    public Task Continuation_RunsUnderTheLockOfItsSignaller(string body, string signal, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $"public async Task RunAsync() {{ {body.Replace("LOCK", reports ? "lock ([|_other|]) { }" : "lock (_other) { }", StringComparison.Ordinal)} }} public void Signal() {{ lock (_gate) {{ {signal} }} }}"));

    [Theory]
    [InlineData("() => { lock ([|_other|]) { return Task.CompletedTask; } }", "_lazy.Value", true)]
    [InlineData("() => { lock (_other) { return Task.CompletedTask; } }", "_lazy.IsValueCreated", false)]
    [InlineData("async () => { await Task.Yield(); lock (_other) { } }", "_lazy.Value", false)]
    public Task FactoryOfALazyValue_RunsUnderTheLockOfWhoAsks(string factory, string ask, bool reports)
    {
        Assert.Equal(reports, factory.Contains("[|", StringComparison.Ordinal));
        return Verify.VerifyAnalyzerAsync(InClass($"private readonly Lazy<Task> _lazy; public C() {{ _lazy = new Lazy<Task>({factory}); }} public void Ask() {{ lock (_gate) {{ _ = {ask}; }} }}"));
    }

    [Theory]
    [InlineData("foreach (int i in Locked()) { LOCK }", true)]
    [InlineData("Use(Locked()); void Use(IEnumerable<int> all) { foreach (int i in all) { LOCK } }", false)]
    [InlineData("lock (_gate) { foreach (int i in Locked()) { LOCK } }", true)]
    [InlineData("foreach (int i in Locked()) { } LOCK", false)]
    public Task Iterator_HoldsItsLockWhereItIsWalkedThrough(string body, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $"private IEnumerable<int> Locked() {{ lock (_gate) {{ yield return 1; }} }} public void A() {{ {body.Replace("LOCK", reports ? "lock ([|_other|]) { }" : "lock (_other) { }", StringComparison.Ordinal)} }}"));

    // A parameter that is never true there leaves the lock out; two ways to it need only what both need.
    [Theory]
    [InlineData("Through(false);", true)]
    [InlineData("Inner(true);", true)]
    [InlineData("Inner(false);", false)]
    [InlineData("Inner(false); Inner(false);", false)]
    public Task LockBehindAParameter_ReportsWhereOneOfTheWaysTakesIt(string call, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $$"""
        private void Through(bool one) { Inner(one); Inner(true); }
        private void Inner(bool one) { if (one) { lock ({{(reports ? "[|_other|]" : "_other")}}) { } } if (one) { lock (_other) { } } }
        public void A() { lock (_gate) { {{call}} } }
        """));

    [Fact]
    public Task KnownNoise_LockBehindTwoParametersThatAreBothFalse() => Verify.VerifyAnalyzerAsync(InClass(
        """
        private void Two(bool one, bool two) { if (one) { lock ([|_other|]) { } } if (two) { lock (_other) { } } }
        public void A() { lock (_gate) { Two(false, false); } }
        """));

    [Theory]
    [InlineData("_rw.EnterReadLock(); _inline.SetResult(); _rw.ExitReadLock();")]
    [InlineData("lock (_gate) { [|_inline.SetResult()|]; }")]
    [InlineData("_rw.EnterWriteLock(); [|_inline.SetResult()|]; _rw.ExitWriteLock();")]
    [InlineData("_rw.EnterWriteLock(); _later.SetResult(); _rw.ExitWriteLock();")]
    [InlineData("lock (_inline) { _inline.SetResult(); }")]
    public Task SignalUnderALock_IsToldUnlessItReads(string body) => Foreign.VerifyAnalyzerAsync(InClass($"private readonly ReaderWriterLockSlim _rw = new(); public void A() {{ {body} }}"));

    [Fact]
    public Task ContinuationThatRunsOtherCode_TellsIt() => Foreign.VerifyAnalyzerAsync(
        InClass("public async Task RunAsync(Action act) { await _inline.Task; {|#2:act()|}; } public void A() { lock ({|#1:_gate|}) { {|#0:_inline.SetResult()|}; } }"),
        Foreign.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'C.A' runs 'C.RunAsync', which runs code that is not seen here, while it holds '_gate'. Signal '_inline' after releasing '_gate'."));

    private static string InClass(string members) => $$"""
        public sealed class C
        {
            private readonly object _gate = new(); private readonly object _other = new();
            private readonly TaskCompletionSource _inline = new();
            private readonly TaskCompletionSource _later = new(TaskCreationOptions.RunContinuationsAsynchronously);
            private readonly CancellationTokenSource _stop = new();
            {{members}}
            public void Both() { lock (_other) { lock (_gate) { } } }
        }
        """;
}
