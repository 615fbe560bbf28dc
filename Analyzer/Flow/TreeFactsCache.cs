using System.Runtime.CompilerServices;
using CrossRelease.Analyzers.Options;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Flow;

/// <summary>
/// Facts by syntax tree, for as long as the tree lives. A tree's facts stay good over edits of other trees' bodies; they
/// are read again when any declaration, reference or option changes. Thread-safe.
/// </summary>
internal static class TreeFactsCache
{
    private static readonly ConditionalWeakTable<SyntaxTree, Entry> _entries = new();

    /// <param name="world">A hash of all that the meaning of a body may depend on outside its tree, the settings among it.</param>
    /// <param name="followed">The assemblies whose bodies are known besides.</param>
    /// <param name="settings">Null for those of a project that says nothing.</param>
    /// <param name="before">The reading before an edit of the tree: what is left of it may be in the facts, with its moves. Null for facts whose places are their bodies' own.</param>
    public static TreeFacts Of(
        Compilation compilation,
        SyntaxTree tree,
        FollowedAssemblies followed,
        long world,
        CancellationToken cancellation,
        AnalysisSettings? settings = null,
        EarlierReading? before = null)
    {
        if (_entries.TryGetValue(tree, out Entry? known) && known.World == world && (before is not null || known.Facts.Moves is null))
        {
            return known.Facts;
        }

        // What the declarations tell of a body is the same only under the same ones.
        bool isAnEdit = before?.Tree is { } earlier && _entries.TryGetValue(earlier, out Entry? old) && old.World == world && ReferenceEquals(old.Facts, before.Read);
        TreeFacts facts = TreeReader.Read(
            SemanticModels.ForOnePass(compilation, tree), settings ?? AnalysisSettings.Default, followed, cancellation, isAnEdit ? before : null);
        var entry = new Entry(world, facts);
        lock (_entries)
        {
            _entries.Remove(tree);
            _entries.Add(tree, entry);
        }

        return facts;
    }

    private sealed record Entry(long World, TreeFacts Facts);
}
