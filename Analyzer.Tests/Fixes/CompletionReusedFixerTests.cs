using Verify = CrossRelease.Analyzers.Tests.Support.CSharpCodeFixVerifier<
    CrossRelease.Analyzers.CompletionReusedAnalyzer,
    CrossRelease.Analyzers.CodeFixes.CompletionReusedFixer>;

namespace CrossRelease.Analyzers.Tests.Fixes;

public class CompletionReusedFixerTests
{
    [Theory]
    [InlineData("Completion done = new();", "done.CompleteAll()", "done.Wait()", "done.Reinitialize()", "foreach (var work in works)")]
    [InlineData("ManualResetEventSlim done = new();", "done.Set()", "done.Wait()", "done.Reset()", "foreach (var work in works)")]
    [InlineData("ManualResetEvent done = new(false);", "done.Set()", "done.WaitOne()", "done.Reset()", "foreach (var work in works)")]
    [InlineData("Completion done = new();", "done.CompleteAll()", "done.Wait()", "done.Reinitialize()", "while (works.Length > 0)")]
    [InlineData("Completion done = new();", "done.CompleteAll()", "done.Wait()", "done.Reinitialize()", "for (var i = 0; i < works.Length; i++)")]
    public Task CompletionOfARound_IsResetBeforeIt(string field, string signal, string wait, string reset, string loop) => Verify.VerifyCodeFixAsync(
        InClass($"private readonly {field}", $$"""
                {{loop}}
                {
                    // One after the other.
                    Task.Run(() => {{signal}});
                    [|{{wait}}|];
                }
        """),
        InClass($"private readonly {field}", $$"""
                {{loop}}
                {
                    {{reset}};
                    // One after the other.
                    Task.Run(() => {{signal}});
                    {{wait}};
                }
        """));

    [Theory]
    [InlineData("private readonly Completion done = new();", "while (true) { Task.Run(() => done.CompleteAll()); [|done.Wait()|]; }")]
    [InlineData("private Completion done = new();", "while (true)\n{\nTask.Run(() => done.CompleteAll());\n[|done.Wait()|];\n}")]
    [InlineData(
        "private readonly AutoResetEvent _request = new(false); private readonly ManualResetEventSlim done = new(); private void Loop() { while (true) { _request.WaitOne(); done.Set(); } }",
        "_request.Set();\n[|done.Wait()|];")]
    public async Task RoundThatIsNotALoopsOfItsOwn_GetsNoFix(string field, string body)
        => await Verify.VerifyCodeFixAsync(InClass(field, body), InClass(field, body));

    private static string InClass(string field, string body) => $$"""
        using KThreadRuntime;
        public sealed class C
        {
            {{field}}
            public void Run(Action[] works)
            {
        {{body}}
            }
        }
        """;
}
