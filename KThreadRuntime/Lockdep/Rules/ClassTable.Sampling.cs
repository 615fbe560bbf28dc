namespace KThreadRuntime.Rules;

/// <content>A full table: some of the classes that are there make room for others.</content>
internal sealed partial class ClassTable
{
    private readonly Eviction _eviction;
    private int _hand;

    /// <summary>Instances that found the table full.</summary>
    internal long Refused => _eviction.Refused;

    /// <summary>Classes that made room.</summary>
    internal long Evicted => _eviction.Evicted;

    internal bool IsSampleDue => _eviction.IsDue;

    /// <summary>The classes whose turn it is to make room: round and round by index, so that each has one. They are to be retired.</summary>
    internal IReadOnlyList<LockClass> TakeSample()
    {
        var sample = new List<LockClass>();
        _gate.Enter();
        if (_eviction.IsDue)
        {
            for (int looked = 0; looked < _highest && sample.Count < _eviction.Batch; looked++)
            {
                _hand = _hand >= _highest ? 1 : _hand + 1;
                if (_byIndex[_hand] is { } victim)
                {
                    sample.Add(victim);
                }
            }

            _eviction.Evict(sample.Count);
        }

        _gate.Exit();
        return sample;
    }

    /// <summary>Lets every thread forget its chains, and so tell again what it has told.</summary>
    internal void BeginEra()
    {
        _gate.Enter();
        Volatile.Write(ref _era, _era + 1);
        _gate.Exit();
    }
}
