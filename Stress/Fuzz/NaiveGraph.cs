using KThreadRuntime.Graph;

namespace Stress.Fuzz;

/// <summary>The graph's twin: a list of labelled edges, and every simple path tried. Slow, and plain to see through.</summary>
internal sealed class NaiveGraph(IEdgeAlgebra<TestLabel> algebra, int maxParallel)
{
    private readonly List<(int From, int To, TestLabel Label)> _edges = [];

    internal List<string> AddOrWeaken(int from, int to, TestLabel label, Func<IReadOnlyList<TestLabel>, bool> accepts)
    {
        TestLabel? changed = Store(from, to, label);
        if (changed is null)
        {
            return [];
        }

        var found = new List<string>();
        Walk([from], [changed], to, accepts, found);
        return found;
    }

    internal void Remove(int node) => _edges.RemoveAll(e => e.From == node || e.To == node);

    internal int EdgeCount => _edges.Select(e => (e.From, e.To)).Distinct().Count();

    /// <summary>Every node and state there is a walk to, with the length of a shortest one: relaxed until nothing changes.</summary>
    internal Dictionary<(int Node, int State), int> Closure(int start, uint states, Direction direction, IReachVisitor<TestLabel> visitor)
    {
        var lengths = new Dictionary<(int Node, int State), int>();
        foreach (int state in Enumerable.Range(0, 32).Where(s => (states & (1u << s)) != 0))
        {
            lengths[(start, state)] = 0;
        }

        bool changed;
        do
        {
            changed = false;
            foreach ((int from, int to, TestLabel label) in _edges)
            {
                (int near, int far) = direction == Direction.Forward ? (from, to) : (to, from);
                foreach (((int Node, int State) at, int length) in lengths.Where(l => l.Key.Node == near).ToList())
                {
                    uint next = visitor.Step(at.State, label);
                    foreach (int state in Enumerable.Range(0, 32).Where(s => (next & (1u << s)) != 0))
                    {
                        if (!lengths.TryGetValue((far, state), out int known) || known > length + 1)
                        {
                            lengths[(far, state)] = length + 1;
                            changed = true;
                        }
                    }
                }
            }
        }
        while (changed);
        return lengths;
    }

    internal static string Show(IEnumerable<int> nodes, IEnumerable<TestLabel> labels) => string.Join(",", nodes) + ":" + string.Join(",", labels);

    private void Walk(List<int> nodes, List<TestLabel> labels, int at, Func<IReadOnlyList<TestLabel>, bool> accepts, List<string> found)
    {
        if (at == nodes[0])
        {
            if (accepts(labels))
            {
                found.Add(Show(nodes, labels));
            }

            return;
        }

        if (nodes.Contains(at))
        {
            return;
        }

        foreach ((int From, int To, TestLabel Label) edge in _edges.Where(e => e.From == at).ToList())
        {
            Walk([.. nodes, at], [.. labels, edge.Label], edge.To, accepts, found);
        }
    }

    private TestLabel? Store(int from, int to, TestLabel label)
    {
        List<int> parallel = [.. Enumerable.Range(0, _edges.Count).Where(i => _edges[i].From == from && _edges[i].To == to)];
        int index = parallel.FindIndex(i => algebra.SameFacet(_edges[i].Label, label));
        if (index < 0 && parallel.Count < maxParallel)
        {
            _edges.Add((from, to, label));
            return label;
        }

        int at = parallel[index < 0 ? parallel.Count - 1 : index];
        TestLabel joined = algebra.Join(_edges[at].Label, label);
        if (ReferenceEquals(joined, _edges[at].Label))
        {
            return null;
        }

        _edges[at] = (from, to, joined);
        return joined;
    }
}
