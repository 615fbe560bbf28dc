using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CrossRelease.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// The findings of one compilation, computed once, when the first rule asks for them, and shared by all rules. A cancelled
/// computation leaves the facts of the trees it has read, so the next one starts from there. Thread-safe.
/// </summary>
internal sealed class DeadlockEngine
{
    private static readonly TimeSpan _cancellationPoll = TimeSpan.FromMilliseconds(20);
    private static readonly ConditionalWeakTable<Compilation, DeadlockEngine> _engines = new();
    private static readonly ImmutableDictionary<SyntaxTree, ImmutableArray<Finding>> _nothing =
        ImmutableDictionary<SyntaxTree, ImmutableArray<Finding>>.Empty;

    private readonly WeakReference<Compilation> _compilation;
    private readonly object _computing = new();
    private readonly ImmutableArray<SyntaxTree> _trees;
    private volatile Result? _result;

    private DeadlockEngine(Compilation compilation)
    {
        // The table keeps the engine alive as long as the compilation; a strong reference back would keep both for ever.
        _compilation = new WeakReference<Compilation>(compilation);
        _trees = [.. compilation.SyntaxTrees];
    }

    public static DeadlockEngine For(Compilation compilation) => _engines.GetValue(compilation, static key => new DeadlockEngine(key));

    /// <summary>The findings that a tree owns. Computes those of the whole compilation at the first call.</summary>
    public ImmutableArray<Finding> FindingsIn(SyntaxTree tree, CancellationToken cancellation)
    {
        Result result = _result ?? Compute(cancellation);
        return result.ByTree.TryGetValue(tree, out ImmutableArray<Finding> findings) ? findings : [];
    }

    /// <summary>The place of a step, in whichever tree of the compilation it is.</summary>
    public Location LocationOf(Site site)
    {
        SyntaxTree tree = _trees[_result!.Program!.TreeOf(site.Body)];
        return Location.Create(tree, site.Span);
    }

    private Result Compute(CancellationToken cancellation)
    {
        // Who waits for another thread's computation stays cancellable.
        while (!Monitor.TryEnter(_computing, _cancellationPoll))
        {
            cancellation.ThrowIfCancellationRequested();
        }

        try
        {
            return _result ??= Find(cancellation);
        }
        finally
        {
            Monitor.Exit(_computing);
        }
    }

    private Result Find(CancellationToken cancellation)
    {
        if (!_compilation.TryGetTarget(out Compilation? compilation))
        {
            return new Result(null, _nothing);
        }

        long world = World(compilation, cancellation, out bool mayBlock);
        if (!mayBlock)
        {
            return new Result(null, _nothing);
        }

        var facts = new TreeFacts[_trees.Length];
        var options = new ParallelOptions { CancellationToken = cancellation };
        Parallel.For(0, facts.Length, options, i => facts[i] = TreeFactsCache.Of(compilation, _trees[i], world, cancellation));

        var program = new Program(facts);
        var contexts = new Contexts(program, new PointsTo(program, cancellation), cancellation);
        var locks = new LockGraph(contexts);
        var signals = new SignalGraph(contexts);
        IEnumerable<Finding> findings = CycleFinder.Find(contexts, locks, signals, cancellation)
            .Concat(LockLeakFinder.Find(contexts, locks, signals, cancellation))
            .Concat(LostCompletionFinder.Find(contexts, locks, signals, cancellation));
        var byTree = findings
            .GroupBy(finding => _trees[program.TreeOf(finding.Place.Body)])
            .ToImmutableDictionary(
                static group => group.Key,
                static group => group.OrderBy(static finding => finding.Place.Span.Start).ThenBy(static finding => finding.Fault).ToImmutableArray());
        return new Result(program, byTree);
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

        // By identity: the command-line compiler's options have parts whose hash code throws.
        return TreeOutline.Combine(world, RuntimeHelpers.GetHashCode(compilation.Options));
    }

    private sealed record Result(Program? Program, ImmutableDictionary<SyntaxTree, ImmutableArray<Finding>> ByTree);
}
