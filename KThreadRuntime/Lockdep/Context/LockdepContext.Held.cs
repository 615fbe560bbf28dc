using System.Diagnostics;
using System.Runtime.CompilerServices;
using KThreadRuntime.Reports;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <content>The held stack: acquire and release.</content>
internal sealed partial class LockdepContext
{
    private const int MaxSlots = 4096;

    private readonly Dictionary<ulong, ThreadChain> _chains = [];
    private readonly HistoryRing _history;
    private HeldLock[] _held = new HeldLock[8];
    private ChainSlot[] _slots = new ChainSlot[16];
    private ulong _chain = ChainKey.Root;
    private ulong _instances;
    private long _epochBits;
    private int _epoch;
    private int _depth;

    /// <summary>The warm path. False means that nothing was done.</summary>
    internal bool TryAcquireFast(LockdepMap map, int mode)
    {
        int depth = _depth;
        HeldLock[] held = _held;
        int classIndex = map.ClassIndex;
        if ((uint)depth >= (uint)held.Length || classIndex == 0)
        {
            return false;
        }

        uint element = ChainKey.Element(classIndex, mode, isTry: false);
        ulong key = ChainKey.Extend(_chain, element);
        ChainSlot[] slots = _slots;
        ref ChainSlot slot = ref slots[(int)key & (slots.Length - 1)];
        if (slot.Key != key || slot.Stamp != _clock.Now + _epochBits || !slot.Matches(_instances, (ulong)map.Id))
        {
            return false;
        }

        ref HeldLock entry = ref held[depth];
        entry.Map = map;
        entry.ChainBefore = _chain;
        entry.InstancesBefore = _instances;
        entry.Element = element;
        _chain = key;
        _instances = ChainKey.ExtendInstances(_instances, map.Id);
        _depth = depth + 1;
        return true;
    }

    /// <summary>Pops the newest entry when it is this lock and not acquired again. False means that nothing was done.</summary>
    internal bool TryReleaseFast(LockdepMap map)
    {
        int top = _depth - 1;
        HeldLock[] held = _held;
        if ((uint)top >= (uint)held.Length)
        {
            return false;
        }

        ref HeldLock entry = ref held[top];
        if (!ReferenceEquals(entry.Map, map) || entry.Depth != 0)
        {
            return false;
        }

        entry.Map = null;
        _chain = entry.ChainBefore;
        _instances = entry.InstancesBefore;
        _depth = top;
        return true;
    }

    /// <summary>The whole of an acquire. Throws what a sink throws, and then holds nothing more than before.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void AcquireSlow(LockdepMap map, LockMode mode, bool isTry, int subclass, in CodeSite site)
    {
        LockClass lockClass = map.ClassFor(subclass);
        if (map.Kind == LockdepMapKind.ReentrantLock && TryDeepen(map))
        {
            return;
        }

        uint element = ChainKey.Element(lockClass.Index, (int)mode, isTry);
        if (_busy == 0)
        {
            map.TouchedBy(Id);
            Observe(map, lockClass, element, site, steps: null);
        }

        Push(map, element);
    }

    /// <summary>Releases in any order; what was acquired later keeps its place with its hashes restored.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void ReleaseSlow(LockdepMap map, in CodeSite site)
    {
        int index = IndexOf(map);
        if (index < 0)
        {
            ReportUnbalanced(map, site);
            return;
        }

        if (_held[index].Depth > 0)
        {
            _held[index].Depth--;
            return;
        }

        Rebuild(index, skip: index, _depth);
    }

    /// <summary>Turns a held write into a read without a moment in between at which it is not held.</summary>
    internal void Downgrade(LockdepMap map, in CodeSite site)
    {
        int index = IndexOf(map);
        if (index < 0)
        {
            ReportUnbalanced(map, site);
            return;
        }

        uint element = _held[index].Element;
        _held[index].Element = ChainKey.Element(ChainKey.ClassOf(element), (int)LockMode.Shared, ChainKey.IsTry(element));
        Rebuild(index, skip: -1, _depth);
    }

    internal bool Holds(LockdepMap map) => IndexOf(map) >= 0;

    internal int HeldCount => _depth;

    /// <summary>What is held, oldest first.</summary>
    internal IReadOnlyList<LockdepHeldLock> SnapshotHeld()
    {
        var snapshot = new LockdepHeldLock[_depth];
        for (int i = 0; i < _depth; i++)
        {
            ThreadChain? chain = ChainAt(i);
            snapshot[i] = new LockdepHeldLock(
                Validator.Classes[ChainKey.ClassOf(_held[i].Element)], (LockMode)ChainKey.ModeOf(_held[i].Element), chain?.Site ?? CodeSite.Unknown);
        }

        return snapshot;
    }

    private bool TryDeepen(LockdepMap map)
    {
        int index = IndexOf(map);
        if (index < 0)
        {
            return false;
        }

        _held[index].Depth++;
        return true;
    }

    private int IndexOf(LockdepMap map)
    {
        for (int i = _depth - 1; i >= 0; i--)
        {
            if (ReferenceEquals(_held[i].Map, map))
            {
                return i;
            }
        }

        return -1;
    }

    private void Push(LockdepMap map, uint element)
    {
        if (_depth == _held.Length)
        {
            Array.Resize(ref _held, _depth * 2);
        }

        ref HeldLock entry = ref _held[_depth];
        entry = default;
        entry.Map = map;
        entry.ChainBefore = _chain;
        entry.InstancesBefore = _instances;
        entry.Element = element;
        _chain = ChainKey.Extend(_chain, element);
        _instances = ChainKey.ExtendInstances(_instances, map.Id);
        _depth++;
    }

    /// <summary>Pushes the entries from an index on again, without checks, leaving one out.</summary>
    private void Rebuild(int from, int skip, int depth)
    {
        _chain = _held[from].ChainBefore;
        _instances = _held[from].InstancesBefore;
        _depth = from;
        for (int i = from; i < depth; i++)
        {
            HeldLock moved = _held[i];
            _held[i] = default;
            if (i != skip)
            {
                Push(moved.Map!, moved.Element);
                _held[_depth - 1].Depth = moved.Depth;
            }
        }
    }

    /// <summary>The chain that ends in a held entry; null when it was never observed (a sink's lock, a rebuilt stack).</summary>
    private ThreadChain? ChainAt(int index)
    {
        ulong key = index + 1 < _depth ? _held[index + 1].ChainBefore : _chain;
        return _chains.TryGetValue(key, out ThreadChain? chain) ? chain : null;
    }

    private void ReportUnbalanced(LockdepMap map, in CodeSite site)
    {
        Validator.Statistics.CountUnbalancedRelease();
        if (_busy == 0)
        {
            Deliver(Validator.Issuer.Unbalanced(this, map, site));
        }
    }

    private StackTrace? CaptureStack() => Validator.Options.CaptureStacks ? new StackTrace(skipFrames: 3, fNeedFileInfo: false) : null;
}
