using System.Globalization;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>What the file of the other side shows, and suppressions that stand there.</summary>
public class OtherSideTests
{
    private const string Waiter = """
        public partial class Engine
        {
            private readonly object _gate = new();
            private readonly ManualResetEventSlim _idle = new();
            public void Start() => new Thread(Work).Start();
            public void Reset() { lock (_gate) { _idle.Wait(); } }
        }
        """;

    private const string Signaller = "public partial class Engine { private void Work() { lock (_gate) { } _idle.Set(); } }";

    [Fact]
    public async Task SignallerInAnotherFile_Reports()
    {
        var found = await DiagnoseAsync(Waiter, Signaller);

        Assert.Equal(["XR1001", "XR9005"], found.Select(diagnostic => diagnostic.Id));
        var other = found[1];
        Assert.Equal(DiagnosticSeverity.Info, other.Severity);
        Assert.Equal("/0/B.cs", other.Location.SourceTree!.FilePath);
        Assert.Equal(found[0].Location, Assert.Single(other.AdditionalLocations));
        Assert.Equal(
            "This is a step of the deadlock that XR1001 reports in 'Engine.Reset': " + found[0].GetMessage(CultureInfo.InvariantCulture),
            other.GetMessage(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task SignallerInTheSameFile_IsQuiet() => Assert.Equal(["XR1001"], await IdsAsync(Waiter + Signaller));

    [Fact]
    public async Task SignallerThatNeedsNoLock_IsQuiet()
        => Assert.Empty(await IdsAsync(Waiter, "public partial class Engine { private void Work() { lock (this) { } _idle.Set(); } }"));

    [Fact]
    public async Task LockOrderInTwoFiles_Reports() => Assert.Equal(
        ["XR1002", "XR9005"],
        await IdsAsync(
            "public partial class P { private readonly object _a = new(), _b = new(); public void Ab() { lock (_a) { lock (_b) { } } } }",
            "public partial class P { public void Ba() { lock (_b) { lock (_a) { } } } }"));

    [Fact]
    public async Task OneOrderInTwoFiles_IsQuiet() => Assert.Empty(await IdsAsync(
        "public partial class P { private readonly object _a = new(), _b = new(); public void Ab() { lock (_a) { lock (_b) { } } } }",
        "public partial class P { public void Ba() { lock (_a) { lock (_b) { } } } }"));

    [Fact]
    public async Task SeveralStepsInAFile_ReportOnce() => Assert.Equal(
        ["XR1001", "XR9005"],
        await IdsAsync(Waiter, "public partial class Engine { private void Work() { Touch(); _idle.Set(); } private void Touch() { lock (_gate) { } } }"));

    [Fact]
    public async Task StepsInTwoOtherFiles_ReportInBoth() => Assert.Equal(
        ["XR1001", "XR9005", "XR9005"],
        await IdsAsync(
            Waiter,
            "public partial class Engine { private void Work() { Touch(); _idle.Set(); } }",
            "public partial class Engine { private void Touch() { lock (_gate) { } } }"));

    [Theory]
    [InlineData("#pragma warning disable XR1001 // the worker has ended by then\n")]
    [InlineData("#pragma warning disable XR2001, XR1001 // the worker has ended by then\n")]
    [InlineData("#pragma warning disable\n")]
    public async Task PragmaAtTheOtherSide_IsQuiet(string pragma) => Assert.Empty(await IdsAsync(Waiter, pragma + Signaller));

    [Theory]
    [InlineData("#pragma warning disable XR1002 // another rule\n")]
    [InlineData("#pragma warning disable XR1001 // not here\n#pragma warning restore XR1001\n")]
    [InlineData("#if NEVER\n#pragma warning disable XR1001 // not compiled\n#endif\n")]
    public async Task PragmaOfSomethingElse_Reports(string pragma) => Assert.Contains("XR1001", await IdsAsync(Waiter, pragma + Signaller));

    [Fact]
    public async Task AttributeAtTheOtherSide_IsQuiet() => Assert.Empty(await IdsAsync(
        Waiter,
        """
        public partial class Engine
        {
            [System.Diagnostics.CodeAnalysis.SuppressMessage("Deadlock", "XR1001:Waits", Justification = "The worker has ended by then.")]
            private void Work() { lock (_gate) { } _idle.Set(); }
        }
        """));

    [Fact]
    public async Task AttributeOfAnotherRule_Reports() => Assert.Contains("XR1001", await IdsAsync(
        Waiter,
        """
        public partial class Engine
        {
            [System.Diagnostics.CodeAnalysis.SuppressMessage("Deadlock", "XR1002", Justification = "The worker has ended by then.")]
            private void Work() { lock (_gate) { } _idle.Set(); }
        }
        """));

    private static async Task<IEnumerable<string>> IdsAsync(params string[] sources) => (await DiagnoseAsync(sources)).Select(diagnostic => diagnostic.Id).Order();

    private static async Task<IReadOnlyList<Diagnostic>> DiagnoseAsync(params string[] sources)
    {
        var project = TestWorkspace.CreateProject(new TestState(), sources.Select((source, i) => ($"/0/{(char)('A' + i)}.cs", source)), []);
        Assert.DoesNotContain((await AnalysisRun.CompileAsync(project)).GetDiagnostics(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        return await AnalysisRun.DiagnoseAsync(project, [new CrossReleaseCycleAnalyzer(), new LockOrderCycleAnalyzer(), new OtherSideAnalyzer()]);
    }
}
