namespace KThreadRuntime.Rules;

/// <content>Classes that go: of disposed keys, of dead instances, of splits. What they took up is used again.</content>
/// <remarks>
/// A class's index stands in chain hashes that threads keep. So an index rests until many others rest too; then all of them
/// are free at once, and <see cref="Era"/> tells every thread to forget its chains before it meets one again.
/// </remarks>
internal sealed partial class ClassTable
{
    private const int Resting = 1024;
    private const int FirstSweep = 1024;

    private readonly Dictionary<string, (int Last, int Families)> _versions = new(StringComparer.Ordinal);
    private readonly Queue<int> _resting = [];
    private readonly Queue<int> _free = [];
    private int _era;
    private int _instances;
    private int _sweepAt = FirstSweep;

    /// <summary>Advances when indices of classes that have gone may be used again.</summary>
    internal int Era => Volatile.Read(ref _era);

    /// <summary>Whether there are twice as many classes of single instances as the last sweep left.</summary>
    internal bool IsSweepDue => Volatile.Read(ref _instances) >= Volatile.Read(ref _sweepAt);

    /// <summary>Takes classes out, after they were marked as retired and nothing is learned about them any more.</summary>
    internal void Remove(IReadOnlyCollection<LockClass> retired)
    {
        foreach (LockClass gone in retired)
        {
            _gate.Enter();
            if (gone.Index != 0 && ReferenceEquals(_byIndex[gone.Index], gone))
            {
                Remove(gone);
                FreeIfMany();
            }

            _gate.Exit();
        }
    }

    /// <summary>The classes of a key.</summary>
    internal IReadOnlyList<LockClass> OfKey(LockClassKey key) => [.. Snapshot().Where(c => ReferenceEquals(c.Key, key))];

    /// <summary>The classes whose only instance is no more. The next sweep is due when the rest has doubled.</summary>
    internal IReadOnlyList<LockClass> Orphans()
    {
        // Nobody else need sweep meanwhile.
        Volatile.Write(ref _sweepAt, int.MaxValue);
        IReadOnlyList<LockClass> orphans = [.. Snapshot().Where(c => c.IsOrphan)];
        Volatile.Write(ref _sweepAt, Math.Max(FirstSweep, 2 * (Volatile.Read(ref _instances) - orphans.Count)));
        return orphans;
    }

    private void Remove(LockClass gone)
    {
        _byIndex[gone.Index] = null;
        Volatile.Write(ref _count, _count - 1);
        _resting.Enqueue(gone.Index);
        _byIdentity.TryRemove(gone.Identity, out _);
        if (gone.Owner is not null)
        {
            Volatile.Write(ref _instances, _instances - 1);
        }

        ClassFamily family = gone.Family;
        if (--family.Members == 0)
        {
            _families.Remove(gone.Identity.Root);
            (int last, int families) = _versions[family.Name];
            if (families == 1)
            {
                _versions.Remove(family.Name);
            }
            else
            {
                _versions[family.Name] = (last, families - 1);
            }
        }
    }

    private void FreeIfMany()
    {
        if (_resting.Count < Resting)
        {
            return;
        }

        Volatile.Write(ref _era, _era + 1);
        while (_resting.Count > 0)
        {
            _free.Enqueue(_resting.Dequeue());
        }
    }

    private int TakeIndex() => _free.Count > 0 ? _free.Dequeue() : Grow();

    private int Grow()
    {
        Volatile.Write(ref _highest, _highest + 1);
        return _highest;
    }

    private int NextVersion(string name)
    {
        (int last, int families) = _versions.TryGetValue(name, out (int, int) known) ? known : default;
        _versions[name] = (last + 1, families + 1);
        return last + 1;
    }

    private void CountInstance(LockdepMap? owner)
    {
        if (owner is not null)
        {
            Volatile.Write(ref _instances, _instances + 1);
        }
    }
}
