using CrossRelease.Analyzers.Tests.Support;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.BlockedContextAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

public class BlockedContextTests
{
    [Fact]
    public Task BlockInTheContext_TellsBothSides() => Verify.VerifyAnalyzerAsync(
        InContext("private static async Task Work() { {|#1:await Task.Delay(1)|}; } public void Turn() { {|#0:Work().Wait()|}; }"),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR1006_BlockedContext).WithLocation(0).WithLocation(1).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations).WithMessage(
            "'App.Turn' blocks on 'Work()' in the context that 'Pump.Loop' runs, but 'App.Work' must go on in that context first. "
            + "Await it, or use ConfigureAwait(false) there."));

    [Theory]
    [InlineData("private static async Task Work() { await Task.Delay(1).ConfigureAwait(true); }", "{|#0:Work().Wait()|}")]
    [InlineData("private static async Task<int> Work() { await Task.Delay(1); return 1; }", "_ = {|#0:Work().Result|}")]
    [InlineData("private static async Task Work() { await Task.Delay(1); }", "{|#0:Work().GetAwaiter().GetResult()|}")]
    [InlineData("private static async Task Work() { await Inner(); } private static async Task Inner() { await Task.Delay(1); }", "{|#0:Work().Wait()|}")]
    [InlineData("private static async Task Work() { await Inner().ConfigureAwait(false); } private static async Task Inner() { await Task.Delay(1); }", "{|#0:Work().Wait()|}")]
    [InlineData("private static async Task<int> Work() { int i = await Inner(); return i; } private static async Task<int> Inner() { await Task.Delay(1).ConfigureAwait(false); return 1; }", "{|#0:Work().Wait()|}")]
    [InlineData("private static Task Work() => Inner(); private static async Task Inner() { await Task.Delay(1); }", "{|#0:Work().Wait()|}")]
    [InlineData("private static async Task Work() { Task inner = Inner(); await inner.ConfigureAwait(false); } private static async Task Inner() { await Task.Delay(1); }", "{|#0:Work().Wait()|}")]
    [InlineData("private Task? _task; private static async Task Work() { await Task.Delay(1); }", "_task = Work(); {|#0:_task.Wait()|}")]
    [InlineData("private readonly SemaphoreSlim _gate = new(1, 1); private async Task Work() { await _gate.WaitAsync(); _gate.Release(); }", "{|#0:Work().Wait()|}")]
    [InlineData("private readonly SemaphoreSlim _gate = new(1, 1); private async Task Work() { await _gate.WaitAsync().ConfigureAwait(false); await Task.Delay(1); _gate.Release(); }", "{|#0:Work().Wait()|}")]
    public Task WorkThatGoesOnInTheContext_Reports(string work, string block) => Verify.VerifyAnalyzerAsync(
        InContext(work + " public void Turn() { " + block + "; }"),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR1006_BlockedContext).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    [Theory]
    [InlineData("private static async Task Work() { await Task.Delay(1).ConfigureAwait(false); }", "Work().Wait()")]
    [InlineData("private static async Task Work() { await Task.Delay(1).ConfigureAwait(false); await Task.Delay(1); }", "Work().Wait()")]
    [InlineData("private static async Task Work() { await Task.Delay(1); }", "Work().Wait(100)")]
    [InlineData("private static async Task Work() { await Task.Delay(1); }", "_ = Work()")]
    [InlineData("private static async Task Work() { await Task.Delay(1); }", "Task.Run(() => Work()).Wait()")]
    [InlineData("private static Task Work() => Task.Delay(1);", "Work().Wait()")]
    [InlineData("private static async Task Work() { _ = Inner(); await Task.Delay(1).ConfigureAwait(false); } private static async Task Inner() { await Task.Delay(1); }", "Work().Wait()")]
    [InlineData("private static Task Work() => Inner(); private static async Task Inner() { await Task.Delay(1).ConfigureAwait(false); }", "Work().Wait()")]
    [InlineData("private readonly SemaphoreSlim _gate = new(1, 1); private async Task Work() { await _gate.WaitAsync().ConfigureAwait(false); _gate.Release(); }", "Work().Wait()")]
    public Task WorkThatNeedsNoTurn_IsQuiet(string work, string block) => Verify.VerifyAnalyzerAsync(InContext(work + " public void Turn() { " + block + "; }"));

    // After an await, an async method is in another turn of the context that it was begun in, unless it has left that.
    [Theory]
    [InlineData("Task.Delay(1)", "Task.Delay(1)", true)]
    [InlineData("Task.Delay(1).ConfigureAwait(false)", "Task.Delay(1)", false)]
    [InlineData("Task.Delay(1)", "Task.Delay(1).ConfigureAwait(false)", false)]
    public Task BlockAfterAnAwait_ReportsInTheContext(string before, string work, bool reports) => Verify.VerifyAnalyzerAsync(
        InContext($$"""
        private static async Task Work() { await {{work}}; }
        private void Turn() => _ = TurnAsync();
        private async Task TurnAsync() { await {{before}}; {{(reports ? "[|Work().Wait()|]" : "Work().Wait()")}}; }
        """));

    // A method is what its name says only where it is the library's.
    [Theory]
    [InlineData("Send", "_turns.Add((_ => turn(), null));")]
    [InlineData("Run", "_turns.Add((_ => turn(), null));")]
    public Task MethodOfTheContextsOwn_IsRead(string name, string queues) => Verify.VerifyAnalyzerAsync(
        InContext("private static async Task Work() { await Task.Delay(1); } private void Turn() { [|Work().Wait()|]; }")
            .Replace("public void Run(Action turn) => Post(_ => turn(), null);", $"public void {name}(Action turn) {{ {queues} }}")
            .Replace("pump.Run(Turn)", $"pump.{name}(Turn)"));

    // The thread of a context waits for a task that another turn of it completes.
    [Theory]
    [InlineData("SynchronizationContext", "done.Task.Wait()", true)]
    [InlineData("Pump", "_ = done.Task.IsCompleted", false)]
    [InlineData("Pump", "done.Task.GetAwaiter().GetResult()", true)]
    [InlineData("SynchronizationContext", "done.Task.Wait(10)", false)]
    public Task TaskThatAnotherTurnCompletes_Reports(string type, string wait, bool reports) => Verify.VerifyAnalyzerAsync(
        InContext($$"""
        private readonly {{type}} _context;
        public App(Pump context) => _context = context;
        public static App Make() => new(new Pump());
        public void Begin() => _context.Post(_ => Turn(), null);
        private void Turn()
        {
            var done = new TaskCompletionSource();
            _context.Post(_ => done.SetResult(), null);
            {{(reports ? $"[|{wait}|]" : wait)}};
        }
        """));

    [Fact]
    public Task TaskThatAnotherTurnCompletes_TellsBothSides() => Verify.VerifyAnalyzerAsync(
        InContext("""
        private readonly SynchronizationContext _context;
        public App(Pump context) => _context = context;
        public static App Make() => new(new Pump());
        public void Begin() => _context.Post(_ => Turn(), null);
        private void Turn()
        {
            var done = new TaskCompletionSource();
            _context.Post(_ => done.SetResult(), null);
            {|#0:done.Task.Wait()|};
        }
        """),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR1006_BlockedTurn).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations).WithMessage(
            "'App.Turn' blocks on 'done.Task' in the context that 'Pump.Loop' runs, but 'a lambda in App.Turn' signals it in a later turn there. "
            + "Await it, or do at once what is asked for in that context."));

    // A thread that handles one message after the other waits for a task that a later message completes.
    [Theory]
    [InlineData("Handle(message);", true)]
    [InlineData("Task.Run(() => Handle(message));", false)]
    public Task LoopThatWaitsForALaterTurn(string turn, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Socket
        {
            private readonly BlockingCollection<string> _messages = new(); private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _asked = new();
            public event Action<string>? Changed;
            public Socket() => new Thread(Receive).Start();
            public string Ask(string id) { var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously); _asked[id] = answer; return {{(reports ? "[|answer.Task.Result|]" : "answer.Task.Result")}}; }
            private void Receive() { foreach (string message in _messages.GetConsumingEnumerable()) { if (_asked.TryRemove(message, out var answer)) { answer.SetResult(message); } else { {{turn}} } } }
            private void Handle(string message) => Changed?.Invoke(message);
        }
        public sealed class Plugin
        {
            private readonly Socket _socket;
            public Plugin() { _socket = new Socket(); _socket.Changed += message => _socket.Ask(message); }
        }
        """);

    // Who runs a context until a task has ended asks for its result behind that.
    [Theory]
    [InlineData("task.GetAwaiter().GetResult();", "")]
    [InlineData("", "public static void Twice(Func<Task> begin) { {|#0:begin().GetAwaiter().GetResult()|}; }")]
    public Task PumpUntilATaskHasEnded(string after, string members) => Verify.VerifyAnalyzerAsync(
        $$"""
        using System.Collections.Concurrent;
        public sealed class Pump : SynchronizationContext
        {
            private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _turns = new();
            public override void Post(SendOrPostCallback callback, object? state) => _turns.Add((callback, state));
            public static void Run(Func<Task> begin)
            {
                var pump = new Pump();
                SetSynchronizationContext(pump);
                Task task = begin();
                task.ContinueWith(_ => pump._turns.CompleteAdding(), TaskScheduler.Default);
                foreach ((SendOrPostCallback callback, object? state) in pump._turns.GetConsumingEnumerable()) { callback(state); }
                {{after}}
            }
            {{members}}
        }
        public static class Work
        {
            public static void All() { Pump.Run(One); {{(members.Length > 0 ? "Pump.Twice(One);" : "")}} }
            private static async Task One() { await Task.Delay(1); }
        }
        """,
        [.. members.Length > 0 ? [Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR1006_BlockedCaller).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations)] : Array.Empty<DiagnosticResult>()]);

    // Anybody may call a public method, in the context as well.
    [Fact]
    public Task BlockInAPublicMethod_TellsWhoMayCallIt() => Verify.VerifyAnalyzerAsync(
        InContext("private static async Task Work() { await Task.Delay(1); } private void Turn() { } public void Save() { {|#0:Work().Wait()|}; }"),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR1006_BlockedCaller).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations).WithMessage(
            "'App.Save' blocks on 'Work()': called in the context that 'Pump.Loop' runs, it keeps 'App.Work' from going on there. Await it, or use ConfigureAwait(false) there."));

    [Theory]
    [InlineData("Task.Delay(1)", "internal", "Work().Wait()")]
    [InlineData("Task.Delay(1).ConfigureAwait(false)", "public", "Work().Wait()")]
    [InlineData("Task.Delay(1)", "public", "Task.Run(Work).Wait()")]
    [InlineData("Task.Delay(1)", "public", "Work().Wait(10)")]
    [InlineData("Task.Delay(1)", "public", "_ = Work()")]
    public Task BlockThatNoCallerSuffersFrom_IsQuiet(string work, string access, string block) => Verify.VerifyAnalyzerAsync(
        InContext($"private static async Task Work() {{ await {work}; }} private void Turn() {{ }} {access} void Save() {{ {block}; }}"));

    [Fact]
    public Task BlockOutsideTheContext_IsQuiet() => Verify.VerifyAnalyzerAsync(
        InContext("private static async Task Work() { await Task.Delay(1); } public void Turn() { } public static void Main() => Work().Wait();"));

    // The source of a message's answer gets the answer, be it a task: it does not signal that one.
    [Theory]
    [InlineData("T", "Task.Delay(1)", true)]
    [InlineData("string", "Task.Delay(1)", true)]
    [InlineData("T", "Task.Delay(1).ConfigureAwait(false)", false)]
    public Task MessageWithAnAnswer_Reports(string type, string wait, bool reports) => Verify.VerifyAnalyzerAsync(
        InContext($$"""
        public Task<{{type}}> Ask{{(type == "T" ? "<T>" : "")}}(Pump pump, Func<{{type}}> answer)
        {
            var source = new TaskCompletionSource<{{type}}>(TaskCreationOptions.RunContinuationsAsynchronously);
            pump.Post(_ => source.SetResult(answer()), null);
            return source.Task;
        }
        public Task<string> Load(Pump pump) => Ask(pump, Read);
        private static string Read() => {{(reports ? "{|#0:ReadAsync().Result|}" : "ReadAsync().Result")}};
        private static async Task<string> ReadAsync() { await {{wait}}; return ""; }
        public void Turn() { }
        """),
        [.. reports ? [Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR1006_BlockedContext).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations)] : Array.Empty<DiagnosticResult>()]);

    [Fact]
    public Task WaitOfThePumpItself_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        using System.Collections.Concurrent;
        public sealed class OneThread : SynchronizationContext
        {
            private readonly BlockingCollection<Action> _turns = new();
            public override void Post(SendOrPostCallback d, object? state) => _turns.Add(() => d(state));
            public static void Run(Func<Task> work)
            {
                var context = new OneThread();
                SetSynchronizationContext(context);
                Task task = work();
                task.ContinueWith(_ => context._turns.CompleteAdding());
                foreach (Action turn in context._turns.GetConsumingEnumerable()) { turn(); }
                task.GetAwaiter().GetResult();
            }
        }
        public static class App
        {
            public static void Main() => OneThread.Run(Work);
            private static async Task Work() { await Task.Delay(1); }
        }
        """);

    // Who holds a semaphore must go on in the context, whose thread waits for the semaphore. One that is free is taken without leaving the context.
    [Theory]
    [InlineData("_gate.WaitAsync()", "Task.Delay(1)", true)]
    [InlineData("_gate.WaitAsync().ConfigureAwait(false)", "Task.Delay(1)", true)]
    [InlineData("_gate.WaitAsync()", "Task.Delay(1).ConfigureAwait(false)", false)]
    [InlineData("_other.WaitAsync()", "Task.Delay(1)", false)]
    public Task SemaphoreWhoseHolderNeedsTheContext_Reports(string take, string wait, bool reports) => Verify.VerifyAnalyzerAsync(
        InContext($$"""
        private readonly SemaphoreSlim _gate = new(1, 1), _other = new(1, 1);
        private void Turn() { _ = LoadAsync(); Add(); }
        private async Task LoadAsync() { await {{take}}; try { await {{wait}}; } finally { {{take.Split('.')[0]}}.Release(); } }
        private void Add() { {{(reports ? "[|_gate.Wait()|]" : "_gate.Wait()")}}; _gate.Release(); }
        """));

    [Fact]
    public Task ContinuationThatWaitsForTheNextTurn_TellsBothSides() => Verify.VerifyAnalyzerAsync(
        WithLoop("new()", "{|#0:_started.Task.Wait()|}"),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR1006_BlockedContinuation).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations).WithMessage(
            "'Client.Start' blocks on '_started.Task' in a continuation that 'Loop.Run' runs inside its signal, but only 'Loop.Run' could signal '_started.Task'. "
            + "Use TaskCreationOptions.RunContinuationsAsynchronously, or await it."));

    [Theory]
    [InlineData("new(TaskCreationOptions.RunContinuationsAsynchronously)", "_started.Task.Wait()")]
    [InlineData("new()", "_started.Task.Wait(100)")]
    [InlineData("new()", "_ = _started.Task")]
    public Task ContinuationElsewhereOrWithoutAWait_IsQuiet(string source, string wait) => Verify.VerifyAnalyzerAsync(WithLoop(source, wait));

    // Who ends the connection fails what is still asked: nobody waits for that.
    [Theory]
    [InlineData("foreach (var reply in _asked.Values) reply.TrySetException(new IOException());", true)]
    [InlineData("foreach (var reply in _asked.Values) reply.TrySetResult(\"\");", false)]
    public Task ContinuationThatOnlyTheEndWouldLetGo(string close, bool reports) => Verify.VerifyAnalyzerAsync(
        $$"""
        using System.Collections.Concurrent;
        internal sealed class Question
        {
            private readonly TaskCompletionSource<string> _answer = new();
            public Task<string> Task => _answer.Task;
            public bool TrySetResult(string text) => _answer.TrySetResult(text);
            public bool TrySetException(Exception cause) => _answer.TrySetException(cause);
        }
        public sealed class Connection
        {
            private readonly BlockingCollection<int> _replies = new();
            private readonly ConcurrentDictionary<int, Question> _asked = new();
            private int _last;
            public Connection() => new Thread(Read).Start();
            private void Read() { foreach (var id in _replies.GetConsumingEnumerable()) { if (_asked.TryRemove(id, out var reply)) reply.TrySetResult(""); } }
            private Task<string> SendAsync() { var reply = new Question(); int id = ++_last; _asked[id] = reply; _replies.Add(id); return reply.Task; }
            public void Close() { _replies.CompleteAdding(); {{close}} }
            public async Task<string> PrintAsync() { await SendAsync().ConfigureAwait(false); return {{(reports ? "{|#0:SendAsync().Result|}" : "SendAsync().Result")}}; }
        }
        """,
        [.. reports ? [Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR1006_BlockedContinuation).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations)] : Array.Empty<DiagnosticResult>()]);

    // An async call that waits for what only the loop signals ends no earlier.
    [Theory]
    [InlineData("{|#0:CloseAsync().Wait()|}", "await SendAsync().ConfigureAwait(false);", true)]
    [InlineData("{|#0:CloseTwiceAsync().Wait()|}", "await SendAsync().ConfigureAwait(false);", true)]
    [InlineData("CloseAsync().Wait()", "await Task.Delay(1).ConfigureAwait(false);", false)]
    [InlineData("CloseAsync().Wait()", "await Task.WhenAny(SendAsync(), Task.Delay(9)).ConfigureAwait(false);", false)]
    [InlineData("CloseAsync().Wait(100)", "await SendAsync().ConfigureAwait(false);", false)]
    public Task ContinuationThatBlocksOnAnAsyncCall(string wait, string close, bool reports) => Verify.VerifyAnalyzerAsync(
        $$"""
        using System.Collections.Concurrent;
        public sealed class Connection
        {
            private readonly BlockingCollection<int> _replies = new();
            private readonly ConcurrentDictionary<int, TaskCompletionSource<string>> _asked = new();
            private int _last;
            public Connection() => new Thread(Read).Start();
            private void Read() { foreach (var id in _replies.GetConsumingEnumerable()) { if (_asked.TryRemove(id, out var reply)) reply.TrySetResult(""); } }
            public Task<string> SendAsync() { var reply = new TaskCompletionSource<string>(); int id = ++_last; _asked[id] = reply; _replies.Add(id); return reply.Task; }
            public async Task CloseAsync() { {{close}} _last = 0; }
            public async Task CloseTwiceAsync() { await CloseAsync().ConfigureAwait(false); }
            public async Task PrintAsync() { await SendAsync().ConfigureAwait(false); Finish(); }
            private void Finish() { {{wait}}; }
        }
        """,
        [.. reports ? [Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR1006_BlockedContinuation).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations)] : Array.Empty<DiagnosticResult>()]);

    // Other work does not need the loop.
    [Fact]
    public Task ContinuationThatBlocksOnWorkElsewhere_IsQuiet() => Verify.VerifyAnalyzerAsync(
        WithLoop("new()", "WorkAsync().Wait()", "private static async Task WorkAsync() { await Task.Delay(1); }"));

    [Fact]
    public Task SignalFromAnotherThreadToo_IsQuiet() => Verify.VerifyAnalyzerAsync(
        WithLoop("new()", "_started.Task.Wait()", "public void Abort() => new Thread(() => _started.TrySetCanceled()).Start();"));

    [Theory]
    [InlineData("_kept[0].Dispose()")]
    [InlineData("{|#0:_ended.Wait()|}")]
    public Task CallbackThatDisposesRegistrations_PassesItsOwn(string wait) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class Chained
        {
            private readonly CancellationTokenSource _fired = new();
            private readonly ManualResetEventSlim _ended = new();
            private readonly List<CancellationTokenRegistration> _kept = [];
            public void Follow(Chained other) => _kept.Add(other._fired.Token.Register(Fire));
            private void Fire() { _fired.Cancel(); {{wait}}; _ended.Set(); }
        }
        """,
        [.. wait.Contains('#') ? [Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR1006_BlockedContinuation).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations)] : Array.Empty<DiagnosticResult>()]);

    // The work that empties the queue goes on with the next item only when the continuation returns, and there is one such work at a time.
    [Theory]
    [InlineData("if (Interlocked.CompareExchange(ref _draining, 1, 0) == 0) ThreadPool.QueueUserWorkItem(_ => Drain());", "new()", "{|#0:GetAsync().GetAwaiter().GetResult()|}")]
    [InlineData("if (Interlocked.Exchange(ref _draining, 1) != 0) return; ThreadPool.QueueUserWorkItem(_ => Drain());", "new()", "{|#0:GetAsync().GetAwaiter().GetResult()|}")]
    [InlineData("if (Interlocked.CompareExchange(ref _draining, 1, 0) == 0) { } ThreadPool.QueueUserWorkItem(_ => Drain());", "new()", "GetAsync().GetAwaiter().GetResult()")]
    [InlineData("ThreadPool.QueueUserWorkItem(_ => Drain());", "new()", "GetAsync().GetAwaiter().GetResult()")]
    [InlineData("if (Interlocked.CompareExchange(ref _draining, 1, 0) == 0) ThreadPool.QueueUserWorkItem(_ => Drain());", "new(TaskCreationOptions.RunContinuationsAsynchronously)", "GetAsync().GetAwaiter().GetResult()")]
    [InlineData("if (Interlocked.CompareExchange(ref _draining, 1, 0) == 0) ThreadPool.QueueUserWorkItem(_ => { if (_queue.TryDequeue(out var box)) box.Complete(); });", "new()", "GetAsync().GetAwaiter().GetResult()")]
    public Task ContinuationInsideADrain(string start, string source, string wait) => Verify.VerifyAnalyzerAsync(
        $$"""
        using System.Collections.Concurrent;
        public sealed class Box
        {
            private readonly TaskCompletionSource<string> _source = {{source}};
            public Task<string> Task => _source.Task;
            public void Complete() => _source.TrySetResult("");
        }
        public sealed class Database
        {
            private readonly ConcurrentQueue<Box> _queue = new();
            private string? _cached;
            private int _draining;
            public Task<string> GetAsync()
            {
                if (_cached != null) return Task.FromResult(_cached);
                var box = new Box();
                Enqueue(box);
                return box.Task;
            }
            public async Task<string> DescribeAsync() { string name = await GetAsync().ConfigureAwait(false); return name + Get(); }
            private string Get() => {{wait}};
            private void Enqueue(Box box) { _queue.Enqueue(box); {{start}} }
            private void Drain() { while (_queue.TryDequeue(out var box)) box.Complete(); Volatile.Write(ref _draining, 0); }
        }
        """,
        [.. wait.Contains('#') ? [Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR1006_BlockedContinuation).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations)] : Array.Empty<DiagnosticResult>()]);

    private static string InContext(string members) => $$"""
        using System.Collections.Concurrent;
        public sealed class Pump : SynchronizationContext
        {
            private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _turns = new();
            public Pump() => new Thread(Loop).Start();
            public override void Post(SendOrPostCallback d, object? state) => _turns.Add((d, state));
            public void Run(Action turn) => Post(_ => turn(), null);
            private void Loop()
            {
                SetSynchronizationContext(this);
                foreach (var (callback, state) in _turns.GetConsumingEnumerable()) { callback(state); }
            }
        }
        public sealed class App
        {
            public void Start(Pump pump) => pump.Run(Turn);
            {{members}}
        }
        """;

    private static string WithLoop(string source, string wait, string more = "") => $$"""
        using System.Collections.Concurrent;
        public sealed class Loop
        {
            private readonly BlockingCollection<Action> _turns = new();
            public Loop() => new Thread(Run).Start();
            public void Post(Action turn) => _turns.Add(turn);
            private void Run() { foreach (Action turn in _turns.GetConsumingEnumerable()) { turn(); } }
        }
        public sealed class Client(Loop loop)
        {
            private readonly TaskCompletionSource _started = new();
            {{more}}
            public Task ConnectAsync() { TaskCompletionSource connected = {{source}}; loop.Post(() => connected.SetResult()); return connected.Task; }
            public async Task OpenAsync() { await ConnectAsync(); Start(); }
            private void Start() { loop.Post(() => _started.SetResult()); {{wait}}; }
        }
        """;
}
