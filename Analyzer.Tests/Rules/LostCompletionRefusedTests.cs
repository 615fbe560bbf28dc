using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1005 for work that a callee refuses without a word, while who handed it over waits for it.</summary>
public class LostCompletionRefusedTests
{
    [Fact]
    public Task DelegateThatIsNotKept_Reports() => Verify.VerifyAnalyzerAsync(
        Dispatcher("{|#1:Post(() => done.Set())|}; {|#0:done.Wait()|};", "void", "if (_isClosed) { return; } _work.Add(work);"),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage(
            "'C.Send' waits for 'done' without limit, but 'C.Post', which is handed what signals it, can return without having kept it. Signal it there, or throw."));

    [Theory]
    [InlineData("if (_isClosed) { return; } _work.Add(work);", true)]
    [InlineData("lock (_gate) { if (_isClosed) { return; } } _work.Add(work);", true)]
    [InlineData("if (!_isClosed) { _work.Add(work); }", true)]
    [InlineData("if (_isClosed) { throw new ObjectDisposedException(null); } _work.Add(work);", false)]
    [InlineData("if (_isClosed) { work(); return; } _work.Add(work);", false)]
    [InlineData("if (_isClosed) { Run(); return; } _work.Add(work);", false)]
    [InlineData("if (work == null) { return; } _work.Add(work);", false)]
    [InlineData("if (work is null) { return; } _work.Add(work);", false)]
    [InlineData("if (_isClosed) { _tell(); return; } _work.Add(work);", false)]
    [InlineData("_work.Add(work);", false)]
    [InlineData("if (_isClosed) { throw new ObjectDisposedException(null); } _work.Add(work); if (Closed) { return; }", false)]
    [InlineData("_isClosed = true;", false)]
    [InlineData("if (Closed) { return; } _work.Add(work);", true)]
    [InlineData("foreach (List<Action> list in _lists) { list.Add(work); }", false)]
    [InlineData("if (_isClosed) { return; } foreach (List<Action> list in _lists) { list.Add(work); }", true)]
    public Task CalleeThatReturnsAtOnce_HasNotKeptIt(string post, bool reports) => VerifyAsync("Post(() => done.Set());", "void", post, reports);

    [Theory]
    [InlineData("Post(() => done.Set());", true)]
    [InlineData("if (!Post(() => done.Set())) { return; }", false)]
    [InlineData("if (Post(() => done.Set()) == false) { return; }", false)]
    public Task AnswerThatIsUsed_TellsOfIt(string send, bool reports) => VerifyAsync(send, "bool", "if (_isClosed) { return false; } _work.Add(work); return true;", reports);

    [Theory]
    [InlineData("Post(() => done.Set());", true)]
    [InlineData("Action set = () => done.Set(); Post(set); _work.Add(set);", false)]
    [InlineData("Post(() => done.Set()); done.Set();", false)]
    [InlineData("Post(() => done.Set()); new Thread(() => done.Set()).Start();", false)]
    [InlineData("Post(() => GC.KeepAlive(done));", false)]
    [InlineData("new Posted(this, () => done.Set());", false)]
    public Task WorkThatIsHandedToOthersAsWell_MayBeDone(string send, bool reports) => VerifyAsync(send, "void", "if (_isClosed) { return; } _work.Add(work);", reports);

    [Theory]
    [InlineData("false", true)]
    [InlineData("true", false)]
    public Task ArgumentThatKeepsItOut_Counts(string isUrgent, bool reports) => VerifyAsync(
        $"Post(() => done.Set(), {isUrgent});", "void", "_work.Add(work); } public void Post(Action work, bool isUrgent) { if (isUrgent) { _work.Add(work); return; } if (_isClosed) { return; } _work.Add(work);", reports);

    [Theory]
    [InlineData("if (_isClosed) { return; } _requests.Enqueue(request);", true)]
    [InlineData("if (_isClosed) { request.Fail(); return; } _requests.Enqueue(request);", false)]
    [InlineData("if (_isClosed) { _last = request; return; } _requests.Enqueue(request);", false)]
    public Task CarrierThatIsNotKept(string send, bool reports) => CarrierAsync("Send(request);", send, reports);

    [Theory]
    [InlineData("Send(request); int size = _requests.Count;", true)]
    [InlineData("Send(request); Keep(request);", false)]
    [InlineData("Send(request); _last = request;", false)]
    [InlineData("Send(request); _requests.Enqueue(request);", false)]
    [InlineData("Send(request); _keep(request);", false)]
    [InlineData("var other = new Request(); Send(other);", false)]
    public Task CarrierThatOthersHaveAsWell_MayBeSeenTo(string ask, bool reports) => CarrierAsync(ask, "if (_isClosed) { return; } _requests.Enqueue(request);", reports);

    private static Task CarrierAsync(string ask, string send, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Request
        {
            private readonly TaskCompletionSource<int> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
            public Task<int> Reply => _reply.Task;
            public void Complete(int reply) => _reply.TrySetResult(reply);
            public void Fail() => _reply.TrySetCanceled();
        }
        public sealed class Peer
        {
            private readonly Queue<Request> _requests = new();
            private readonly Action<Request> _keep = Console.WriteLine;
            private Request? _last; private bool _isClosed;
            public async Task<int> AskAsync() { var request = new Request(); {{ask}} return {{(reports ? "[|await request.Reply|]" : "await request.Reply")}}; }
            public void Handle(int reply) { if (_requests.TryDequeue(out var request)) { request.Complete(reply); } else { _last?.Fail(); } }
            public void Close() { _isClosed = true; }
            private void Keep(Request request) => _last = request;
            private void Send(Request request) { {{send}} }
        }
        """);

    // It may be refused, and it may be dropped: one wait, one report.
    [Theory]
    [InlineData("if (_isClosed) { return; } _work.Enqueue(work);", "_isClosed = true; _work.Clear();")]
    [InlineData("if (_isClosed) { return; } _work.Enqueue(work);", "_isClosed = true;")]
    [InlineData("_work.Enqueue(work);", "_isClosed = true; _work.Clear();")]
    public Task WorkThatIsLostInTwoWays_IsToldOnce(string post, string close) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly Queue<Action> _work = new();
            private bool _isClosed;
            public C() { new Thread(Run).Start(); }
            public void Send() { var done = new ManualResetEventSlim(); Post(() => done.Set()); [|done.Wait()|]; }
            public void Close() { {{close}} }
            private void Post(Action work) { {{post}} }
            private void Run() { while (!_isClosed) { if (_work.TryDequeue(out var work)) { work(); } } }
        }
        """);

    private static Task VerifyAsync(string send, string type, string post, bool reports) => Verify.VerifyAnalyzerAsync(
        Dispatcher(send + (reports ? " [|done.Wait()|];" : " done.Wait();"), type, post));

    private static string Dispatcher(string send, string type, string post) => $$"""
        using System.Collections.Concurrent;
        public sealed class C
        {
            private readonly BlockingCollection<Action> _work = new(); private readonly List<List<Action>> _lists = new();
            private readonly object _gate = new();
            private readonly Action _tell = Console.WriteLine;
            private bool _isClosed;
            public bool Closed => _isClosed;
            public C() { new Thread(Run).Start(); }
            public void Send() { var done = new ManualResetEventSlim(); {{send}} }
            public {{type}} Post(Action work) { {{post}} }
            public void Close() { lock (_gate) { _isClosed = true; } }
            private void Run() { while (true) { _work.Take()(); } }
            private sealed class Posted { public Posted(C owner, Action work) { if (owner._isClosed) { return; } owner._work.Add(work); } }
        }
        """;
}
