using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1001 over every kind of wait: the signaller takes the waiter's lock, or (the smallest edit) another one.</summary>
public class CrossReleaseCycleWaitsTests
{
    /// <summary>The completion, the wait on it, the signal.</summary>
    public static TheoryData<string, string, string> Signals => new()
    {
        { "Completion _done = new();", "_done.Wait()", "_done.Complete()" },
        { "Completion _done = new();", "_done.Wait()", "_done.CompleteAll()" },
        { "Completion _done = new();", "_done.Wait()", "_done.Fail(new Exception())" },
        { "Completion _done = new();", "_done.Wait()", "_done.Cancel()" },
        { "ManualResetEvent _done = new(false);", "_done.WaitOne()", "_done.Set()" },
        { "ManualResetEventSlim _done = new();", "_done.Wait()", "_done.Set()" },
        { "AutoResetEvent _done = new(false);", "_done.WaitOne()", "_done.Set()" },
        { "EventWaitHandle _done = new(false, EventResetMode.AutoReset);", "_done.WaitOne(Timeout.Infinite)", "_done.Set()" },
        { "AutoResetEvent _done = new(false);", "WaitHandle.WaitAll([_done])", "_done.Set()" },
        { "AutoResetEvent _done = new(false);", "WaitHandle.WaitAny(new WaitHandle[] { _done })", "_done.Set()" },
        { "CountdownEvent _done = new(1);", "_done.Wait()", "_done.Signal()" },
        { "SemaphoreSlim _done = new(0);", "_done.Wait()", "_done.Release()" },
        { "Semaphore _done = new(0, 1);", "_done.WaitOne()", "_done.Release()" },
        { "Barrier _done = new(2);", "_done.SignalAndWait()", "_done.SignalAndWait()" },
        { "TaskCompletionSource _done = new();", "_done.Task.Wait()", "_done.SetResult()" },
        { "TaskCompletionSource<int> _done = new();", "_done.Task.Result", "_done.TrySetResult(1)" },
        { "TaskCompletionSource<int> _done = new();", "_done.Task.GetAwaiter().GetResult()", "_done.SetException(new Exception())" },
        { "BlockingCollection<int> _done = new();", "_done.Take()", "_done.Add(1)" },
    };

    [Theory]
    [MemberData(nameof(Signals))]
    public Task SignallerTakesTheWaitersLock_Reports(string field, string wait, string signal) => SignalAsync(field, "[|" + wait + "|]", signal, "_gate");

    [Theory]
    [MemberData(nameof(Signals))]
    public Task SignallerTakesAnotherLock_IsQuiet(string field, string wait, string signal) => SignalAsync(field, wait, signal, "_other");

