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
            var state = new TestState();
            foreach (var baseline in ProjectFiles.Blocks(ProjectFiles.Section(ProjectFiles.Read($"docs/rules/{id}.md"), "Violates"), "baseline"))
            {
                state.AdditionalFiles.Add(("/example.lockdep-baseline.txt", baseline));
            }

            Assert.Contains(await DiagnoseAsync(example, state), diagnostic => diagnostic.Id == id && diagnostic.Severity == RuleFacts.Of(id).DefaultSeverity);
        }
    }

    [Theory]
    [MemberData(nameof(RuleFacts.Ids), MemberType = typeof(RuleFacts))]
    public async Task DoesNotViolate_IsQuiet(string id)
    {
        foreach (var example in Examples(id, "Does not violate"))
        {
            Assert.Empty(await DiagnoseAsync(example));
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

    /// <summary>The blocks of a section: sources, model files and options.</summary>
    private static IEnumerable<(string Language, string Text)> Examples(string id, string section)
    {
        var text = ProjectFiles.Section(ProjectFiles.Read($"docs/rules/{id}.md"), section);
        var examples = new[] { "csharp", "models", "ini" }.SelectMany(language => ProjectFiles.Blocks(text, language).Select(block => (language, block))).ToList();
        Assert.NotEmpty(examples);
        return examples;
    }

    private static Task<IReadOnlyList<Diagnostic>> DiagnoseAsync((string Language, string Text) example)
    {
        return DiagnoseAsync(example, new TestState());
    }

    private static Task<IReadOnlyList<Diagnostic>> DiagnoseAsync((string Language, string Text) example, TestState state)
    {
        if (example.Language == "models")
        {
            state.AdditionalFiles.Add(("/0/example.models.txt", example.Text));
        }
        else if (example.Language == "ini")
        {
            state.AnalyzerConfigFiles.Add(("/.globalconfig", "is_global = true\n" + example.Text));
        }

        return DiagnoseAsync(state, Files(example.Language == "csharp" ? example.Text : "class C;"));
    }

    private static Task<IReadOnlyList<Diagnostic>> DiagnoseAsync(string source, OutputKind kind)
        => DiagnoseAsync(new TestState { OutputKind = kind }, Files(source));

    /// <summary>An example of several files names each in a line <c>// file: Name.cs</c> before it.</summary>
    private static IEnumerable<(string Path, string Content)> Files(string example)
        => example.Split("// file: ") is { Length: > 1 } files
            ? files.Skip(1).Select(file => ("/0/" + file[..file.IndexOf('\n', StringComparison.Ordinal)], file[file.IndexOf('\n', StringComparison.Ordinal)..]))
            : [("/0/Example.cs", example)];

    private static async Task<IReadOnlyList<Diagnostic>> DiagnoseAsync(TestState state, IEnumerable<(string Path, string Content)> sources)
    {
        var project = TestWorkspace.CreateProject(state, sources, []);
        var compilation = await AnalysisRun.CompileAsync(project);
        Assert.DoesNotContain(compilation.GetDiagnostics(), diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning);
        return await AnalysisRun.DiagnoseAsync(project, OwnAnalyzers.Of(typeof(WrapperHidesSiteAnalyzer).Assembly));
    }
}
