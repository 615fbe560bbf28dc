using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Tests.Options;

/// <summary>Findings that need no engine are named, muted and missed in a baseline like the others.</summary>
public class LocalBaselineTests
{
    private const string Factory = "public static class C { public static Completion Make() => new Completion(); public static Completion Other() => new Completion(); }";
    private const string Key = "public class C { private readonly LockClassKey _key = new(); public C() => Gate = new KMutex(_key); public KMutex Gate { get; } }";
    private const string Loop = "public class C { public void M() { var thread = KThread.Run(_ => { while (true) { Thread.Sleep(1); } }); thread.Stop(); } }";

    private const string Rounds = """
        public class C
        {
            private readonly Completion _done = new();
            public void Run() { while (true) { Task.Run(() => _done.CompleteAll()); _done.Wait(); } }
        }
        """;

    [Theory]
    [InlineData(Factory, "XR3002")]
    [InlineData(Key, "XR3003")]
    [InlineData(Loop, "XR4001")]
    [InlineData(Rounds, "XR4002")]
    public async Task Entry_MutesItsFindingAndIsNotStale(string source, string id)
    {
        Diagnostic found = (await DiagnoseAsync(source, null)).First(diagnostic => diagnostic.Id == id);
        string fingerprint = found.Properties["Fingerprint"]!;
        Assert.Matches("^[0-9a-f]{16}$", fingerprint);

        IReadOnlyList<Diagnostic> left = await DiagnoseAsync(source, fingerprint + " known\n");

        Assert.DoesNotContain(left, diagnostic => diagnostic.Properties.TryGetValue("Fingerprint", out string? other) && other == fingerprint);
        Assert.DoesNotContain(left, diagnostic => diagnostic.Id == "XR9004");
    }

    [Theory]
    [InlineData(Factory)]
    [InlineData(Key)]
    [InlineData(Loop)]
    [InlineData(Rounds)]
    public async Task EntryOfNothing_IsStale(string source)
        => Assert.Single(await DiagnoseAsync(source, "0123456789abcdef known\n"), diagnostic => diagnostic.Id == "XR9004");

    [Fact]
    public async Task OtherMembersFinding_IsTold()
    {
        IReadOnlyList<Diagnostic> found = await DiagnoseAsync(Factory, null);
        Assert.Equal(2, found.Count);

        Assert.Equal(found[1].Properties["Fingerprint"], Assert.Single(await DiagnoseAsync(Factory, found[0].Properties["Fingerprint"] + " known")).Properties["Fingerprint"]);
    }

    [Fact]
    public async Task Fingerprint_SurvivesMovedLines() => Assert.Equal(
        (await DiagnoseAsync(Loop, null))[0].Properties["Fingerprint"],
        (await DiagnoseAsync(Loop.Replace("while (true)", "\n\n while (true)", StringComparison.Ordinal), null))[0].Properties["Fingerprint"]);

    private static async Task<IReadOnlyList<Diagnostic>> DiagnoseAsync(string source, string? baseline)
    {
        var state = new TestState();
        if (baseline is not null)
        {
            state.AdditionalFiles.Add(("/app.lockdep-baseline.txt", baseline));
        }

        Project project = TestWorkspace.CreateProject(state, [("/0/C.cs", "using KThreadRuntime;\n" + source)], []);
        return await AnalysisRun.DiagnoseAsync(
            project,
            [new WrapperHidesSiteAnalyzer(), new KeyIsNoClassAnalyzer(), new StopIsNeverSeenAnalyzer(), new CompletionReusedAnalyzer(), new StaleBaselineEntryAnalyzer()]);
    }
}
