using System.Collections.Immutable;
using CrossRelease.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Tests.Models.Primitives;

/// <summary>Every primitive of the base library in a program that has its fault, and in the same program without it, with all rules on.</summary>
public class PrimitiveTests
{
    private static readonly ImmutableArray<DiagnosticAnalyzer> _analyzers = OwnAnalyzers.Of(typeof(CrossReleaseCycleAnalyzer).Assembly);

    public static TheoryData<string> Names => [.. All.Select(static primitive => primitive.Name)];

    private static ImmutableArray<Primitive> All { get; } =
    [
        .. LockPrimitives.All, .. EventPrimitives.All, .. TaskPrimitives.All, .. ThreadPrimitives.All, .. CollectionPrimitives.All, .. ContextPrimitives.All,
    ];

    [Fact]
    public void Names_AreUnique() => Assert.Equal(All.Length, All.Select(static primitive => primitive.Name).Distinct(StringComparer.Ordinal).Count());

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Fault_Reports(string name)
    {
        Primitive primitive = All.Single(candidate => candidate.Name == name);

        await VerifyAsync(primitive.Reporting, primitive);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Repaired_IsQuiet(string name)
    {
        Primitive primitive = All.Single(candidate => candidate.Name == name);

        await VerifyAsync(primitive.Quiet.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal), primitive);
    }

    internal static async Task VerifyAsync(string program, Primitive primitive)
    {
        var markup = TestMarkup.Parse(program);
        var state = new TestState();
        if (primitive.Library.Length > 0)
        {
            state.AdditionalReferences.Add(await LibraryAsync(primitive.Library));
        }

        Project project = TestWorkspace.CreateProject(state, [("/0/Test.cs", markup.Source)], []);
        Compilation compilation = await AnalysisRun.CompileAsync(project);
        Assert.DoesNotContain(compilation.GetDiagnostics(), static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

        ImmutableArray<Diagnostic> found = await compilation.WithAnalyzers(_analyzers).GetAnalyzerDiagnosticsAsync(CancellationToken.None);

        Assert.Equal(
            markup.DefaultSpans.Select(span => Line(primitive.Id, markup.Source, span)).Order(StringComparer.Ordinal),
            found.Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)
                .Select(diagnostic => Line(diagnostic.Id, markup.Source, diagnostic.Location.SourceSpan)).Order(StringComparer.Ordinal));
    }

    private static async Task<MetadataReference> LibraryAsync(string source)
    {
        Project project = TestWorkspace.CreateProject(new TestState(), [("/0/Library.cs", source)], []);
        using var image = new MemoryStream();
        Assert.True((await AnalysisRun.CompileAsync(project)).WithAssemblyName("Library").Emit(image).Success);
        return MetadataReference.CreateFromImage(image.ToArray());
    }

    private static string Line(string id, string source, TextSpan span) => $"{id} at {span.Start}: {source.Substring(span.Start, span.Length)}";
}
