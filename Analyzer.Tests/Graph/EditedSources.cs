using CrossRelease.Analyzers.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CrossRelease.Analyzers.Tests.Graph;

/// <summary>A few sources, 0.cs and so on, that are edited one by one, and all that is found in them.</summary>
internal static class EditedSources
{
    public static CSharpCompilation Compile(params string[] sources) => CSharpCompilation.Create(
        "Edited",
        sources.Select(static (source, i) => CSharpSyntaxTree.ParseText(source, path: i + ".cs")),
        [.. TestReferences.Framework, TestReferences.Runtime],
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));

    public static CSharpCompilation Edited(CSharpCompilation compilation, int tree, string text) =>
        compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[tree], CSharpSyntaxTree.ParseText(text, path: tree + ".cs"));

    public static string[] Find(CSharpCompilation compilation)
    {
        DeadlockEngine engine = DeadlockEngine.For(compilation);
        return [.. compilation.SyntaxTrees.SelectMany(tree => engine.FindingsIn(tree, CancellationToken.None)).Select(finding =>
            $"{finding.Fault} {Place(finding.Place)}: {string.Join('|', finding.Arguments)} {finding.IsSuggestion} {finding.IsProven} {finding.Fingerprint} {string.Join(' ', finding.Steps.Select(Place))}")];

        string Place(Site site) => engine.LocationOf(site).GetLineSpan().ToString();
    }
}
