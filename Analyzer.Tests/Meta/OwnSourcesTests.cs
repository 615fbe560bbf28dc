using CrossRelease.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Tests.Meta;

/// <summary>Our analyzers over our own sources: no exception, no difference between editor and build, and nothing to report.</summary>
public class OwnSourcesTests
{
    [Theory]
    [InlineData("Analyzer")]
    [InlineData("Analyzer.CodeFixes")]
    [InlineData("KThreadRuntime")]
    [InlineData("Samples/Demo")]
    public async Task OwnProject_IsClean(string folder)
    {
        var project = Open(folder);

        Assert.DoesNotContain((await AnalysisRun.CompileAsync(project)).GetDiagnostics(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        var found = await AnalysisRun.DiagnoseAsync(project, OwnAnalyzers.Of(typeof(WrapperHidesSiteAnalyzer).Assembly));
        var warnings = found.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Select(DiagnosticText.Of).ToList();
        Assert.True(warnings.Count == 0, string.Join('\n', warnings));
    }

    private static Project Open(string folder)
    {
        var state = new TestState { OutputKind = folder.StartsWith("Samples", StringComparison.Ordinal) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary };

        // What a project is made of itself would stand twice in its compilation.
        var own = folder switch
        {
            "Analyzer" => "CrossRelease.Analyzers.dll",
            "Analyzer.CodeFixes" => "CrossRelease.Analyzers.CodeFixes.dll",
            "KThreadRuntime" => "KThreadRuntime.dll",
            _ => "Demo.dll",
        };
        state.AdditionalReferences.AddRange(Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll")
            .Where(path => Path.GetFileName(path) is var name && name != own
                && (name.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal) || name.StartsWith("CrossRelease", StringComparison.Ordinal) || name.StartsWith("System.Composition", StringComparison.Ordinal)))
            .Select(path => MetadataReference.CreateFromFile(path)));
        var project = TestWorkspace.CreateProject(state, ProjectFiles.Sources(folder).Select(path => (path, File.ReadAllText(path))), []);
        var named = project.Solution.WithProjectAssemblyName(project.Id, Path.GetFileNameWithoutExtension(own)).GetProject(project.Id)!;
        return folder == "KThreadRuntime" ? named.RemoveMetadataReference(TestReferences.Runtime) : named;
    }
}
