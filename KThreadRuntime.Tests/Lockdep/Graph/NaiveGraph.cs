using KThreadRuntime.Graph;

namespace KThreadRuntime.Tests.Graph;

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
