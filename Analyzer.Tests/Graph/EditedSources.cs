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

    /// <summary>In the source, <c>&lt;&lt;a|&gt;b&gt;&gt;</c> is what is edited, a into b: the answer, made of what was there before, is that of a cold run, and so is the one once the edit is undone.</summary>
    public static void EndsAsAColdRun(string source, bool changesFindings = true)
    {
        const string Usings = "using System; using System.Threading; using System.Threading.Tasks; using KThreadRuntime;\n";
        string before = Usings + Side(source, 0), after = Usings + Side(source, 1);
        Assert.NotEqual(before, after);
        string[] had = Find(Compile(before, "class Other { void M() { } }")), expected = Find(Compile(after, "class Other { void M() { } }"));
        Assert.True(!changesFindings || !had.SequenceEqual(expected), "The edit changes nothing that is found: " + string.Join('\n', had));

        // The first question about sources remembers nothing: what is taken over shows from the second on.
        CSharpCompilation first = Compile(before, "class Other { }");
        Find(first);
        CSharpCompilation asked = Edited(first, 1, "class Other { void M() { } }");
        Find(asked);
        CSharpCompilation edited = Edited(asked, 0, after);
        Assert.Equal(expected, Find(edited));
        Assert.Equal(had, Find(Edited(edited, 0, before)));
    }

    private static string Side(string source, int side) => System.Text.RegularExpressions.Regex.Replace(source, @"<<(.*?)\|>(.*?)>>(?!>)", match => match.Groups[side + 1].Value);
}
