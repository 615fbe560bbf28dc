using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1003 for waits for an async call that awaits the end of the very body that waits, and for work in queues of parts.</summary>
public class SelfDeadlockAwaitedEndTests
{
    [Theory]
    [InlineData("_stop.Cancel(); await _pump;", true)]
    [InlineData("_stop.Cancel(); await _pump.WaitAsync(TimeSpan.FromSeconds(1));", false)]
    [InlineData("_stop.Cancel(); await Task.Yield();", false)]
    [InlineData("_stop.Cancel(); if (_other is { } other) { await other._pump; }", false)]
    public Task EndThatIsAwaitedInBetween(string dispose, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Pump : IDisposable
        {
            private readonly CancellationTokenSource _stop = new(); private readonly Observer _observer; private Task _pump = Task.CompletedTask; private readonly Pump? _other;
            public Pump(Observer observer, Pump? other) { _observer = observer; _other = other; observer.Subscription = this; }
            public void Start() => _pump = Task.Run(RunAsync);
            public async Task DisposeAsync() { {{dispose}} }
            public void Dispose() => {{(reports ? "[|DisposeAsync().GetAwaiter().GetResult()|]" : "DisposeAsync().GetAwaiter().GetResult()")}};
            private async Task RunAsync() { while (!_stop.IsCancellationRequested) { await Task.Yield(); _observer.Next(); } }
        }
        public sealed class Observer { public Pump? Subscription; public void Next() => Subscription?.Dispose(); }
        """);

    [Theory]
    [InlineData("Seek();", true)]
    [InlineData("new Thread(Seek).Start();", false)]
    public Task WorkInAQueueOfThePartThatTheLoopServes(string update, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class AudioThread
        {
            private readonly List<Component> _components = new(); private volatile bool _exit;
            public AudioThread() => new Thread(Loop).Start();
            public void Register(Component component) { lock (_components) { _components.Add(component); } }
            public void Stop() => _exit = true;
            private void Loop() { while (!_exit) { Component[] frame; lock (_components) { frame = _components.ToArray(); } foreach (var component in frame) { component.Update(); } } }
        }
        public abstract class Component
        {
            private readonly ConcurrentQueue<Task> _pending = new();
            protected Component(AudioThread thread) => thread.Register(this);
            public void Update() { while (_pending.TryDequeue(out var work)) { work.RunSynchronously(); } UpdateState(); }
            protected abstract void UpdateState();
            protected Task Enqueue(Action action) { var task = new Task(action); _pending.Enqueue(task); return task; }
        }
        public sealed class Track : Component
        {
            private int _position; public Track(AudioThread thread) : base(thread) { }
            public void Seek() => {{(reports ? "[|Enqueue(() => _position = 0).Wait()|]" : "Enqueue(() => _position = 0).Wait()")}};
            protected override void UpdateState() { {{update}} }
        }
        """);

    // What an async method waits for, who waits for its end waits for as well.
    [Theory]
    [InlineData("private async Task Load() { await Switch(); }", "Load()", true)]
    [InlineData("private async Task Load() { await Switch().ConfigureAwait(false); Console.Beep(); }", "Load()", true)]
    [InlineData("private async Task Load() { await Task.Yield(); await Inner(); } private async Task Inner() => await Switch().ConfigureAwait(false);", "Load()", true)]
    [InlineData("private async Task Load() { await Task.Yield(); await _ready.Task; }", "Load()", true)]
    [InlineData("private async Task Load() { await Task.Yield(); }", "Load()", false)]
    [InlineData("private async Task Load() { _ = Switch(); await Task.Yield(); }", "Load()", false)]
    [InlineData("private async Task Load() { await Switch().WaitAsync(TimeSpan.FromSeconds(1)); }", "Load()", false)]
    [InlineData("private async Task Load() { await Switch(); }", "_other!.Load()", false)]
    public Task CompletionThatAnAsyncMethodAwaits(string members, string waited, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Page
        {
            private readonly BlockingCollection<Action> _queue = new(); private readonly Page? _other; private readonly TaskCompletionSource _ready = new();
            public Page(Page? other) { _other = other; new Thread(Loop).Start(); }
            public void Open() { _queue.Add(() => Opened()); _queue.Add(() => _ready.SetResult()); }
            private void Loop() { foreach (Action action in _queue.GetConsumingEnumerable()) { action(); } }
            private Task Switch() { var done = new TaskCompletionSource(); _queue.Add(() => done.SetResult()); return done.Task; }
            {{members}}
            private void Opened() => {{(reports ? $"[|{waited}.Wait()|]" : $"{waited}.Wait()")}};
        }
        """);

    // Who takes a lock of the program's own waits for whoever has it, be that the same method again.
    [Theory]
    [InlineData("Task.WhenAll(journal.Append(), journal.Append()).Wait();")]
    [InlineData("journal.Write();")]
    public Task LockOfTheProgramsOwn_IsGivenBackByTheOneBefore(string run) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Gate
        {
            private readonly Queue<TaskCompletionSource> _waiting = new(); private bool _taken;
            public Task Enter()
            {
                lock (_waiting)
                {
                    if (!_taken) { _taken = true; return Task.CompletedTask; }
                    var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    _waiting.Enqueue(turn);
                    return turn.Task;
                }
            }
            public void Leave() { TaskCompletionSource? next = null; lock (_waiting) { if (_waiting.Count > 0) { next = _waiting.Dequeue(); } else { _taken = false; } } next?.SetResult(); }
        }
        public sealed class Journal
        {
            private readonly Gate _gate = new();
            public async Task Append() { await _gate.Enter(); try { await File.AppendAllTextAsync("journal", "line"); } finally { _gate.Leave(); } }
            public void Write() { _ = Append(); }
        }
        public static class App { public static void Run(Journal journal) { {{run}} } }
        """);

    // Who fills a member and hands on what is in it, hands on the member.
    [Theory]
    [InlineData("=> _init ??= InitAsync();", "[|await EnsureAsync()|];")]
    [InlineData("{ return _init ??= InitAsync(); }", "[|await EnsureAsync()|];")]
    [InlineData("{ _init ??= InitAsync(); return _init; }", "[|await EnsureAsync()|];")]
    [InlineData("=> _init ??= InitAsync();", "")]
    [InlineData("=> _init ??= OtherAsync();", "await EnsureAsync();")]
    public Task TaskOfAMemberThatIsFilledOnce(string ensure, string wait) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Repo
        {
            private Task? _init;
            public Task EnsureAsync() {{ensure}}
            private async Task InitAsync() { await Task.Delay(1); {{wait}} }
            private async Task OtherAsync() { await Task.Delay(1); }
        }
        public static class App { public static void Run() { new Repo().EnsureAsync().Wait(); } }
        """);
}
