using KThreadRuntime.Blocking;
using KThreadRuntime.Graph;

namespace KThreadRuntime.Rules;

/// <summary>
/// Two of one class. The same lock again is judged at once. Two instances are judged by the order in which the class's
/// instances were seen to nest; the kernel's policy judges them at first sight.
/// </summary>
/// <remarks>The order is kept over a bounded number of instances per class; a full one starts over, and is counted.</remarks>
internal sealed class RecursiveRule(LockdepPolicy policy, LockdepStatistics statistics)
{
    private const int MaxInstances = 512;

    private BriefLock _gate;
    private readonly Dictionary<int, InstanceOrder> _orders = [];
    private readonly RingPredicate _predicate = new(policy);
    private readonly List<Cycle<Dependency>> _cycles = [];

    /// <summary>The classes of which two instances were seen to nest, in no order.</summary>
    internal IReadOnlyList<int> Nested()
    {
        _gate.Enter();
        try
        {
            return [.. _orders.Where(o => o.Value.Graph.EdgeCount > 0).Select(o => o.Key)];
        }
        finally
        {
            _gate.Exit();
        }
    }

    internal void Observe(LockClass lockClass, Dependency label, Findings findings)
    {
        bool sameInstance = label.From is not null && ReferenceEquals(label.From, label.To);
        if ((sameInstance && !label.FromOwed) || policy == LockdepPolicy.Kernel)
        {
            if (!PassesAsRead(label))
            {
                bool isClosed = sameInstance && BlocksItself(label) && (label.Flags & ReportFlags.Unscoped) == 0;
                findings.Add(new Ring(ReportKind.Recursive, [lockClass], [label], isClosed, CanBeEnded: label.To is { HasReleaser: true }));
            }

            return;
        }

        if (label.From is null || label.To is null)
        {
            // Several instances within one generation: their order is lost, and nothing may be invented.
            return;
        }

        ObserveOrder(lockClass, label, findings);
    }

    /// <summary>Forgets how the instances of a class nested, after it was marked as retired.</summary>
    internal void Forget(LockClass gone)
    {
        _gate.Enter();
        _orders.Remove(gone.Index);
        _gate.Exit();
    }

    private void ObserveOrder(LockClass lockClass, Dependency label, Findings findings)
    {
        _gate.Enter();
        try
        {
            if (lockClass.IsRetired)
            {
                return;
            }

            InstanceOrder order = OrderOf(lockClass);
            _cycles.Clear();
            order.Graph.AddOrWeaken(order.NodeOf(label.From!.Id), order.NodeOf(label.To!.Id), label, _predicate, _cycles);
            foreach (Cycle<Dependency> cycle in _cycles)
            {
                findings.Add(new Ring(ReportKind.Recursive, [.. cycle.Nodes.Select(_ => lockClass)], cycle.Labels));
            }
        }
        finally
        {
            _gate.Exit();
        }
    }

    private InstanceOrder OrderOf(LockClass lockClass)
    {
        if (!_orders.TryGetValue(lockClass.Index, out InstanceOrder? order) || order.Count > MaxInstances)
        {
            if (order is not null)
            {
                statistics.CountInstanceOrderReset();
            }

            _orders[lockClass.Index] = order = new InstanceOrder();
        }

        return order;
    }

    /// <summary>A recursive read of what is only read.</summary>
    private static bool PassesAsRead(Dependency label) => (label.Kinds & ~DependencyKinds.SR) == 0;

    /// <summary>Everything but a second read, which blocks only while a writer is queued in between.</summary>
    private static bool BlocksItself(Dependency label) => (label.Kinds & DependencyKinds.SN) == 0 || label.Evidence.ToMode == ChainMode.Exclusive;

    private sealed class InstanceOrder
    {
        private readonly Dictionary<long, int> _nodes = [];

        internal DependencyGraph<Dependency> Graph { get; } = new(new DependencyAlgebra(), SearchLimits.Default);

        internal int Count => _nodes.Count;

        internal int NodeOf(long instance)
        {
            if (!_nodes.TryGetValue(instance, out int node))
            {
                _nodes[instance] = node = _nodes.Count;
            }

            return node;
        }
    }
}
