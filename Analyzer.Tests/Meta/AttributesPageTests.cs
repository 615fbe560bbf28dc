using CrossRelease.Analyzers.Models;
using CrossRelease.Analyzers.Tests.Robustness;
using CrossRelease.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Tests.Meta;

/// <summary>The page on attributes: each has its row, and each example gives the reports that its comments name, at their lines.</summary>
public class AttributesPageTests
{
    private static readonly string _page = ProjectFiles.Read("docs/attributes.md");

    public static TheoryData<string> Examples => [.. ProjectFiles.Blocks(_page, "csharp")];

    [Fact]
    public void EveryAttribute_HasARow() => Assert.All(
        Enum.GetNames<DeclarationKind>(), static name => Assert.Matches($"(?m)^\\| `\\[{name}(\\([a-z]+\\))?\\]` \\|", _page));

    [Fact]
    public void Page_IsLinkedFromTheReadme() => Assert.Contains("(docs/attributes.md)", ProjectFiles.Read("README.md"), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Example_GivesTheReportsThatItNames(string source)
    {
        Project project = TestWorkspace.CreateProject(new TestState(), [("/0/Example.cs", source)], []);
        Assert.DoesNotContain((await AnalysisRun.CompileAsync(project)).GetDiagnostics(), static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning);

        string[] lines = source.Split('\n');
        Assert.Equal(
            Enumerable.Range(0, lines.Length).Where(line => lines[line].Contains("// XR", StringComparison.Ordinal)).Select(line => (line, lines[line][(lines[line].IndexOf("// ", StringComparison.Ordinal) + 3)..])),
            (await AllAnalyzers.RunAsync(project)).Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)
                .Select(static diagnostic => (diagnostic.Location.GetLineSpan().StartLinePosition.Line, diagnostic.Id)).Order());
    }
}
