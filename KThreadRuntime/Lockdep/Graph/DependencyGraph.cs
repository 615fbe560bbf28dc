namespace KThreadRuntime.Graph;

/// <summary>
/// A directed multigraph with opaque labels that is asked two questions: which cycles, of those a predicate accepts, run
/// through the edge that just changed? And what does a node reach, or is reached from, over walks that a visitor accepts?
/// </summary>
/// <remarks>
/// <para>Contract. Nodes are small non-negative numbers and come into being by use. Legal cycles stay in the graph, so the
/// shortest cycle may be one the predicate refuses; longer ones, and other labels between the same nodes, are then
/// still found. Cycles come shortest first and visit no node twice. A search that meets its limits says so in
/// <see cref="Truncated"/>; it never returns a cycle that is not there.</para>
/// <para>Cost. An addition that closes nothing costs one two-sided reachability test, bounded by the smaller of what the target
/// reaches and what reaches the source. Enumeration starts only when there is some cycle.</para>
/// <para>Not thread-safe: the caller serialises.</para>
/// </remarks>
/// <typeparam name="TLabel">The label. Labels are immutable.</typeparam>
internal sealed class DependencyGraph<TLabel>
    where TLabel : class
{
    private readonly IEdgeAlgebra<TLabel> _algebra;
    private readonly SearchLimits _limits;
    private readonly Dictionary<long, Edge> _edges = [];
    private readonly CycleSearch<TLabel> _search;
    private readonly ReachSearch<TLabel> _reach;
    private Node[] _nodes = [];

    internal DependencyGraph(IEdgeAlgebra<TLabel> algebra, SearchLimits limits)
    {
        _algebra = algebra;
        _limits = limits;
        _search = new CycleSearch<TLabel>(this, limits);
        _reach = new ReachSearch<TLabel>(this);
    }

    /// <summary>Pairs of nodes with at least one label between them.</summary>
    internal int EdgeCount => _edges.Count;

    /// <summary>Enumerations that ended at a limit.</summary>
    internal long Truncated => _search.Truncated;

    /// <summary>All edges. Valid until the next change.</summary>
    internal IEnumerable<Edge> Edges => _edges.Values;

    internal int NodeSpan => _nodes.Length;

    /// <summary>
    /// Adds a label, or joins it to one of its facet, and lists the accepted cycles through it; when the label tells nothing
    /// new, nothing is searched. Returns the label that now stands for it.
    /// </summary>
    internal TLabel AddOrWeaken(int from, int to, TLabel label, ICyclePredicate<TLabel> predicate, List<Cycle<TLabel>> accepted) =>
        Absorb(from, to, label, predicate, accepted, out _);

    /// <summary>As <see cref="AddOrWeaken"/>; tells too whether the label told anything new.</summary>
    internal TLabel Absorb(
        int from, int to, TLabel label, ICyclePredicate<TLabel> predicate, List<Cycle<TLabel>> accepted, out bool changed)
    {
        TLabel stored = Store(from, to, label, out changed);
        if (changed)
        {
            _search.Through(from, to, stored, predicate, accepted);
        }

        return stored;
    }

    /// <summary>The accepted cycles that a label would close, were it added. The graph stays as it is.</summary>
    internal void Probe(int from, int to, TLabel label, ICyclePredicate<TLabel> predicate, List<Cycle<TLabel>> accepted)
    {
        EnsureNode(Math.Max(from, to));
        _search.Through(from, to, label, predicate, accepted);
    }

    /// <summary>
    /// Takes out all edges of a node with their labels, whichever way they lead. The node's number may be used again, and then
    /// begins with none. A node that never was is no error.
    /// </summary>
    /// <remarks>Cost: the degrees of the node's neighbours.</remarks>
    /// <returns>The edges that were taken out.</returns>
    internal int Remove(int node)
    {
        if (node >= _nodes.Length)
        {
            return 0;
        }

        int before = _edges.Count;
        Node removed = _nodes[node];
        foreach (Edge edge in removed.Out)
        {
            _edges.Remove(Pair(node, edge.To));
            _nodes[edge.To].In.Remove(edge);
        }

        // An edge from the node to itself went with the first loop: it is no longer among those that lead here.
        foreach (Edge edge in removed.In)
        {
            _edges.Remove(Pair(edge.From, node));
            _nodes[edge.From].Out.Remove(edge);
        }

        _nodes[node] = new Node();
        return before - _edges.Count;
    }

    /// <summary>
    /// Searches breadth first over the walks that the visitor lets through, and ends where it says so. Each node is visited once for
    /// each state, nearest first; a visitor that never ends the search has then seen the whole closure.
    /// </summary>
    /// <remarks>Cost: at most the labels reached, times the states in use.</remarks>
    /// <param name="start">Where the walks begin; it may have no edge yet.</param>
    /// <param name="states">The states they begin in, as a set: bit <c>s</c> stands for state <c>s</c>.</param>
    /// <param name="direction">Along the edges or against them.</param>
    /// <param name="visitor">Decides, and looks.</param>
    /// <returns>The walk to where the search ended; null when nothing ended it.</returns>
    internal Walk<TLabel>? Reach(int start, uint states, Direction direction, IReachVisitor<TLabel> visitor) =>
        _reach.From(start, states, direction, visitor);

    /// <summary>The labels from one node to another; empty when there is no edge. Valid until the next change.</summary>
    internal IReadOnlyList<TLabel> Labels(int from, int to) =>
        _edges.TryGetValue(Pair(from, to), out Edge? edge) ? edge.Labels : [];

    internal List<Edge> Outgoing(int node) => _nodes[node].Out;

    internal List<Edge> Incoming(int node) => _nodes[node].In;

    private static long Pair(int from, int to) => ((long)from << 32) | (uint)to;

    private TLabel Store(int from, int to, TLabel label, out bool changed)
    {
        List<TLabel> labels = EdgeBetween(from, to).Labels;
        for (int i = 0; i < labels.Count; i++)
        {
            if (_algebra.SameFacet(labels[i], label))
            {
                return JoinAt(labels, i, label, out changed);
            }
        }

        if (labels.Count < _limits.MaxParallel)
        {
            labels.Add(label);
            changed = true;
            return label;
        }

        return JoinAt(labels, labels.Count - 1, label, out changed);
    }

    private TLabel JoinAt(List<TLabel> labels, int index, TLabel label, out bool changed)
    {
        TLabel joined = _algebra.Join(labels[index], label);
        changed = !ReferenceEquals(joined, labels[index]);
        labels[index] = joined;
        return joined;
    }

    private Edge EdgeBetween(int from, int to)
    {
        if (_edges.TryGetValue(Pair(from, to), out Edge? known))
        {
            return known;
        }

        EnsureNode(Math.Max(from, to));
        var edge = new Edge(from, to);
        _edges.Add(Pair(from, to), edge);
        _nodes[from].Out.Add(edge);
        _nodes[to].In.Add(edge);
        return edge;
    }

    private void EnsureNode(int node)
    {
        if (node < _nodes.Length)
        {
            return;
        }

        int before = _nodes.Length;
        Array.Resize(ref _nodes, Math.Max(16, Math.Max(node + 1, before * 2)));
        for (int i = before; i < _nodes.Length; i++)
        {
            _nodes[i] = new Node();
        }
    }

    /// <summary>All labels from one node to another.</summary>
    internal sealed class Edge(int from, int to)
    {
        internal int From { get; } = from;

        internal int To { get; } = to;

        internal List<TLabel> Labels { get; } = new(1);
    }

    private sealed class Node
    {
        internal List<Edge> Out { get; } = [];

        internal List<Edge> In { get; } = [];
    }
}
