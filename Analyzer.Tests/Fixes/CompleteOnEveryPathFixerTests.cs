using CrossRelease.Analyzers.CodeFixes;
using CrossRelease.Analyzers.Tests.Support;

namespace CrossRelease.Analyzers.Tests.Fixes;

public class CompleteOnEveryPathFixerTests
{
    [Theory]
    [InlineData("ManualResetEventSlim _done = new()", "_done.Wait()", "_done.Set()")]
    [InlineData("AutoResetEvent _done = new(false)", "_done.WaitOne()", "_done.Set()")]
    [InlineData("CountdownEvent _done = new(1)", "_done.Wait()", "_done.Signal()")]
    [InlineData("SemaphoreSlim _done = new(0)", "_done.Wait()", "_done.Release()")]
    [InlineData("Completion _done = new()", "_done.Wait()", "_done.Complete()")]
    public Task Signal_MovesIntoFinally(string field, string wait, string signal) => FixesAsync(
        field,
        wait,
        $$"""
                _count++;

                // Theirs.
                work();
                {{signal}}; // last
        """,
        $$"""
                _count++;

                try
                {
                    // Theirs.
                    work();
                }
                finally
                {
                    {{signal}}; // last
                }
        """);

    [Theory]
    [InlineData("TaskCompletionSource _done = new()", "_done.SetResult()")]
    [InlineData("TaskCompletionSource<int> _done = new()", "_done.SetResult(_count)")]
    public Task TaskSource_IsGivenTheException(string field, string signal) => FixesAsync(
        field,
        "_done.Task.Wait()",
        $$"""
                work();
                {{signal}};
        """,
        $$"""
                try
                {
                    work();
                    {{signal}};
                }
                catch (Exception exception)
                {
                    _done.TrySetException(exception);
                    throw;
                }
        """);

    [Fact]
    public Task ThrowOfItsOwn_PassesTheFinally() => FixesAsync(
        "ManualResetEventSlim _done = new()",
        "_done.Wait()",
        """
                if (_count > 3)
                {
                    throw new InvalidOperationException();
                }

                _done.Set();
        """,
        """
                try
                {
                    if (_count > 3)
                    {
                        throw new InvalidOperationException();
                    }
                }
                finally
                {
                    _done.Set();
                }
        """);

    [Theory]
    [InlineData("work(); _done.Set();")]
    [InlineData("work();\nif (_count > 0)\n{\n_done.Set();\n}")]
    public async Task SignalThatIsNotTheNextLine_GetsNoFix(string body)
    {
        var source = InClass("ManualResetEventSlim _done = new()", "[|_done.Wait()|]", body);
        await CSharpCodeFixVerifier<LostCompletionAnalyzer, CompleteOnEveryPathFixer>.VerifyCodeFixAsync(source, source);
    }

    [Theory]
    [InlineData("if (answer is null)\n{\nreturn;\n}\n", "if (answer is null)\n{\ndone.TrySetCanceled();\nreturn;\n}\n")]
    [InlineData("if (answer is null)\n{\n_count++;\nreturn; // lost\n}\n", "if (answer is null)\n{\n_count++;\ndone.TrySetCanceled();\nreturn; // lost\n}\n")]
    [InlineData(
        "switch (answer)\n{\ncase null:\n{\nreturn;\n}\n}\n",
        "switch (answer)\n{\ncase null:\n{\ndone.TrySetCanceled();\nreturn;\n}\n}\n")]
    [InlineData("if (answer is null) return;\n", null)]
    [InlineData("if (answer is null)\nreturn;\n", null)]
    public Task ReturnBeforeTheResult_Cancels(string before, string? after) => CSharpCodeFixVerifier<LostCompletionAnalyzer, CompleteOnEveryPathFixer>.VerifyCodeFixAsync(
        Asked("[|await Asked()|]", before), after is null ? Asked("[|await Asked()|]", before) : Asked("await Asked()", after));

    [Theory]
    [InlineData("ManualResetEventSlim _done = new()", "_done.Wait()", "_done.Set()")]
    [InlineData("CountdownEvent _done = new(1)", "_done.Wait()", "_done.Signal()")]
    public Task CallThatSignals_MovesIntoFinally(string field, string wait, string signal)
    {
        const string Before = "        work();\n        End(1); // last";
        const string After = "        try\n        {\n            work();\n        }\n        finally\n        {\n            End(1); // last\n        }";
        var end = $"private void End(int count) {{ _count += count; {signal}; }}";
        return CSharpCodeFixVerifier<LostCompletionAnalyzer, CompleteOnEveryPathFixer>.VerifyCodeFixAsync(
            InClass(field, $"[|{wait}|]", Before, end), InClass(field, wait, After, end));
    }

    [Fact]
    public Task CallThatGivesAResult_StaysWhereItIs()
    {
        var source = InClass("TaskCompletionSource _done = new()", "[|_done.Task.Wait()|]", "work();\nEnd();", "private void End() => _done.SetResult();");
        return CSharpCodeFixVerifier<LostCompletionAnalyzer, CompleteOnEveryPathFixer>.VerifyCodeFixAsync(source, source);
    }

    private static Task FixesAsync(string field, string wait, string before, string after)
        => CSharpCodeFixVerifier<LostCompletionAnalyzer, CompleteOnEveryPathFixer>.VerifyCodeFixAsync(InClass(field, $"[|{wait}|]", before), InClass(field, wait, after));

    private static string Asked(string wait, string body) => $$"""
        public sealed class Client
        {
            private int _count;
            private readonly Queue<string?> _answers = new();
            public async Task<int> AskAsync() => {{wait}};
            private Task<int> Asked()
            {
                var done = new TaskCompletionSource<int>();
                ThreadPool.QueueUserWorkItem(_ =>
                {
                    var answer = _answers.Dequeue();
        {{body}}            done.TrySetResult(answer.Length + _count);
                });
                return done.Task;
            }
        }
        """;

    private static string InClass(string field, string wait, string body, string member = "") => $$"""
        using KThreadRuntime;
        public sealed class C
        {
            private readonly {{field}};
            private int _count;
            public void Join() { {{wait}}; }
            public void Start(Action work) => Task.Run(() => Run(work));
            private void Run(Action work)
            {
        {{body}}
            }
            {{member}}
        }
        """;
}
