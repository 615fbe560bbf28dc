using System.Diagnostics;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <summary>What one thread knows of one chain: where it first made it, and what it has already told the graph.</summary>
internal sealed class ThreadChain(LockClass @class, uint element, int depth, CodeSite site, StackTrace? stack)
{
    private const int LearnedCapacity = 8;
    private const int CommittedCapacity = 4;

    private readonly ulong[] _learned = new ulong[LearnedCapacity];
    private readonly CommitMemo[] _committed = new CommitMemo[CommittedCapacity];
    private int _learnedCount;
    private uint _committedCount;

    internal LockClass Class { get; } = @class;

    internal uint Element { get; } = element;

    internal int Depth { get; } = depth;

    internal ChainMode Mode => ChainKey.ModeOf(Element);

    /// <summary>Whether what is wanted is waited for, or tried to be acquired, for a time only.</summary>
    internal bool IsTimed => Mode == ChainMode.TimedWait || (Element & ChainKey.Timed) != 0;

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


    /// <summary>Whether the graph has nothing to learn from wanting an instance with these held.</summary>
    internal bool HasLearned(ulong heldInstances, ulong instances) =>
        IsSaturated || OwnSaturatedUnder == heldInstances
        || Array.IndexOf(_learned, instances, 0, Math.Min(_learnedCount, LearnedCapacity)) >= 0;

    /// <summary>Whether a signal has told the graph this already, or something that says as much with fewer reservations.</summary>
    internal bool HasCommitted(in CommitMemo memo)
    {
        for (int i = 0; i < Math.Min(_committedCount, (uint)CommittedCapacity); i++)
        {
            if ((_committed[i].Flags & ~memo.Flags) == 0 && _committed[i] with { Flags = memo.Flags } == memo)
            {
                return true;
            }
        }

        return false;
    }

    internal void Committed(in CommitMemo memo) => _committed[_committedCount++ & (CommittedCapacity - 1)] = memo;

    internal void Learned(ulong instances) => _learned[_learnedCount++ % LearnedCapacity] = instances;

    /// <summary>A committed dependency, as far as repeating it would tell nothing new.</summary>
    internal readonly record struct CommitMemo(long CompletionId, int ClassIndex, long Instance, int Signaller, GateSet Gates, GateSet Given, bool IsOwed, bool GivesFirst, ReportFlags Flags);
}
