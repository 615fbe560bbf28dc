using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

public class LostCompletionTests
{
    private const string Tcs = "private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously); public Task WhenDone() => _done.Task;";
    private const string Event = "private readonly ManualResetEventSlim _done = new();";

    [Fact]
    public Task ExceptionBeforeTheSignal_Reports() => Verify.VerifyAnalyzerAsync(
        InClass(Event + """
            public void Start(Action work) => Task.Run(() => { {|#1:work()|}; {|#2:_done.Set()|}; });
            public void Join() { {|#0:_done.Wait()|}; }
            """),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'C.Join' waits for '_done' without limit, but 'a lambda in C.Start', which signals it, can leave by an exception before it does. Do it on every path."));

    [Fact]
    public Task ExceptionFromCallee_ReportsWhoThrows() => Verify.VerifyAnalyzerAsync(
        InClass(Event + """
            public void Start() => Task.Run(Run);
            public void Join() { {|#0:_done.Wait()|}; }
            private void Run() { Connect(); {|#2:_done.Set()|}; }
            private void Connect() { if (_count > 3) throw {|#1:new IOException()|}; }
            """),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'C.Join' waits for '_done' without limit, but 'C.Run', which signals it, can leave by an exception from 'C.Connect' before it does. Do it on every path."));

    [Theory]
    [InlineData("try { Read(); } catch (IOException) { } Stopped?.Invoke();", false)]
    [InlineData("try { Read(); Stopped?.Invoke(); } catch (IOException) { }", true)]
    public Task HandlerThatSignalsAVariableOfItsOwn_IsNoWorkHandedToTheRaiser(string body, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Player
        {
            public event Action? Stopped;
            public void Play() => new Thread(Run).Start();
            private void Run() { {{body}} }
            private static void Read() => File.ReadAllText("clip");
        }
        public static class Program
        {
            public static void Main()
            {
                var player = new Player();
                var done = new ManualResetEventSlim();
                player.Stopped += () => done.Set();
                player.Play();
                {{(reports ? "[|done.Wait()|]" : "done.Wait()")}};
            }
        }
        """);

    [Theory]
    [InlineData("if (_done.Wait(100)) { _done.Wait(); }")]
    [InlineData("if (!_done.Wait(100)) { [|_done.Wait()|]; }")]
    [InlineData("if (_done.IsSet) { _done.Wait(); }")]
    [InlineData("if (!_done.IsSet) { [|_done.Wait()|]; }")]
    public Task WaitBehindATimedOneThatSucceeded_IsQuietAndElseReports(string wait) => Verify.VerifyAnalyzerAsync(
        InClass(Event + $$"""
            public void Start(Action work) => Task.Run(() => { work(); _done.Set(); });
            public void Join() { {{wait}} }
            """));

    [Theory]
    [InlineData("if (!task.Wait(100)) { return 0; }", "task.Result")]
    [InlineData("if (task.Wait(100)) { return 0; }", "[|task.Result|]")]
    public Task ResultBehindATimedWaitThatSucceeded_IsQuietAndElseReports(string test, string result) => Verify.VerifyAnalyzerAsync(
        InClass($$"""
            private readonly TaskCompletionSource<int> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
            public void Start(Action work) => Task.Run(() => { work(); _done.SetResult(1); });
            private Task<int> Stop() { if (_count > 3) { return _done.Task; } return Task.FromResult(0); }
            public int Join() { Task<int> task = Stop(); try { {{test}} return {{result}}; } finally { _count++; } }
            """));

    [Theory]
    [InlineData("if (_text is null) throw new InvalidOperationException();")]
    [InlineData("if (_text == null) { throw new InvalidOperationException(); }")]
    [InlineData("string text = _text ?? throw new InvalidOperationException();")]
    public async Task NullCheckBeforeTheSignal_ReportsWhereItAsksForMore(string check)
    {
        const string members = Event + "private string? _text = \"\"; public void Start() => Task.Run(Run);";
        await Verify.VerifyAnalyzerAsync(InClass($"{members} public void Join() {{ _done.Wait(); }} private void Run() {{ {check} _done.Set(); }}"));
        await Verify.VerifyAnalyzerAsync(InClass(
            $"{members} public void Join() {{ [|_done.Wait()|]; }} private void Run() {{ if (_text is not null) throw new InvalidOperationException(); _done.Set(); }}"));
    }

    [Fact]
    public async Task ResultOfATask_ReportsUnlessItIsAskedWhetherItFailed()
    {
        const string members = "private readonly TaskCompletionSource<int> _all = new(); public void Join() { WAIT; }";
        await Verify.VerifyAnalyzerAsync(InClass(members.Replace("WAIT", "[|_all.Task.Wait()|]")
            + "public void Start(Task<int> work) => work.ContinueWith(done => { _all.SetResult(done.Result); });"));
        await Verify.VerifyAnalyzerAsync(InClass(members.Replace("WAIT", "_all.Task.Wait()")
            + "public void Start(Task<int> work) => work.ContinueWith(done => { if (done.IsFaulted) { _all.SetException(done.Exception!); } else { _all.SetResult(done.Result); } });"));
    }

    [Fact]
    public async Task RoomInAChannelOfRequests_IsNotWhatTheyOwe()
    {
        const string members = """
            private readonly System.Threading.Channels.Channel<TaskCompletionSource> _work = System.Threading.Channels.Channel.CreateBounded<TaskCompletionSource>(3);
            public void Start(Action work) => Task.Run(async () => { while (true) { TaskCompletionSource next = await _work.Reader.ReadAsync(); try { work(); next.SetResult(); } catch (Exception e) { Console.WriteLine(e); } } });
            public async Task RunAsync()
            {
                var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await _work.Writer.WriteAsync(done);
                WAIT;
            }
            """;
        await Verify.VerifyAnalyzerAsync(InClass(members.Replace("WAIT", "await _work.Writer.WaitToWriteAsync()")));
        await Verify.VerifyAnalyzerAsync(InClass(members.Replace("WAIT", "[|await done.Task|]")));
    }

    [Theory]
    [InlineData("_queued = false; if (!_queued) { _done.SetResult(); }", false)]
    [InlineData("if (!_queued) { _done.SetResult(); }", true)]
    [InlineData("_queued = true; if (!_queued) { _done.SetResult(); }", true)]
    public Task FlagThatSomebodyElseHasChanged_IsTheirTurn(string run, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        Tcs + $"private bool _queued; public void Ask() => _queued = true; public async Task JoinAsync() {{ {(reports ? "[|await _done.Task|]" : "await _done.Task")}; }} public void Start() => Task.Run(() => {{ {run} }});"));

    [Theory]
    [InlineData("if (_work.TryDequeue(out Action? run)) { run(); }", false)]
    [InlineData("if (_work.TryDequeue(out Action? run)) { if (_count > 3) return; run(); }", true)]
    public Task WorkThatWasAskedFor_IsOwedFromThen(string next, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $$"""
        private readonly Queue<Action> _work = new();
        public Task RunAsync()
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _work.Enqueue(() => done.SetResult());
            ThreadPool.QueueUserWorkItem(_ => { {{next}} });
            return done.Task;
        }
        public async Task JoinAsync() { {{(reports ? "[|await RunAsync()|]" : "await RunAsync()")}}; }
        """));

    [Theory]
    [InlineData("ManualResetEvent _done = new(false)", "_done.WaitOne()", "_done.Set()")]
    [InlineData("AutoResetEvent _done = new(false)", "_done.WaitOne()", "_done.Set()")]
    [InlineData("ManualResetEventSlim _done = new()", "_done.Wait()", "_done.Set()")]
    [InlineData("CountdownEvent _done = new(1)", "_done.Wait()", "_done.Signal()")]
    [InlineData("SemaphoreSlim _done = new(0)", "_done.Wait()", "_done.Release()")]
    [InlineData("TaskCompletionSource _done = new()", "_done.Task.Wait()", "_done.SetResult()")]
    [InlineData("TaskCompletionSource<int> _done = new()", "_ = _done.Task.Result", "_done.TrySetResult(1)")]
    [InlineData("TaskCompletionSource _done = new()", "_done.Task.GetAwaiter().GetResult()", "_done.SetResult()")]
    [InlineData("Completion _done = new()", "_done.Wait()", "_done.Complete()")]
    public async Task Signal_ReportsUnlessInFinally(string field, string wait, string signal)
    {
        string expected = wait.StartsWith("_ = ", StringComparison.Ordinal) ? $"_ = [|{wait[4..]}|]" : $"[|{wait}|]";
        await Verify.VerifyAnalyzerAsync(InClass($"private readonly {field}; public void Join() {{ {expected}; }} public void Start(Action work) => Task.Run(() => {{ work(); {signal}; }});"));
        await Verify.VerifyAnalyzerAsync(InClass($"private readonly {field}; public void Join() {{ {wait}; }} public void Start(Action work) => Task.Run(() => {{ try {{ work(); }} finally {{ {signal}; }} }});"));
    }

    [Theory]
    [InlineData("Task.Run(() => { work(); _done.SetResult(); });")]
    [InlineData("Task.Run(async () => { await other; _done.SetResult(); });")]
    [InlineData("Task.Factory.StartNew(() => { work(); _done.SetResult(); });")]
    [InlineData("other.ContinueWith(_ => { work(); _done.SetResult(); });")]
    [InlineData("_ = RunAsync(); async Task RunAsync() { await other; _done.SetResult(); }")]
    [InlineData("Task.Run(() => { if (_count > 3) return; _done.SetResult(); });")]
    [InlineData("new Thread(() => { if (_count > 3) return; _done.SetResult(); }).Start();")]
    [InlineData("new Thread(() => { try { work(); _done.SetResult(); } catch (Exception e) { Console.WriteLine(e); } }).Start();")]
    [InlineData("ThreadPool.QueueUserWorkItem(_ => { try { work(); } catch { return; } _done.SetResult(); });")]
    [InlineData("Task.Run(() => { try { work(); _done.SetResult(); } catch (OperationCanceledException) { _done.SetCanceled(); } });")]
    [InlineData("Task.Run(() => { switch (_count) { case 1: work(); break; case 2: break; default: return; } _done.SetResult(); });")]
    [InlineData("Task.Run(() => { try { work(); } finally { if (_count > 3) _done.SetResult(); } });")]
    [InlineData("Task.Run(() => { File.Delete(\"x\"); _done.SetResult(); });")]
    [InlineData("Task.Run(() => { if (_count > 3) throw new InvalidOperationException(); _done.SetResult(); });")]
    public Task SomeWayDoesNotSignal_Reports(string start) => Verify.VerifyAnalyzerAsync(InClass(
        Tcs + $"public async Task JoinAsync() {{ [|await _done.Task|]; }} public void Start(Action work, Task other) {{ {start} }}"));

    [Theory]
    [InlineData("Task.Run(() => { try { work(); _done.SetResult(); } catch (Exception e) { _done.SetException(e); } });")]
    [InlineData("Task.Run(() => { try { work(); } catch (IOException) { } catch (Exception) { } _done.SetResult(); });")]
    [InlineData("Task.Run(() => { _count++; _items.Add(_count); _done.SetResult(); });")]
    [InlineData("Task.Run(() => { if (_count > 3) { _done.SetCanceled(); return; } _done.SetResult(); });")]
    [InlineData("Task.Run(() => { _done.SetResult(); work(); });")]
    [InlineData("new Thread(() => { work(); _done.SetResult(); }).Start();")]
    [InlineData("ThreadPool.QueueUserWorkItem(_ => { work(); _done.SetResult(); });")]
    [InlineData("Task.Run(() => { try { work(); } finally { Finish(); } }); void Finish() => _done.TrySetResult();")]
    [InlineData("Task.Run(() => { if (Interlocked.Decrement(ref _count) == 0) _done.SetResult(); });")]
    [InlineData("Task.Run(() => { bool ok = false; try { work(); ok = true; } finally { if (ok) _done.SetResult(); else _done.SetCanceled(); } });")]
    [InlineData("Task.Run(async () => { await Task.Delay(10); _done.SetResult(); });")]
    [InlineData("Task.Run(() => { Task.Run(() => _done.SetResult()); work(); });")]
    [InlineData("for (int i = 0; i < 3; i++) { Task.Run(() => { if (_count > 3) return; _done.TrySetResult(); }); }")]
    [InlineData("Task.Run(() => { if (_done.Task.IsCompleted) return; _done.SetResult(); });")]
    public Task EveryWaySignals_IsQuiet(string start) => Verify.VerifyAnalyzerAsync(InClass(
        Tcs + $"public async Task JoinAsync() {{ await _done.Task; }} public void Start(Action work, Task other) {{ {start} }}"));

    [Theory]
    [InlineData("_done.Task.Wait(1000)")]
    [InlineData("_done.Task.Wait(stop)")]
    [InlineData("await _done.Task.WaitAsync(stop)")]
    [InlineData("await _done.Task.WaitAsync(TimeSpan.FromSeconds(1))")]
    [InlineData("await Task.WhenAny(_done.Task, Task.Delay(1000))")]
    public Task WaitWithALimit_IsQuiet(string wait) => Verify.VerifyAnalyzerAsync(InClass(
        $"private readonly TaskCompletionSource _done = new(); public async Task JoinAsync(CancellationToken stop) {{ await Task.Yield(); {wait}; }} public void Start(Action work) => Task.Run(() => {{ work(); _done.SetResult(); }});"));

    [Theory]
    [InlineData("public void Abort() => _done.TrySetCanceled();")]
    [InlineData("public void Watch(CancellationToken stop) => stop.Register(() => _done.TrySetCanceled());")]
    [InlineData("public void Retry(Action work) => Task.Run(() => { work(); _done.TrySetResult(); });")]
    public Task AnotherSignaller_IsQuiet(string other) => Verify.VerifyAnalyzerAsync(InClass(
        "private readonly TaskCompletionSource _done = new(); public async Task JoinAsync() { await _done.Task; } public void Start(Action work) => Task.Run(() => { work(); _done.TrySetResult(); });" + other));

    [Fact]
    public async Task CompletionInAVariable_ReportsAsInAField()
    {
        await Verify.VerifyAnalyzerAsync(InClass("public async Task RunAsync(Action work) { var done = new TaskCompletionSource(); _ = Task.Run(() => { work(); done.SetResult(); }); [|await done.Task|]; }"));
        await Verify.VerifyAnalyzerAsync(InClass("public async Task RunAsync(Action work) { var done = new TaskCompletionSource(); _ = Task.Run(() => { try { work(); done.SetResult(); } catch (Exception e) { done.SetException(e); } }); await done.Task; }"));
        await Verify.VerifyAnalyzerAsync(InClass("public void Run(Action work) { using var done = new ManualResetEventSlim(); Task.Run(() => Work(work, done)); [|done.Wait()|]; } private static void Work(Action work, ManualResetEventSlim done) { work(); done.Set(); }"));
    }

    [Fact]
    public async Task ItemWhoseWorkThrows_ReportsUnlessItsSignalIsInFinally()
    {
        await Verify.VerifyAnalyzerAsync(Worker("try { Dispatch(item); } catch (Exception e) { Console.WriteLine(e); }", "item.Work(); item.Done.Set();"));
        await Verify.VerifyAnalyzerAsync(Worker("try { Dispatch(item); } catch (Exception e) { Console.WriteLine(e); }", "try { item.Work(); } finally { item.Done.Set(); }", isQuiet: true));
        await Verify.VerifyAnalyzerAsync(Worker("try { Dispatch(item); } catch (Exception e) { Console.WriteLine(e); item.Done.Set(); }", "item.Work(); item.Done.Set();", isQuiet: true));
        await Verify.VerifyAnalyzerAsync(Worker("try { item.Work(); item.Done.Set(); } catch (Exception e) { Console.WriteLine(e); }", ""));
        await Verify.VerifyAnalyzerAsync(Worker("try { item.Work(); } catch (Exception e) { Console.WriteLine(e); } item.Done.Set();", "", isQuiet: true));
    }

    [Fact]
    public async Task ItemThatIsSkipped_Reports()
    {
        await Verify.VerifyAnalyzerAsync(Worker("if (item.IsStale) continue; item.Done.Set();", ""));
        await Verify.VerifyAnalyzerAsync(Worker("if (item.IsStale) { item.Done.Set(); continue; } item.Done.Set();", "", isQuiet: true));
        await Verify.VerifyAnalyzerAsync(Worker("if (item == null) continue; item.Done.Set();", "", isQuiet: true));
        await Verify.VerifyAnalyzerAsync(Worker("Dispatch(item);", "if (item.IsStale) return; item.Done.Set();"));
        await Verify.VerifyAnalyzerAsync(Worker("Dispatch(item);", "if (item.IsStale) _count++; item.Done.Set();", isQuiet: true));
    }

    [Fact]
    public async Task ItemTakenByATry_IsQuietWhereNoneIsThere()
    {
        const string Loop = "private readonly ConcurrentQueue<Item> _queue = new(); public void Start() => new Thread(Run).Start(); public void Ask(Item item) { _queue.Enqueue(item); WAIT; }";
        await Verify.VerifyAnalyzerAsync(InClass(Loop.Replace("WAIT", "item.Done.Wait()") + "private void Run() { while (_queue.TryDequeue(out var item)) { item.Done.Set(); } }"));
        await Verify.VerifyAnalyzerAsync(InClass(Loop.Replace("WAIT", "item.Done.Wait()") + "private void Run() { while (true) { if (!_queue.TryDequeue(out var item)) return; item.Done.Set(); } }"));
        await Verify.VerifyAnalyzerAsync(InClass(Loop.Replace("WAIT", "[|item.Done.Wait()|]") + "private void Run() { while (_queue.TryDequeue(out var item)) { if (item.IsStale) return; item.Done.Set(); } }"));
    }

    [Fact]
    public async Task PublisherThatFails_ReportsOtherCallers()
    {
        await Verify.VerifyAnalyzerAsync(InClass(Publisher("await LoadAsync(); ready.SetResult();", "[|await ready.Task|]")));
        await Verify.VerifyAnalyzerAsync(InClass(Publisher("try { await LoadAsync(); ready.SetResult(); } catch (Exception e) { ready.SetException(e); throw; }", "await ready.Task")));
        await Verify.VerifyAnalyzerAsync(InClass(Publisher("if (_count > 3) { return; } ready.SetResult();", "[|await ready.Task|]")));
        await Verify.VerifyAnalyzerAsync(InClass(Publisher("try { await LoadAsync(); } finally { ready.SetResult(); }", "await ready.Task")));
    }

    [Theory]
    [InlineData("if (text.Length == 0) throw new IOException(); answer.SetResult(text);", "try { handler(text); } catch (Exception) { _count++; }", true)]
    [InlineData("answer.SetResult(File.ReadAllText(text));", "try { handler(text); } catch (Exception) { _count++; }", true)]
    [InlineData("if (text.Length == 0) throw new IOException(); answer.SetResult(text);", "Guarded(() => handler(text));", true)]
    [InlineData("if (text.Length == 0) { answer.SetException(new IOException()); return; } answer.SetResult(text);", "try { handler(text); } catch (Exception) { _count++; }", false)]
    [InlineData("if (text.Length == 0) throw new IOException(); answer.SetResult(text);", "handler(text);", false)]
    [InlineData("if (text.Length == 0) throw new IOException(); answer.SetResult(text);", "try { handler(text); } catch (TimeoutException) { _count++; }", false)]
    [InlineData("answer.SetResult(text); if (text.Length == 0) throw new IOException();", "try { handler(text); } catch (Exception) { _count++; }", false)]
    public Task CallbackWhoseExceptionSomebodyTakes_ReportsTheWait(string callback, string run, bool reports) => Verify.VerifyAnalyzerAsync(InClass($$"""
        private Action<string>? _handler;
        private void Guarded(Action work) { try { work(); } catch (Exception) { _count++; } }
        public void Deliver(string text) { var handler = _handler; if (handler != null) { {{run}} } }
        private Task<string> Ask() { var answer = new TaskCompletionSource<string>(); _handler = text => { {{callback}} }; return answer.Task; }
        public async Task<string> AskAsync() => {{(reports ? "[|await Ask()|]" : "await Ask()")}};
        """));

    [Theory]
    [InlineData("Thread", "new Thread(() => _done.Set())", "", true)]
    [InlineData("Thread", "new Thread(() => _done.Set())", "_worker.Start();", false)]
    [InlineData("Thread", "new Thread(() => _done.Set())", "Run(_worker);", false)]
    [InlineData("Thread", "new Thread(() => _done.Set())", "_workers.Add(_worker); foreach (Thread worker in _workers) worker.Start();", false)]
    [InlineData("Task", "new Task(() => _done.Set())", "", true)]
    [InlineData("Task", "new Task(() => _done.Set())", "_worker.Start();", false)]
    [InlineData("Task", "new Task(() => _done.Set())", "_worker.RunSynchronously();", false)]
    [InlineData("Task", "Task.Run(() => _done.Set())", "", false)]
    public Task WorkerThatIsNeverStarted_Reports(string type, string creation, string start, bool reports) => Verify.VerifyAnalyzerAsync(InClass($$"""
        {{Event}} private {{type}}? _worker; private readonly List<Thread> _workers = new();
        public void Start() { _worker = {{creation}}; {{start}} }
        private static void Run(Thread worker) => worker.Start();
        public void Join() { {{(reports ? "[|_done.Wait()|]" : "_done.Wait()")}}; }
        """));

    [Theory]
    [InlineData("case Get get: get.Reply.TrySetResult(1); break; case Put put: Console.WriteLine(put.Id); break;", false)]
    [InlineData("case Put put: Console.WriteLine(put.Id); break; case Get get: get.Reply.TrySetResult(1); break;", false)]
    [InlineData("case Get get: if (get.Id > 3) { return; } get.Reply.TrySetResult(1); break; case Put: break;", true)]
    [InlineData("case Get get: if (s_last is Get) { return; } s_last = get; get.Reply.TrySetResult(1); break; case Put: break;", true)]
    public Task MessageThatCarriesNoCompletion_OwesNone(string cases, bool reports) => Verify.VerifyAnalyzerAsync(InClass($$"""
        private abstract record Message(int Id);
        private sealed record Get(int Id, TaskCompletionSource<int> Reply) : Message(Id);
        private sealed record Put(int Id) : Message(Id);
        private readonly BlockingCollection<Message> _mailbox = new(); private static Message? s_last;
        public void Start() => new Thread(Loop).Start();
        public void Tell(int id) => _mailbox.Add(new Put(id));
        public int Ask(int id) { var reply = new TaskCompletionSource<int>(); _mailbox.Add(new Get(id, reply)); return {{(reports ? "[|reply.Task.Result|]" : "reply.Task.Result")}}; }
        private void Loop() { foreach (Message message in _mailbox.GetConsumingEnumerable()) { Handle(message); } }
        private static void Handle(Message message) { switch (message) { {{cases}} } }
        """));

    [Theory]
    [InlineData("catch (ArgumentException) { _count++; }", true)]
    [InlineData("catch (ArgumentException) { _done.Set(); }", false)]
    [InlineData("catch (IOException) { _count++; }", false)]
    [InlineData("finally { _count++; }", false)]
    public Task ComplaintThatAHandlerExpects_Reports(string handler, bool reports) => Verify.VerifyAnalyzerAsync(InClass($$"""
        {{Event}} public void Start(int port) => new Thread(() => Listen(port)).Start();
        private void Listen(int port) { try { Open(port); _done.Set(); } {{handler}} }
        private static void Open(int port) { if (port <= 0) { throw new ArgumentOutOfRangeException(nameof(port)); } }
        public void Join() { {{(reports ? "[|_done.Wait()|]" : "_done.Wait()")}}; }
        """));

    [Fact]
    public Task ThreadThatCallersGet_IsQuiet() => Verify.VerifyAnalyzerAsync(InClass(
        Event + "public Thread Create() => new Thread(() => _done.Set()); public void Join() { _done.Wait(); }"));

    [Fact]
    public Task KnownMiss_TwoSignallersThatBothMayFail() => Verify.VerifyAnalyzerAsync(InClass(
        Event + "public void Start(Action work) { Task.Run(() => { work(); _done.Set(); }); Task.Run(() => { work(); _done.Set(); }); } public void Join() { _done.Wait(); }"));

    [Fact]
    public Task KnownMiss_EntryThatThrowsToItsCaller() => Verify.VerifyAnalyzerAsync(InClass(
        Event + "public void Open(Action load) { load(); _done.Set(); } public void Use() { _done.Wait(); }"));

    [Fact]
    public Task KnownMiss_PulseBehindAnException() => Verify.VerifyAnalyzerAsync(InClass("""
        private readonly object _gate = new();
        private bool _isDone;
        public void Start(Action work) => Task.Run(() => { work(); lock (_gate) { _isDone = true; Monitor.PulseAll(_gate); } });
        public void Join() { lock (_gate) { while (!_isDone) Monitor.Wait(_gate); } }
        """));

    private static string Publisher(string rest, string wait) => $$"""
        private TaskCompletionSource? _ready;
        private async Task LoadAsync() { await Task.Yield(); if (_count > 3) throw new IOException(); }
        public async Task OpenAsync() { var ready = new TaskCompletionSource(); _ready = ready; {{rest}} }
        public async Task UseAsync() { var ready = _ready; if (ready != null) { {{wait}}; } }
        """;

    private static string Worker(string loop, string dispatch, bool isQuiet = false) => InClass($$"""
        private readonly BlockingCollection<Item> _queue = new();
        public void Start() => new Thread(Run).Start();
        public void Ask(Item item) { _queue.Add(item); {{(isQuiet ? "item.Done.Wait()" : "[|item.Done.Wait()|]")}}; }
        private void Run() { foreach (var item in _queue.GetConsumingEnumerable()) { {{loop}} } }
        private void Dispatch(Item item) { {{dispatch}} }
        """);

    private static string InClass(string members) => $$"""
        using System.Collections.Concurrent;
        using KThreadRuntime;

        public sealed class Item(Action work)
        {
            public ManualResetEventSlim Done { get; } = new();
            public bool IsStale { get; set; }
            public void Work() => work();
        }

        public class C
        {
            private readonly List<int> _items = new();
            private int _count;
            {{members}}
        }
        """;
}
