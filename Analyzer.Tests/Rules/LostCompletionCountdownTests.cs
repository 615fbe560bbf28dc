using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1005 for what the last of several workers signals: each has to count itself off, and who is not the last owes nothing.</summary>
public class LostCompletionCountdownTests
{
    // How a worker counts itself off and finds that it is the last.
    public static TheoryData<string> Ways =>
    [
        "if (Interlocked.Decrement(ref _left) == 0) { _done.Set(); }",
        "if (Interlocked.Decrement(ref _left) != 0) { return; } _done.Set();",
        "if (Interlocked.Decrement(ref _left) > 0) return; _done.Set();",
        "int left = Interlocked.Decrement(ref _left); if (left <= 0) { _done.Set(); }",
        "lock (_gate) { if (--_left == 0) { _done.Set(); } }",
        "lock (_gate) { if (--this._left is 0) _done.Set(); }",
        "lock (_gate) { _running.Remove(worker); if (_running.Count == 0) { _done.Set(); } }",
        "lock (_gate) { if (_running.Remove(worker) && _running.Count == 0) { _done.Set(); } }",
        "lock (_gate) { _running.Remove(worker); if (!_running.Any()) { _done.Set(); } }",
        "lock (_gate) { _running.Remove(worker); if (_running.Count > 0) { return; } _done.Set(); }",
    ];

    [Theory]
    [MemberData(nameof(Ways))]
    public Task WorkerThatReturnsBefore_Reports(string last) => VerifyAsync("if (_isOver) { return; } SignOff(worker);", last, reports: true);

    [Theory]
    [MemberData(nameof(Ways))]
    public Task WorkerThatCountsOffOnEveryWay_IsQuiet(string last) => VerifyAsync("try { if (_isOver) { return; } _size++; } finally { SignOff(worker); }", last, reports: false);

    // The same for one worker: who finds others left owes nothing.
    [Theory]
    [MemberData(nameof(Ways))]
    public Task OneWorker_IsQuiet(string last) => VerifyAsync("SignOff(worker);", last, reports: false, start: "Start(new object());");

    // Any of them may be the one that signals.
    [Theory]
    [InlineData("_done.Set();")]
    [InlineData("if (_left == 0) { _done.Set(); }")]
    [InlineData("lock (_gate) { if (_running.Count == 0) { _done.Set(); } }")]
    [InlineData("lock (_gate) { _running.Remove(worker); if (_running.Count == 3) { _done.Set(); } }")]
    public Task FirstOfSeveral_IsQuiet(string signal) => VerifyAsync("if (_isOver) { return; } SignOff(worker);", signal, reports: false);

    // Who has not counted itself in yet need not count itself off.
    [Theory]
    [InlineData("if (_isOver) { return; } Interlocked.Increment(ref _left); SignOff(worker);", "if (Interlocked.Decrement(ref _left) == 0) { _done.Set(); }")]
    [InlineData("if (_isOver) { return; } lock (_gate) { _running.Add(worker); } SignOff(worker);", "lock (_gate) { _running.Remove(worker); if (_running.Count == 0) { _done.Set(); } }")]
    [InlineData("if (_isOver) { return; } SignOff(worker);", "lock (_gate) { _running.Add(worker); _running.Remove(worker); if (_running.Count == 0) { _done.Set(); } }")]
    [InlineData("if (_isOver) { return; } SignOff(worker);", "_left++; if (--_left == 0) { _done.Set(); }")]
    public Task WorkerThatCountsItselfIn_IsQuiet(string run, string last) => VerifyAsync(run, last, reports: false);

