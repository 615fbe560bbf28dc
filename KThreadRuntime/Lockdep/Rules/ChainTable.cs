using System.Collections.Concurrent;

namespace KThreadRuntime.Rules;

/// <summary>
/// Every chain that some thread made, once: for dumps, and to notice two chains of one key, since elsewhere the 64-bit key is
/// trusted. Asked only where a thread sees a chain for the first time.
/// </summary>
/// <remarks>Keeps a bounded number; what comes later is counted. Takes no lock that outlasts a table look-up.</remarks>
internal sealed class ChainTable(int capacity = ChainTable.DefaultCapacity)
{
    /// <summary>The kernel's default number of chains.</summary>
    internal const int DefaultCapacity = 65_536;

    private readonly ConcurrentDictionary<ulong, LockChain> _byKey = new();
    private int _count;
    private int _lastOrdinal;
    private long _collisions;
    private long _left;

    /// <summary>Chains kept.</summary>
    internal int Count => Math.Min(Volatile.Read(ref _count), capacity);

    /// <summary>Sights of a chain whose key another chain has.</summary>
    internal long Collisions => Volatile.Read(ref _collisions);

    /// <summary>Sights of chains that found the table full.</summary>
    internal long Left => Volatile.Read(ref _left);

    /// <summary>Takes a chain in that a thread sees for the first time.</summary>
    internal void Add(ulong key, bool inHandler, uint[] elements)
    {
        var seen = new LockChain(Interlocked.Increment(ref _lastOrdinal), key, inHandler, elements);

        // A place is taken first, so that threads that race for the last ones never keep too many.
        bool hasPlace = Interlocked.Increment(ref _count) <= capacity;
        LockChain? kept = hasPlace ? _byKey.GetOrAdd(key, seen) : _byKey.TryGetValue(key, out LockChain? known) ? known : null;
        if (!ReferenceEquals(kept, seen))
        {
            Interlocked.Decrement(ref _count);
        }

        if (kept is null)
        {
            Interlocked.Increment(ref _left);
        }
        else if (kept.InHandler != inHandler || !kept.Elements.SequenceEqual(elements))
        {
            Interlocked.Increment(ref _collisions);
        }
    }

    /// <summary>Leaves out the chains of classes that have gone: their indices will mean others.</summary>
    internal void Forget(IReadOnlyCollection<LockClass> gone)
    {
        var indices = new HashSet<int>(gone.Select(c => c.Index));
        foreach (LockChain chain in _byKey.Values)
        {
            if (chain.Elements.Any(e => indices.Contains(Context.ChainKey.ClassOf(e))) && _byKey.TryRemove(chain.Key, out _))
            {
                Interlocked.Decrement(ref _count);
            }
        }
    }

    /// <summary>All chains kept, in the order they came.</summary>
    internal IReadOnlyList<LockChain> Snapshot() => [.. _byKey.Values.OrderBy(c => c.Ordinal)];
}
