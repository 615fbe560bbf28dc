using Microsoft.CodeAnalysis;
using Cycle = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.WaitUnderLockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

public class WaitUnderLockTests
{
    [Fact]
    public Task RuntimePrimitiveWithUnknownSignaller_Reports() => Verify.VerifyAnalyzerAsync(
        InClass("public void Stop(Completion done) { lock ({|#1:_gate|}) { {|#0:done.Wait()|}; } }"),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage(
            "'C.Stop' waits for 'done' without limit while holding '_gate', and nothing shows that its signaller never needs '_gate'. "
            + "Wait after releasing '_gate'."));

    [Fact]
    public Task SignallerThatRunsForeignCode_Reports() => Verify.VerifyAnalyzerAsync(
        InClass("""
            private readonly ManualResetEventSlim _done = new();
            public void Start(Action work) => new Thread(() => { work(); _done.Set(); }).Start();
            public void Stop() { lock ({|#1:_gate|}) { {|#0:_done.Wait()|}; } }
            public void Touch() { lock (_gate) { } }
            """),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage(
            "'C.Stop' waits for '_done' without limit while holding '_gate', and nothing shows that its signaller never needs '_gate'"
            + "; 'a lambda in C.Start', which signals it, runs code that is not seen here. Wait after releasing '_gate'."));

    [Theory]
    [InlineData("Completion done", "done.Wait()")]
    [InlineData("KThread thread", "thread.Park()")]
    [InlineData("KThread thread", "thread.Stop()")]
    [InlineData("KThread thread", "thread.Dispose()")]
    public async Task WaitForRuntimePrimitive_IsAWarning(string parameter, string wait)
    {
        await SeverityAsync($"public void Stop({parameter}) {{ lock (_gate) {{ {{|#0:{wait}|}}; }} }}", DiagnosticSeverity.Warning);
        await Verify.VerifyAnalyzerAsync(InClass($"public void Stop({parameter}) {{ lock (_gate) {{ }} {wait}; }}"));
    }

    [Theory]
    [InlineData("ManualResetEventSlim done", "done.Wait()")]
    [InlineData("WaitHandle done", "done.WaitOne()")]
    [InlineData("Task done", "done.Wait()")]
    [InlineData("Task<int> done", "done.GetAwaiter().GetResult()")]
    [InlineData("Task[] done", "Task.WaitAll(done)")]
    [InlineData("Task[] done", "Task.WaitAny(done)")]
    [InlineData("Thread done", "done.Join()")]
    [InlineData("CountdownEvent done", "done.Wait()")]
    public async Task WaitForUnknownSignaller_IsASuggestion(string parameter, string wait)
    {
        await SeverityAsync($"public void Stop({parameter}) {{ lock (_gate) {{ {{|#0:{wait}|}}; }} }}", DiagnosticSeverity.Info);
        await Verify.VerifyAnalyzerAsync(InClass($"public void Stop({parameter}) {{ lock (_gate) {{ }} {wait}; }}"));
    }

    [Fact]
    public Task UnknownSignallerOfALibraryTask_IsASuggestion() => SeverityAsync(
        "public string Load(HttpClient client) { lock (_gate) { return {|#0:client.GetStringAsync(\"x\").Result|}; } }", DiagnosticSeverity.Info);

    [Fact]
    public Task ForeignCodeWhileNobodyElseTakesTheLock_IsASuggestion() => SeverityAsync(
        """
        private readonly ManualResetEventSlim _done = new();
        public void Start(Action work) => new Thread(() => { work(); _done.Set(); }).Start();
        public void Stop() { lock (_gate) { {|#0:_done.Wait()|}; } }
        """,
        DiagnosticSeverity.Info);

