using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1003 for threads, tasks and works that wait for their own end, or for what only they signal.</summary>
public class SelfDeadlockJoinTests
{
    [Fact]
    public Task ThreadJoinedByItsOwnBody_TellsTheWay() => Verify.VerifyAnalyzerAsync(
        """
        public sealed class Pump
        {
            private readonly Thread _thread;
            public Pump() { _thread = new Thread(Run); _thread.Start(); }
            public void Stop() => {|#0:_thread.Join()|};
            private void Run() { Console.WriteLine(); {|#1:Stop()|}; }
        }
        """,
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage(
            "'Pump.Stop' waits for '_thread', which only the waiting flow itself can let go: 'Pump.Run', whose end would let it go, is what makes this call. "
            + "Do not wait when 'Pump.Run' itself is the caller."));

    [Theory]
    [InlineData("Thread", "new Thread(Run)", "_own.Join()")]
    [InlineData("Task", "Task.Run(Run)", "_own.Wait()")]
    [InlineData("Task", "Task.Factory.StartNew(Run, TaskCreationOptions.LongRunning)", "_own.GetAwaiter().GetResult()")]
    [InlineData("Task", "new Task(Run)", "_own.Wait()")]
    [InlineData("KThread", "KThread.Run(_ => { Run(); return 0; })", "_own.Stop()")]
    [InlineData("KThread", "KThread.Create(_ => { Run(); return 0; })", "_own.Park()")]
    public async Task WaitForItsOwnEnd_Reports(string type, string creation, string wait)
    {
        await Verify.VerifyAnalyzerAsync(Worker(type, creation, $"[|{wait}|]", "Close();"));
        await Verify.VerifyAnalyzerAsync(Worker(type, creation, wait, ""));
    }

    [Theory]
    [InlineData("Task", "Task.Run(Run)", "_own.Wait(100)")]
    [InlineData("Thread", "new Thread(Run)", "_own.Join(TimeSpan.FromSeconds(1))")]
    [InlineData("Task", "Task.Run(Run)", "if (Task.CurrentId != _own.Id) _own.Wait()")]
    [InlineData("Thread", "new Thread(Run)", "if (Thread.CurrentThread != _own) _own.Join()")]
    [InlineData("Thread", "new Thread(Run)", "if (_own != Thread.CurrentThread && _own.IsAlive) _own.Join()")]
    [InlineData("Thread", "new Thread(Run)", "if (_own.ManagedThreadId == Environment.CurrentManagedThreadId) return; _own.Join()")]
    [InlineData("Thread", "new Thread(Run)", "if (!ReferenceEquals(_own, Thread.CurrentThread)) _own.Join()")]
    [InlineData("Thread", "new Thread(Run)", "if (!IsOwnThread) _own.Join()")]
    [InlineData("Thread", "new Thread(Run)", "if (IsOwn()) return; _own.Join()")]
    [InlineData("Thread", "new Thread(Run)", "bool inside = Thread.CurrentThread == _own; if (!inside) _own.Join()")]
    [InlineData("Task", "Task.Run(Run)", "if (s_inside.Value) return; _own.Wait()")]
    [InlineData("Task", "Task.Run(Run)", "if (s_depth.Value == 0) _own.Wait()")]
    public Task BoundedOrGuardedWait_IsQuiet(string type, string creation, string wait) =>
        Verify.VerifyAnalyzerAsync(Worker(type, creation, wait, "Close();"));

    [Fact]
    public Task GuardThatTurnsTheWrongWay_Reports() => Verify.VerifyAnalyzerAsync(
        Worker("Thread", "new Thread(Run)", "if (Thread.CurrentThread == _own) [|_own.Join()|]", "Close();"));

    [Fact]
    public Task AsyncLoopThatAwaitsItsOwnTask_Reports() => Verify.VerifyAnalyzerAsync("""
        public sealed class Pump
        {
            private Task _loop = Task.CompletedTask;
            public void Start() => _loop = RunAsync();
            public void Join() => _loop.Wait();
            public async Task StopAsync() => await [|_loop|];
            private async Task RunAsync() { await Task.Yield(); await StopAsync(); }
        }
        """.Replace("await [|_loop|]", "[|await _loop|]", StringComparison.Ordinal));

