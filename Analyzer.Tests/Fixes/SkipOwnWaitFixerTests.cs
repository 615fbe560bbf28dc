using CrossRelease.Analyzers.CodeFixes;
using CrossRelease.Analyzers.Tests.Support;

namespace CrossRelease.Analyzers.Tests.Fixes;

public class SkipOwnWaitFixerTests
{
    [Theory]
    [InlineData("Thread", "new Thread(Run)", "_own.Join()", "Thread.CurrentThread != _own")]
    [InlineData("Thread", "new Thread(Run)", "this._own.Join()", "Thread.CurrentThread != this._own")]
    [InlineData("Task", "Task.Run(Run)", "_own.Wait()", "Task.CurrentId != _own.Id")]
    [InlineData("Task", "Task.Factory.StartNew(Run, TaskCreationOptions.LongRunning)", "_own.Wait()", "Task.CurrentId != _own.Id")]
    [InlineData("Task", "new Task(Run)", "_own.Wait()", "Task.CurrentId != _own.Id")]
    public Task WaitForItsOwnEnd_IsGuarded(string type, string creation, string wait, string condition) => VerifyAsync(
        Worker(type, creation, $$"""
                // Stopped by itself?
                [|{{wait}}|]; // kept
        """),
        Worker(type, creation, $$"""
                // Stopped by itself?
                if ({{condition}})
                {
                    {{wait}}; // kept
                }
        """));

    [Theory]
    [InlineData("Task", "Task.Run(Run)", "[|_own.GetAwaiter().GetResult()|];")]
    [InlineData("Thread", "new Thread(Run)", "        if (_closed) [|_own.Join()|];")]
    [InlineData("KThread", "KThread.Run(_ => { Run(); return 0; })", "        [|_own.Stop()|];")]
    public Task OtherWait_GetsNoFix(string type, string creation, string wait) => VerifyAsync(Worker(type, creation, wait), Worker(type, creation, wait));

    private static Task VerifyAsync(string before, string after)
        => CSharpCodeFixVerifier<SelfDeadlockAnalyzer, SkipOwnWaitFixer>.VerifyCodeFixAsync(before, after);

    private static string Worker(string type, string creation, string close) => $$"""
        using KThreadRuntime;
        public sealed class C
        {
            private readonly {{type}} _own;
            private bool _closed;
            public C() { _own = {{creation}}; {{(creation.StartsWith("new ", StringComparison.Ordinal) ? "_own.Start();" : "")}} }
            public void Close()
            {
                _closed = !_closed;
        {{close}}
            }
            private void Run() { Console.WriteLine(); Close(); }
        }
        """;
}
