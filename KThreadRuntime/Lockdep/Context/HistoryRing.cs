using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <summary>An acquire or wait in a context's past.</summary>
internal struct HistoryEntry
{
    /// <summary>The chain; its class, mode, site and stack are those of the event.</summary>
    internal ThreadChain Chain;

    /// <summary>The instance, or null when the chain met several within one generation.</summary>
    internal LockdepMap? Instance;

    internal long Generation;

    internal int Epoch;

    /// <summary>The locks held at the event, at every one of them if there were several.</summary>
    internal GateSet Gates;

    /// <summary>Of a wait: the classes signalled before it, since the context began to owe the newest of what it owed.</summary>
    internal GateSet Given;
}

/// <summary>
/// The last acquires and waits of one context, oldest overwritten first. Written by its own thread only. Generations never
/// decrease along it.
/// </summary>
internal sealed class HistoryRing(int capacity)
{
    private readonly int _capacity = capacity;
    private HistoryEntry[] _entries = new HistoryEntry[Math.Min(8, capacity)];

    /// <summary>The oldest entry that no handler's entries have overwritten.</summary>
    private long _intact;

    /// <summary>The ordinal of the next entry: how many were written, but for those that were rewound.</summary>
    internal long Next { get; private set; }

    /// <summary>The oldest ordinal still there.</summary>
    internal long Oldest => Math.Max(_intact, Next - _entries.Length);

    internal ref HistoryEntry this[long ordinal] => ref _entries[(int)(ordinal & (_entries.Length - 1))];

    /// <summary>Whether the entry is there and this chain's: a rewound ordinal is given out again.</summary>
    internal bool Holds(long ordinal, ThreadChain chain) => ordinal >= Oldest && ordinal < Next && ReferenceEquals(this[ordinal].Chain, chain);

    /// <summary>Forgets all entries from an ordinal on, at a handler's end. Older ones that they overwrote are lost, and stay so.</summary>
    internal void Rewind(long next)
    {
        _intact = Math.Min(next, Oldest);
        Next = next;
    }

    internal long Push(ThreadChain chain, LockdepMap instance, long generation, int epoch, in GateSet gates, in GateSet given = default)
    {
        if (Next == _entries.Length && _entries.Length < _capacity)
        {
            // Ordinals below the length lie at their own index, so doubling keeps each entry's place.
            Array.Resize(ref _entries, _entries.Length * 2);
        }

        ref HistoryEntry entry = ref this[Next];
        entry.Chain = chain;
        entry.Instance = instance;
        entry.Generation = generation;
        entry.Epoch = epoch;
        entry.Gates = gates;
        entry.Given = given;
        return Next++;
    }
}
