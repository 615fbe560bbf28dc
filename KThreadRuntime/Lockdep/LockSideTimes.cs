using System.Diagnostics;
using KThreadRuntime.Rules;

namespace KThreadRuntime;

/// <summary>Times of a class's instances, the write side and the read side apart: the two halves of the kernel's <c>lock_stat</c>.</summary>
/// <remarks>Safe to read at any time; both members are snapshots.</remarks>
public sealed class LockSideTimes
{
    private Blocking.BriefLock _gate;
    private LockTimes _exclusive;
    private LockTimes _shared;

    /// <summary>Of the write side; of a completion, of its waits.</summary>
    public LockTimes Exclusive => Read(ref _exclusive);

    /// <summary>Of the read side.</summary>
    public LockTimes Shared => Read(ref _shared);

    internal void Add(ChainMode mode, long stopwatchTicks)
    {
        _gate.Enter();
        ref LockTimes times = ref mode is ChainMode.Shared or ChainMode.SharedRecursive ? ref _shared : ref _exclusive;
        times = times.With(TimeSpan.FromTicks((long)(stopwatchTicks * ((double)TimeSpan.TicksPerSecond / Stopwatch.Frequency))));
        _gate.Exit();
    }

    private LockTimes Read(ref LockTimes times)
    {
        _gate.Enter();
        LockTimes copy = times;
        _gate.Exit();
        return copy;
    }
}
