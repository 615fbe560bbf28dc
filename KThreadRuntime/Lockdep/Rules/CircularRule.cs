using KThreadRuntime.Blocking;
using KThreadRuntime.Graph;

namespace KThreadRuntime.Rules;

/// <summary>The class graph, and the rings that a new or weakened dependency closes in it.</summary>
internal sealed partial class CircularRule(ClassTable classes, LockdepPolicy policy, int budget)
{
    private BriefLock _gate;
    private readonly DependencyGraph<Dependency> _graph = new(new DependencyAlgebra(), SearchLimits.Default);
    private readonly RingPredicate _predicate = new(policy);
    private readonly List<Cycle<Dependency>> _cycles = [];

    internal int EdgeCount => _graph.EdgeCount;

    internal long TruncatedSearches => _graph.Truncated;

    /// <summary>The labels from one class to another, as they are now.</summary>
    internal IReadOnlyList<Dependency> Labels(LockClass from, LockClass to)
    {
        _gate.Enter();
        try
        {
            return [.. _graph.Labels(from.Index, to.Index)];
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>All dependencies, in the order they were first seen. Copies under the lock: for dumps.</summary>
    internal IReadOnlyList<ClassDependency> Snapshot()
    {
        _gate.Enter();
        try
        {
            return [.. _graph.Edges.Select(e => new ClassDependency(classes[e.From], classes[e.To], [.. e.Labels]))];
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Adds what was seen and returns the label that now stands for it; null when there is no room, or the class has gone.</summary>
    internal Dependency? Observe(LockClass from, LockClass to, Dependency label, Findings findings)
    {
        _gate.Enter();
        try
        {
            if (from.IsRetired || to.IsRetired || IsFull(from, to))
            {
                return null;
            }

            _cycles.Clear();
            Dependency stored = _graph.Absorb(from.Index, to.Index, label, _predicate, _cycles, out bool changed);
            if (changed)
            {
                Handlers.Joined(from, to, stored, findings);
            }

            foreach (Cycle<Dependency> cycle in _cycles)
            {
                findings.Add(new Ring(ReportKind.Circular, [.. cycle.Nodes.Select(n => classes[n])], cycle.Labels));
            }

            return stored;
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Forgets all dependencies of a class and what was told of it with regard to handlers, and learns no more about it.</summary>
    internal void Forget(LockClass gone)
    {
        _gate.Enter();
        gone.IsRetired = true;
        _graph.Remove(gone.Index);
        _handlerRule?.Forget(gone);
        _gate.Exit();
    }
}
