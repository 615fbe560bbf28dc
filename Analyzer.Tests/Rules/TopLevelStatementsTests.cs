using CrossRelease.Analyzers.CodeFixes;
using CrossRelease.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>A program's top-level statements are a body like any other, and the first thread's.</summary>
public class TopLevelStatementsTests
{
    private const string Signaller = "void Work() { lock (gate) { n++; } done.Set(); }";

    [Fact]
    public Task WaitUnderALockOfTheSignaller_Reports() => VerifyAsync<CrossReleaseCycleAnalyzer>(
        Program("lock ({|#1:gate|}) { n++; {|#0:done.Wait()|}; }", "void Work() { lock ({|#2:gate|}) { n++; } {|#3:done.Set()|}; }"),
        new DiagnosticResult(CrossRelease.Analyzers.Rules.XR1001_CrossReleaseCycle).WithLocation(0).WithLocation(1).WithLocation(2).WithLocation(3).WithMessage(
            "'the program' waits for 'done' while holding 'gate', but 'Work in the program', which signals it, needs 'gate' first. Wait after releasing 'gate'."));

    [Theory]
    [InlineData("lock (gate) { n++; } done.Wait();", Signaller)]
    [InlineData("lock (gate) { n++; done.Wait(); }", "void Work() { done.Set(); lock (gate) { n++; } }")]
    public Task WaitWithoutALockOfTheSignaller_IsQuiet(string body, string work) => VerifyAsync<CrossReleaseCycleAnalyzer>(Program(body, work));

    [Theory]
    [InlineData("lock (gate) { [|done.Wait()|]; } static class Other { static IEnumerable<int> All() { yield return 1; } }")]
    [InlineData("lock (State.Gate) { [|State.Done.Wait()|]; } ")]
    public Task StaticStateAndTypesBehind_Report(string body) => VerifyAsync<CrossReleaseCycleAnalyzer>(
        "using static State;\nnew Thread(State.Work).Start();\n" + body.Replace("(gate)", "(State.Gate)", StringComparison.Ordinal).Replace("done.", "State.Done.", StringComparison.Ordinal) + """

        static class State
        {
            public static readonly object Gate = new();
            public static readonly ManualResetEventSlim Done = new();
            public static void Work() { lock (Gate) { } Done.Set(); }
        }
        """);

    [Fact]
    public Task AwaitUnderASemaphoreOfTheSignaller_Reports() => VerifyAsync<CrossReleaseCycleAnalyzer>("""
        var gate = new SemaphoreSlim(1);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = Task.Run(Work);
        await gate.WaitAsync();
        [|await done.Task|];
        gate.Release();

        async Task Work() { await gate.WaitAsync(); gate.Release(); done.SetResult(); }
        """);

    [Theory]
    [InlineData("lock (b) { lock (a) { } }", true)]
    [InlineData("lock (a) { lock (b) { } }", false)]
    public Task LockOrder_Counts(string other, bool reports) => VerifyAsync<LockOrderCycleAnalyzer>($$"""
        object a = new(), b = new();
        new Thread(Work).Start();
        lock (a) { lock ({{(reports ? "[|b|]" : "b")}}) { } }

        void Work() { {{other}} }
        """);

    [Fact]
    public Task WhatIsDoneBeforeTheFirstThread_IsQuiet() => VerifyAsync<LockOrderCycleAnalyzer>("""
        object a = new(), b = new();
        lock (a) { lock (b) { } }
        new Thread(Work).Start();

        void Work() { lock (b) { lock (a) { } } }
        """);

    [Theory]
    [InlineData("[|Monitor.Enter(gate)|]; Fill(); Monitor.Exit(gate);")]
    [InlineData("Monitor.Enter(gate); try { Fill(); } finally { Monitor.Exit(gate); }")]
    public Task LockNotReleased_Counts(string body) => VerifyAsync<LockNotReleasedAnalyzer>($$"""
        var gate = new object();
        new Thread(Work).Start();
        {{body}}

        void Fill() { if (args.Length == 0) { throw new InvalidOperationException(); } }
        void Work() { lock (gate) { } }
        """);

    [Fact]
    public Task Wait_IsMovedBehindTheLock()
    {
        var test = new CSharpCodeFixVerifier<CrossReleaseCycleAnalyzer, MoveWaitOutOfLockFixer>.Test
        {
            TestCode = Program("lock (gate)\n{\n    n++;\n    [|done.Wait()|]; // for the worker\n}\n", Signaller),
            FixedCode = Program("lock (gate)\n{\n    n++;\n}\n\ndone.Wait(); // for the worker\n", Signaller),
        };
        test.TestState.OutputKind = OutputKind.ConsoleApplication;
        return test.RunAsync();
    }

    private static string Program(string body, string work) => $"""
        var gate = new object();
        var done = new ManualResetEventSlim();
        int n = 0;
        new Thread(Work).Start();
        {body}

        {work}
        """;

    private static Task VerifyAsync<TAnalyzer>(string source, params DiagnosticResult[] expected)
        where TAnalyzer : DiagnosticAnalyzer, new()
    {
        var test = new CSharpAnalyzerTest<TAnalyzer> { TestCode = source };
        test.TestState.OutputKind = OutputKind.ConsoleApplication;
        test.ExpectedDiagnostics.AddRange(expected);
        return test.RunAsync();
    }
}
