using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1005 for requests that wait in a table for the loop that answers them, each by its key: when the loop has ended, nobody does.</summary>
public class LostCompletionUnansweredTests
{
    private const string Loop = "foreach (var reply in _replies.GetConsumingEnumerable()) { Answer(reply); }";
    private const string Put = "if (_isClosed) { throw new InvalidOperationException(); } _pending.Add(++_last, request);";
    private const string Close = "_isClosed = true; _replies.CompleteAdding();";

    [Fact]
    public Task LoopThatCanEnd_Reports() => Verify.VerifyAnalyzerAsync(
        Client(Loop, Put, Close, "{|#0:await request.Task|}").Replace("_isClosed = true", "{|#1:_isClosed = true|}", StringComparison.Ordinal),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage(
            "'C.AskAsync' waits for 'request.Task' without limit, but 'C.Run', which alone answers what waits in '_pending', can end before, and 'C.Close' only keeps more out. "
            + "Fail what is left there."));

    [Theory]
    [InlineData(Loop, true)]
    [InlineData("while (_replies.TryTake(out int reply, Timeout.Infinite)) { Answer(reply); }", true)]
    [InlineData("while (true) { int reply = _replies.Take(); if (reply < 0) { return; } Answer(reply); }", true)]
    [InlineData("while (true) { int reply = _replies.Take(); Answer(reply); }", false)]
    [InlineData("for (int reply = 0; reply < 9; reply++) { Answer(reply); }", false)]
    [InlineData("Answer(_replies.Take());", false)]
    [InlineData("foreach (var reply in _replies.GetConsumingEnumerable()) { _last = reply; } Answer(_last);", false)]
    [InlineData("using var got = new ManualResetEventSlim(); foreach (var reply in _replies.GetConsumingEnumerable()) { _last = reply; got.Set(); } Answer(_last);", false)]
    [InlineData("Action<int> answer = Answer; foreach (var reply in _replies.GetConsumingEnumerable()) { answer(reply); }", true)]
    [InlineData("_stop.Token.WaitHandle.WaitOne(); for (int reply = 0; reply < 9; reply++) { Answer(reply); }", false)]
    [InlineData("for (int reply = 0; reply < 9; reply++) { _stop.Token.WaitHandle.WaitOne(); Answer(reply); }", true)]
    [InlineData("for (int reply = 0; reply < 9; reply++) { Next(); Answer(reply); } } private void Next() { _stop.Token.WaitHandle.WaitOne();", true)]
    [InlineData(Loop + " } public void Begin() => new Thread(RunToo).Start(); private void RunToo() { " + Loop, false)]
    [InlineData("} public void Pump() { foreach (var reply in _replies.GetConsumingEnumerable()) { Answer(reply); }", false)]
    public Task LoopThatWaitsForInput_Ends(string loop, bool reports) => VerifyAsync(loop, Put, Close, reports);

    [Theory]
    [InlineData(Put, true)]
    [InlineData("if (_isClosed == true) { throw new InvalidOperationException(); } _pending[++_last] = request;", true)]
    [InlineData("if (!_isClosed) { _pending.Add(++_last, request); } else { throw new InvalidOperationException(); }", true)]
    [InlineData("if (_isClosed != false) { throw new InvalidOperationException(); } _pending.Add(++_last, request);", true)]
    [InlineData("if (!_isClosed) { _last++; } _pending.Add(_last, request);", false)]
    [InlineData("_pending.Add(++_last, request); if (_isClosed) { throw new InvalidOperationException(); }", false)]
    [InlineData("if (_isFull) { throw new InvalidOperationException(); } _pending.Add(++_last, request);", false)]
    public Task ProgramKnowsOfTheEnd_WhereItTakesNoMore(string put, bool reports) => VerifyAsync(Loop, put, Close, reports);