    // In a program nobody else hands it delegates.
    [Theory]
    [InlineData("", DiagnosticSeverity.Warning)]
    [InlineData("public static class Program { public static void Main() => new C().Stop(); }", DiagnosticSeverity.Info)]
    public Task DelegateOfAProgram(string entry, DiagnosticSeverity severity) => Verify.VerifyAnalyzerAsync(
        InClass("""
            private readonly System.Collections.Concurrent.BlockingCollection<Action> _work = new();
            private int _count;
            public void Start() => new Thread(() => { foreach (var work in _work.GetConsumingEnumerable()) { work(); } }).Start();
            public void Send(Action work) { var done = new ManualResetEventSlim(); _work.Add(() => { work(); done.Set(); }); {|#0:done.Wait()|}; }
            public void Stop() { lock (_gate) { Send(() => _count++); } }
            public void Touch() { lock (_gate) { } }
            """) + entry,
        Verify.Diagnostic().WithSeverity(severity).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    // A member that nothing here implements, or that has a body only to be overridden, is code of others; one with a body here is seen.
    [Theory]
    [InlineData("public virtual void Work() { }", "", DiagnosticSeverity.Warning)]
    [InlineData("public abstract void Work();", "", DiagnosticSeverity.Warning)]
    [InlineData("public abstract void Work();", "public sealed class D : C { public override void Work() => Console.WriteLine(); }", DiagnosticSeverity.Info)]
    public Task OpenMethodOfSignaller(string member, string heir, DiagnosticSeverity severity) => Verify.VerifyAnalyzerAsync(
        $$"""
        public abstract class C
        {
            private readonly object _gate = new();
            private readonly ManualResetEventSlim _done = new();
            public void Start() => new Thread(Run).Start();
            public void Stop() { lock (_gate) { {|#0:_done.Wait()|}; } }
            public void Touch() { lock (_gate) { } }
            {{member}}
            private void Run() { Work(); _done.Set(); }
        }
        {{heir}}
        """,
        Verify.Diagnostic().WithSeverity(severity).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    [Fact]
    public Task ClosedMethodOfSignaller_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public class C
        {
            private readonly object _gate = new();
            private readonly ManualResetEventSlim _done = new();
            public void Start() => new Thread(Run).Start();
            public void Stop() { lock (_gate) { _done.Wait(); } }
            public void Touch() { lock (_gate) { } }
            public void Work() { }
            private void Run() { Work(); _done.Set(); }
        }
        """);

    [Theory]
    [InlineData("private readonly Completion _done = new();", "_done.Wait()", "_done.Complete()")]
    [InlineData("private readonly ManualResetEventSlim _done = new();", "_done.Wait()", "_done.Set()")]
    public Task IndependentVisibleSignaller_IsQuiet(string field, string wait, string signal) => Verify.VerifyAnalyzerAsync(InClass($$"""
        {{field}}
        public void Start() => new Thread(Run).Start();
        public void Stop() { lock (_gate) { {{wait}}; } }
        private void Run() { Console.WriteLine(); {{signal}}; }
        """));

    [Fact]
    public Task CompletionThatNobodySignals_IsAWarning() => SeverityAsync(
        "private readonly Completion _done = new(); public void Stop() { lock (_gate) { {|#0:_done.Wait()|}; } }", DiagnosticSeverity.Warning);

    [Fact]
    public Task StopOfAThreadWhoseFunctionIsSeen_IsQuiet() => Verify.VerifyAnalyzerAsync(InClass(
        "private readonly KThread _worker = KThread.Run(_ => 0); public void Stop() { lock (_gate) { _worker.Stop(); } }"));

    [Theory]
    [InlineData("done.Wait(TimeSpan.FromSeconds(1))")]
    [InlineData("done.TryWait()")]
    [InlineData("_ = done.WaitAsync()")]
    public Task BoundedWait_IsQuiet(string wait) => Verify.VerifyAnalyzerAsync(InClass($"public void Stop(Completion done) {{ lock (_gate) {{ {wait}; }} }}"));

    [Fact]
    public Task ProvenRing_IsLeftToTheCycleRule() => Verify.VerifyAnalyzerAsync(InClass(Ring("_done.Wait()")));

    [Fact]
    public Task ProvenRing_IsReportedByTheCycleRule() => Cycle.VerifyAnalyzerAsync(InClass(Ring("[|_done.Wait()|]")));

    [Fact]
    public Task RingOnOnePathOnly_StillIsLeftToTheCycleRule() => Verify.VerifyAnalyzerAsync(InClass(Ring("_done.Wait()") + """
        private readonly object _free = new();
        public void Close() { lock (_free) { StopCore(); } }
        public void Open() { lock (_gate) { StopCore(); } }
        private void StopCore() => _done.Wait();
        """));

    [Fact]
    public Task WaitInCallee_ReportsAtTheWaitWithTheCall() => Verify.VerifyAnalyzerAsync(
        InClass("""
            public void Stop(Completion done) { lock ({|#1:_gate|}) { {|#2:Join(done)|}; } }
            private static void Join(Completion done) => {|#0:done.Wait()|};
            """),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'C.Join' waits for 'done' without limit while holding '_gate', and nothing shows that its signaller never needs '_gate'. "
            + "Wait after releasing '_gate'."));

    [Fact]
    public Task TwoCallersHoldTheLock_ReportsOnce() => Verify.VerifyAnalyzerAsync(InClass("""
        public void Stop(Completion done) { lock (_gate) { Join(done); } }
        public void Close(Completion done) { lock (_gate) { Join(done); } }
        private static void Join(Completion done) => [|done.Wait()|];
        """));

    [Fact]
    public Task AwaitedTaskUnderSemaphore_IsQuiet() => Verify.VerifyAnalyzerAsync(InClass("""
        private readonly SemaphoreSlim _mutex = new(1, 1);
        public async Task Stop(Task done) { await _mutex.WaitAsync(); await done; _mutex.Release(); }
        """));

    [Fact]
    public Task BlockedTaskUnderSemaphore_Reports() => Verify.VerifyAnalyzerAsync(InClass("""
        private readonly SemaphoreSlim _mutex = new(1, 1);
        public async Task Stop(Task done) { await _mutex.WaitAsync(); [|done.Wait()|]; _mutex.Release(); }
        """));

    [Fact]
    public Task MonitorWait_IsQuiet() => Verify.VerifyAnalyzerAsync(InClass("public void Stop() { lock (_gate) { Monitor.Wait(_gate); } }"));

    private static string Ring(string wait) => $$"""
        private readonly Completion _done = new();
        public void Start() => new Thread(Run).Start();
        public void Stop() { lock (_gate) { {{wait}}; } }
        private void Run() { lock (_gate) { } _done.Complete(); }
        """;

    private static Task SeverityAsync(string members, DiagnosticSeverity severity) => Verify.VerifyAnalyzerAsync(
        InClass(members),
        Verify.Diagnostic().WithSeverity(severity).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    private static string InClass(string members) => $$"""
        using KThreadRuntime;
        public sealed class C
        {
            private readonly object _gate = new();
        {{members}}
        }
        """;
}
