namespace KThreadRuntime.Context;

/// <content>The warm paths of a completion: signals and waits that tell nothing new.</content>
internal sealed partial class LockdepContext
{
    private SignalMemory? _signalled;
    private QuietWait _quietWait = new() { Generation = -1 };

    /// <summary>
    /// Passes a signal over when nobody waits, nothing is owed, and the context in front has given this signal before: it is not its first, and it
    /// is known as one of its signallers.
    /// </summary>
    /// <remarks>A memory knows instances of its context's own validator only, so that need not be compared.</remarks>
    internal static bool TryPassSignal(LockdepMap map)
    {
        if (_current is { _busy: 0, _signalled: { } memory } context
            && memory.Knows(map)
            && !map.IsWaitedFor
            && !map.IsFresh
            && context._owed is null or { Count: 0 }
            && map.Validation == LockValidation.Full
            && map.Key is not { IsDisposed: true })
        {
            context.NoteGiven(map);
            context._answered = context._history.Next;
            return true;
        }

        return false;
    }

    /// <summary>Whether a wait on a signalled completion is the one that the context in front noted last, under the same locks.</summary>
    internal static bool IsQuietWait(LockdepMap map, bool timed)
    {
        if (_current is not { } context)
        {
            return false;
        }

        ref QuietWait last = ref context._quietWait;
        ref HeldLock top = ref context.Top;
        return last.Id == map.Id && last.Generation == context._clock.Now && last.IsTimed == timed
            && last.Chain == top.ChainAfter && last.Instances == top.InstancesAfter;
    }

    /// <summary>Whether a wait on a signalled completion would tell nothing new. Keeps it in mind for <see cref="IsQuietWait"/>.</summary>
    internal bool HasNotedWait(LockdepMap map, bool timed)
    {
        int classIndex = map.Policy == ClassPolicy.WaitSite ? 0 : map.ClassIndex;
        ref HeldLock top = ref Top;
        uint element = ChainKey.Element(classIndex, (int)(timed ? Rules.ChainMode.TimedWait : Rules.ChainMode.Wait), isTry: false);
        ulong key = ChainKey.Extend(top.ChainAfter ^ _salt ^ GivenKey(element), element);
        ref ChainSlot slot = ref _slots[(int)key & (_slots.Length - 1)];
        if (classIndex == 0 || slot.Key != key || slot.Stamp != _clock.Now || !slot.Matches(Instances, (ulong)map.Id))
        {
            return false;
        }

        if (top.InstancesAfter != HeldLock.NotKept)
        {
            _quietWait = new QuietWait { Id = map.Id, Generation = slot.Stamp, Chain = top.ChainAfter, Instances = top.InstancesAfter, IsTimed = timed };
        }

        return true;
    }

    /// <summary>
    /// Whatever ends what slots say within one generation ends this too: a cut, forgotten chains, another mix of handlers. The
    /// rest (another class or validation for the instance) advances the generation.
    /// </summary>
    private void ForgetQuietWait() => _quietWait.Generation = -1;

    /// <summary>A wait that need not block, as far as repeating it would tell nothing new.</summary>
    private struct QuietWait
    {
        internal long Id;
        internal long Generation;
        internal ulong Chain;
        internal ulong Instances;
        internal bool IsTimed;
    }
}
