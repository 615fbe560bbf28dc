using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers.Tests.Support;

/// <summary>Asks analyzers for a project's diagnostics document by document, as an editor does, and checks the answer against a build's.</summary>
internal static class AnalysisRun
{
    /// <summary>The diagnostics in the order of their places. Any analyzer exception, and any difference between the two ways, fails the test.</summary>
    public static async Task<ImmutableArray<Diagnostic>> DiagnoseAsync(Project project, ImmutableArray<DiagnosticAnalyzer> analyzers)
    {
        var compilation = await CompileAsync(project);
        var perDocument = await PerDocumentAsync(compilation, project.AnalyzerOptions, analyzers);

        var whole = await WholeAsync(Independent(compilation), project.AnalyzerOptions, analyzers);

        Assert.Equal(Lines(whole), Lines(perDocument));
        return [.. perDocument.OrderBy(diagnostic => diagnostic.Location.SourceTree?.FilePath, StringComparer.Ordinal)
            .ThenBy(diagnostic => diagnostic.Location.SourceSpan.Start)
            .ThenBy(diagnostic => diagnostic.Id, StringComparer.Ordinal)];
    }

    public static async Task<CSharpCompilation> CompileAsync(Project project)
        => (CSharpCompilation)(await project.GetCompilationAsync() ?? throw new InvalidOperationException("The project does not compile as C#."));

    // One more tree makes other sources of them: nothing that was computed for the first answer serves the second.
    private static CSharpCompilation Independent(CSharpCompilation compilation)
        => compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText("", (CSharpParseOptions?)compilation.SyntaxTrees.FirstOrDefault()?.Options));

    private static async Task<ImmutableArray<Diagnostic>> PerDocumentAsync(
        Compilation compilation, AnalyzerOptions options, ImmutableArray<DiagnosticAnalyzer> analyzers)
    {
        var (withAnalyzers, failures) = Attach(compilation, options, analyzers);
        var found = ImmutableArray.CreateBuilder<Diagnostic>();
        foreach (var tree in compilation.SyntaxTrees)
        {
            found.AddRange(await withAnalyzers.GetAnalyzerSyntaxDiagnosticsAsync(tree, CancellationToken.None));
            found.AddRange(await withAnalyzers.GetAnalyzerSemanticDiagnosticsAsync(compilation.GetSemanticModel(tree), filterSpan: null, CancellationToken.None));
        }

        foreach (var file in options.AdditionalFiles)
        {
            found.AddRange((await withAnalyzers.GetAnalysisResultAsync(file, CancellationToken.None)).GetAllDiagnostics());
        }

        Assert.Empty(failures);
        return found.ToImmutable();
    }

    private static async Task<ImmutableArray<Diagnostic>> WholeAsync(
        Compilation compilation, AnalyzerOptions options, ImmutableArray<DiagnosticAnalyzer> analyzers)
    {
        var (withAnalyzers, failures) = Attach(compilation, options, analyzers);
        var found = await withAnalyzers.GetAnalyzerDiagnosticsAsync(CancellationToken.None);
        Assert.Empty(failures);
        return found;
    }

    private static (CompilationWithAnalyzers WithAnalyzers, IReadOnlyCollection<string> Failures) Attach(
        Compilation compilation, AnalyzerOptions options, ImmutableArray<DiagnosticAnalyzer> analyzers)
    {
        var failures = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var analysis = new CompilationWithAnalyzersOptions(
            options,
            onAnalyzerException: (exception, analyzer, _) => failures.Enqueue($"{analyzer.GetType().Name}: {exception}"),
            concurrentAnalysis: true,
            logAnalyzerExecutionTime: false);
        return (compilation.WithAnalyzers(analyzers, analysis), failures);
    }

    private static IEnumerable<string> Lines(ImmutableArray<Diagnostic> diagnostics)
        => diagnostics.Select(DiagnosticText.Of).Order(StringComparer.Ordinal);
}
