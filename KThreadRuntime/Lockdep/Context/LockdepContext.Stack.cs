using System.Diagnostics;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <content>The held stack as such: how entries are pushed, moved and found.</content>
internal sealed partial class LockdepContext
{
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
    private void Push(LockdepMap map, LockClass lockClass, uint element, in ChainSlot slot)
    {
        int next = _top + 1;
        if (next == _held.Length - 1)
        {
            Grow();
        }

        ref HeldLock below = ref _held[next - 1];
        ref HeldLock entry = ref _held[next];
        ulong chain = ChainKey.Extend(below.ChainAfter ^ _salt, element);
        bool isSameChain = entry.ChainAfter == chain;
        entry.Class = lockClass;
        entry.ClassToken = LockdepMap.Token(Validator, lockClass);
        entry.ChainAfter = chain;
        entry.InstancesBefore = InstancesAt(next - 1);
        entry.Element = element;
        entry.Mode = ChainKey.IsPlain(element) && ReferenceEquals(map.Class, lockClass) ? (byte)ChainKey.ModeOf(element) : HeldLock.Special;
        entry.Depth = 0;
        entry.Stamp = slot.Key == chain ? slot.Stamp : -1;
        entry.AnyOwn = entry.Stamp >= 0 && slot.OwnMask == 0;
        entry.Any = entry.AnyOwn && (slot.HeldMask == 0 || next == _floor + 1);
        entry.AcquireKey = entry.Mode == HeldLock.Special || _timesHolds ? HeldLock.NoKey
            : entry.Any ? HeldLock.KeyOfAny(entry.Mode)
            : below.Any ? HeldLock.NoKey : HeldLock.KeyOf(map.Id, entry.Mode);
        ulong after = entry.Any ? HeldLock.NotKept : ChainKey.ExtendInstances(entry.InstancesBefore, map.Id, element);
        if (!isSameChain || entry.InstancesAfter != after)
        {
            _held[next + 1].Stamp = -1;
        }

        entry.InstancesAfter = after;
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
                Push(moved.Map!, moved.Class!, moved.Element, default);
                KeepOrigin(origin);
                Top.GoOn(moved);
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

    private StackTrace? CaptureStack() => Reports.StackCapture.Take(Validator.Options);
}
