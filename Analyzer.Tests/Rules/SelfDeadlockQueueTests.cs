using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1003 for loops whose own work queues more work for the loop and waits for it.</summary>
public class SelfDeadlockQueueTests
{
    [Theory]
    [InlineData("_ui", true)]
    [InlineData("_worker", false)]
    public Task CallIntoALoopFromItsOwnTurn_IsToldFromACallIntoAnother(string loop, bool reports) => Verify.VerifyAnalyzerAsync(
        Loop(reports ? "[|done.Wait()|]" : "done.Wait()") + $$"""
        public sealed class Board
        {
            private readonly EventLoop _ui;
            private readonly EventLoop _worker;
            private int _count;
            public Board(EventLoop ui, EventLoop worker) { _ui = ui; _worker = worker; }
            public void Start() => _ui.Post(() => Work());
            private void Work() => _count = {{loop}}.Evaluate(() => _count + 1);
        }
        """);

    [Theory]
    [InlineData("_ui", true)]
    [InlineData("_worker", false)]
    public Task WorkPostedToALoop_IsToldByTheLoopThatRunsIt(string loop, bool reports) => Verify.VerifyAnalyzerAsync(Loop("done.Wait()") + $$"""
        public sealed class Board
        {
            private readonly EventLoop _ui;
            private readonly EventLoop _worker;
            public Board(EventLoop ui, EventLoop worker) { _ui = ui; _worker = worker; }
            public void Start() => _ui.Post(Work);
            private void Work() { var own = new ManualResetEventSlim(); {{loop}}.Post(() => own.Set()); {{(reports ? "[|own.Wait()|]" : "own.Wait()")}}; }
        }
        """);

