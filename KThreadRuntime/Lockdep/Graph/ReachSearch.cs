namespace KThreadRuntime.Graph;

/// <summary>The breadth-first search behind <see cref="DependencyGraph{TLabel}.Reach"/>; keeps its buffers between searches.</summary>
internal sealed class ReachSearch<TLabel>(DependencyGraph<TLabel> graph)
    where TLabel : class
{
    private readonly List<Visit> _visits = [];
    private uint[] _seen = [];

    internal Walk<TLabel>? From(int start, uint states, Direction direction, IReachVisitor<TLabel> visitor)
    {
        int span = Math.Max(graph.NodeSpan, start + 1);
        if (_seen.Length < span)
        {
            _seen = new uint[span];
        }

        try
        {
            Arrive(start, states, parent: -1, label: null);
            for (int head = 0; head < _visits.Count; head++)
            {
                Visit at = _visits[head];
                if (visitor.Arrives(at.Node, at.State))
                {
                    return WalkTo(head, direction);
                }

                Expand(head, at, direction, visitor);
            }

            return null;
        }
        finally
        {
            // A visitor that throws must not leave marks behind, nor the buffer labels of a node that is removed later.
            foreach (Visit visit in _visits)
            {
                _seen[visit.Node] = 0;
            }

            _visits.Clear();
        }
    }

    private void Expand(int head, Visit at, Direction direction, IReachVisitor<TLabel> visitor)
    {
        if (at.Node >= graph.NodeSpan)
        {
            return;
        }

        foreach (DependencyGraph<TLabel>.Edge edge in direction == Direction.Forward ? graph.Outgoing(at.Node) : graph.Incoming(at.Node))
        {
            foreach (TLabel label in edge.Labels)
            {
                Arrive(direction == Direction.Forward ? edge.To : edge.From, visitor.Step(at.State, label), head, label);
            }
        }
    }

    private void Arrive(int node, uint states, int parent, TLabel? label)
    {
        uint fresh = states & ~_seen[node];
        _seen[node] |= states;
        for (int state = 0; fresh != 0; state++, fresh >>= 1)
        {
            if ((fresh & 1) != 0)
            {
                _visits.Add(new Visit(node, state, parent, label));
            }
        }
    }

    private Walk<TLabel> WalkTo(int found, Direction direction)
    {
        var nodes = new List<int>();
        var labels = new List<TLabel>();
        for (int at = found; at >= 0; at = _visits[at].Parent)
        {
            nodes.Add(_visits[at].Node);
            if (_visits[at].Label is { } label)
            {
                labels.Add(label);
            }
        }

        if (direction == Direction.Forward)
        {
            nodes.Reverse();
            labels.Reverse();
        }

        return new Walk<TLabel>([.. nodes], [.. labels], _visits[found].State);
    }

    /// <summary>A node in a state, the visit it was reached from, and the label in between.</summary>
    private readonly record struct Visit(int Node, int State, int Parent, TLabel? Label);
}
