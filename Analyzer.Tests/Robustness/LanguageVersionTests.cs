using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CrossRelease.Analyzers.Tests.Robustness;

/// <summary>A source is analyzed in every version of the language, also in those that it is an error in; and with references missing.</summary>
public class LanguageVersionTests
{
    private const string Ring = """
        public class Ring
        {
            private readonly object _first = new object();
            private readonly object _second = new object();
            public void Forth() { lock (_first) { lock (_second) { } } }
            public void Back() { lock (_second) { lock (_first) { } } }
        }
        """;

    public static TheoryData<LanguageVersion> Versions => [.. Enum.GetValues<LanguageVersion>()];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task EveryVersion_IsAnalyzed(LanguageVersion version)
    {
        Project project = AllAnalyzers.ProjectOf([Ring, .. RichSources.All]);
        project = project.WithParseOptions(((CSharpParseOptions)project.ParseOptions!).WithLanguageVersion(version));

        Assert.Contains(await AllAnalyzers.RunAsync(project), static diagnostic => diagnostic.Id == "XR1002");
    }

    [Fact]
    public async Task ReferencesMissing_IsAnalyzed()
    {
        Project whole = AllAnalyzers.ProjectOf([Ring, .. RichSources.All]);
        MetadataReference[] references = [.. whole.MetadataReferences];
        for (int kept = 0; kept < references.Length; kept += 1 + (references.Length / 6))
        {
            await AllAnalyzers.RunAsync(whole.WithMetadataReferences(references.Take(kept)));
        }
    }

    [Fact]
    public async Task ReferenceThatIsNoAssembly_IsAnalyzed()
    {
        Project whole = AllAnalyzers.ProjectOf([Ring, .. RichSources.All]);

        await AllAnalyzers.RunAsync(whole.AddMetadataReference(MetadataReference.CreateFromImage(new byte[64])));
    }
}
