using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CompletionReusedAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

public class CompletionReusedTests
{
    [Fact]
    public Task RoundsThatStartTheSignaller_Report() => Verify.VerifyAnalyzerAsync(
        InClass("""
            public void Run(Action[] works)
            {
                var done = new Completion();
                foreach (var work in works)
                {
                    Task.Run(() => { work(); {|#1:done.CompleteAll()|}; });
                    {|#0:done.Wait()|};
                }
            }
            """),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR4002_CompletionReused).WithLocation(0).WithLocation(1).WithMessage(
            "'C.Run' waits for 'done' in every round, but 'done.CompleteAll()' lets all later waits pass, so from the second round on nobody waits. "
            + "Call Reinitialize before each round."));

    [Theory]
    [InlineData("ManualResetEventSlim done = new();", "done.Set()", "done.Wait()", "done.Reset()")]
    [InlineData("ManualResetEvent done = new(false);", "done.Set()", "done.WaitOne()", "done.Reset()")]
    [InlineData("Completion done = new();", "done.CompleteAll()", "done.Wait()", "done.Reinitialize()")]
    public async Task RoundsOverAField_Report(string field, string signal, string wait, string reset)
    {
        await ReportsAsync($"private readonly {field} public void Run() {{ while (true) {{ Task.Run(() => {signal}); [|{wait}|]; }} }}");
        await QuietAsync($"private readonly {field} public void Run() {{ while (true) {{ Task.Run(() => {signal}); {wait}; {reset}; }} }}");
    }

    [Fact]
    public Task EachSignalLetsOnePass_IsQuiet() => QuietAsync("""
        private readonly Completion _done = new();
        public void Run() { while (true) { Task.Run(() => _done.Complete()); _done.Wait(); } }
        """);

    [Fact]
    public Task NewCompletionEachRound_IsQuiet() => QuietAsync("""
        public void Run() { while (true) { var done = new Completion(); Task.Run(() => done.CompleteAll()); done.Wait(); } }
        """);

    [Fact]
    public Task SignallerStartedOnce_IsQuiet() => QuietAsync("""
        public void Run() { var done = new Completion(); Task.Run(() => done.CompleteAll()); while (true) { done.Wait(); } }
        """);

    [Fact]
    public Task Handshake_Reports() => ReportsAsync("""
        private readonly AutoResetEvent _request = new(false);
        private readonly ManualResetEventSlim _done = new();
        public void Flush() { _request.Set(); [|_done.Wait()|]; }
        private void Loop() { while (true) { _request.WaitOne(); _done.Set(); } }
        """);

    // Each request brings a completion of its own.
    [Theory]
    [InlineData("var job = new Job(); _queue.Add(job); job.Done.Wait();")]
    [InlineData("_queue.Add(_job); [|_job.Done.Wait()|];")]
    public Task HandshakeByRequest_ReportsWhereTheyShareOne(string flush) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        internal sealed class Job { public readonly ManualResetEventSlim Done = new(); }
        internal sealed class C
        {
            private readonly BlockingCollection<Job> _queue = new(); private readonly Job _job = new();
            public void Flush() { {{flush}} }
            private void Loop() { while (true) { Job job = _queue.Take(); job.Done.Set(); } }
        }
        """);

    [Fact]
    public Task HandshakeThatResets_IsQuiet() => QuietAsync("""
        private readonly AutoResetEvent _request = new(false);
        private readonly ManualResetEventSlim _done = new();
        public void Flush() { _done.Reset(); _request.Set(); _done.Wait(); }
        private void Loop() { while (true) { _request.WaitOne(); _done.Set(); } }
        """);

    [Fact]
    public Task HandshakeWithoutRounds_IsQuiet() => QuietAsync("""
        private readonly AutoResetEvent _request = new(false);
        private readonly ManualResetEventSlim _done = new();
        public void Flush() { _request.Set(); _done.Wait(); }
        private void Once() { _request.WaitOne(); _done.Set(); }
        """);

    [Fact]
    public Task GateThatOpensOnce_IsQuiet() => QuietAsync("""
        private readonly AutoResetEvent _request = new(false);
        private readonly ManualResetEventSlim _open = new();
        public void Open() => _open.Set();
        private void Loop() { while (true) { _request.WaitOne(); _open.Wait(); } }
        """);

    [Fact]
    public Task CompletionThatIsHandedOn_IsQuiet() => QuietAsync("""
        private readonly ManualResetEventSlim _done = new();
        public void Run() { while (true) { Task.Run(() => _done.Set()); _done.Wait(); Rearm(_done); } }
        private static void Rearm(ManualResetEventSlim done) => done.Reset();
        """);

    [Fact]
    public Task DisposedAfterATimedWait_Reports() => Verify.VerifyAnalyzerAsync(
        InClass("""
            public bool Ask(Action work)
            {
                using var {|#1:done|} = new ManualResetEvent(false);
                ThreadPool.QueueUserWorkItem(_ => { work(); {|#2:done.Set()|}; });
                return {|#0:done.WaitOne(1000)|};
            }
            """),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR4002_DisposedBeforeSignal).WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'C.Ask' gives up waiting for 'done' after a time and disposes it, but 'done.Set()' may still come, and throws then. "
            + "Wait for the signaller without limit, or let it own 'done'."));

    [Theory]
    [InlineData("AutoResetEvent done = new(false)", "done.Set()", "done.WaitOne", "1000", "")]
    [InlineData("CountdownEvent done = new(1)", "done.Signal()", "done.Wait", "TimeSpan.FromSeconds(1)", "")]
    [InlineData("SemaphoreSlim done = new(0)", "done.Release()", "done.Wait", "1000", "-1")]
    [InlineData("ManualResetEvent done = new(false)", "done.Set()", "done.WaitOne", "1000", "Timeout.Infinite")]
    public async Task DisposedAfterATimedWaitOf_Reports(string declaration, string signal, string wait, string limit, string none)
    {
        await ReportsAsync($"public void Ask() {{ using {declaration}; new Thread(() => {signal}).Start(); [|{wait}({limit})|]; }}");
        await QuietAsync($"public void Ask() {{ using {declaration}; new Thread(() => {signal}).Start(); {wait}({none}); }}");
    }

    [Fact]
    public Task EventThatSignalsLate_Reports() => ReportsAsync("""
        public event Action? Ended;
        public void Ask() { var done = new AutoResetEvent(false); Ended += () => done.Set(); [|done.WaitOne(10)|]; done.Dispose(); Ended?.Invoke(); }
        """);

    [Fact]
    public Task NotDisposed_IsQuiet() => QuietAsync("""
        public event Action? Ended;
        public void Ask() { var done = new AutoResetEvent(false); Ended += () => done.Set(); done.WaitOne(10); Ended?.Invoke(); }
        """);

    [Theory]
    [InlineData("Task.Run(() => done.Set()).Wait(); done.WaitOne(10);")]
    [InlineData("var task = Task.Run(() => done.Set()); done.WaitOne(10); task.Wait();")]
    [InlineData("var thread = new Thread(() => done.Set()); thread.Start(); done.WaitOne(10); thread.Join();")]
    [InlineData("new Thread(() => { try { done.Set(); } catch (ObjectDisposedException) { } }).Start(); done.WaitOne(10);")]
    [InlineData("Action signal = () => done.Set(); signal(); done.WaitOne(10);")]
    [InlineData("Array.ForEach([1], _ => done.Set()); done.WaitOne(10);")]
    public Task SignallerThatCannotComeLate_IsQuiet(string body) => QuietAsync($"public void Ask() {{ using var done = new AutoResetEvent(false); {body} }}");

    [Fact]
    public Task ThreadThatIsKeptAndNeverJoined_Reports() => ReportsAsync(
        "public void Ask() { using var done = new AutoResetEvent(false); var thread = new Thread(() => done.Set()); thread.IsBackground = true; thread.Start(); [|done.WaitOne(10)|]; }");

    [Fact]
    public Task SlimEventThatIsSetAfterItsDisposal_IsQuiet() => QuietAsync(
        "public void Ask() { using var done = new ManualResetEventSlim(); new Thread(() => done.Set()).Start(); done.Wait(10); }");

    [Theory]
    [InlineData("AutoResetEvent _request = new(false)", "_request.Set(); [|_done.Wait()|];", "while (true) { _request.WaitOne(); _done.Set(); }")]
    [InlineData("SemaphoreSlim _request = new(0)", "_request.Release(); [|_done.Wait()|];", "while (true) { _request.Wait(); _done.Set(); }")]
    [InlineData("AutoResetEvent _request = new(false)", "_done.Wait(); _request.Set();", "while (true) { _request.WaitOne(); _done.Set(); }")]
    [InlineData("AutoResetEvent _request = new(false)", "_request.Set(); _done.Wait();", "while (true) { _done.Set(); _request.WaitOne(); }")]
    [InlineData("AutoResetEvent _request = new(false)", "_request.Set(); _done.Wait();", "while (true) { _other.WaitOne(); _done.Set(); }")]
    [InlineData("AutoResetEvent _request = new(false)", "_request.Set(); _done.Wait();", "_request.WaitOne(); _done.Set();")]
    [InlineData("AutoResetEvent _request = new(false)", "_request.Set(); _done.Wait(); while (true) { _request.WaitOne(); _done.Set(); }", "")]
    public Task RequestAndAnswer_ReportWhereTheAnswerComesInALoopAfterTheRequest(string field, string ask, string answer) => ReportsAsync(
        $"private readonly {field}; private readonly AutoResetEvent _other = new(false); private readonly ManualResetEventSlim _done = new(); public void Flush() {{ {ask} }} private void Loop() {{ {answer} }}");

    [Fact]
    public Task AnswerThatIsNotReset_TellsHow() => Verify.VerifyAnalyzerAsync(
        InClass("""
            private readonly AutoResetEvent _request = new(false);
            private readonly ManualResetEventSlim _done = new();
            public void Flush() { _request.Set(); {|#0:_done.Wait()|}; }
            private void Loop() { while (true) { _request.WaitOne(); {|#1:_done.Set()|}; } }
            """),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR4002_CompletionReused).WithLocation(0).WithLocation(1).WithMessage(
            "'C.Flush' waits for '_done' in every round, but '_done.Set()' lets all later waits pass, so from the second round on nobody waits. Call Reset before each round."));

    [Theory]
    [InlineData("while (true) { done.Set(); done.Wait(); }")]
    [InlineData("Action signal = () => done.Set(); while (true) { Task.Run(signal); done.Wait(); }")]
    [InlineData("Task.Run(() => { while (true) { done.Set(); done.Wait(); } });")]
    public Task SignalThatNoRoundStarts_IsQuiet(string body) => QuietAsync($"public void Run() {{ var done = new ManualResetEventSlim(); {body} }}");

    // The same places in two files are not one loop.
    [Fact]
    public async Task SignallerInAnotherFile_IsInNoLoopOfThis()
    {
        var test = new Verify.Test { TestCode = "using System; using System.Threading; using System.Threading.Tasks; partial class C { public readonly ManualResetEventSlim Done = new(); public void Run() { while (true) { Console.WriteLine(\"....................................................\"); Done.Wait(); } } }" };
        test.TestState.Sources.Add("using System; using System.Threading; using System.Threading.Tasks; partial class C { public void Go() { Console.WriteLine(\"...........................\"); Task.Run(() => Done.Set()); } }");
        await test.RunAsync();
    }

    [Theory]
    [InlineData("new Thread(() => done.Set()).Start(); if (![|done.WaitOne(10)|]) { done.WaitOne(20); }")]
    [InlineData("new Thread(() => { try { done.Set(); } finally { Console.WriteLine(); } }).Start(); [|done.WaitOne(10)|];")]
    [InlineData("new Thread(() => done.Set()).Start(); Console.WriteLine(done.SafeWaitHandle); [|done.WaitOne(10)|];")]
    [InlineData("Task.Run(Console.WriteLine).ContinueWith(_ => done.Set()); [|done.WaitOne(10)|];")]
    [InlineData("new Thread(() => { new Thread(() => done.Set()).Start(); }).Start(); done.WaitOne(10);")]
    [InlineData("new Thread(() => done.Reset()).Start(); done.WaitOne(10);")]
    [InlineData("Action signal = () => { }; signal += () => done.Set(); signal(); done.WaitOne(10);")]
    [InlineData("new Thread(() => done.Set()).Start(); Func<bool> wait = () => done.WaitOne(10); wait();")]
    [InlineData("var thread = new Thread(() => done.Set()); thread.Start(); done.WaitOne(10); bool alive; alive = thread.IsAlive; Console.WriteLine(alive);")]
    [InlineData("new Thread(() => done.Set()).Start(); GC.KeepAlive(done); done.WaitOne(10);")]
    [InlineData("Task.Factory.StartNew(static state => ((Action)state!)(), () => done.Set()); done.WaitOne(10);")]
    public Task SignallerOfADisposedEvent_ReportsWhereItMayComeLate(string body) => ReportsAsync($"public void Ask() {{ using var done = new AutoResetEvent(false); {body} }}");

    private static Task ReportsAsync(string members) => Verify.VerifyAnalyzerAsync(InClass(members));

    private static Task QuietAsync(string members) => Verify.VerifyAnalyzerAsync(InClass(members));

    private static string InClass(string members) =>
        $$"""
        using System;
        using System.Threading;
        using System.Threading.Tasks;
        using KThreadRuntime;
        public class C
        {
            {{members}}
        }
        """;
}
