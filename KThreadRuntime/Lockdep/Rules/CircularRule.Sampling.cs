namespace KThreadRuntime.Rules;

/// <content>A full graph: all dependencies of some classes make room for others.</content>
internal sealed partial class CircularRule
{
    private readonly Eviction _eviction = new(budget);
    private int _hand;
    private bool _isEraDue;

    /// <summary>Times that a dependency found the graph full.</summary>
    internal long Refused => _eviction.Refused;

    /// <summary>Dependencies that made room.</summary>
    internal long Evicted => _eviction.Evicted;

    /// <summary>Whether threads are to tell again what they have told, since much of it has gone. True once each time.</summary>
    internal bool TakeEra()
    {
        if (!Volatile.Read(ref _isEraDue))
        {
            return false;
        }

        _gate.Enter();
        bool isDue = _isEraDue;
        Volatile.Write(ref _isEraDue, false);
        _gate.Exit();
        return isDue;
    }

    /// <summary>Whether there is no room for a dependency, after some was made if it was time to.</summary>
    private bool IsFull(LockClass from, LockClass to)
    {
        if (_graph.EdgeCount < budget || _graph.Labels(from.Index, to.Index).Count > 0)
        {
            return false;
        }

        _eviction.Refuse();
        if (_eviction.IsDue)
        {
            MakeRoom(from.Index, to.Index);
        }

        return _graph.EdgeCount >= budget;
    }

    /// <summary>Round and round by class, so that each has its turn; but not the two that the room is for.</summary>
    private void MakeRoom(int from, int to)
    {
        int freed = 0, highest = classes.Highest;
        for (int looked = 0; looked < highest && freed < _eviction.Batch; looked++)
        {
            _hand = _hand >= highest ? 1 : _hand + 1;
            if (_hand != from && _hand != to)
            {
                freed += _graph.Remove(_hand);
            }
        }

        _eviction.Evict(freed);
        if (_eviction.TakeEra())
        {
            Volatile.Write(ref _isEraDue, true);
        }
    }
}
