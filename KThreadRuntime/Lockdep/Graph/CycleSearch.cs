namespace KThreadRuntime.Graph;

/// <summary>The enumeration behind <see cref="DependencyGraph{TLabel}.AddOrWeaken"/>; keeps its buffers between searches.</summary>
/// <remarks>
/// First a two-sided breadth-first reachability test, always growing the smaller side, which answers the common "no cycle"
/// quickly. Only then the distances to the source are completed and paths are grown in order of length by iterative
/// deepening; a path is dropped when the predicate says so or when its end is too far from the source to close in time.
/// </remarks>
internal sealed class CycleSearch<TLabel>(DependencyGraph<TLabel> graph, SearchLimits limits)
    where TLabel : class
{
    private readonly List<int> _nodePath = [];
    private readonly List<TLabel> _labelPath = [];
    private readonly List<int> _frontier = [];
    private readonly List<int> _opposite = [];
    private long[] _mark = [];
    private int[] _distance = [];
    private bool[] _onPath = [];
    private long _epoch;
    private int _steps;
    private bool _deeperExists;

    internal long Truncated { get; private set; }

    internal void Through(int from, int to, TLabel label, ICyclePredicate<TLabel> predicate, List<Cycle<TLabel>> accepted)
    {
        EnsureBuffers();
        _labelPath.Add(label);
        try
        {
            Search(from, to, label, predicate, accepted);
        }
        finally
        {
            // What a removed node's labels refer to must not live on in a buffer.
            _labelPath.Clear();
        }
    }

    private void Search(int from, int to, TLabel label, ICyclePredicate<TLabel> predicate, List<Cycle<TLabel>> accepted)
    {
        if (from == to)
        {
            if (predicate.Accepts(_labelPath))
            {
                accepted.Add(new Cycle<TLabel>([from], [label]));
            }

            return;
        }

        if (predicate.MayExtend(_labelPath) && Reaches(to, from))
        {
            MeasureDistancesTo(from);
            Enumerate(from, to, predicate, accepted);
        }
    }

    private void EnsureBuffers()
    {
        if (_mark.Length < graph.NodeSpan)
        {
            _mark = new long[graph.NodeSpan];
            _distance = new int[graph.NodeSpan];
            _onPath = new bool[graph.NodeSpan];
        }
    }

    /// <summary>Marks are <c>epoch</c> for the forward side and <c>epoch + 1</c> for the backward side.</summary>
    private bool Reaches(int start, int goal)
    {
        NextEpochs();
        long forward = _epoch, backward = _epoch + 1;
        _frontier.Clear();
        _opposite.Clear();
        _frontier.Add(start);
        _opposite.Add(goal);
        _mark[start] = forward;
        _mark[goal] = backward;
        int headForward = 0, headBackward = 0;
        while (headForward < _frontier.Count && headBackward < _opposite.Count)
        {
            bool met = _frontier.Count - headForward <= _opposite.Count - headBackward
                ? Grow(graph.Outgoing(_frontier[headForward++]), outgoing: true, _frontier, forward, backward)
                : Grow(graph.Incoming(_opposite[headBackward++]), outgoing: false, _opposite, backward, forward);
            if (met)
            {
                return true;
            }
        }

        return false;
    }

    private bool Grow(List<DependencyGraph<TLabel>.Edge> edges, bool outgoing, List<int> queue, long own, long other)
    {
        foreach (DependencyGraph<TLabel>.Edge edge in edges)
        {
            int next = outgoing ? edge.To : edge.From;
            if (_mark[next] == other)
            {
                return true;
            }

            if (_mark[next] != own)
            {
                _mark[next] = own;
                queue.Add(next);
            }
        }

        return false;
    }

    private void MeasureDistancesTo(int goal)
    {
        NextEpochs();
        _opposite.Clear();
        _opposite.Add(goal);
        _mark[goal] = _epoch;
        _distance[goal] = 0;
        for (int head = 0; head < _opposite.Count; head++)
        {
            int node = _opposite[head];
            foreach (DependencyGraph<TLabel>.Edge edge in graph.Incoming(node))
            {
                if (_mark[edge.From] != _epoch)
                {
                    _mark[edge.From] = _epoch;
                    _distance[edge.From] = _distance[node] + 1;
                    _opposite.Add(edge.From);
                }
            }
        }
    }

    private void Enumerate(int from, int to, ICyclePredicate<TLabel> predicate, List<Cycle<TLabel>> accepted)
    {
        _steps = 0;
        int found = accepted.Count;
        _nodePath.Clear();
        _nodePath.Add(from);
        _nodePath.Add(to);
        _onPath[from] = _onPath[to] = true;
        bool complete = true;
        _deeperExists = true;
        for (int length = _distance[to] + 1; complete && _deeperExists && length <= limits.MaxLength; length++)
        {
            _deeperExists = false;
            complete = Deepen(length - 1, predicate, accepted, found + limits.MaxCycles);
        }

        if (!complete || _deeperExists)
        {
            Truncated++;
        }

        if (_distance[to] >= limits.MaxLength && _distance[to] < limits.MaxWalk)
        {
            FollowShortest(to, predicate, accepted);
        }

        _onPath[from] = _onPath[to] = false;
    }

    /// <summary>Where no cycle is short enough to enumerate: one of the shortest, by the first labels that the predicate lets through.</summary>
    private void FollowShortest(int to, ICyclePredicate<TLabel> predicate, List<Cycle<TLabel>> accepted)
    {
        for (int node = to; node != _nodePath[0]; node = _nodePath[_nodePath.Count - 1])
        {
            if (!StepNearer(node, predicate))
            {
                break;
            }

            if (_distance[node] == 1)
            {
                accepted.Add(new Cycle<TLabel>([.. _nodePath], [.. _labelPath]));
                break;
            }
        }

        _nodePath.RemoveRange(2, _nodePath.Count - 2);
        _labelPath.RemoveRange(1, _labelPath.Count - 1);
    }

    /// <summary>Grows the path by one edge towards its first node; closes it where that is next.</summary>
    private bool StepNearer(int node, ICyclePredicate<TLabel> predicate)
    {
        bool closes = _distance[node] == 1;
        foreach (DependencyGraph<TLabel>.Edge edge in graph.Outgoing(node))
        {
            if (_mark[edge.To] != _epoch || _distance[edge.To] != _distance[node] - 1)
            {
                continue;
            }

            foreach (TLabel label in edge.Labels)
            {
                _labelPath.Add(label);
                if (closes ? predicate.Accepts(_labelPath) : predicate.MayExtend(_labelPath))
                {
                    if (!closes)
                    {
                        _nodePath.Add(edge.To);
                    }

                    return true;
                }

                _labelPath.RemoveAt(_labelPath.Count - 1);
            }
        }

        return false;
    }

    /// <summary>Grows the path by exactly <paramref name="left"/> edges back to its first node; false when a limit ended it.</summary>
    private bool Deepen(int left, ICyclePredicate<TLabel> predicate, List<Cycle<TLabel>> accepted, int most)
    {
        foreach (DependencyGraph<TLabel>.Edge edge in graph.Outgoing(_nodePath[_nodePath.Count - 1]))
        {
            bool closes = edge.To == _nodePath[0];
            if (closes ? left != 1 : _onPath[edge.To] || _mark[edge.To] != _epoch)
            {
                continue;
            }

            if (!closes && _distance[edge.To] > left - 1)
            {
                _deeperExists = true;
                continue;
            }

            foreach (TLabel label in edge.Labels)
            {
                if (++_steps > limits.MaxSteps || accepted.Count >= most)
                {
                    return false;
                }

                if (!Step(edge.To, label, closes, left, predicate, accepted, most))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool Step(int next, TLabel label, bool closes, int left, ICyclePredicate<TLabel> predicate, List<Cycle<TLabel>> accepted, int most)
    {
        bool within = true;
        _labelPath.Add(label);
        if (closes)
        {
            if (predicate.Accepts(_labelPath))
            {
                accepted.Add(new Cycle<TLabel>([.. _nodePath], [.. _labelPath]));
            }
        }
        else if (predicate.MayExtend(_labelPath))
        {
            _nodePath.Add(next);
            _onPath[next] = true;
            within = Deepen(left - 1, predicate, accepted, most);
            _onPath[next] = false;
            _nodePath.RemoveAt(_nodePath.Count - 1);
        }

        _labelPath.RemoveAt(_labelPath.Count - 1);
        return within;
    }

    /// <summary>Two numbers were in use by the search before; none of them may be met again.</summary>
    private void NextEpochs() => _epoch += 2;
}
