using KThreadRuntime.Graph;

namespace Stress.Fuzz;

/// <summary>
/// Plays random additions, removals and searches on the graph and on its naive twin, and compares all answers. Ends with an
/// exception that names the seed and the operation at the first difference.
/// </summary>
internal sealed class GraphFuzz(int seed, int nodes)
{
    private static readonly SearchLimits _limits = new(MaxCycles: 1_000_000, MaxSteps: 10_000_000, MaxLength: 64, MaxParallel: 3);

    private readonly Random _random = new(seed);
    private DependencyGraph<TestLabel> _graph = new(new TestAlgebra(), _limits);
    private NaiveGraph _twin = new(new TestAlgebra(), _limits.MaxParallel);

    internal int Operations { get; private set; }

    internal int Cycles { get; private set; }

    internal int Removals { get; private set; }

    internal int Walks { get; private set; }

    internal void Run(int operations)
    {
        while (Operations < operations)
        {
            _graph = new DependencyGraph<TestLabel>(new TestAlgebra(), _limits);
            _twin = new NaiveGraph(new TestAlgebra(), _limits.MaxParallel);

            // All simple cycles of a dense graph are too many for the twin; the larger the graph, the sparser.
            for (int left = _random.Next(5, nodes <= 6 ? 40 : 28); left > 0 && Operations < operations; left--, Operations++)
            {
                Play();
            }

            Require(_graph.Truncated == 0, "a search ended at its limits");
        }
    }

    private void Play()
    {
        switch (_random.Next(16))
        {
            case 0:
                Remove();
                break;
            case 1 or 2:
                Search();
                break;
            default:
                Add();
                break;
        }

        Require(_graph.EdgeCount == _twin.EdgeCount, $"{_graph.EdgeCount} edges instead of {_twin.EdgeCount}");
    }

    private void Add()
    {
        int from = _random.Next(nodes), to = _random.Next(nodes);
        var label = new TestLabel(_random.Next(4), _random.Next(3) == 0 ? 0 : 1 << _random.Next(3));
        var accepted = new List<Cycle<TestLabel>>();
        _graph.AddOrWeaken(from, to, label, new UngatedCycle(), accepted);
        List<string> expected = _twin.AddOrWeaken(from, to, label, UngatedCycle.IsUngated);
        IEnumerable<string> actual = accepted.Select(c => NaiveGraph.Show(c.Nodes, c.Labels));

        Require(accepted.Zip(accepted.Skip(1), (a, b) => a.Labels.Length <= b.Labels.Length).All(ordered => ordered), "not shortest first");
        Require(expected.Order(StringComparer.Ordinal).SequenceEqual(actual.Order(StringComparer.Ordinal)), $"other cycles through {from}->{to} {label}");
        Cycles += accepted.Count;
    }

    private void Remove()
    {
        int node = _random.Next(nodes), before = _twin.EdgeCount;
        _twin.Remove(node);

        Require(_graph.Remove(node) == before - _twin.EdgeCount, $"another number of edges left with {node}");
        Removals++;
    }

    private void Search()
    {
        int start = _random.Next(nodes);
        uint states = (uint)_random.Next(1, 8);
        Direction direction = (Direction)_random.Next(2);
        var visitor = new FacetWalk();
        Dictionary<(int Node, int State), int> closure = _twin.Closure(start, states, direction, new FacetWalk());

        Require(_graph.Reach(start, states, direction, visitor) is null, "a search without a goal ended");
        Require(visitor.Seen.Count == closure.Count && visitor.Seen.All(closure.ContainsKey), "another closure");
        Require(visitor.Seen.Zip(visitor.Seen.Skip(1), (a, b) => closure[a] <= closure[b]).All(ordered => ordered), "not nearest first");

        (int Node, int State) goal = closure.Keys.ElementAt(_random.Next(closure.Count));
        Walk<TestLabel>? walk = _graph.Reach(start, states, direction, new FacetWalk(goal));
        Require(walk is not null && walk.State == goal.State && walk.Labels.Length == closure[goal], "no shortest walk to the goal");
        Require(IsReal(walk!, start, states, goal, direction), "a walk that is not there");
        Walks++;
    }

    private bool IsReal(Walk<TestLabel> walk, int start, uint states, (int Node, int State) goal, Direction direction)
    {
        int[] nodes = direction == Direction.Forward ? walk.Nodes : [.. walk.Nodes.Reverse()];
        TestLabel[] labels = direction == Direction.Forward ? walk.Labels : [.. walk.Labels.Reverse()];
        uint reachable = states;
        for (int i = 0; i < labels.Length; i++)
        {
            (int from, int to) = direction == Direction.Forward ? (nodes[i], nodes[i + 1]) : (nodes[i + 1], nodes[i]);
            if (!_graph.Labels(from, to).Contains(labels[i]))
            {
                return false;
            }

            var visitor = new FacetWalk();
            reachable = Enumerable.Range(0, 3).Where(s => (reachable & (1u << s)) != 0).Aggregate(0u, (all, s) => all | visitor.Step(s, labels[i]));
        }

        return nodes[0] == start && nodes[nodes.Length - 1] == goal.Node && (reachable & (1u << goal.State)) != 0;
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"Graph and twin differ: {otherwise}; seed {seed}, {nodes} nodes, operation {Operations}.");
        }
    }
}
