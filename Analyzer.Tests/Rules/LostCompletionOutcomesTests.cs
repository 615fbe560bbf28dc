using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1005 for what goes on from a task: waits for it, and signals that only some outcomes of the task bring.</summary>
public class LostCompletionOutcomesTests
{
    private const string Answer = "c.SetResult(d.Result)";
    private const string Fault = "c.SetException(d.Exception!)";

    [Theory]
    [InlineData(Answer, "OnlyOnRanToCompletion", null, null, true)]
    [InlineData(Answer, "OnlyOnRanToCompletion", Fault, "OnlyOnFaulted", true)]
    [InlineData(Answer, "NotOnFaulted", Fault, "OnlyOnFaulted", false)]
    [InlineData(Answer, "OnlyOnRanToCompletion", Fault, "NotOnRanToCompletion", false)]
    [InlineData(Answer, "OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously", Fault, "OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously", true)]
    [InlineData("c.TrySetResult(d.Status.ToString())", "None", null, null, false)]
    [InlineData("Console.WriteLine(d.Result)", "OnlyOnRanToCompletion", Fault, "OnlyOnFaulted", false)]
    public Task SignalAfterSomeOutcomes_IsLostAfterTheOthers(string first, string options, string? second, string? otherOptions, bool reports) =>
        OutcomesAsync("new HttpClient().GetStringAsync(\"/\", new CancellationTokenSource().Token)", Goes("d", first, options) + Goes("d", second, otherOptions), reports);

    [Theory]
    [InlineData("Task.Delay(1)", true)]
    [InlineData("Ask()", true)]
    [InlineData("Know()", false)]
    [InlineData("Task.Run(Read)", false)]
    [InlineData("_cancelled.Task", true)]
    [InlineData("_failed.Task", false)]
    public Task WorkThatIsSeen_EndsByWhatItThrows(string task, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            public void Join()
            {
                var c = new TaskCompletionSource();
                {{task}}.ContinueWith(d => c.SetResult(), TaskContinuationOptions.OnlyOnRanToCompletion);
                {{task}}.ContinueWith(d => c.SetException(d.Exception!), TaskContinuationOptions.OnlyOnFaulted);
                {{(reports ? "[|c.Task.Wait()|]" : "c.Task.Wait()")}};
            }
            private readonly TaskCompletionSource _cancelled = new(), _failed = new();
            public void Cancel() => _cancelled.TrySetCanceled();
            public void Fail() => _failed.TrySetException(new IOException());
            private async Task Ask() { await Task.Delay(1); await Console.Out.FlushAsync(); }
            private async Task Know() { await Task.CompletedTask; }
            private void Read() { if (Environment.TickCount == 0) throw new OperationCanceledException(); }
        }
        """);

    // A helper for all of a program, and somebody else who may signal.
    [Theory]
    [InlineData("OnlyOnFaulted", "", true)]
    [InlineData("NotOnRanToCompletion", "", false)]
    [InlineData("OnlyOnFaulted", "token.Register(() => c.TrySetCanceled());", false)]
    public Task HelperThatLeavesAnOutcomeOut_LosesTheSignal(string options, string besides, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public static class Tasks
        {
            public static void WhenCompleted<T>(this Task<T> task, Action<Task<T>> onComplete, Action<Task<T>> onFaulted)
            {
                task.ContinueWith(onComplete, TaskContinuationOptions.OnlyOnRanToCompletion);
                task.ContinueWith(onFaulted, TaskContinuationOptions.{{options}});
            }
        }
        public sealed class C(Func<CancellationToken, Task<string>> _ask)
        {
            private Task<int> Invoke(CancellationToken token)
            {
                var c = new TaskCompletionSource<int>();
                {{besides}}
                _ask(token).WhenCompleted(d => c.TrySetResult(d.Result.Length), d => c.TrySetException(d.Exception!));
                return c.Task;
            }
            public int Get(CancellationToken token) => {{(reports ? "[|Invoke(token).Result|]" : "Invoke(token).Result")}};
        }
        """);

    [Fact]
    public Task MissedOutcome_TellsWhatDoesNotRun() => Verify.VerifyAnalyzerAsync(
        Outcomes("new HttpClient().GetStringAsync(\"/\")", "{|#1:t.ContinueWith(d => {|#2:c.SetResult(d.Result)|}, TaskContinuationOptions.OnlyOnRanToCompletion)|};", reports: false).Replace("c.Task.Wait()", "{|#0:c.Task.Wait()|}"),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'C.Join' waits for 'c' without limit, but 'a lambda in C.Join', which signals it, does not run if the task that it goes on from fails. Go on from every outcome."));

    // Who waits for what goes on from a task waits for the task.
    [Theory]
    [InlineData("Get().ContinueWith(t => t.Result.ToString())", true)]
    [InlineData("Get().ContinueWith(t => t.Result + 1).ContinueWith(t => t.Result.ToString(), TaskScheduler.Default)", true)]
    [InlineData("Task.Delay(5).ContinueWith(t => \"\")", false)]
    public Task WaitForAContinuation_IsOneForItsTask(string text, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private Task<int> Get()
            {
                var source = new TaskCompletionSource<int>();
                ThreadPool.QueueUserWorkItem(_ => { int status = Environment.TickCount; if (status == 200) source.SetResult(1); else if (status == 404) source.SetResult(0); });
                return source.Task;
            }
            private Task<string> GetText() => {{text}};
            public string Text() => {{(reports ? "[|GetText().GetAwaiter().GetResult()|]" : "GetText().GetAwaiter().GetResult()")}};
        }
        """);

    private static string Goes(string task, string? body, string? options) => body is null ? "" : $"t.ContinueWith({task} => {body}, TaskContinuationOptions.{options});";

    private static Task OutcomesAsync(string ask, string goes, bool reports) => Verify.VerifyAnalyzerAsync(Outcomes(ask, goes, reports));

    private static string Outcomes(string ask, string goes, bool reports) => $$"""
        public sealed class C
        {
            public void Join()
            {
                var c = new TaskCompletionSource<string>();
                Task<string> t = {{ask}};
                {{goes}}
                {{(reports ? "[|c.Task.Wait()|]" : "c.Task.Wait()")}};
            }
        }
        """;
}
