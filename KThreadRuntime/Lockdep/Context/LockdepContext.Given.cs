using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <content>
/// What the context has signalled since it acquired each lock that it holds. Who asks another thread for something under a lock, and waits
/// for the answer, is not kept waiting by those who would have to acquire the lock to ask.
/// </content>
internal sealed partial class LockdepContext
{
    /// <summary>The classes signalled since the context began to owe the newest of what it owes.</summary>
    private GateSet _givenSinceOwed;

    /// <summary>Takes in that something is signalled under what is held, and owed; a unit that is given back asks for nothing.</summary>
    private void NoteGiven(LockdepMap map)
    {
        bool owes = _floor == 0 && _owed is { Count: > 0 };
        if ((HeldCount == 0 && !owes) || UnitsOwed(map) > 0 || PredictedClass(map) is not { } given)
        {
            return;
        }

        if (owes)
        {
            _givenSinceOwed = _givenSinceOwed.With(given.Number, exclusive: true);
            NoteAsked();
        }

        for (int i = _floor + 1; i <= _top; i++)
        {
            if (IsLock(i))
            {
                GiveUnder(ref _held[i], given.Number);
            }
        }
    }

    private void GiveUnder(ref HeldLock held, long given)
    {
        GateSet before = (held.Depth & HeldLock.Gave) != 0 ? held.Given : default, after = before.With(given, exclusive: true);
        if (after != before)
        {
            held.Given = after;
            held.Depth |= HeldLock.Gave;
            ForgetQuietWait();
        }
    }

    /// <summary>Whoever is told something may be the one to give back the units that this context has: as the reader of a buffer does its places.</summary>
    private void NoteAsked()
    {
        for (int i = 0; i < _owed!.Count; i++)
        {
            if (_owed[i] is { Units: > 0, HasAsked: false })
            {
                _owed[i] = _owed[i] with { HasAsked = true };
                _owed[i].Map.PaidBy(_life);
            }
        }
    }

    /// <summary>What was given under a lock is taken back, or the lock goes away.</summary>
    private void ForgetGiven(int index)
    {
        if ((_held[index].Depth & HeldLock.Gave) != 0)
        {
            _held[index].Depth &= ~HeldLock.Gave;
            ForgetQuietWait();
        }
    }

    /// <summary>The context makes a completion anew: what it has signalled before lets nobody pass.</summary>
    internal void TakeBackGiven()
    {
        _givenSinceOwed = default;
        for (int i = 1; i <= _top; i++)
        {
            ForgetGiven(i);
        }
    }

    private GateSet GivenAt(int index, ChainMode wanted) =>
        wanted is ChainMode.Wait or ChainMode.TimedWait && (_held[index].Depth & HeldLock.Gave) != 0 ? _held[index].Given : default;

    /// <summary>Part of a wait's hash: a wait after other signals is another chain. 0 in the ordinary case.</summary>
    private ulong GivenKey(uint element)
    {
        if (ChainKey.ModeOf(element) < ChainMode.Wait)
        {
            return 0;
        }

        ulong key = 0;
        for (int i = _floor + 1; i <= _top; i++)
        {
            if ((_held[i].Depth & HeldLock.Gave) != 0)
            {
                key = ChainKey.Extend(key ^ (ulong)i, (uint)_held[i].Given.GetHashCode());
            }
        }

        return key;
    }
}
