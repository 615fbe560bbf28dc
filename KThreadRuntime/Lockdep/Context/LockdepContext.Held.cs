using System.Diagnostics;
using System.Runtime.CompilerServices;
using KThreadRuntime.Reports;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <content>The held stack: acquire and release.</content>
internal sealed partial class LockdepContext
{
    private const int MaxSlots = 4096;
    private const int InitialEntries = 10;

    private readonly Dictionary<ulong, ThreadChain> _chains = [];
    private readonly HistoryRing _history;
    private HeldLock[] _held = NewStack(InitialEntries);
    private ChainSlot[] _slots = new ChainSlot[16];
    private int _epoch;

    /// <summary>
    /// The index of the newest handler's boundary on the held stack, 0 outside of any: what lies below is the interrupted
    /// flow's, which no search, release or dependency of the handler reaches.
    /// </summary>
    private int _floor;

    private ref HeldLock Top => ref _held[_top];

    /// <summary>The hash of the instances held.</summary>
    private ulong Instances => InstancesAt(_top);

    /// <summary>
    /// The same chain with the same instance on top of the same ones, or with another where any tells the same. False means
    /// that nothing was done.
    /// </summary>
    internal bool TryAcquireSibling(LockdepMap map, int mode)
    {
        int next = _top + 1;
        ref HeldLock entry = ref _held[next];
        ulong before = Instances;
        if (entry.Stamp != _clock.Now || entry.ClassToken != map.ClassToken || entry.Mode != mode
            || !(entry.Any || ((entry.AnyOwn || entry.Id == map.Id) && entry.InstancesBefore == before)))
        {
            return false;
        }

        if (!entry.Any)
        {
            entry.InstancesAfter = ChainKey.ExtendInstances(before, map.Id, entry.Element);
        }

        entry.Set(map);
        _top = next;
        return true;
    }

    /// <summary>A chain that was not the last one here, but is in the cache. False means that nothing was done.</summary>
    internal bool TryAcquireCached(LockdepMap map, int mode)
    {
        if (map.ClassToken >> 32 != _validatorNumber)
        {
            return false;
        }

        uint element = ChainKey.Element(map.ClassIndex, mode, isTry: false);
        ulong key = ChainKey.Extend(Top.ChainAfter, element);
        ref ChainSlot slot = ref _slots[(int)key & (_slots.Length - 1)];
        if (slot.Key != key || slot.Stamp != _clock.Now || !slot.Matches(Instances, (ulong)map.Id))
        {
            return false;
        }

        Push(map, element, slot);
        return true;
    }

    /// <summary>The whole of an acquire. Throws what a sink throws, and then holds nothing more than before.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void AcquireSlow(LockdepMap map, LockMode mode, bool isTry, int subclass, in CodeSite site)
    {
        SlowAcquires++;
        LockClass lockClass = map.ClassFor(subclass);
        if (map.Kind == LockdepMapKind.ReentrantLock && TryDeepen(map))
        {
            return;
        }

        uint element = ChainKey.Element(lockClass.Index, (int)mode, isTry);
        ChainSlot slot = default;
        if (_busy == 0)
        {
            map.TouchedBy(Id);
            slot = Observe(map, lockClass, element, site, steps: null);
        }

        Push(map, element, slot);
    }

    /// <summary>Releases in any order; what was acquired later keeps its place with its hashes restored.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void ReleaseSlow(LockdepMap map, in CodeSite site)
    {
        int index = IndexOf(map);
        if (index == 0)
        {
            ReportUnbalanced(map, site);
            return;
        }

        if (_held[index].Depth > 0)
        {
            _held[index].Depth--;
            return;
        }

        Rebuild(index, skip: index);
    }

    /// <summary>Turns a held write into a read without a moment in between at which it is not held.</summary>
    internal void Downgrade(LockdepMap map, in CodeSite site)
    {
        int index = IndexOf(map);
        if (index == 0)
        {
            ReportUnbalanced(map, site);
            return;
        }

        uint element = _held[index].Element;
        _held[index].Element = ChainKey.Element(ChainKey.ClassOf(element), (int)LockMode.Shared, ChainKey.IsTry(element));
        Rebuild(index, skip: -1);
    }

    internal bool Holds(LockdepMap map) => IndexOf(map) > 0;

    /// <summary>How much is held since the newest handler began.</summary>
    internal int HeldCount => _top - _floor;

    /// <summary>Acquires that had something to look up or to record.</summary>
    internal long SlowAcquires { get; private set; }

    /// <summary>History entries written so far.</summary>
    internal long HistoryWritten => _history.Next;

    /// <summary>What is held, oldest first.</summary>
    internal IReadOnlyList<LockdepHeldLock> SnapshotHeld()
    {
        var snapshot = new List<LockdepHeldLock>(_top);
        for (int i = 1; i <= _top; i++)
        {
            if (!_held[i].IsBoundary)
            {
                snapshot.Add(new LockdepHeldLock(
                    Validator.Classes[ChainKey.ClassOf(_held[i].Element)], (LockMode)ChainKey.ModeOf(_held[i].Element), ChainAt(i)?.Site ?? CodeSite.Unknown));
            }
        }

        return snapshot;
    }

