using System.Globalization;
using CrossRelease.Analyzers.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;

namespace CrossRelease.Analyzers.Tests.Fixes;

/// <summary>The fix that adds a finding to the project's baseline, and what then asks for the reason.</summary>
public class BaselineFixerTests
{
    private const string Path = "/app.lockdep-baseline.txt";

    private const string Source = """
        using System.Threading;
        public class Engine
        {
            private readonly object _gate = new();
            private readonly ManualResetEventSlim _idle = new();
            public void Start() => new Thread(Work).Start();
            public void Reset() { lock (_gate) { _idle.Wait(); } }
            private void Work() { lock (_gate) { } _idle.Set(); }
        }
        """;

    [Theory]
    [InlineData("")]
    [InlineData("# known\n")]
    [InlineData("# known\n0123456789abcdef the worker has ended by then")]
    public async Task Finding_IsAddedAtTheEnd(string baseline)
    {
        Project project = Open(baseline);
        Diagnostic found = Single(await FixLaw.DiagnoseAsync(project), "XR1001");

        Project after = await FixLaw.ApplyAsync(await OfferAsync(project, found), project);

        string fingerprint = found.Properties[CrossRelease.Analyzers.Options.Baseline.FingerprintProperty]!;
        string text = (await after.AdditionalDocuments.Single().GetTextAsync()).ToString();
        string before = baseline.Length == 0 || baseline.EndsWith('\n') ? baseline : baseline + "\n";
        Assert.Equal($"{before}# XR1001: {found.GetMessage(CultureInfo.InvariantCulture)}\n{fingerprint} TODO: say why this cannot happen\n", text);
        Assert.Equal(Source, (await after.Documents.First().GetTextAsync()).ToString());
    }

    [Fact]
    public async Task LineEnds_StayThoseOfTheFile()
    {
        Project project = Open("# known\r\n");

        Project after = await FixLaw.ApplyAsync(await OfferAsync(project, Single(await FixLaw.DiagnoseAsync(project), "XR1001")), project);

        Assert.DoesNotContain("\n", (await after.AdditionalDocuments.Single().GetTextAsync()).ToString().Replace("\r\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AddedFinding_IsMutedAndAskedForItsReason()
    {
        Project project = Open("");
        Diagnostic found = Single(await FixLaw.DiagnoseAsync(project), "XR1001");
        Project after = await FixLaw.ApplyAsync(await OfferAsync(project, found), project);

        Diagnostic asked = Assert.Single(await FixLaw.DiagnoseAsync(after));

        Assert.Equal("XR9006", asked.Id);
        Assert.Equal(
            $"The finding {found.Properties["Fingerprint"]} is suppressed here, and nothing says why it cannot happen. Write it in place of 'TODO: say why this cannot happen'.",
            asked.GetMessage(CultureInfo.InvariantCulture));
        Assert.Equal((Path, 1), (asked.Location.GetLineSpan().Path, asked.Location.GetLineSpan().StartLinePosition.Line));
    }

    [Theory]
    [InlineData("TODO", 1)]
    [InlineData("todo later", 1)]
    [InlineData("the worker has ended by then", 0)]
    [InlineData("the worker has ended by then, TODO: test it", 0)]
    public async Task ReasonThatIsWritten_IsQuiet(string reason, int asked)
    {
        Diagnostic found = Single(await FixLaw.DiagnoseAsync(Open("")), "XR1001");

        Assert.Equal(asked, (await FixLaw.DiagnoseAsync(Open($"{found.Properties["Fingerprint"]} {reason}\n"))).Count(diagnostic => diagnostic.Id == "XR9006"));
    }

    [Fact]
    public async Task NoBaseline_NoFix()
    {
        Project project = Open(null);
        Diagnostic found = Single(await FixLaw.DiagnoseAsync(project), "XR1001");

        Assert.Empty(await FixLaw.OfferedAsync(new BaselineFixer(), project, found));
    }

    [Fact]
    public void FixAll_IsNotOffered() => Assert.Null(new BaselineFixer().GetFixAllProvider());

    [Fact]
    public void EveryFault_CanBeAdded() => Assert.Equal(
        Meta.RuleFacts.All.Select(rule => rule.Id).Where(id => id[2] != '9').Order(),
        new BaselineFixer().FixableDiagnosticIds.Order());

    private static async Task<CodeAction> OfferAsync(Project project, Diagnostic diagnostic)
    {
        CodeAction action = Assert.Single(await FixLaw.OfferedAsync(new BaselineFixer(), project, diagnostic));
        Assert.Equal("Add to app.lockdep-baseline.txt, with a reason", action.Title);
        return action;
    }

    private static Diagnostic Single(IEnumerable<Diagnostic> found, string id) => Assert.Single(found, diagnostic => diagnostic.Id == id);

    private static Project Open(string? baseline)
    {
        var state = new TestState();
        if (baseline is not null)
        {
            state.AdditionalFiles.Add((Path, baseline));
        }

        return TestWorkspace.CreateProject(state, [("/0/Engine.cs", Source)], []);
    }
}
