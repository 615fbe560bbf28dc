using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers.Tests.Support;

/// <summary>
/// One fix over one project: applied one by one, to all of each document, the project and the solution, and as <c>dotnet format</c> applies it.
/// Every way ends in the fixed sources, which compile and have no diagnostic of any of our analyzers that was not there before.
/// </summary>
public class CSharpCodeFixTest<TAnalyzer, TCodeFix> : CSharpAnalyzerTest<TAnalyzer>
    where TAnalyzer : DiagnosticAnalyzer, new()
    where TCodeFix : CodeFixProvider, new()
{
    /// <summary>The sources after the fixes; left empty, no fix may be offered.</summary>
    public TestState FixedState { get; } = new();

    /// <summary>The sources after Fix All, where they differ from <see cref="FixedState"/>.</summary>
    public TestState BatchFixedState { get; } = new();

    public string FixedCode
    {
        set => FixedState.Sources.Add(value);
    }

    public string BatchFixedCode
    {
        set => BatchFixedState.Sources.Add(value);
    }

    public int? CodeActionIndex { get; set; }

    public string? CodeActionEquivalenceKey { get; set; }

    /// <summary>At most how many single fixes are applied; by default one for each diagnostic.</summary>
    public int? NumberOfIncrementalIterations { get; set; }

    /// <summary>At most how many times Fix All is applied; by default once.</summary>
    public int NumberOfFixAllIterations { get; set; } = 1;

    public override async Task RunAsync(CancellationToken cancellationToken = default)
    {
        var (project, expected) = Prepare(TestState.Sources, TestState.ExpectedDiagnostics);
        var found = await VerifyStateAsync(project, expected, "test state");

        var provider = new TCodeFix();
        var fixes = new FixApplication(Analyzers, provider, CodeActionIndex, CodeActionEquivalenceKey);
        var (single, singleExpected) = PrepareFixed(FixedState.Sources.Count > 0 ? FixedState : TestState);
        var (batch, batchExpected) = BatchFixedState.Sources.Count > 0 ? PrepareFixed(BatchFixedState) : (single, singleExpected);

        var fixedOneByOne = await fixes.OneByOneAsync(project, NumberOfIncrementalIterations ?? found.Length);
        await VerifyFixedAsync(project, fixedOneByOne, single, singleExpected, "fixed state");
        if (provider.GetFixAllProvider() is not { } fixAll)
        {
            return;
        }

        foreach (var scope in fixAll.GetSupportedFixAllScopes())
        {
            var all = await fixes.FixAllAsync(project, scope, NumberOfFixAllIterations);
            await VerifyFixedAsync(project, all, batch, batchExpected, $"state fixed by Fix All in {scope}");
        }

        if (NumberOfFixAllIterations == 1 && CodeActionIndex is null or 0 && CodeActionEquivalenceKey is null)
        {
            await VerifyFixedAsync(project, await fixes.FormatAsync(project), batch, batchExpected, "state fixed by dotnet format");
        }
    }

    private (Project Project, ImmutableArray<DiagnosticResult> Expected) PrepareFixed(TestState state)
        => Prepare(state.Sources, state.ExpectedDiagnostics);

    private static async Task VerifyFixedAsync(
        Project before, Project after, Project wanted, ImmutableArray<DiagnosticResult> expected, string state)
    {
        Assert.Equal(await TextOfAsync(wanted), await TextOfAsync(after));
        await VerifyStateAsync(after, expected, state);
        await OwnAnalyzers.VerifyNothingNewAsync(typeof(TAnalyzer).Assembly, before, after);
    }

    private static async Task<string> TextOfAsync(Project project)
    {
        var texts = new List<string>();
        foreach (var document in project.Documents.OrderBy(document => document.FilePath, StringComparer.Ordinal))
        {
            texts.Add($"==== {document.FilePath}\n{await document.GetTextAsync()}");
        }

        return string.Join('\n', texts);
    }
}
