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
}

/// <summary>
/// The last acquires and waits of one context, oldest overwritten first. Written by its own thread only. Generations never
/// decrease along it.
/// </summary>
internal sealed class HistoryRing(int capacity)
{
    private readonly int _capacity = capacity;
    private HistoryEntry[] _entries = new HistoryEntry[Math.Min(8, capacity)];

    /// <summary>Entries ever written: the ordinal of the next one.</summary>
    internal long Next { get; private set; }

    /// <summary>The oldest ordinal still there.</summary>
    internal long Oldest => Math.Max(0, Next - _entries.Length);

    internal ref HistoryEntry this[long ordinal] => ref _entries[(int)(ordinal & (_entries.Length - 1))];

    internal bool Holds(long ordinal) => ordinal >= Oldest && ordinal < Next;

    internal long Push(ThreadChain chain, LockdepMap instance, long generation, int epoch, in GateSet gates)
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
        return Next++;
    }
}
