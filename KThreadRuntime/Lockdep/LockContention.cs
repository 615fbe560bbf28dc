using KThreadRuntime.Rules;

namespace KThreadRuntime;

/// <summary>How often and how long threads were blocked on instances of a class: the kernel's <c>lock_stat</c>, waits only.</summary>
/// <remarks>Counted where a thread really blocks; an acquire that succeeds at once costs nothing. Safe to read at any time.</remarks>
public sealed class LockContention
{
    private readonly Blocking.BriefLock _gate = new();
    private LockWaitTimes _exclusive;
    private LockWaitTimes _shared;

    /// <summary>Of acquires of the write side, or of waits.</summary>
    public LockWaitTimes Exclusive => Read(ref _exclusive);

    /// <summary>Of acquires of the read side.</summary>
    public LockWaitTimes Shared => Read(ref _shared);

    internal void Add(ChainMode mode, long stopwatchTicks)
    {
        _gate.Enter();
        ref LockWaitTimes times = ref mode is ChainMode.Shared or ChainMode.SharedRecursive ? ref _shared : ref _exclusive;
        times = times.With(TimeSpan.FromSeconds(stopwatchTicks / (double)System.Diagnostics.Stopwatch.Frequency));
        _gate.Exit();
    }

    private LockWaitTimes Read(ref LockWaitTimes times)
    {
        _gate.Enter();
        LockWaitTimes copy = times;
        _gate.Exit();
        return copy;
    }
}