    [Theory]
    [InlineData("_isClosed = true; foreach (var left in _pending.Values) { left.TrySetCanceled(); }", false)]
    [InlineData("_isClosed = true; foreach (var left in _pending) { left.Value.TrySetCanceled(); }", false)]
    [InlineData("_isClosed = true; foreach (var id in _pending.Keys) { if (_pending.Remove(id, out var left)) { left.TrySetCanceled(); } }", false)]
    [InlineData("_isClosed = true; var left = _pending; Fail(left);", false)]
    [InlineData("_isClosed = true; _left?.Invoke(_pending); } private readonly Action<Dictionary<int, TaskCompletionSource<int>>>? _left; public C(Action<Dictionary<int, TaskCompletionSource<int>>> left) : this() { _left = left;", false)]
    [InlineData("lock (_pending) { _isClosed = true; }", true)]
    [InlineData("_isClosed = true; Console.WriteLine(_pending.Count);", true)]
    [InlineData("_isClosed = true; } public void Open() { _isClosed = false;", false)]
    [InlineData("_isClosed = true; } public C(int last) : this() { _last = last; _isClosed = false;", true)]
    [InlineData("_isClosed = true; } public bool Has(int id) { return _pending.TryGetValue(id, out var request) && request.Task.IsCompleted;", true)]
    [InlineData("_isClosed = true; } public bool Has(int id) { return _pending[id].Task.IsCompleted;", true)]
    [InlineData("_isClosed = true; } public void Forget(int id) { if (_pending.ContainsKey(id)) { _last = id; }", true)]
    public Task WhoeverGetsAtAllOfThem_MaySeeToThem(string close, bool reports) => VerifyAsync(Loop, Put, close, reports);

    [Theory]
    [InlineData("await request.Task", true)]
    [InlineData("await request.Task.WaitAsync(TimeSpan.FromSeconds(1))", false)]
    [InlineData("_timer = new Timer(_ => request.TrySetCanceled(), null, 100, 100); await request.Task", false)]
    [InlineData("_stop.Token.Register(() => request.TrySetCanceled()); await request.Task", false)]
    public Task WaitThatNothingElseEnds(string wait, bool reports) => VerifyAsync(Loop, Put, Close, reports, wait);

    // Who makes it may see to it as long as nobody else has it, and answers its own at most.
    [Theory]
    [InlineData("if (_isClosed) { request.TrySetCanceled(); return 0; } _pending.Add(++_last, request);")]
    [InlineData(Put + " if (_isFull) { Answer(_last); }")]
    public Task RequestThatItsMakerSeesTo_IsNoAnswer(string put) => VerifyAsync(Loop, put, Close, reports: true);

    [Theory]
    [InlineData("foreach (var id in _replies.GetConsumingEnumerable()) { if (_pending.Remove(id, out var request)) { request.TrySetResult(id); } }", true)]
    [InlineData("int last = 0; foreach (var id in _replies.GetConsumingEnumerable()) { last = id; } if (_pending.Remove(last, out var request)) { request.TrySetResult(last); }", false)]
    public Task LoopThatSignalsItself_Counts(string loop, bool reports) => Verify.VerifyAnalyzerAsync(
        Client(loop, Put, Close, reports ? "[|await request.Task|]" : "await request.Task")
            .Replace("private void Answer(int id) { if (_pending.Remove(id, out var request)) { request.TrySetResult(id); } }", "", StringComparison.Ordinal));

    [Fact]
    public Task TableAndFlagOfAType_Count() => Verify.VerifyAnalyzerAsync(Client(Loop, Put, Close, "[|await request.Task|]")
        .Replace("readonly Dictionary", "static readonly Dictionary", StringComparison.Ordinal).Replace("private bool _isClosed, _isFull;", "private static bool _isClosed; private bool _isFull;", StringComparison.Ordinal));

    private static Task VerifyAsync(string loop, string put, string close, bool reports, string wait = "await request.Task") => Verify.VerifyAnalyzerAsync(
        Client(loop, put, close, reports ? wait.Replace("await request.Task", "[|await request.Task|]", StringComparison.Ordinal) : wait));

    private static string Client(string loop, string put, string close, string wait) => $$"""
        using System.Collections.Concurrent;
        public sealed class C
        {
            private readonly Dictionary<int, TaskCompletionSource<int>> _pending = new();
            private readonly BlockingCollection<int> _replies = new();
            private readonly CancellationTokenSource _stop = new();
            private bool _isClosed, _isFull; private int _last; private Timer? _timer;
            public C() { new Thread(Run).Start(); }
            public async Task<int> AskAsync()
            {
                var request = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
                {{put}}
                {{wait}};
                return _last;
            }
            public void Reply(int reply) { _replies.Add(reply); _isFull = reply > 9; GC.KeepAlive(_timer); }
            public void Close() { {{close}} }
            private void Run() { {{loop}} }
            private void Answer(int id) { if (_pending.Remove(id, out var request)) { request.TrySetResult(id); } }
            private static void Fail(Dictionary<int, TaskCompletionSource<int>> left) { foreach (var one in left.Values) { one.TrySetCanceled(); } }
        }
        """;
}
