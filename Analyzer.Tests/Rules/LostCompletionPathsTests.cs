using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1005 for which ways of a context count: what is owed from where, and what is as good as the signal.</summary>
public class LostCompletionPathsTests
{
    // What a body has made is owed from where others can find it.
    [Theory]
    [InlineData("work(); _ready = ready; ready.SetResult();", false)]
    [InlineData("_ready = ready; work(); ready.SetResult();", true)]
    [InlineData("_other = new object(); work(); _ready = ready; ready.SetResult();", false)]
    public Task OwnCompletion_IsOwedFromItsPublication(string rest, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $$"""
        private TaskCompletionSource? _ready; private object? _other;
        public void Open(Action work) { var ready = new TaskCompletionSource(); {{rest}} }
        public async Task UseAsync() { var ready = _ready; if (ready != null) { {{(reports ? "[|await ready.Task|]" : "await ready.Task")}}; } Console.WriteLine(_other); }
        """));

    [Theory]
    [InlineData("if (_done.IsSet) { return; }", false)]
    [InlineData("if (_second.IsSet) { return; }", true)]
    [InlineData("bool isSet = _done.IsSet; _items.Add(isSet ? 1 : 0); if (IsFull()) { return; }", true)]
    public Task SignalledAlready_IsAsGoodAsSignalled(string test, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $$"""
        private readonly ManualResetEventSlim _second = new();
        private bool IsFull() => _count > 3;
        public void Start() => Task.Run(() => { {{test}} _done.Set(); });
        public void Join() { {{Wait(reports)}}; }
        """));

    [Theory]
    [InlineData("waiter == null", false)]
    [InlineData("_text == null", true)]
    public Task NobodyThatWaits_NeedsNoSignal(string test, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $$"""
        private TaskCompletionSource? _waiter; private string? _text;
        public async Task JoinAsync() { var waiter = new TaskCompletionSource(); _waiter = waiter; {{(reports ? "[|await waiter.Task|]" : "await waiter.Task")}}; }
        public void Start() => Task.Run(() => { var waiter = _waiter; if ({{test}}) { return; } waiter!.SetResult(); });
        public void Name(string text) => _text = text;
        """));

    // What signals in a loop does so for something that comes again and again.
    [Theory]
    [InlineData("if (_count > 3) { _done.Set(); }", "", true)]
    [InlineData("foreach (int item in _items) { if (item > 3) { _done.Set(); } }", "", false)]
    [InlineData("foreach (int item in _items) { _count += item; } if (_count > 3) { _done.Set(); }", "", true)]
    [InlineData("foreach (int item in _items) { Finish(item); }", "private void Finish(int item) { if (item > 3) { _done.Set(); } }", false)]
    [InlineData("foreach (int item in _items) { if (item > 3) { _finish!(); } }", "private Action? _finish; public void Open() => _finish = () => _done.Set();", false)]
    public Task SignalOnSomeWays_ReportsUnlessInALoop(string run, string finish, bool reports) => Verify.VerifyAnalyzerAsync(
        InClass($"public void Start() => Task.Run(() => {{ {run} }}); public void Join() {{ {Wait(reports)}; }} {finish}"));

    [Theory]
    [InlineData("if (depth > 0) { Step(depth - 1); return; } _done.Set();", false)]
    [InlineData("if (depth > 0) { Step(depth - 1); } if (_count > 3) throw new IOException(); _done.Set();", true)]
    public Task SignallerThatCallsItself_ReportsWhereItThrows(string step, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $$"""
        public void Start() => Task.Run(() => Step(3));
        private void Step(int depth) { {{step}} }
        public void Join() { {{Wait(reports)}}; }
        """));

    [Fact]
    public Task BegunCallThatReturnsEarly_Reports() => Verify.VerifyAnalyzerAsync(
        InClass("""
            public void Start() => Task.Run(() => { _ = WorkAsync(); });
            private async Task WorkAsync() { await Task.Yield(); if (_count > 3) return; {|#1:_done.Set()|}; }
            public void Join() { {|#0:_done.Wait()|}; }
            """),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage(
            "'C.Join' waits for '_done' without limit, but 'C.WorkAsync', which signals it, can return before it does. Do it on every path."));

    private static string Wait(bool reports) => reports ? "[|_done.Wait()|]" : "_done.Wait()";

    private static string InClass(string members) => $$"""
        public sealed class C
        {
            private readonly ManualResetEventSlim _done = new();
            private readonly List<int> _items = new();
            private int _count;
            {{members}}
        }
        """;
}
