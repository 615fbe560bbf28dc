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
    [InlineData("Thread", "new Thread(Run)", "_own?", ".Join()", "Thread.CurrentThread != _own")]
    [InlineData("Thread", "new Thread(Run)", "this._own?", ".Join()", "Thread.CurrentThread != this._own")]
    public Task WaitForWhatMayNotBe_IsGuarded(string type, string creation, string own, string wait, string condition) => VerifyAsync(
        Worker(type, creation, $"        {own}[|{wait}|];"),
        Worker(type, creation, $"        if ({condition})\n        {{\n            {own}{wait};\n        }}"));

    [Theory]
    [InlineData("() => [|_own.Wait()|]", "() => { if (Task.CurrentId != _own.Id) { _own.Wait(); } }")]
    [InlineData("() => /* all */ [|_own.Wait()|]", "() => /* all */ { if (Task.CurrentId != _own.Id) { _own.Wait(); } }")]
    public Task WaitInALambda_IsGuardedInIt(string before, string after) => VerifyAsync(
        Worker("Task", "Task.Run(Run)", $"        Safely({before});"),
        Worker("Task", "Task.Run(Run)", $"        Safely({after});"));

    [Theory]
    [InlineData("[|Task.WaitAll(_all)|];", "Task.WaitAll(_all.Where(task => task.Id != Task.CurrentId).ToArray());")]
    [InlineData("[|Task.WaitAll(this._all)|]; // rest", "Task.WaitAll(this._all.Where(task => task.Id != Task.CurrentId).ToArray()); // rest")]
    [InlineData("var all = _all;\n[|Task.WaitAll(all)|];", "var all = _all;\nTask.WaitAll(all.Where(task => task.Id != Task.CurrentId).ToArray());")]
    [InlineData("var task = 1;\n_ = task;\n[|Task.WaitAll(_all)|];", null)]
    public Task WaitForAll_IsForTheOthers(string before, string? after) => VerifyAsync(Crew(before), Crew(after ?? before));

    [Fact]
    public Task AsyncWorker_IsNotInsideItsTask_AndGetsNoFix()
    {
        const string source = """
            public sealed class C
            {
                private Task? _own;
                public void Start() => _own = Task.Run(() => RunAsync());
                public void Close()
                {
                    _own?[|.Wait()|];
                }

                private async Task RunAsync() { await Task.Delay(1); Close(); }
            }
            """;
        return VerifyAsync(source, source);
    }

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
            private static void Safely(Action work) { try { work(); } catch (IOException) { } }
        }
        """;

    private static string Crew(string close) => $$"""
        public sealed class C
        {
            private readonly Task[] _all = new Task[2];
            public void Start() { for (var i = 0; i < _all.Length; i++) { _all[i] = Task.Run(() => Run()); } }
            public void Close()
            {
        {{close}}
            }

            private void Run() { Console.WriteLine(); Close(); }
        }
        """;
}