    [Fact]
    public Task AsyncTailThatAwaitsThePreviousTask_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class Pump
        {
            private Task _tail = Task.CompletedTask;
            public void Add() => _tail = NextAsync();
            private async Task NextAsync() { await _tail; Console.WriteLine(); }
        }
        """);

    [Theory]
    [InlineData("var before = _tail; _tail = Task.Run(() => { before.Wait(); Console.WriteLine(); });")]
    [InlineData("var before = _tail; _tail = Task.Run(async () => { await before; Console.WriteLine(); });")]
    [InlineData("_tail = AfterAsync(_tail);")]
    [InlineData("_tail = _tail.ContinueWith(before => before.Wait());")]
    public Task TaskThatWaitsForTheOneBefore_IsQuiet(string body) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Queue
        {
            private Task _tail = Task.CompletedTask;
            public void Add() { {{body}} }
            private static async Task AfterAsync(Task before) { await Task.Yield(); await before; }
        }
        """);

    [Fact]
    public Task TaskThatWaitsForTheVariableItIsPutIn_Reports() => Verify.VerifyAnalyzerAsync("""
        public static class C
        {
            public static void Run() { Task? own = null; own = Task.Run(() => { [|own!.Wait()|]; }); }
        }
        """);

    [Fact]
    public Task NextOneInARow_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class Stage
        {
            private readonly Thread _thread;
            private readonly Stage? _next;
            public Stage(Stage? next) { _next = next; _thread = new Thread(Run); _thread.Start(); }
            private void Run() { Console.WriteLine(); _next?._thread.Join(); }
        }
        """);

    [Fact]
    public Task OneOfManyWorkers_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class Pool
        {
            private readonly Dictionary<int, Thread> _threads = new();
            public void Start(int id) { _threads[id] = new Thread(Run); _threads[id].Start(); }
            private void Run() { if (_threads.TryGetValue(1, out var other)) other.Join(); }
        }
        """);

    [Theory]
    [InlineData("_onItem(1)", true)]
    [InlineData("Task.Run(() => _onItem(1))", false)]
    public Task CallbackOfTheLoopThatDisposesItsOwner_IsFollowed(string call, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Dispatcher : IDisposable
        {
            private readonly Action<int> _onItem;
            private readonly Task _loop;
            public Dispatcher(Action<int> onItem) { _onItem = onItem; _loop = Task.Run(Loop); }
            public void Dispose() => {{(reports ? "[|_loop.Wait()|]" : "_loop.Wait()")}};
            private void Loop() { {{call}}; }
        }
        public sealed class Client
        {
            private readonly Dispatcher _dispatcher;
            public Client() => _dispatcher = new Dispatcher(Handle);
            public void Close() => _dispatcher.Dispose();
            private void Handle(int item) { if (item < 0) Close(); }
        }
        """);

    [Theory]
    [InlineData("_own", true)]
    [InlineData("_other", false)]
    public Task LoopsOfOneClass_AreToldApart(string stopped, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Loop
        {
            private readonly Func<bool> _step;
            private readonly ManualResetEventSlim _exited = new(false);
            public Loop(Func<bool> step) { _step = step; new Thread(Run).Start(); }
            public void Stop() => {{(reports ? "[|_exited.Wait()|]" : "_exited.Wait()")}};
            private void Run() { try { while (_step()) { } } finally { _exited.Set(); } }
        }
        public sealed class Service
        {
            private readonly Loop _own;
            private readonly Loop _other;
            public Service() { _own = new Loop(Step); _other = new Loop(() => true); }
            private bool Step() { {{stopped}}.Stop(); return false; }
        }
        """);

    [Theory]
    [InlineData("Changed?.Invoke();")]
    [InlineData("try { Changed?.Invoke(); } catch (IOException) { }")]
    public Task EventOfTheLoop_Reports(string raise) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Watcher
        {
            private Thread? _thread;
            public event Action? Changed;
            public void Start() { _thread = new Thread(Poll); _thread.Start(); }
            public void Stop() => [|_thread?.Join()|];
            private void Poll() { while (true) { {{raise}} } }
        }
        public sealed class Reloader
        {
            private readonly Watcher _watcher = new();
            public Reloader() { _watcher.Changed += OnChanged; _watcher.Start(); }
            private void OnChanged() => _watcher.Stop();
        }
        """.Replace("[|_thread?.Join()|]", "_thread?[|.Join()|]", StringComparison.Ordinal));

    [Fact]
    public Task HandlerThatStopsAnotherWatcher_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class Watcher
        {
            private Thread? _thread;
            public event Action? Changed;
            public void Start() { _thread = new Thread(Poll); _thread.Start(); }
            public void Stop() => _thread?.Join();
            private void Poll() { while (true) { Changed?.Invoke(); } }
        }
        public sealed class Reloader
        {
            private readonly Watcher _watcher = new();
            private readonly Watcher _old = new();
            public Reloader() { _watcher.Changed += OnChanged; _watcher.Start(); _old.Start(); }
            private void OnChanged() => _old.Stop();
        }
        """);

    [Fact]
    public Task TimerThatIsDisposedAndWaitedForInItsCallback_Reports() => Verify.VerifyAnalyzerAsync("""
        public sealed class Ticker
        {
            private readonly Timer _timer;
            public Ticker() => _timer = new Timer(Tick);
            private void Tick(object? state) => Stop();
            public void Stop() { var done = new ManualResetEvent(false); _timer.Dispose(done); [|done.WaitOne()|]; }
        }
        """);

    [Fact]
    public Task TimerThatIsOnlyDisposedInItsCallback_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class Ticker
        {
            private readonly Timer _timer;
            public Ticker() => _timer = new Timer(Tick);
            private void Tick(object? state) => Stop();
            public void Stop() { var done = new ManualResetEvent(false); _timer.Dispose(done); }
        }
        """);

    [Fact]
    public Task AsyncDisposalOfTheTimerInItsCallback_Reports() => Verify.VerifyAnalyzerAsync("""
        public sealed class Ticker
        {
            private Timer _timer;
            public Ticker() => _timer = new Timer(async _ => await StopAsync());
            public async Task StopAsync() => await [|_timer.DisposeAsync()|];
        }
        """);

    [Fact]
    public Task RegistrationDisposedInItsCallback_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class C
        {
            private CancellationTokenRegistration _registration;
            public void Start(CancellationToken token) => _registration = token.Register(Stop);
            private void Stop() => _registration.Dispose();
        }
        """);

    [Theory]
    [InlineData("self.Stop()")]
    [InlineData("self.Park()")]
    public Task KThreadThatStopsItself_Reports(string wait) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public static class C
        {
            public static void Start() => KThread.Run(self => { [|{{wait}}|]; return 0; });
        }
        """);

    [Fact]
    public Task KThreadThatParksAnother_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        using KThreadRuntime;
        public static class C
        {
            public static void Start(KThread other) => KThread.Run(self => { other.Park(); return 0; });
        }
        """);

    [Fact]
    public Task WorkThatFlushesItself_Reports() => Verify.VerifyAnalyzerAsync("""
        using KThreadRuntime;
        public sealed class C
        {
            private readonly KThreadWorker _worker = KThreadWorker.Create();
            private readonly KThreadWork _work;
            public C() => _work = new KThreadWork(_ => Flush());
            public void Flush() => [|_worker.FlushWork(_work)|];
        }
        """);

    [Fact]
    public Task RequestToTheThreadOfItsOwnQueue_Reports() => Verify.VerifyAnalyzerAsync("""
        public sealed class Dispatcher
        {
            private readonly System.Collections.Concurrent.BlockingCollection<Action> _queue = new();
            private readonly Action _idle;
            public Dispatcher(Action idle) { _idle = idle; new Thread(Run).Start(); }
            public void Send(Action action)
            {
                var done = new ManualResetEventSlim(false);
                _queue.Add(() => { action(); done.Set(); });
                [|done.Wait()|];
            }
            private void Run() { foreach (var action in _queue.GetConsumingEnumerable()) { _idle(); action(); } }
        }
        public sealed class Model
        {
            private readonly Dispatcher _dispatcher;
            public Model() => _dispatcher = new Dispatcher(Idle);
            private void Idle() => _dispatcher.Send(() => Console.WriteLine());
        }
        """);

    [Fact]
    public Task RequestThatRunsAtOnceOnItsOwnThread_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class Dispatcher
        {
            private readonly System.Collections.Concurrent.BlockingCollection<Action> _queue = new();
            private readonly Action _idle;
            private readonly Thread _thread;
            public Dispatcher(Action idle) { _idle = idle; _thread = new Thread(Run); _thread.Start(); }
            public void Send(Action action)
            {
                if (Thread.CurrentThread == _thread) { action(); return; }
                var done = new ManualResetEventSlim(false);
                _queue.Add(() => { action(); done.Set(); });
                done.Wait();
            }
            private void Run() { foreach (var action in _queue.GetConsumingEnumerable()) { _idle(); action(); } }
        }
        public sealed class Model
        {
            private readonly Dispatcher _dispatcher;
            public Model() => _dispatcher = new Dispatcher(Idle);
            private void Idle() => _dispatcher.Send(() => Console.WriteLine());
        }
        """);

    [Theory]
    [InlineData("new AutoResetEvent(true)")]
    [InlineData("new ManualResetEvent(true)")]
    public Task EventThatIsUsedAsALock_IsQuiet(string creation) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly EventWaitHandle _free = {{creation}};
            public void Start() => new Thread(Run).Start();
            private void Run() { _free.WaitOne(); Console.WriteLine(); _free.Set(); }
        }
        """);

    [Fact]
    public Task EventThatItSignalsItselfAfterTheWait_Reports() => Verify.VerifyAnalyzerAsync("""
        public sealed class C
        {
            private readonly AutoResetEvent _free = new(false);
            public void Start() => new Thread(Run).Start();
            private void Run() { [|_free.WaitOne()|]; Console.WriteLine(); _free.Set(); }
        }
        """);

    [Fact]
    public Task EventThatAnotherContextSignalsToo_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class C
        {
            private readonly AutoResetEvent _free = new(false);
            public void Start() => new Thread(Run).Start();
            public void Free() => _free.Set();
            private void Run() { _free.WaitOne(); Console.WriteLine(); _free.Set(); }
        }
        """);

    [Fact]
    public Task ThroughAnInterfaceAndABaseClass_Reports() => Verify.VerifyAnalyzerAsync("""
        public interface ITransport { void Close(); }
        public abstract class Transport : ITransport
        {
            private Thread? _reader;
            protected void Start() { _reader = new Thread(ReadAll); _reader.Start(); }
            public void Close() { if (_reader is not null) { [|_reader.Join()|]; } }
            private void ReadAll() { while (true) { OnData(); } }
            protected abstract void OnData();
        }
        public sealed class Socket : Transport
        {
            private readonly Session _session;
            public Socket() { _session = new Session(this); Start(); }
            protected override void OnData() => _session.Receive();
        }
        public sealed class Session
        {
            private readonly ITransport _transport;
            public Session(ITransport transport) => _transport = transport;
            public void Receive() => _transport.Close();
        }
        """);

    [Fact]
    public Task RestartFromTheThreadItself_Reports() => Verify.VerifyAnalyzerAsync("""
        public sealed class Link
        {
            private Thread? _thread;
            public void Connect() { if (_thread != null) [|_thread.Join()|]; _thread = new Thread(Run); _thread.Start(); }
            private void Run() { try { Console.ReadLine(); } catch (IOException) { Connect(); } }
        }
        """);

    [Fact]
    public Task StaticWorker_Reports() => Verify.VerifyAnalyzerAsync("""
        public static class Worker
        {
            private static Task? s_task;
            public static void Start() => s_task = Task.Run(Run);
            public static void Stop() => [|s_task!.Wait()|];
            private static void Run() { Console.WriteLine(); Stop(); }
        }
        """);

    [Fact]
    public Task AsyncBodyOfATaskRun_Reports() => Verify.VerifyAnalyzerAsync("""
        public sealed class Pump
        {
            private Task? _task;
            public void Start() => _task = Task.Run(RunAsync);
            public async Task StopAsync() { if (_task is { } task) { [|await task|]; } }
            private async Task RunAsync() { while (true) { await Task.Delay(1); await StopAsync(); } }
        }
        """);

    private static string Worker(string type, string creation, string wait, string inside) => $$"""
        using KThreadRuntime;
        public sealed class C
        {
            private static readonly AsyncLocal<bool> s_inside = new();
            private static readonly ThreadLocal<int> s_depth = new();
            private readonly {{type}} _own;
            public C() { _own = {{creation}}; {{(creation.StartsWith("new ", StringComparison.Ordinal) ? "_own.Start();" : "")}} }
            private bool IsOwnThread => {{(type == "Thread" ? "_own == Thread.CurrentThread" : "s_inside.Value")}};
            private bool IsOwn() => {{(type == "Thread" ? "_own != null && Thread.CurrentThread.ManagedThreadId == _own.ManagedThreadId" : "s_depth.Value > 0")}};
            public void Close() { {{wait}}; }
            private void Run() { Console.WriteLine(); {{inside}} }
        }
        """;
}