    private static HeldLock[] NewStack(int length)
    {
#if NET
        // Pinned, so that a thread finds its newest entry by an address of its own; see the warm path.
        HeldLock[] stack = GC.AllocateArray<HeldLock>(length, pinned: true);
#else
        var stack = new HeldLock[length];
#endif
        stack[0].ChainAfter = ChainKey.Root;

        // Nobody releases the foot, and nothing is ever pushed into the last entry: neither needs a bounds check.
        stack[0].Depth = 1;
        ForgetStamps(stack);
        return stack;
    }

    private void Grow()
    {
        int top = _top;
        HeldLock[] larger = NewStack(_held.Length * 2);
        Array.Copy(_held, larger, _held.Length);
        ForgetStamps(larger);
        _held = larger;
        _top = top;
    }

    private static void ForgetStamps(HeldLock[] stack)
    {
        for (int i = 0; i < stack.Length; i++)
        {
            stack[i].Stamp = -1;
        }
    }

    private ulong InstancesAt(int index)
    {
        ref HeldLock entry = ref _held[index];
        return entry.Any ? ChainKey.ExtendInstances(InstancesAt(index - 1), entry.Id, entry.Element) : entry.InstancesAfter;
    }

    private bool TryDeepen(LockdepMap map)
    {
        int index = IndexOf(map);
        if (index <= 0)
        {
            return false;
        }

        _held[index].Depth++;
        return true;
    }

    /// <summary>Where a lock is held, since the newest handler began; 0 when it is not.</summary>
    private int IndexOf(LockdepMap map)
    {
        int i = _top;
        while (i > _floor && _held[i].Id != map.Id)
        {
            i--;
        }

        return i > _floor ? i : 0;
    }

    /// <summary>Pushes an entry. A default slot makes one that the warm path will not take for known.</summary>
    private void Push(LockdepMap map, uint element, in ChainSlot slot)
    {
        int next = _top + 1;
        if (next == _held.Length - 1)
        {
            Grow();
        }

        ref HeldLock below = ref _held[next - 1];
        ref HeldLock entry = ref _held[next];
        ulong chain = ChainKey.Extend(below.ChainAfter, element);
        if (entry.ChainAfter != chain)
        {
            _held[next + 1].Stamp = -1;
        }

        entry.ClassToken = ((long)_validatorNumber << 32) | (uint)ChainKey.ClassOf(element);
        entry.ChainAfter = chain;
        entry.InstancesBefore = InstancesAt(next - 1);
        entry.Element = element;
        entry.Mode = (byte)ChainKey.ModeOf(element);
        entry.Depth = 0;

        // An entry of a subclass is never taken warm: the warm path compares the instance, and that is of class and subclass alike.
        entry.Stamp = slot.Key == chain && entry.ClassToken == map.ClassToken ? slot.Stamp : -1;
        entry.AnyOwn = entry.Stamp >= 0 && slot.OwnMask == 0;
        entry.Any = entry.AnyOwn && (slot.HeldMask == 0 || next == _floor + 1);
        entry.InstancesAfter = entry.Any ? HeldLock.NotKept : ChainKey.ExtendInstances(entry.InstancesBefore, map.Id, element);
        entry.Set(map);
        _top = next;
    }

    /// <summary>Pushes the entries from an index on again, without checks, leaving one out.</summary>
    private void Rebuild(int from, int skip)
    {
        int last = _top;
        _top = from - 1;
        for (int i = from; i <= last; i++)
        {
            HeldLock moved = _held[i];
            if (i != skip)
            {
                _chains.TryGetValue(moved.ChainAfter, out ThreadChain? origin);
                Push(moved.Map!, moved.Element, default);
                KeepOrigin(origin);
                Top.Depth = moved.Depth;
            }
        }

        for (int i = _top + 1; i <= last; i++)
        {
            _held[i] = new HeldLock { Stamp = -1, Recent = _held[i].Recent };
        }
    }

    /// <summary>A chain that came about by a release, not by an acquire, keeps saying where its last lock was acquired.</summary>
    private void KeepOrigin(ThreadChain? origin)
    {
        if (origin is not null && !_chains.ContainsKey(Top.ChainAfter))
        {
            _chains[Top.ChainAfter] = new ThreadChain(origin.Class, Top.Element, HeldCount - 1, origin.Site, origin.Stack);
        }
    }

    /// <summary>The chain that ends in a held entry; null when it was never observed (a sink's lock, a rebuilt stack).</summary>
    private ThreadChain? ChainAt(int index) => _chains.TryGetValue(_held[index].ChainAfter, out ThreadChain? chain) ? chain : null;

    private void ReportUnbalanced(LockdepMap map, in CodeSite site)
    {
        Validator.Statistics.CountUnbalancedRelease();
        Issue(new Fault(ReportKind.UnbalancedRelease, map.ClassFor(0), site, "releases a lock that it does not hold."));
    }

    private StackTrace? CaptureStack() => Validator.Options.CaptureStacks ? new StackTrace(skipFrames: 3, fNeedFileInfo: false) : null;
}
