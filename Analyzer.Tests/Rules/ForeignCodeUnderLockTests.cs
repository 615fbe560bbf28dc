using Microsoft.CodeAnalysis;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.ForeignCodeUnderLockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

public class ForeignCodeUnderLockTests
{
    private const string Continuation =
        "public async Task Watch() { await _done.Task; lock (_other) { } } public void Touch() { lock (_gate) { } } private readonly object _other = new();";

    private const string InlineSource = "private readonly TaskCompletionSource _done = new();";

    private const string AsyncSource = "private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);";

    private const string Token = "private readonly CancellationTokenSource _stop = new(); private readonly object _other = new(); public void Touch() { lock (_gate) { } }";

    [Fact]
    public Task ContinuationThatAcquires_TellsWhat() => Verify.VerifyAnalyzerAsync(
        """
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private readonly TaskCompletionSource _done = new();
            public async Task Watch() { await _done.Task; lock ({|#2:_other|}) { } }
            public void Finish() { lock ({|#1:_gate|}) { {|#0:_done.SetResult()|}; } }
            public void Touch() { lock (_gate) { } }
        }
        """,
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'C.Finish' runs 'C.Watch', which acquires '_other', while it holds '_gate'. Signal '_done' after releasing '_gate'."));

    [Theory]
    [InlineData("SetResult()")]
    [InlineData("TrySetResult()")]
    [InlineData("SetException(new Exception())")]
    [InlineData("TrySetCanceled()")]
    public async Task InlineContinuation_Reports(string signal)
    {
        await ReportsAsync($"{InlineSource} {Continuation} public void Finish() {{ lock (_gate) {{ {{|#0:_done.{signal}|}}; }} }}");
        await QuietAsync($"{InlineSource} {Continuation} public void Finish() {{ lock (_gate) {{ }} _done.{signal}; }}");
        await QuietAsync($"{AsyncSource} {Continuation} public void Finish() {{ lock (_gate) {{ _done.{signal}; }} }}");
    }

    // A completion that its object's constructor gives has nobody waiting for it.
    [Theory]
    [InlineData("_done.SetResult();", false)]
    [InlineData("if (Environment.Is64BitProcess) { _done.SetResult(); }", true)]
    [InlineData("", true)]
    public async Task CompletionGivenByTheConstructor_RunsNothing(string constructor, bool reports)
    {
        string source = $"private TaskCompletionSource _done = new(); public C() {{ {constructor} }} {Continuation} public void Reset() => _done = new(TaskCreationOptions.RunContinuationsAsynchronously); "
            + "public void Finish() { lock (_gate) { {|#0:_done.TrySetResult()|}; } }";
        await (reports ? ReportsAsync(source) : QuietAsync(source.Replace("{|#0:", "").Replace("|};", ";")));
    }

    // What was made here runs nobody's code until somebody else can have it: by an await, or by a function that speaks of it.
    [Theory]
    [InlineData("done.TrySetResult(); Use(done.Task);", false)]
    [InlineData("Later(() => _size++); done.TrySetResult(); Use(done.Task);", false)]
    [InlineData("done.Task.ContinueWith(_ => _size++); if (_size == 0) { done.TrySetResult(); } else { Later(() => done.TrySetResult()); } Use(done.Task);", false)]
    [InlineData("Use(done.Task); {|#0:done.TrySetResult()|};", true)]
    [InlineData("Later(() => Use(done.Task)); {|#0:done.TrySetResult()|};", true)]
    [InlineData("Later(() => { Action inner = () => Use(done.Task); inner(); }); {|#0:done.TrySetResult()|};", true)]
    [InlineData("Later(() => Inner()); {|#0:done.TrySetResult()|}; void Inner() => Use(done.Task);", true)]
    [InlineData("Task task = done.Task; Later(() => Use(task)); {|#0:done.TrySetResult()|};", true)]
    public Task CompletionThatNobodyElseHas_RunsNothing(string rest, bool reports)
    {
        string source = $$"""
            private readonly object _other = new(); private int _size; private readonly List<Action> _later = new();
            private void Later(Action run) => _later.Add(run);
            private async Task Use(Task done) { await done; lock (_other) { } }
            public void Touch() { lock (_gate) { } }
            public void Send() { lock (_gate) { var done = new TaskCompletionSource(); {{rest}} } }
            """;
        return reports ? ReportsAsync(source) : QuietAsync(source);
    }

    // A queue of completions is one itself: who adds to it signals none of those that lie in it.
    [Theory]
    [InlineData("_all.Add(done)", false)]
    [InlineData("{|#0:_all.Take().SetResult()|}", true)]
    public Task QueueOfCompletions_RunsNoneOfTheirContinuations(string act, bool reports)
    {
        string source = $$"""
            private readonly object _other = new(); private readonly System.Collections.Concurrent.BlockingCollection<TaskCompletionSource> _all = new();
            public async Task Use() { var done = new TaskCompletionSource(); _all.Add(done); await done.Task; lock (_other) { } }
            public void Touch() { lock (_gate) { } }
            public void Send(TaskCompletionSource done) { lock (_gate) { {{act}}; } }
            """;
        return reports ? ReportsAsync(source) : QuietAsync(source);
    }

    [Fact]
    public Task ContinuationBehindAnotherAwait_IsNotRunInline() => SuggestsAsync($$"""
        {{InlineSource}} private readonly object _other = new();
        public async Task Watch() { await _done.Task; await Task.Delay(1); lock (_other) { } }
        public void Finish() { lock (_gate) { {|#0:_done.SetResult()|}; } }
        public void Touch() { lock (_gate) { } }
        """);

    [Fact]
    public Task ContinuationOfACaller_Reports() => ReportsAsync($$"""
        {{InlineSource}} private readonly object _other = new();
        private async Task Inner() { await _done.Task.ConfigureAwait(false); }
        public async Task Watch() { await Inner(); lock (_other) { } }
        public void Finish() { lock (_gate) { {|#0:_done.SetResult()|}; } }
        public void Touch() { lock (_gate) { } }
        """);

    [Fact]
    public Task ContinuationThatTakesTheSameLock_IsASuggestion() => SuggestsAsync($$"""
        {{InlineSource}}
        public async Task Watch() { await _done.Task; lock (_gate) { } }
        public void Finish() { lock (_gate) { {|#0:_done.SetResult()|}; } }
        """);

    [Fact]
    public Task UnseenContinuation_IsASuggestion() => SuggestsAsync($$"""
        {{InlineSource}}
        public Task Done => _done.Task;
        public void Finish() { lock (_gate) { {|#0:_done.SetResult()|}; } }
        public void Touch() { lock (_gate) { } }
        """);

    [Fact]
    public async Task CancelThatRunsACallback_Reports()
    {
        await ReportsAsync(Token + " public void Watch() => _stop.Token.Register(() => { lock (_other) { } }); public void Stop() { lock (_gate) { {|#0:_stop.Cancel()|}; } }");
        await QuietAsync(Token + " public void Watch() => _stop.Token.Register(() => { lock (_other) { } }); public void Stop() { lock (_gate) { } _stop.Cancel(); }");
    }

    [Fact]
    public Task CancelThatRunsAHarmlessCallback_IsASuggestion() => SuggestsAsync(
        Token + " private int _n; public void Watch() => _stop.Token.Register(() => _n++); public void Stop() { lock (_gate) { {|#0:_stop.Cancel()|}; } }");

    [Fact]
    public Task CancelAsync_IsQuiet() => QuietAsync(
        Token + " public void Watch() => _stop.Token.Register(() => { lock (_other) { } }); public void Stop() { lock (_gate) { _stop.CancelAsync(); } }");

    [Fact]
    public Task CancelOfALinkedParent_Reports() => ReportsAsync(Token + """
        public void Watch() => CancellationTokenSource.CreateLinkedTokenSource(_stop.Token).Token.Register(() => { lock (_other) { } });
        public void Stop() { lock (_gate) { {|#0:_stop.Cancel()|}; } }
        """);

    [Fact]
    public Task CallbackThatWaits_Reports() => ReportsAsync(Token + """
        private readonly ManualResetEventSlim _idle = new();
        public void Idle() => _idle.Set();
        public void Watch() => _stop.Token.Register(() => _idle.Wait());
        public void Stop() { lock (_gate) { {|#0:_stop.Cancel()|}; } }
        """);

    [Theory]
    [InlineData("public event Action? Changed;", "Changed?.Invoke()")]
    [InlineData("private readonly IObserver<int> _observer; public C(IObserver<int> observer) => _observer = observer;", "_observer.OnNext(1)")]
    [InlineData("private readonly Action _work; public C(Action work) => _work = work;", "_work()")]
    public async Task DelegateUnderLock_IsASuggestion(string members, string call)
    {
        await Verify.VerifyAnalyzerAsync(InClass(members + " public void Run() { lock (_gate) { " + call + "; } } public void Touch() { lock (_gate) { } }"), Suggestion(members, call));
        await QuietAsync(members + " public void Run() { lock (_gate) { } " + call + "; } public void Touch() { lock (_gate) { } }");
    }

    [Fact]
    public Task DelegateThatIsSeen_IsQuiet() => QuietAsync("""
        private readonly Action _work = () => Console.WriteLine();
        public void Run() { lock (_gate) { _work(); } }
        public void Touch() { lock (_gate) { } }
        """);

    private static Support.DiagnosticResult Suggestion(string members, string call)
    {
        string source = InClass(members + " public void Run() { lock (_gate) { " + call + "; } } public void Touch() { lock (_gate) { } }");
        string[] before = source[..source.IndexOf(call + ";", StringComparison.Ordinal)].Split('\n');
        int column = before[^1].Length + 1;
        string invoked = call.StartsWith("Changed?", StringComparison.Ordinal) ? ".Invoke()" : call;
        return Verify.Diagnostic().WithSeverity(DiagnosticSeverity.Info)
            .WithSpan(before.Length, column + call.IndexOf(invoked, StringComparison.Ordinal), before.Length, column + call.Length)
            .WithOptions(Support.DiagnosticOptions.IgnoreAdditionalLocations);
    }

    private static Task ReportsAsync(string members) => Verify.VerifyAnalyzerAsync(
        InClass(members), Verify.Diagnostic().WithLocation(0).WithOptions(Support.DiagnosticOptions.IgnoreAdditionalLocations));

    private static Task SuggestsAsync(string members) => Verify.VerifyAnalyzerAsync(
        InClass(members),
        Verify.Diagnostic().WithSeverity(DiagnosticSeverity.Info).WithLocation(0).WithOptions(Support.DiagnosticOptions.IgnoreAdditionalLocations));

    private static Task QuietAsync(string members) => Verify.VerifyAnalyzerAsync(InClass(members));

    private static string InClass(string members) => $$"""
        public sealed class C
        {
            private readonly object _gate = new();
        {{members}}
        }
        """;
}
