using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Surface;

/// <summary>What a compilation hands out to those that reference it.</summary>
internal static class AssemblySurface
{
    /// <summary>The facts as bytes; null where nothing that others can reach can block or let go.</summary>
    /// <param name="follows">Whether the compilation's own references are followed.</param>
    public static ByteSink? Of(Compilation compilation, bool follows, CancellationToken cancellation)
    {
        ImmutableArray<SyntaxTree> trees = [.. compilation.SyntaxTrees];
        ReferencedSurfaces references = ReferencedSurfaces.Of(compilation, follows, cancellation);
        if (SourceFacts.Of(compilation, trees, references, cancellation) is not { } facts)
        {
            return null;
        }

        ImmutableArray<TreeFacts> kept = SurfacePruner.Prune(facts, references.Trees, ShowsInternals(compilation.Assembly), cancellation);
        if (kept.IsEmpty)
        {
            return null;
        }

        // As in debug symbols: the path that the build gives out, which on a build server need not be the file's own.
        SourceReferenceResolver? paths = compilation.Options.SourceReferenceResolver;
        var written = new List<(TreeFacts, SourceText)>();
        for (int i = 0; i < trees.Length; i++)
        {
            if (!kept[i].Bodies.IsEmpty || !kept[i].Types.IsEmpty)
            {
                written.Add((kept[i] with { Path = paths?.NormalizePath(trees[i].FilePath, null) ?? trees[i].FilePath }, trees[i].GetText(cancellation)));
            }
        }

        return new FactsWriter(new OwnIds(compilation.Assembly)).Write(written);
    }

    private static bool ShowsInternals(IAssemblySymbol assembly) =>
        assembly.GetAttributes().Any(static attribute => attribute.AttributeClass?.Name == "InternalsVisibleToAttribute");
}