    // Each of those that a countdown counts owes it one signal.
    [Theory]
    [InlineData("if (item.Length == 0) { return; } Console.WriteLine(item); left.Signal();", true)]
    [InlineData("Check(item); left.Signal();", true)]
    [InlineData("try { Check(item); } finally { left.Signal(); }", false)]
    [InlineData("if (item.Length > 0) { Console.WriteLine(item); } left.Signal();", false)]
    public Task ItemOfACountdown(string run, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            public void Run(string[] items)
            {
                using var left = new CountdownEvent(items.Length);
                foreach (string item in items) { Task.Run(() => { {{run}} }); }
                {{(reports ? "[|left.Wait()|]" : "left.Wait()")}};
            }
            private static void Check(string item) { if (item.Length == 0) { throw new InvalidDataException(item); } }
        }
        """);

    // One loop gives back what it has several of, or uses it again.
    [Theory]
    [InlineData("_work.Add(() => back(buffer));")]
    [InlineData("new Thread(() => back(buffer)).Start();", true)]
    public Task PieceThatOneLoopUsesAgain_IsQuiet(string hand, bool reports = false) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Driver
        {
            private readonly BlockingCollection<Action> _work = new();
            private readonly Action<int> back;
            public Driver(Action<int> returned) { back = returned; new Thread(Run).Start(); }
            public void Hand(int buffer) { {{hand}} }
            private void Run() { foreach (Action action in _work.GetConsumingEnumerable()) action(); }
        }
        public sealed class Port
        {
            private readonly object _gate = new();
            private readonly List<int> _buffers = new() { 1, 2 };
            private readonly ManualResetEventSlim _returned = new();
            private readonly Driver _driver;
            private bool _isOpen;
            public Port() => _driver = new Driver(Back);
            public void Open() { _isOpen = true; foreach (int buffer in _buffers) _driver.Hand(buffer); }
            public void Close() { _isOpen = false; {{(reports ? "[|_returned.Wait()|]" : "_returned.Wait()")}}; }
            private void Back(int buffer) { lock (_gate) { if (_isOpen) _driver.Hand(buffer); else Free(buffer); } }
            private void Free(int buffer) { _buffers.Remove(buffer); if (_buffers.Count == 0) _returned.Set(); }
        }
        """);

    private static Task VerifyAsync(string run, string last, bool reports, string start = "foreach (var worker in workers) { Start(worker); }") => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Pool
        {
            private readonly object _gate = new();
            private readonly List<object> _running = new();
            private readonly ManualResetEventSlim _done = new();
            private volatile bool _isOver;
            private int _left, _size;
            public void Stop() { _isOver = true; }
            public void Work(object[] workers)
            {
                lock (_gate) { _running.AddRange(workers); _left = workers.Length; }
                {{start}}
                {{(reports ? "[|_done.Wait()|]" : "_done.Wait()")}};
            }
            private void Start(object worker) => ThreadPool.QueueUserWorkItem(_ => Run(worker));
            private void Run(object worker) { {{run}} }
            private void SignOff(object worker) { {{last}} }
            public override string ToString() => _size.ToString();
        }
        """);

    // Who has not come in yet has nothing to sign off: whether the call has let it in, it tells.
    [Theory]
    [InlineData("await _line.ConnectAsync(); if (!TryEnter()) { continue; } try { await WorkAsync(); } finally { Exit(); }", "_inFlight++;", false)]
    [InlineData("await _line.ConnectAsync(); Exit();", "", true)]
    public Task ContextThatCountsItselfIn_OwesFromThereOn(string turn, string count, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Line { public async Task ConnectAsync() { await Task.Delay(1); throw new System.IO.IOException(); } }
        public sealed class Gate
        {
            private readonly Line _line = new();
            private readonly object _sync = new();
            private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
            private int _inFlight = 1;
            private bool _isPaused;
            public void Start() => Task.Run(LoopAsync);
            public void Pause() { lock (_sync) { _isPaused = true; } }
            private async Task LoopAsync() { while (true) { {{turn}} } }
            private static Task WorkAsync() => Task.Delay(2);
            private bool TryEnter() { lock (_sync) { if (_isPaused) { return false; } {{count}} return true; } }
            private void Exit() { lock (_sync) { if (--_inFlight > 0) { return; } _drained.TrySetResult(); } }
            public async Task DrainAsync() { {{(reports ? "[|await _drained.Task|]" : "await _drained.Task")}}; }
        }
        """);
}
