using KThreadRuntime.Graph;

namespace KThreadRuntime.Rules;

/// <summary>Paths between two classes that are no rings by themselves: a handler closes them.</summary>
internal sealed class OpenPath(ClassTable classes, LockdepPolicy policy, DependencyGraph<Dependency> graph)
{
    private readonly RingPredicate _predicate = new(policy);
    private readonly List<Cycle<Dependency>> _cycles = [];

    /// <summary>
    /// The path found, or, when a gate stands in it, the shortest other one between its ends in which none does; null when
    /// there is none.
    /// </summary>
    internal Ring? Between(int[] nodes, Dependency[] labels, HandlerLevel level)
    {
        if (IsUngated(labels))
        {
            return PathOf(nodes, labels);
        }

        // The handler as a dependency: the interrupted flow holds the path's last class and wants its first.
        int first = nodes[0], last = nodes[nodes.Length - 1];
        _cycles.Clear();
        graph.Probe(last, first, HandlerStep(classes[first], classes[last], level), _predicate, _cycles);
        return _cycles.Count == 0 ? null : PathOf([.. _cycles[0].Nodes.Skip(1), last], [.. _cycles[0].Labels.Skip(1)]);
    }

    private static Dependency HandlerStep(LockClass used, LockClass held, HandlerLevel level)
    {
        UsageStates usedStates = used.UsageRecord.States, heldStates = held.UsageRecord.States;
        return new Dependency
        {
            Kinds = UsageBits.Kinds(UsageBits.Held(heldStates, level), UsageBits.Wanted(usedStates, level)),
            From = null,
            To = null,
            Thread = Dependency.Several,
            Evidence = new Evidence("", held.Site, used.Site, ChainMode.Exclusive, ChainMode.Exclusive, Stack: null),
        };
    }

    private bool IsUngated(Dependency[] labels)
    {
        var path = new List<Dependency>(labels.Length);
        foreach (Dependency label in labels)
        {
            path.Add(label);
            if (!_predicate.MayExtend(path))
            {
                return false;
            }
        }

        return true;
    }

    private Ring PathOf(int[] nodes, Dependency[] labels) => new(ReportKind.HandlerOrder, [.. nodes.Select(n => classes[n])], labels);
}
