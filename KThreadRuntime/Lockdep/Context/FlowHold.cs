using System.Diagnostics;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <summary>
/// The token of one acquire of an async lock: whoever has it may release, once, on any thread. Shared by all flows that
/// inherited it, so a release anywhere is seen by all of them.
/// </summary>
/// <param name="map">The lock; null when tracking is switched off.</param>
/// <param name="site">Where it was acquired.</param>
/// <param name="isTry">Whether the acquire could not block.</param>
/// <param name="isTimed">Whether the acquire would have ended without the lock.</param>
internal sealed class FlowHold(LockdepMap? map, CodeSite site, bool isTry, bool isTimed = false)
{
    private const int Wanted = 0, Held = 1, Over = 2;

    private int _state;
    private long _segment;
    private long _since;

    internal LockdepMap? Map { get; } = map;

    internal CodeSite Site { get; } = site;

    internal bool IsTry { get; } = isTry;

    internal bool IsTimed { get; } = isTimed;

    /// <summary>The work scope it was taken in; 0 for none.</summary>
    internal long Scope { get; private set; }

    internal bool IsHeld => Volatile.Read(ref _state) == Held;

    internal bool IsOver => Volatile.Read(ref _state) == Over;

    /// <summary>The flow that waited for the lock has it from here on, in this segment of this thread.</summary>
    internal void Take(long segment, long scope)
    {
        Scope = scope;
        Volatile.Write(ref _segment, segment);
        if (Map is { Validator.Options.HoldTimes: true })
        {
            Volatile.Write(ref _since, Stopwatch.GetTimestamp());
        }

        Interlocked.CompareExchange(ref _state, Held, Wanted);
    }

    internal bool WasTakenIn(long segment) => Volatile.Read(ref _segment) == segment;

    /// <summary>Ends the hold, or the wait for it. False when that was done before.</summary>
    internal bool TryEnd()
    {
        int before = Interlocked.Exchange(ref _state, Over);
        if (before == Held && Volatile.Read(ref _since) is not 0 and long since && Map!.Class is { } lockClass)
        {
            lockClass.Holds.Add(ChainMode.Exclusive, Stopwatch.GetTimestamp() - since);
        }

        return before != Over;
    }
}
