using System.Diagnostics;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <summary>What one thread knows of one chain: where it first made it, and what it has already told the graph.</summary>
internal sealed class ThreadChain(LockClass @class, uint element, int depth, CodeSite site, StackTrace? stack)
{
    private const int LearnedCapacity = 8;

    private readonly ulong[] _learned = new ulong[LearnedCapacity];
    private int _learnedCount;

    internal LockClass Class { get; } = @class;

    internal uint Element { get; } = element;

    internal int Depth { get; } = depth;

    internal ChainMode Mode => ChainKey.ModeOf(Element);

    /// <summary>Where the chain's last element was acquired or waited for, at first sight.</summary>
    internal CodeSite Site { get; } = site;

    internal StackTrace? Stack { get; } = stack;

    /// <summary>The slot's state, kept here because slots are shared by chains and get overwritten.</summary>
    internal ChainSlot Slot;

    /// <summary>The history entry written for <see cref="ChainSlot.Stamp"/>, and the context's epoch then.</summary>
    internal long Ordinal = -1;
    internal int Epoch;

    /// <summary>Whether the class's usage states know of this chain.</summary>
    internal bool IsMarked { get; set; }

    /// <summary>With these instances held, no wanted instance can weaken a label any more; null while one can.</summary>
    internal ulong? OwnSaturatedUnder { get; set; }

    /// <summary>Whatever is held, nothing can weaken a label any more.</summary>
    internal bool IsSaturated { get; set; }

    /// <summary>The last dependencies this chain's signal-time history committed; see <see cref="LockdepContext"/>.</summary>
    internal CommitMemo LastCommit;

    /// <summary>Whether the graph has nothing to learn from wanting an instance with these held.</summary>
    internal bool HasLearned(ulong heldInstances, ulong instances) =>
        IsSaturated || OwnSaturatedUnder == heldInstances
        || Array.IndexOf(_learned, instances, 0, Math.Min(_learnedCount, LearnedCapacity)) >= 0;

    internal void Learned(ulong instances) => _learned[_learnedCount++ % LearnedCapacity] = instances;

    /// <summary>A committed dependency, as far as repeating it would tell nothing new.</summary>
    internal readonly record struct CommitMemo(long CompletionId, int ClassIndex, long Instance, GateSet Gates, ReportFlags Flags);
}