    // The object that the loop belongs to was given the work; who made it is of no concern.
    [Theory]
    [InlineData("Execute(Job job) { _jobs.Add(job); [|job.Done.Task.Wait()|]; }", "Do(Last)")]
    [InlineData("Execute(Job job) { _jobs.Add(job); job.Done.Task.Wait(); }", "Last()")]
    [InlineData("Execute(Job job) { Task.Run(job.Body).ContinueWith(_ => job.Done.TrySetResult()); job.Done.Task.Wait(); }", "Do(Last)")]
    [InlineData("Execute(Job job) { _jobs.Add(job); job.Done.Task.Wait(100); }", "Do(Last)")]
    public Task WorkThatTheCallerMade(string execute, string next) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Job { public readonly Action Body; public readonly TaskCompletionSource Done = new(); public Job(Action body) => Body = body; }
        public sealed class Runner
        {
            private readonly BlockingCollection<Job> _jobs = new();
            public Runner() => new Thread(Loop).Start();
            public void {{execute}}
            private void Loop() { foreach (Job job in _jobs.GetConsumingEnumerable()) { try { job.Body(); } finally { job.Done.SetResult(); } } }
        }
        public sealed class User
        {
            private readonly Runner _runner = new(); private int _n;
            public void Start() => Do(Work);
            private void Work() => {{next}};
            private void Last() => _n++;
            private void Do(Action body) => _runner.Execute(new Job(body));
        }
        """);

    // Each piece of work in a context of its own: another one answers what this one asks.
    [Theory]
    [InlineData("Deliver(letter);", true)]
    [InlineData("Task.Run(() => Deliver(letter));", false)]
    public Task WorkOfOneLoopOrOfManyContexts(string deliver, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public interface IAgent { string Handle(string text, Post post); }
        public sealed class Letter(string text) { private readonly TaskCompletionSource<string> _reply = new(); public string Text => text; public Task<string> Reply => _reply.Task; public void Answer(string reply) => _reply.TrySetResult(reply); }
        public sealed class Post
        {
            private readonly BlockingCollection<Letter> _letters = new(); private IAgent _agent;
            public Post(IAgent agent) { _agent = agent; new Thread(Run).Start(); }
            public string Send(string text) { var letter = new Letter(text); _letters.Add(letter); return {{(reports ? "[|letter.Reply.Result|]" : "letter.Reply.Result")}}; }
            private void Run() { foreach (Letter letter in _letters.GetConsumingEnumerable()) { {{deliver}} } }
            private void Deliver(Letter letter) { letter.Answer(_agent.Handle(letter.Text, this)); }
        }
        public sealed class Editor : IAgent { public string Handle(string text, Post post) => text.Length < 4 ? text : post.Send(text.Substring(1)); }
        """);

    [Theory]
    [InlineData("_loop.Ask(() => 1).Result", true)]
    [InlineData("_loop.Ask(() => 1)", false)]
    public Task AnswerThatIsWaitedForInTheLoopThatGivesIt_Reports(string ask, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Request(Func<object> work, TaskCompletionSource<object> reply)
        {
            public Func<object> Work { get; } = work;
            public TaskCompletionSource<object> Reply { get; } = reply;
        }
        public sealed class Loop
        {
            private readonly BlockingCollection<Request> _requests = new();
            public Loop() => new Thread(Run).Start();
            public Task<object> Ask(Func<object> work)
            {
                var reply = new TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously);
                _requests.Add(new Request(work, reply));
                return reply.Task;
            }
            private void Run() { foreach (var request in _requests.GetConsumingEnumerable()) request.Reply.TrySetResult(request.Work()); }
        }
        public sealed class Client
        {
            private readonly Loop _loop;
            public Client(Loop loop) => _loop = loop;
            public void Start() => _loop.Ask(() => Work());
            private object Work() => {{(reports ? $"[|{ask}|]" : ask)}};
        }
        """);

    [Theory]
    [InlineData("_loop", "Task.WaitAll(_loop.Submit(Count), _loop.Submit(Count))")]
    [InlineData("_loop", "Task.WaitAll(tasks.ToArray())")]
    [InlineData("_loop", "tasks[0].Wait()")]
    [InlineData("_loop", "Task.WaitAll(array)")]
    [InlineData("_other", "Task.WaitAll(_other.Submit(Count), _other.Submit(Count))")]
    [InlineData("_other", "Task.WaitAll(tasks.ToArray())")]
    [InlineData("_other", "tasks[0].Wait()")]
    [InlineData("_other", "Task.WaitAll(array)")]
    public Task TasksThatAContainerKeeps_AreWorkOfTheLoopThatMadeThem(string loop, string wait) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Loop
        {
            private readonly BlockingCollection<Action> _work = new();
            public Loop() => new Thread(Run).Start();
            public void Post(Action action) => _work.Add(action);
            public Task Submit(Action action)
            {
                var done = new TaskCompletionSource();
                _work.Add(() => { action(); done.SetResult(); });
                return done.Task;
            }
            private void Run() { foreach (Action action in _work.GetConsumingEnumerable()) action(); }
        }
        public sealed class Client
        {
            private readonly Loop _loop, _other;
            private int _count;
            public Client(Loop loop, Loop other) { _loop = loop; _other = other; }
            public void Start() => _loop.Post(() => Work());
            private void Count() => _count++;
            private void Work()
            {
                var tasks = new List<Task>();
                foreach (int i in new[] { 1, 2 }) tasks.Add({{loop}}.Submit(Count));
                var array = new Task[1];
                array[0] = {{loop}}.Submit(Count);
                {{(loop == "_loop" ? $"[|{wait}|]" : wait)}};
            }
        }
        """);

    [Theory]
    [InlineData("_running.Wait()", "Drain();", true)]
    [InlineData("_running.Wait()", "Task.Run(Drain);", false)]
    [InlineData("_running.Wait(100)", "Drain();", false)]
    public Task CountdownOfTheWorkThatWaitsForIt_Reports(string wait, string drain, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Jobs
        {
            private readonly CountdownEvent _running = new(1);
            public void Start(Action<Jobs> job) { _running.AddCount(); new Thread(() => Execute(job)).Start(); }
            public void Drain() { _running.Signal(); {{(reports ? $"[|{wait}|]" : wait)}}; }
            public void Maintain() { {{drain}} }
            private void Execute(Action<Jobs> job) { try { job(this); } finally { _running.Signal(); } }
        }
        public static class Program { public static void Add(Jobs jobs) => jobs.Start(own => own.Maintain()); }
        """);

    [Theory]
    [InlineData("async () => { _count++; await ReloadAsync(); }", true)]
    [InlineData("() => { _count++; return ReloadAsync(); }", true)]
    [InlineData("async () => { _count++; _ = ReloadAsync(); await Task.Yield(); }", false)]
    public Task AsyncWorkThatAwaitsMoreWorkOfItsDispatcher_Reports(string refresh, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Threading.Channels;
        public sealed class Work(Func<Task> run)
        {
            public Func<Task> Run { get; } = run;
            public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        public sealed class Dispatcher
        {
            private readonly Channel<Work> _channel = Channel.CreateUnbounded<Work>();
            private int _count;
            public Dispatcher() => Task.Run(LoopAsync);
            public async Task InvokeAsync(Func<Task> run) { var work = new Work(run); _channel.Writer.TryWrite(work); {{(reports ? "[|await work.Done.Task|]" : "await work.Done.Task")}}; }
            private async Task LoopAsync()
            {
                while (await _channel.Reader.WaitToReadAsync())
                {
                    while (_channel.Reader.TryRead(out Work? work)) { try { await work.Run(); } finally { work.Done.TrySetResult(); } }
                }
            }
            public Task RefreshAsync() => InvokeAsync({{refresh}});
            private Task ReloadAsync() => InvokeAsync(() => { _count = 0; return Task.CompletedTask; });
        }
        """);

    [Theory]
    [InlineData("_owner", true)]
    [InlineData("new Runner()", false)]
    public Task JobThatStopsTheRunnerOfItsOwnThread_Reports(string runner, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public interface IJob { void Execute(); }
        public sealed class Runner
        {
            private readonly ManualResetEvent _done = new(false);
            public void Start(IJob job) => new Thread(() => Run(job)).Start();
            public void Stop() => {{(reports ? "[|_done.WaitOne()|]" : "_done.WaitOne()")}};
            private void Run(IJob job) { try { job.Execute(); } finally { _done.Set(); } }
        }
        public sealed class Job : IJob
        {
            private readonly Runner _owner;
            public Job(Runner owner) => _owner = owner;
            public void Begin() => _owner.Start(this);
            public void Execute() => {{runner}}.Stop();
        }
        """);

    // From the loop's turn back to the loop: five members.
    [Theory]
    [InlineData("_loop.Post(() => _handler.Handle())", true)]
    [InlineData("new Thread(() => _handler.Handle()).Start()", false)]
    public Task LoopThatIsFarAway_IsTold(string receive, bool reports) => Verify.VerifyAnalyzerAsync(Loop(reports ? "[|done.Wait()|]" : "done.Wait()") + $$"""
        public sealed class State(EventLoop loop) { private readonly EventLoop _loop = loop; private int _count; public void Commit() => _count = _loop.Evaluate(() => _count + 1); }
        public sealed class Tree(State state) { private readonly State _state = state; public void Suggest() => _state.Commit(); }
        public sealed class Server(Tree tree) { private readonly Tree _tree = tree; public void Add() => _tree.Suggest(); }
        public sealed class Handler(Server server) { private readonly Server _server = server; public void Handle() => _server.Add(); }
        public sealed class Session
        {
            private readonly EventLoop _loop;
            private readonly Handler _handler;
            public Session(EventLoop loop, Handler handler) { _loop = loop; _handler = handler; }
            public void Receive() => {{receive}};
        }
        """);

    private static string Loop(string wait) => $$"""
        using System.Collections.Concurrent;
        public sealed class EventLoop
        {
            private readonly BlockingCollection<Action> _queue = new();
            public EventLoop() => new Thread(Run).Start();
            public void Post(Action action) => _queue.Add(action);
            public int Evaluate(Func<int> function)
            {
                int result = 0;
                var done = new ManualResetEventSlim();
                Post(() => { result = function(); done.Set(); });
                {{wait}};
                return result;
            }
            private void Run() { foreach (var action in _queue.GetConsumingEnumerable()) action(); }
        }

        """;
}
