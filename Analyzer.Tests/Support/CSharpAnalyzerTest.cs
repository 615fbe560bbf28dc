using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Tests.Support;

/// <summary>
/// One analyzer over one project: the sources compile, and exactly the expected diagnostics are found. Every fix that is offered for one of
/// them keeps the law of fixes, so each reporting test of a rule is a test of its fixes, too.
/// </summary>
public class CSharpAnalyzerTest<TAnalyzer>
    where TAnalyzer : DiagnosticAnalyzer, new()
{
    public TestState TestState { get; } = new();

    /// <summary>The first source.</summary>
    public string TestCode
    {
        set => TestState.Sources.Add(value);
    }

    public List<DiagnosticResult> ExpectedDiagnostics => TestState.ExpectedDiagnostics;

    /// <summary>Ids that the project sets to <c>none</c>.</summary>
    public List<string> DisabledDiagnostics { get; } = [];

    protected static ImmutableArray<DiagnosticAnalyzer> Analyzers { get; } = [new TAnalyzer()];

    /// <summary>The rule that <c>[|...|]</c> stands for: the only one, or the one of the lowest id.</summary>
    protected static DiagnosticDescriptor DefaultDescriptor
        => Analyzers[0].SupportedDiagnostics.OrderBy(descriptor => descriptor.Id, StringComparer.Ordinal).First();

    public virtual async Task RunAsync(CancellationToken cancellationToken = default)
    {
        var (project, expected) = Prepare(TestState.Sources, TestState.ExpectedDiagnostics);
        await FixLaw.VerifyAsync(project, await VerifyStateAsync(project, expected, "test state"));
    }

    /// <summary>The project of the sources without their markup, and all that is expected of it.</summary>
    protected (Project Project, ImmutableArray<DiagnosticResult> Expected) Prepare(SourceList sources, IEnumerable<DiagnosticResult> explicitResults)
    {
        Assert.True(sources.Count > 0, "The test has no source.");
        var parsed = sources.Select(file => (file.Path, Markup: TestMarkup.Parse(file.Content))).ToList();
        var keyed = new Dictionary<int, ExpectedLocation>();
        var expected = ImmutableArray.CreateBuilder<DiagnosticResult>();
        foreach (var (path, markup) in parsed)
        {
            var text = SourceText.From(markup.Source);
            expected.AddRange(markup.DefaultSpans.Select(span => Marked(DefaultDescriptor.Id, path, text, span)));
            expected.AddRange(markup.NamedSpans.Select(mark => Marked(mark.Id, path, text, mark.Span)));
            foreach (var (key, span) in markup.KeyedSpans)
            {
                Assert.True(keyed.TryAdd(key, ExpectedLocation.OfSpan(path, text.Lines.GetLinePositionSpan(span))), $"Markup #{key} stands twice.");
            }
        }

        expected.AddRange(explicitResults.Select(result => result.Resolve(keyed, sources[0].Path)));
        var project = TestWorkspace.CreateProject(TestState, parsed.Select(file => (file.Path, file.Markup.Source)), DisabledDiagnostics);
        return (project, expected.ToImmutable());
    }

    /// <summary>The diagnostics of the rule, after the state has been found to compile and to have just the expected ones.</summary>
    protected static async Task<ImmutableArray<Diagnostic>> VerifyStateAsync(Project project, ImmutableArray<DiagnosticResult> expected, string state)
    {
        var compilation = await AnalysisRun.CompileAsync(project);
        var named = expected.Select(result => result.Id).ToHashSet();
        var ofCompiler = compilation.GetDiagnostics()
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error || (named.Contains(diagnostic.Id) && !diagnostic.IsSuppressed));
        var ofRule = await AnalysisRun.DiagnoseAsync(project, Analyzers);
        DiagnosticMatch.Verify(expected, [.. ofCompiler, .. ofRule], state);
        Assert.All(ofRule, MessageForm.Verify);
        return ofRule;
    }

    private static DiagnosticResult Marked(string id, string path, SourceText text, TextSpan span)
        => new DiagnosticResult(id, DiagnosticSeverity.Warning)
            .WithOptions(DiagnosticOptions.IgnoreSeverity | DiagnosticOptions.IgnoreAdditionalLocations)
            .With(ExpectedLocation.OfSpan(path, text.Lines.GetLinePositionSpan(span)));
}
