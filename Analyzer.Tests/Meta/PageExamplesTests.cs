using System.Globalization;
using CrossRelease.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Tests.Meta;

/// <summary>What the pages show as code compiles, and does what the page says.</summary>
public class PageExamplesTests
{
    [Theory]
    [MemberData(nameof(RuleFacts.Ids), MemberType = typeof(RuleFacts))]
    public async Task Violates_IsReported(string id)
    {
        foreach (var example in Examples(id, "Violates"))
        {
            Assert.Contains(await DiagnoseAsync(example, OutputKind.DynamicallyLinkedLibrary), diagnostic => diagnostic.Id == id && diagnostic.Severity == RuleFacts.Of(id).DefaultSeverity);
        }
    }

    [Theory]
    [MemberData(nameof(RuleFacts.Ids), MemberType = typeof(RuleFacts))]
    public async Task DoesNotViolate_IsQuiet(string id)
    {
        foreach (var example in Examples(id, "Does not violate"))
        {
            Assert.Empty(await DiagnoseAsync(example, OutputKind.DynamicallyLinkedLibrary));
        }
    }

    [Fact]
    public async Task Readme_ShowsTheMessageOfItsExample()
    {
        var catches = ProjectFiles.Section(ProjectFiles.Read("README.md"), "What it catches");

        var found = Assert.Single(await DiagnoseAsync(Assert.Single(ProjectFiles.Blocks(catches, "csharp")), OutputKind.DynamicallyLinkedLibrary));

        Assert.Equal($"warning {found.Id}: {found.GetMessage(CultureInfo.InvariantCulture)}\n", Assert.Single(ProjectFiles.Blocks(catches, "text")));
    }

    [Fact]
    public async Task Readme_RuntimeExampleCompiles()
    {
        var runtime = ProjectFiles.Section(ProjectFiles.Read("README.md"), "The runtime in ten lines");

        await DiagnoseAsync(Assert.Single(ProjectFiles.Blocks(runtime, "csharp")), OutputKind.ConsoleApplication);
    }

    private static IEnumerable<string> Examples(string id, string section)
    {
        var examples = ProjectFiles.Blocks(ProjectFiles.Section(ProjectFiles.Read($"docs/rules/{id}.md"), section), "csharp").ToList();
        Assert.NotEmpty(examples);
        return examples;
    }

    private static async Task<IReadOnlyList<Diagnostic>> DiagnoseAsync(string source, OutputKind kind)
    {
        var project = TestWorkspace.CreateProject(new TestState { OutputKind = kind }, [("/0/Example.cs", source)], []);
        var compilation = await AnalysisRun.CompileAsync(project);
        Assert.DoesNotContain(compilation.GetDiagnostics(), diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning);
        return await AnalysisRun.DiagnoseAsync(project, OwnAnalyzers.Of(typeof(WrapperHidesSiteAnalyzer).Assembly));
    }
}
