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

        if (!entry.Any && entry.Id != map.Id)
        {
            entry.InstancesAfter = ChainKey.ExtendInstances(before, map.Id, entry.Element);
            _held[next + 1].Stamp = -1;
        }

        entry.Set(map);
        _top = next;
        StartHold();
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
        ulong key = ChainKey.Extend(Top.ChainAfter ^ _salt, element);
        ref ChainSlot slot = ref _slots[(int)key & (_slots.Length - 1)];
        if (slot.Key != key || slot.Stamp != _clock.Now || !slot.Matches(Instances, (ulong)map.Id))
        {
            return false;
        }

        Push(map, map.Class!, element, slot);
        StartHold();
        return true;
    }

    /// <summary>The whole of an acquire. Throws what a sink throws, and then holds nothing more than before.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void AcquireSlow(LockdepMap map, LockMode mode, bool isTry, int subclass, in CodeSite site, LockdepMap? nestLock = null, bool isTimed = false)
    {
        SlowAcquires++;
        LockClass lockClass = map.ClassFor(subclass);
        if (map.Kind == LockdepMapKind.ReentrantLock && TryDeepen(map))
        {
            return;
        }

        if (lockClass.Traits.ByDepth && subclass == 0)
        {
            lockClass = ByDepth(map, lockClass);
        }

        bool isChecked = map.Validation == LockValidation.Full && IsAlive(lockClass, site);
        uint element = ChainKey.Element(lockClass.Index, (int)mode, isTry)
            | (isChecked ? 0 : ChainKey.Unchecked) | (nestLock is null ? 0 : ChainKey.Nested) | (isTimed ? ChainKey.Timed : 0);
        ChainSlot slot = default;
        if (_busy == 0 && isChecked)
        {
            RequireNestLock(nestLock, lockClass, site);
            map.TouchedBy(Id);
            slot = Observe(map, lockClass, element, site, steps: null);
        }

        Push(map, lockClass, element, slot);
        StartHold();
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

        if (_held[index].Acquires > 1)
        {
            _held[index].Depth--;
            return;
        }

        EndHold(_held[index]);
        ForgetGiven(index);
        if (TryReleaseTimed(index))
        {
            return;
        }

        LockClass lockClass = _held[index].Class!;
        bool wasPinned = Unpin(index);
        Rebuild(index, skip: index);
        if (wasPinned)
        {
            Issue(new Fault(ReportKind.Pinned, lockClass, site, "releases a lock that is pinned."));
        }
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
        if (ChainKey.ModeOf(element) != ChainMode.Exclusive)
        {
            Issue(new Fault(ReportKind.DowngradeOfRead, _held[index].Class!, site, "downgrades a lock that it holds for reading only."));
            return;
        }

        EndHold(_held[index]);
        RestartHold(index);
        _held[index].Element = ChainKey.WithMode(element, (int)LockMode.Shared);
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
        int wanted = _blocked is { Place: >= 0 } blocked ? blocked.WantedIndex : 0;
        for (int i = 1; i <= _top; i++)
        {
            if (i != wanted && !_held[i].IsBoundary)
            {
                snapshot.Add(new LockdepHeldLock(_held[i].Class!, ChainKey.LockModeOf(_held[i].Element), ChainAt(i)?.Site ?? CodeSite.Unknown));
            }
        }

        return snapshot;
    }

    /// <summary>What has no class, or no more, is neither checked nor learned from; that its key was disposed is told.</summary>
    private bool IsAlive(LockClass lockClass, in CodeSite site)
    {
        if (lockClass is { IsRetired: true, Key.IsDisposed: true })
        {
            Issue(new Fault(ReportKind.DeadKey, lockClass, site, "uses a lock class key that was disposed."));
        }

        return !lockClass.IsRetired;
    }

    /// <summary>The class of the depth at which the instances of a family nest.</summary>
    private LockClass ByDepth(LockdepMap map, LockClass lockClass)
    {
        int depth = 0;
        for (int i = _floor + 1; i <= _top; i++)
        {
            depth += ReferenceEquals(_held[i].Class!.Family, lockClass.Family) ? 1 : 0;
        }

        return depth == 0 ? lockClass : map.ClassFor(Math.Min(depth, LockdepMap.MaxSubclasses - 1));
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

    private void ReportUnbalanced(LockdepMap map, in CodeSite site)
    {
        Validator.Statistics.CountUnbalancedRelease();
        Issue(new Fault(ReportKind.UnbalancedRelease, map.ClassFor(0), site, "releases a lock that it does not hold."));
    }
}
