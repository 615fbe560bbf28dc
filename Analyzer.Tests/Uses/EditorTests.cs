using System.Collections.Immutable;
using CrossRelease.Analyzers.Tests.Support;
using CrossRelease.Demo;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.MSBuild;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Tests.Uses;

/// <summary>An editor's use: the project is opened, not built, and analyzers and fixes come from where the package was installed.</summary>
[Collection(InstalledPackageTests.Name)]
public class EditorTests(InstalledPackage installed)
{
    [Fact]
    public async Task OpenedProject_ShowsDiagnosticAndAppliesItsFix()
    {
        var consumer = installed.Install("editor", Mistake.Source, "CrossRelease");
        var restored = consumer.Build();
        Assert.True(restored.ExitCode == 0, restored.Output);

        using var workspace = MSBuildWorkspace.Create();
        var project = await workspace.OpenProjectAsync(consumer.ProjectPath);
        var document = project.Documents.Single(file => file.FilePath == consumer.SourcePath);

        var found = Assert.Single(await DiagnoseAsync(document, span: null));
        Assert.Equal(Mistake.Id, found.Id);
        Assert.Equal(DiagnosticSeverity.Warning, found.Severity);
        Assert.Equal(DiagnosticText.Of(found), DiagnosticText.Of(Assert.Single(await DiagnoseAsync(document, found.Location.SourceSpan))));

        var fixedDocument = await FixAsync(document, found);
        Assert.Empty(await DiagnoseAsync(fixedDocument, span: null));
        Assert.DoesNotContain(
            (await AnalysisRun.CompileAsync(fixedDocument.Project)).GetDiagnostics(),
            diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning);
    }

    [Fact]
    public async Task EditorAnalysisSwitchedOff_LeavesTheBuildsReports()
    {
        var consumer = installed.Install("editor-off", Mistake.Source, "CrossRelease");
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(consumer.ProjectPath)!, ".globalconfig"), "is_global = true\ncrossrelease.editor_analysis = false\n");
        var built = consumer.Build();
        Assert.True(built.ExitCode == 0, built.Output);
        Assert.Single(built.LinesWith("warning " + Mistake.Id));

        using var workspace = MSBuildWorkspace.Create();
        var project = await workspace.OpenProjectAsync(consumer.ProjectPath);

        Assert.Empty(await DiagnoseAsync(project.Documents.Single(file => file.FilePath == consumer.SourcePath), span: null));
    }

    private async Task<ImmutableArray<Diagnostic>> DiagnoseAsync(Document document, TextSpan? span)
    {
        var failures = new List<string>();
        var options = new CompilationWithAnalyzersOptions(
            document.Project.AnalyzerOptions,
            (exception, analyzer, _) => failures.Add($"{analyzer}: {exception}"),
            concurrentAnalysis: false,
            logAnalyzerExecutionTime: false);
        var compilation = (await AnalysisRun.CompileAsync(document.Project)).WithAnalyzers(InstalledAnalyzers(document.Project), options);
        var model = compilation.Compilation.GetSemanticModel((await document.GetSyntaxTreeAsync())!);
        var found = await compilation.GetAnalyzerSemanticDiagnosticsAsync(model, span, CancellationToken.None);
        Assert.Empty(failures);
        return found;
    }

    private ImmutableArray<DiagnosticAnalyzer> InstalledAnalyzers(Project project)
    {
        var analyzers = project.AnalyzerReferences
            .Where(reference => reference.FullPath is { } path && path.StartsWith(installed.PackagesFolder, StringComparison.Ordinal))
            .SelectMany(reference => reference.GetAnalyzers(LanguageNames.CSharp))
            .ToImmutableArray();
        Assert.NotEmpty(analyzers);
        return analyzers;
    }

    private async Task<Document> FixAsync(Document document, Diagnostic diagnostic)
    {
        var actions = new List<CodeAction>();
        foreach (var provider in InstalledFixes(document.Project).Where(fix => fix.FixableDiagnosticIds.Contains(diagnostic.Id)))
        {
            await provider.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), CancellationToken.None));
        }

        var operations = await Assert.Single(actions).GetOperationsAsync(CancellationToken.None);
        var solution = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution;
        return solution.GetDocument(document.Id)!;
    }

    /// <summary>An editor finds fixes by their export attribute, in the same files as the analyzers.</summary>
    private IEnumerable<CodeFixProvider> InstalledFixes(Project project)
        => project.AnalyzerReferences.OfType<AnalyzerFileReference>()
            .Where(reference => reference.FullPath.StartsWith(installed.PackagesFolder, StringComparison.Ordinal))
            .SelectMany(reference => reference.GetAssembly().GetTypes())
            .Where(type => type.IsDefined(typeof(ExportCodeFixProviderAttribute), inherit: false))
            .Select(type => (CodeFixProvider)Activator.CreateInstance(type)!);
}