    /// <summary>The context whose end is waited for, and the wait.</summary>
    public static TheoryData<string, string, string> Ends => new()
    {
        { "KThread", "KThread.Run(_ => { Work(); return 0; })", "_work!.Park()" },
        { "KThread", "KThread.Run(_ => { Work(); return 0; })", "_work!.Stop()" },
        { "KThread", "KThread.Create(_ => { Work(); return 0; })", "_work!.Stop()" },
        { "KThread", "KThread.Run(_ => { Work(); return 0; })", "_work!.WaitForExit()" },
        { "KThread", "KThread.Run(_ => { Work(); return 0; })", "_work!.Stop(CancellationToken.None)" },
        { "Thread", "new Thread(Work); _work.Start()", "_work!.Join()" },
        { "Task", "Task.Run(Work)", "_work!.Wait()" },
        { "Task", "Task.Run(() => Work())", "_work!.GetAwaiter().GetResult()" },
        { "Task", "Task.Run(Work)", "_work!.ConfigureAwait(false).GetAwaiter().GetResult()" },
        { "Task<int>", "Task.Run(() => { Work(); return 1; })", "_work!.Result" },
        { "Task", "Task.Factory.StartNew(Work)", "Task.WaitAll(_work!)" },
        { "Task", "Task.Run(Work)", "Task.WaitAny(_work!)" },
        { "Task", "new Task(Work); _work.Start()", "_work!.Wait()" },
        { "Task", "Task.CompletedTask.ContinueWith(_ => Work())", "_work!.Wait()" },
        { "Task", "WorkAsync()", "_work!.Wait()" },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public Task EndedContextTakesTheWaitersLock_Reports(string type, string start, string wait) => EndAsync(type, start, "[|" + wait + "|]", "_gate");

    [Theory]
    [MemberData(nameof(Ends))]
    public Task EndedContextTakesAnotherLock_IsQuiet(string type, string start, string wait) => EndAsync(type, start, wait, "_other");

    [Theory]
    [InlineData("[|_done.Wait()|]", "_done.Wait(1000)")]
    [InlineData("[|_done.Wait()|]", "_done.Wait(TimeSpan.FromSeconds(1))")]
    [InlineData("[|_done.Wait(-1)|]", "_done.Wait(0)")]
    [InlineData("[|_done.Wait(Timeout.InfiniteTimeSpan)|]", "_done.Wait(TimeSpan.Zero)")]
    public async Task LimitedWait_IsQuietWhereUnlimitedOneReports(string unlimited, string limited)
    {
        await SignalAsync("ManualResetEventSlim _done = new();", unlimited, "_done.Set()", "_gate");
        await SignalAsync("ManualResetEventSlim _done = new();", limited, "_done.Set()", "_gate");
    }

    [Theory]
    [InlineData("_gate", "[|Monitor.Wait(_condition)|]")]
    [InlineData("_other", "Monitor.Wait(_condition)")]
    public Task MonitorWaitUnderSecondLock_ReportsWhereThePulserTakesIt(string taken, string wait) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private readonly object _condition = new();

            public void Start() => new Thread(Work).Start();
            public void Stop() { lock (_gate) { lock (_condition) { {{wait}}; } } }
            public void Touch() { lock (_other) { } }
            private void Work() { lock ({{taken}}) { lock (_condition) { Monitor.PulseAll(_condition); } } }
        }
        """);

    [Fact]
    public Task MonitorWaitUnderItsOwnLock_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class C
        {
            private readonly object _condition = new();

            public void Start() => new Thread(Work).Start();
            public void Stop() { lock (_condition) { Monitor.Wait(_condition); } }
            private void Work() { lock (_condition) { Monitor.PulseAll(_condition); } }
        }
        """);

    [Fact]
    public Task DisposedTimerThatTakesTheLock_Reports() => TimerAsync("_gate", "[|stopped.WaitOne()|]");

    [Fact]
    public Task DisposedTimerThatTakesAnotherLock_IsQuiet() => TimerAsync("_other", "stopped.WaitOne()");

    [Theory]
    [InlineData("_gate", "[|Parallel.ForEach(items, Handle)|]")]
    [InlineData("_other", "Parallel.ForEach(items, Handle)")]
    [InlineData("_gate", "[|Parallel.For(0, 4, Handle)|]")]
    [InlineData("_other", "Parallel.For(0, 4, Handle)")]
    [InlineData("_gate", "[|Parallel.Invoke(() => Handle(1), () => Handle(2))|]")]
    [InlineData("_other", "Parallel.Invoke(() => Handle(1), () => Handle(2))")]
    public Task ParallelLoopUnderLock_ReportsWhereItsBodyTakesTheLock(string taken, string loop) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();

            public void Run(List<int> items) { lock (_gate) { {{loop}}; } }
            private void Handle(int item) { lock ({{taken}}) { Console.WriteLine(item); } }
        }
        """);

    [Fact]
    public async Task RegisteredWaitThatIsDrainedUnderTheLockOfItsCallback_Reports()
    {
        await Verify.VerifyAnalyzerAsync(Code("[|drained.WaitOne()|]", "_gate"));
        await Verify.VerifyAnalyzerAsync(Code("drained.WaitOne()", "_other"));

        static string Code(string wait, string taken) => $$"""
            public sealed class C
            {
                private readonly object _gate = new();
                private readonly object _other = new();
                private readonly AutoResetEvent _work = new(false);
                private RegisteredWaitHandle? _handle;

                public void Start() => _handle = ThreadPool.RegisterWaitForSingleObject(_work, (state, timedOut) => Work(), null, -1, false);
                public void Stop()
                {
                    lock (_gate)
                    {
                        using var drained = new ManualResetEvent(false);
                        _handle!.Unregister(drained);
                        {{wait}};
                    }
                }
                private void Work() { lock ({{taken}}) { Console.WriteLine(); } }
            }
            """;
    }

    private static Task TimerAsync(string taken, string wait) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private readonly Timer _timer;

            public C() => _timer = new Timer(Tick, null, 0, 100);
            public void Touch() { lock (_other) { } }
            public void Stop()
            {
                using var stopped = new ManualResetEvent(false);
                lock (_gate)
                {
                    _timer.Dispose(stopped);
                    {{wait}};
                }
            }
            private void Tick(object? state) { lock ({{taken}}) { Console.WriteLine(); } }
        }
        """);

    private static Task SignalAsync(string field, string wait, string signal, string taken) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        using KThreadRuntime;
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private readonly {{field}}

            public void Start() => new Thread(Work).Start();
            public void Stop() { lock (_gate) { {{(wait.Contains(".Result") ? "_ = " : "") + wait}}; } }
            public void Touch() { lock (_other) { } }
            private void Work() { lock ({{taken}}) { Console.WriteLine(); } {{signal}}; }
                }
        """);

    private static Task EndAsync(string type, string start, string wait, string taken) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private {{type}}? _work;

            public void Start() { _work = {{start}}; }
            public void Stop() { lock (_gate) { {{(wait.Contains(".Result") ? "_ = " : "") + wait}}; } }
            public void Touch() { lock (_other) { } }
            private void Work() { lock ({{taken}}) { Console.WriteLine(); } }
            private async Task WorkAsync() { await Task.Yield(); lock ({{taken}}) { Console.WriteLine(); } }
        }
        """);
}
