using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.BrokenDeclarationAnalyzer>;
using Cycle = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;
using Foreign = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.ForeignCodeUnderLockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Declarations;

/// <summary>What does not block is no wait where it is called, and waits nowhere.</summary>
public class NonBlockingTests
{
    [Fact]
    public Task WaitInside_IsTold() => Verify.VerifyAnalyzerAsync(
        """
        using KThreadRuntime;
        public class C
        {
            private readonly ManualResetEventSlim _done = new();
            [NonBlocking] public void Post() => {|#0:_done.Wait()|};
        }
        """,
        Verify.Diagnostic().WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations).WithMessage(
            "'C.Post' waits for '_done', but [NonBlocking] on 'C.Post' says that nothing in it waits. Wait elsewhere, or take the attribute away."));

    [Theory]
    [InlineData("[|_done.Wait()|];")]
    [InlineData("[|_done.Wait(100)|];")]
    [InlineData("_done.Wait(0);")]
    [InlineData("_ = _done.IsSet;")]
    [InlineData("_done.Set();")]
    [InlineData("lock (_gate) { }")]
    [InlineData("lock (_gate) { [|Monitor.Wait(_gate)|]; }")]
    [InlineData("lock (_gate) { Monitor.PulseAll(_gate); }")]
    [InlineData("Inner();")]
    [InlineData("new Thread(() => _done.Wait()).Start();")]
    [InlineData("if (!_done.IsSet) { return; } _done.Wait();")]
    public Task Body_DoesNotWait(string body) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public class C
        {
            private readonly object _gate = new();
            private readonly ManualResetEventSlim _done = new();
            [NonBlocking] public void Post() { {{body}} }
            private void Inner() { {{(body == "Inner();" ? "[|_done.Wait()|];" : "")}} }
        }
        """);

    [Theory]
    [InlineData("[NonBlocking]", "await Task.Delay(1);")]
    [InlineData("[NonBlocking]", "await _task;")]
    [InlineData("[NonBlocking]", "[|_task.Wait()|]; await _task;")]
    public Task AwaitInside_BlocksNobody(string attribute, string body) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public class C
        {
            private readonly Task _task = Task.Delay(1);
            {{attribute}} public async Task PostAsync() { {{body}} }
        }
        """);

    [Theory]
    [InlineData("[NonBlocking]", "worker.Poke()", "_done.Wait()")]
    [InlineData("", "worker.Poke()", "[|_done.Wait()|]")]
    public Task CallOfIt_IsNoWait(string attribute, string call, string wait) => Cycle.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public interface IWorker { {{attribute}} void Poke(); }
        public class Worker : IWorker
        {
            private readonly ManualResetEventSlim _done = new();
            private readonly C _owner;
            public Worker(C owner) { _owner = owner; new Thread(Work).Start(); }
            public void Poke() => {{wait}};
            private void Work() { lock (_owner.Gate) { } _done.Set(); }
        }
        public class C(IWorker worker)
        {
            public readonly object Gate = new();
            public void Stop() { lock (Gate) { {{call}}; } }
        }
        """);

    [Theory]
    [InlineData("[NonBlocking]", "sink.Publish(1)")]
    [InlineData("", "sink.Publish(1)")]
    public Task MemberWithoutABody_IsNoCodeOfOthers(string attribute, string call) => Foreign.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public interface ISink { {{attribute}} void Publish(int value); }
        public class C(ISink sink)
        {
            private readonly object _gate = new();
            public void Touch() { lock (_gate) { } }
            public void M() { lock (_gate) { {{(attribute.Length == 0 ? "[|" + call + "|]" : call)}}; } }
        }
        """);

    [Fact]
    public Task LockInside_IsStillFollowed() => CSharpAnalyzerVerifier<LockOrderCycleAnalyzer>.VerifyAnalyzerAsync("""
        using KThreadRuntime;
        public class C
        {
            private readonly object _a = new();
            private readonly object _b = new();
            public void One() { lock (_a) { Post(); } }
            public void Two() { lock (_b) { lock ([|_a|]) { } } }
            [NonBlocking] private void Post() { lock (_b) { } }
        }
        """);
}
