using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CrossRelease.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// The findings of one compilation, computed once, when the first rule asks for them, and shared by all rules and by all
/// compilations of the same sources. A cancelled computation leaves the facts of the trees it has read, so the next one
/// starts from there. Thread-safe.
/// </summary>
internal sealed class DeadlockEngine
{
    private static readonly ConditionalWeakTable<Compilation, DeadlockEngine> _engines = new();
    private static readonly ImmutableDictionary<SyntaxTree, ImmutableArray<Finding>> _nothing =
        ImmutableDictionary<SyntaxTree, ImmutableArray<Finding>>.Empty;

    private readonly WeakReference<Compilation> _compilation;
    private readonly SharedFindings _shared;
    private readonly ImmutableArray<SyntaxTree> _trees;

    private DeadlockEngine(Compilation compilation)
    {
        // The table keeps the engine alive as long as the compilation; a strong reference back would keep both for ever.
        _compilation = new WeakReference<Compilation>(compilation);
        _shared = SharedFindings.Of(compilation);
        _trees = _shared.Trees;
    }

    public static DeadlockEngine For(Compilation compilation) => _engines.GetValue(compilation, static key => new DeadlockEngine(key));

    /// <summary>The findings that a tree owns. Computes those of the whole compilation at the first call.</summary>
    public ImmutableArray<Finding> FindingsIn(SyntaxTree tree, CancellationToken cancellation)
    {
        SharedFindings.Result result = _shared.Known ?? _shared.Get(() => Find(cancellation), cancellation);
        return result.ByTree.TryGetValue(tree, out ImmutableArray<Finding> findings) ? findings : [];
    }

    /// <summary>The place of a step, in whichever tree of the compilation it is.</summary>
    public Location LocationOf(Site site)
    {
        SyntaxTree tree = _trees[_shared.Known!.Program!.TreeOf(site.Body)];
        return Location.Create(tree, site.Span);
    }

    private SharedFindings.Result Find(CancellationToken cancellation)
    {
        if (!_compilation.TryGetTarget(out Compilation? compilation))
        {
            return new SharedFindings.Result(null, _nothing);
        }

        long world = World(compilation, cancellation, out bool mayBlock);
        if (!mayBlock)
        {
            return new SharedFindings.Result(null, _nothing);
        }

        var facts = new TreeFacts[_trees.Length];
        var options = new ParallelOptions { CancellationToken = cancellation };
        Parallel.For(0, facts.Length, options, i => facts[i] = TreeFactsCache.Of(compilation, _trees[i], world, cancellation));

        var program = new Program(facts);
        var contexts = new Contexts(program, new PointsTo(program, cancellation), cancellation);
        var locks = new LockGraph(contexts);
        var signals = new SignalGraph(contexts);
        List<Finding> findings = CycleFinder.Find(contexts, locks, signals, cancellation);
        findings.AddRange(NestedWaitFinder.Find(contexts, signals, [.. findings], cancellation));
        findings.AddRange(SelfDeadlocks(contexts, signals, findings, cancellation));
        findings.AddRange(StallFinder.Find(contexts, locks, signals, cancellation));
        findings.AddRange(BlockedContextFinder.Find(contexts, signals, cancellation));
        Finding[] rings = [.. findings];
        findings.AddRange(ForeignCodeFinder.Find(contexts, locks, rings, cancellation));
        findings.AddRange(InitializerWaitFinder.Find(contexts, rings, cancellation));
        var throwers = new Throwers(contexts);
        findings.AddRange(LockLeakFinder.Find(contexts, throwers, cancellation));
        findings.AddRange(LostCompletionFinder.Find(contexts, signals, throwers, cancellation));
        findings.AddRange(DroppedWorkFinder.Find(contexts, locks, signals, cancellation));
        var byTree = findings
            .GroupBy(finding => _trees[program.TreeOf(finding.Place.Body)])
            .ToImmutableDictionary(
                static group => group.Key,
                static group => group.OrderBy(static finding => finding.Place.Span.Start).ThenBy(static finding => finding.Fault).ToImmutableArray());
        return new SharedFindings.Result(program, byTree);
    }

    // Who waits for itself needs no other lock to hang: that it holds one besides is no news.
    private static List<Finding> SelfDeadlocks(Contexts contexts, SignalGraph signals, List<Finding> findings, CancellationToken cancellation)
    {
        List<Finding> found = [.. ReentryFinder.Find(contexts, signals, cancellation), .. SelfWaitFinder.Find(contexts, signals, cancellation)];
        var places = new HashSet<Site>(found.Select(static finding => finding.Place));
        findings.RemoveAll(finding => finding.Fault == Fault.WaitUnderLock && places.Contains(finding.Place));
        return found;
    }

    private long World(Compilation compilation, CancellationToken cancellation, out bool mayBlock)
    {
        long world = 17;
        mayBlock = false;
        foreach (SyntaxTree tree in _trees)
        {
            TreeOutline outline = TreeOutline.Of(tree, cancellation);
            world = TreeOutline.Combine(world, outline.Declarations);
            mayBlock |= outline.MayBlock;
        }

        foreach (MetadataReference reference in compilation.References)
        {
            world = TreeOutline.Combine(world, RuntimeHelpers.GetHashCode(reference));
        }

        return TreeOutline.Combine(world, SharedFindings.HashOf(compilation.Options));
    }
}
