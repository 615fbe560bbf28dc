using System.Diagnostics;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <content>How long locks are held, where <see cref="LockdepOptions.HoldTimes"/> asks for it.</content>
/// <remarks>
/// A timed entry keeps off the warm path at both ends (see <see cref="HeldLock.AcquireKey"/> and <see cref="HeldLock.Timed"/>), which so has
/// nothing to ask while the option is off. Re-entrant acquires are one hold; a downgrade ends one and begins another.
/// </remarks>
internal sealed partial class LockdepContext
{
    private readonly bool _timesHolds;

    /// <summary>The lock on top has just been acquired, or wanted: if that blocks, <see cref="RestartHold"/> puts it right.</summary>
    private void StartHold()
    {
        if (_timesHolds)
        {
            ref HeldLock entry = ref Top;
            entry.Depth |= HeldLock.Timed;
            entry.HeldSince = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>The thread was blocked for the lock until now.</summary>
    private void RestartHold(int index)
    {
        if (_timesHolds && index > 0 && index <= _top)
        {
            _held[index].HeldSince = Stopwatch.GetTimestamp();
        }
    }

    private void EndHold(in HeldLock entry)
    {
        if ((entry.Depth & HeldLock.Timed) != 0)
        {
            entry.Class!.Holds.Add(ChainKey.ModeOf(entry.Element), Stopwatch.GetTimestamp() - entry.HeldSince);
        }
    }

    /// <summary>The end of a hold that nothing lies on top of: what is known at its place stays known, as on the warm path.</summary>
    private bool TryReleaseTimed(int index)
    {
        if (index != _top || (_held[index].Depth & ~HeldLock.Timed) != 0)
        {
            return false;
        }

        _top--;
        return true;
    }
}
