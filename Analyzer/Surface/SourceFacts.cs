using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Options;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CrossRelease.Analyzers.Surface;

/// <summary>
/// The facts of all trees of a compilation, for the engine and for the generator alike: who asks second finds what the first
/// has read. Thread-safe.
/// </summary>
internal static class SourceFacts
{
    private static readonly ConditionalWeakTable<Compilation, StrongBox<long>> _declarations = new();
    private static readonly TreeFacts _nothing = new([], []);

    /// <summary>The facts in the order of the trees; null where no tree has a lock, a wait or a call of a body elsewhere that has.</summary>
    /// <param name="settings">Null for those of a project that says nothing.</param>
    /// <param name="before">For a tree by its number, what was read before an edit; null for facts whose places are their bodies' own.</param>
    public static TreeFacts[]? Of(
        Compilation compilation,
        ImmutableArray<SyntaxTree> trees,
        ReferencedSurfaces references,
        CancellationToken cancellation,
        AnalysisSettings? settings = null,
        Func<int, EarlierReading>? before = null)
    {
        settings ??= AnalysisSettings.Default;
        long world = World(compilation, trees, references, settings, cancellation, out bool mayBlock);
        if (!mayBlock)
        {
            return null;
        }

        var facts = new TreeFacts[trees.Length];
        var options = new ParallelOptions { CancellationToken = cancellation };
        Parallel.For(0, facts.Length, options, i => facts[i] = IsSurface(trees[i])
            ? _nothing
            : TreeFactsCache.Of(compilation, trees[i], references.Followed, world, cancellation, settings, before?.Invoke(i)));
        return facts;
    }

    /// <summary>
    /// The options that the meaning of a body may depend on, by value: editors make new ones for every question, and the
    /// command-line compiler's have parts whose hash code throws.
    /// </summary>
    public static long HashOf(CompilationOptions options)
    {
        long hash = TreeOutline.Combine((long)options.OutputKind, (long)options.MetadataImportOptions);
        return options is CSharpCompilationOptions { AllowUnsafe: true } ? TreeOutline.Combine(hash, 1) : hash;
    }

    private static long World(
        Compilation compilation,
        ImmutableArray<SyntaxTree> trees,
        ReferencedSurfaces references,
        AnalysisSettings settings,
        CancellationToken cancellation,
        out bool mayBlock)
    {
        mayBlock = false;
        long world = references.World;
        foreach (SyntaxTree tree in trees)
        {
            // The generator's own tree has no declaration; with it the compilation is still the one that the generator saw.
            if (!IsSurface(tree))
            {
                TreeOutline outline = TreeOutline.Of(tree, cancellation);
                world = TreeOutline.Combine(world, outline.Declarations);
                mayBlock = mayBlock || outline.MayBlockUnder(settings.Models, tree, cancellation);
            }
        }

        mayBlock = mayBlock || trees.Any(tree => references.MayBeCalled(tree, cancellation));
        world = TreeOutline.Combine(world, StringComparer.Ordinal.GetHashCode(settings.Content));
        return TreeOutline.Combine(world, HashOf(compilation.Options));
    }

    /// <summary>A hash of what a compilation declares: what the facts of those that reference it may depend on.</summary>
    public static long DeclarationsOf(Compilation compilation, CancellationToken cancellation)
    {
        if (_declarations.TryGetValue(compilation, out StrongBox<long>? known))
        {
            return known.Value;
        }

        long hash = HashOf(compilation.Options);
        foreach (SyntaxTree tree in compilation.SyntaxTrees.Where(static tree => !IsSurface(tree)))
        {
            hash = TreeOutline.Combine(hash, TreeOutline.Of(tree, cancellation).Declarations);
        }

        foreach (MetadataReference reference in compilation.References)
        {
            hash = TreeOutline.Combine(hash, reference is CompilationReference { Compilation: var other } ? DeclarationsOf(other, cancellation) : RuntimeHelpers.GetHashCode(reference));
        }

        return _declarations.GetValue(compilation, _ => new StrongBox<long>(hash)).Value;
    }

    private static bool IsSurface(SyntaxTree tree) => tree.FilePath.EndsWith(SurfaceFormat.FileName, StringComparison.Ordinal);
}
