using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1001 for who waits, under a lock, for the answer of a loop that takes this lock for other messages: it never comes to the answer.</summary>
public class OtherTurnsTests
{
    private const string Turns = "while (true) { int id = _inbox.Take(); if (id > 0) Answer(id); else Handle(); }";

    [Theory]
    [InlineData(Turns, "new Thread(Loop).Start();", true)]
    [InlineData(Turns, "Task.Run(Loop);", true)]
    [InlineData("foreach (int id in _inbox.GetConsumingEnumerable()) { if (id > 0) Answer(id); else Handle(); }", "new Thread(Loop).Start();", true)]
    [InlineData("while (true) { int id = _inbox.Take(); Answer(id); Handle(); }", "new Thread(Loop).Start();", true)]
    [InlineData("foreach (int id in _inbox.GetConsumingEnumerable()) { try { Answer(id); } finally { Handle(); } }", "new Thread(Loop).Start();", true)]
    [InlineData("Handle(); while (true) { int id = _inbox.Take(); Answer(id); }", "new Thread(Loop).Start();", false)]
    [InlineData("while (_count < 3) { Handle(); } while (true) { int id = _inbox.Take(); Answer(id); }", "new Thread(Loop).Start();", false)]
    [InlineData("while (true) { int id = _inbox.Take(); if (id > 0) Answer(id); else Task.Run(Handle); }", "new Thread(Loop).Start();", false)]
    [InlineData("while (true) { int id = _inbox.Take(); if (id > 0) Answer(id); else HandleOther(); }", "new Thread(Loop).Start();", false)]
    [InlineData("while (true) { int id = _inbox.Take(); if (id > 0) Answer(id); else TryHandle(); }", "new Thread(Loop).Start();", false)]
    [InlineData(Turns, "for (int i = 0; i < 3; i++) new Thread(Loop).Start();", false)]
    [InlineData("int id = _inbox.Take(); if (id > 0) Answer(id); else Handle();", "new Thread(Loop).Start();", false)]
    public Task LoopThatTakesTheLockForOtherMessages_Reports(string loop, string start, bool reports) =>
        Verify.VerifyAnalyzerAsync(Program(loop, start, "lock (_gate) { Ask(1); }", reports));

    // An async loop is one where one line begins it once, be it in a task of its own.
    [Theory]
    [InlineData("_ = LoopAsync();", true)]
    [InlineData("Task.Run(LoopAsync);", true)]
    [InlineData("Task.Run(() => LoopAsync());", true)]
    [InlineData("for (int i = 0; i < 3; i++) _ = LoopAsync();", false)]
    [InlineData("for (int i = 0; i < 3; i++) Task.Run(() => LoopAsync());", false)]
    [InlineData("_ = LoopAsync(); _ = LoopAsync();", false)]
    public Task AsyncLoopThatTakesTheLock_ReportsIfThereIsOne(string start, bool reports) =>
        Verify.VerifyAnalyzerAsync(Program("", start, "lock (_gate) { Ask(1); }", reports));

    [Fact]
    public Task WaitBehindTheLock_IsQuiet() => Verify.VerifyAnalyzerAsync(Program(Turns, "new Thread(Loop).Start();", "lock (_gate) { _count++; } Ask(1);", reports: false));

    private static string Program(string loop, string start, string ask, bool reports) => $$"""
        using System.Collections.Concurrent;
        public sealed class Client
        {
            private readonly object _gate = new(), _other = new();
            private readonly BlockingCollection<int> _inbox = new();
            private readonly ConcurrentDictionary<int, ManualResetEventSlim> _pending = new();
            private int _count;
            public void Start() { {{start}} }
            public void Run() { {{ask}} }
            public void Receive(int id) => _inbox.Add(id);
            private void Ask(int id) { var done = new ManualResetEventSlim(); _pending[id] = done; {{(reports ? "[|done.Wait()|]" : "done.Wait()")}}; }
            private void Loop() { {{loop}} }
            private async Task LoopAsync() { await Task.Yield(); {{(loop.Length == 0 ? Turns : "")}} }
            private void Answer(int id) { if (_pending.TryRemove(id, out var done)) done.Set(); }
            private void Handle() { lock (_gate) { _count++; } }
            private void HandleOther() { lock (_other) { _count++; } }
            private void TryHandle() { if (Monitor.TryEnter(_gate)) { Monitor.Exit(_gate); } }
        }
        """;

    // Who has made a completion and waits for it does not give it any more, whatever it did before.
    [Theory]
    [InlineData("if (_closed) done.SetResult(); ", true)]
    [InlineData("Task.Run(() => done.SetResult()); ", false)]
    public Task SignalOfTheWaiterItself_IsNoHelp(string before, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Client
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly ConcurrentQueue<TaskCompletionSource> _pending = new();
            private bool _closed;
            public void Close() => _closed = true;
            public async Task RunAsync() { await _gate.WaitAsync(); try { await AskAsync(); } finally { _gate.Release(); } }
            private async Task AskAsync() { var done = new TaskCompletionSource(); _pending.Enqueue(done); {{before}}{{(reports ? "[|await done.Task|]" : "await done.Task")}}; }
            public async Task AnswerAsync() { await _gate.WaitAsync(); if (_pending.TryDequeue(out var done)) done.SetResult(); _gate.Release(); }
        }
        """);

    // A worker takes the locks of the parts that its object keeps among others, never the object's own.
    [Theory]
    [InlineData("foreach (Sink part in _parts) part.Write();", false)]
    [InlineData("lock (Gate) { }", true)]
    [InlineData("foreach (Sink part in _parts) part.Write(); lock (Gate) { }", true)]
    public Task WorkerThatTakesLocksOfParts_IsQuiet(string work, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public abstract class Sink
        {
            protected object Gate { get; } = new();
            public void Write() { lock (Gate) { Append(); } }
            protected abstract void Append();
        }

        public sealed class Tee : Sink
        {
            private readonly object _list = new();
            private readonly List<Sink> _parts = new();
            private readonly SemaphoreSlim _room = new(0), _items = new(0);
            public Tee() => new Thread(Work).Start();
            public void Add(Sink part) { lock (_list) _parts.Add(part); }
            protected override void Append() { _items.Release(); {{(reports ? "[|_room.Wait()|]" : "_room.Wait()")}}; }
            private void Work() { while (true) { _items.Wait(); lock (_list) { {{work}} } _room.Release(); } }
        }
        """);
}
