using System.Globalization;
using CrossRelease.Analyzers.Graph;
using CrossRelease.Analyzers.Options;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Tests.Options;

/// <summary>Fingerprints, and what a file of them mutes.</summary>
public class BaselineTests
{
    private const string Path = "/app.lockdep-baseline.txt";

    private const string Source = """
        public class Engine
        {
            private readonly object _gate = new();
            private readonly ManualResetEventSlim _idle = new();
            public void Start() => new Thread(Work).Start();
            public void Reset() { lock (_gate) { _idle.Wait(); } }
            private void Work() { lock (_gate) { } _idle.Set(); }
        }
        """;

    [Fact]
    public async Task Finding_HasAFingerprint()
        => Assert.Matches("^[0-9a-f]{16}$", await FingerprintAsync(Source));

    [Theory]
    [InlineData("public class Engine", "\n\n\npublic class Other { public void M() { } }\npublic class Engine")]
    [InlineData("public void Start() => new Thread(Work).Start();", "public void Start()\n{\n    var thread = new Thread(Work);\n    thread.Start();\n}")]
    [InlineData("private void Work() { lock (_gate) { }", "private void Work() { Thread.MemoryBarrier(); lock (_gate) { }")]
    public async Task Fingerprint_SurvivesMovedLines(string old, string replaced)
        => Assert.Equal(await FingerprintAsync(Source), await FingerprintAsync(Replace(Source, old, replaced)));

    [Theory]
    [InlineData("_gate", "_lock")]
    [InlineData("_idle", "_done")]
    [InlineData("Reset()", "Close()")]
    public async Task Fingerprint_NamesWhatItIsAbout(string old, string replaced)
        => Assert.NotEqual(await FingerprintAsync(Source), await FingerprintAsync(Replace(Source, old, replaced)));

    [Fact]
    public void AlikeFindings_HaveTheirOwn()
    {
        var body = Graph.ProgramFacts.Of("class C { void M() { } }").Bodies.Single(body => body.Name == "C.M");
        var finding = new Finding(Fault.WaitUnderLock, new Site(body, default), ["C.M", "_idle", "_gate", ""], [], IsSuggestion: false);
        var twice = Fingerprints.Give([finding, finding]).Select(given => given.Fingerprint).ToList();

        Assert.Equal(2, twice.Distinct().Count());
        Assert.Equal(twice, Fingerprints.Give([finding, finding with { Arguments = ["C.M", "_idle", "_gate", "; other words"] }]).Select(given => given.Fingerprint));
    }

    [Fact]
    public async Task Entry_MutesItsFindingAndNoOther()
    {
        var twice = Replace(Source, "private void Work", "public void Close() { lock (_gate) { _idle.Wait(); } } private void Work");
        var found = await DiagnoseAsync(twice, baseline: null);
        Assert.Equal(2, found.Count);

        var left = Assert.Single(await DiagnoseAsync(twice, $"# known\n\n{FingerprintOf(found[0])} the worker has ended by then\n"));

        Assert.Equal(FingerprintOf(found[1]), FingerprintOf(left));
    }

    [Fact]
    public async Task StaleEntry_Reports()
    {
        var own = await FingerprintAsync(Source);

        var found = Assert.Single(await DiagnoseAsync(Source, $"0123456789abcdef the worker has ended by then\n{own} known\n"));

        Assert.Equal("XR9004", found.Id);
        Assert.Equal(DiagnosticSeverity.Info, found.Severity);
        Assert.Equal("No finding of this project has the fingerprint 0123456789abcdef (the worker has ended by then). Remove the entry.", found.GetMessage(CultureInfo.InvariantCulture));
        Assert.Equal((Path, 0), (found.Location.GetLineSpan().Path, found.Location.GetLineSpan().StartLinePosition.Line));
    }

    [Theory]
    [InlineData("XR1001 known", "\"XR1001\" is no fingerprint: 16 digits 0-9 and a-f are expected")]
    [InlineData("0123456789abcdef", "the fingerprint 0123456789abcdef has no reason; write it behind, on the same line")]
    [InlineData("FINGERPRINT one\nFINGERPRINT two", "the fingerprint FINGERPRINT stands in line 2 already")]
    public async Task LineThatIsNoEntry_ReportsAndTheOthersCount(string lines, string fault)
    {
        var own = await FingerprintAsync(Source);
        var text = "# known\n" + lines.Replace("FINGERPRINT", own, StringComparison.Ordinal) + (lines.StartsWith("FINGERPRINT", StringComparison.Ordinal) ? "" : $"\n{own} known");

        var found = Assert.Single(await DiagnoseAsync(Source, text));

        Assert.Equal("XR9002", found.Id);
        Assert.Equal(
            $"Line {found.Location.GetLineSpan().StartLinePosition.Line + 1} of 'app.lockdep-baseline.txt' does not count: {fault.Replace("FINGERPRINT", own, StringComparison.Ordinal)}. Mend or remove it; the other lines count.",
            found.GetMessage(CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("stale.txt")]
    [InlineData("baseline.txt")]
    public async Task OtherFile_IsNoBaseline(string name)
        => Assert.Equal("XR1001", Assert.Single(await DiagnoseAsync(Source, "0123456789abcdef why", "/" + name)).Id);

    private static string Replace(string source, string old, string replaced)
    {
        Assert.Contains(old, source);
        return source.Replace(old, replaced, StringComparison.Ordinal);
    }

    private static string FingerprintOf(Diagnostic diagnostic) => diagnostic.Properties[Baseline.FingerprintProperty]!;

    private static async Task<string> FingerprintAsync(string source) => FingerprintOf(Assert.Single(await DiagnoseAsync(source, baseline: null)));

    private static async Task<IReadOnlyList<Diagnostic>> DiagnoseAsync(string source, string? baseline, string path = Path)
    {
        var state = new TestState();
        if (baseline is not null)
        {
            state.AdditionalFiles.Add((path, baseline));
        }

        var project = TestWorkspace.CreateProject(state, [("/0/Engine.cs", "using System.Threading;\n" + source)], []);
        return await AnalysisRun.DiagnoseAsync(project, [new CrossReleaseCycleAnalyzer(), new StaleBaselineEntryAnalyzer(), new UnreadableSettingsAnalyzer()]);
    }
}
