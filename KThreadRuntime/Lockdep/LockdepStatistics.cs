namespace KThreadRuntime;

/// <summary>Counters of one validator. They only grow; reading them takes no lock.</summary>
public sealed class LockdepStatistics
{
    private readonly Func<(int Classes, int Dependencies, long Truncated)> _tables;
    private long _chains;
    private long _belowThreshold;
    private long _historyOverflows;
    private long _unbalancedReleases;
    private long _instanceOrderResets;
    private long _droppedReports;
    private long _failedSinks;

    internal LockdepStatistics(Func<(int Classes, int Dependencies, long Truncated)> tables) => _tables = tables;

    /// <summary>Lock classes registered.</summary>
    public int Classes => _tables().Classes;

    /// <summary>Pairs of classes with a dependency.</summary>
    public int Dependencies => _tables().Dependencies;

    /// <summary>Searches for rings that ended at their limits: rings may have been missed.</summary>
    public long TruncatedSearches => _tables().Truncated;

    /// <summary>Chains, counted once for each thread that made them.</summary>
    public long Chains => Volatile.Read(ref _chains);

    /// <summary>Rings that were found and stayed below the threshold, each counted once.</summary>
    public long BelowThreshold => Volatile.Read(ref _belowThreshold);

    /// <summary>Signals whose context had done more since the wait than its history holds: dependencies may have been missed.</summary>
    public long HistoryOverflows => Volatile.Read(ref _historyOverflows);

    /// <summary>Releases of a lock that the context did not hold.</summary>
    public long UnbalancedReleases => Volatile.Read(ref _unbalancedReleases);

    /// <summary>Times that the order of a class's instances grew too large and was begun anew.</summary>
    public long InstanceOrderResets => Volatile.Read(ref _instanceOrderResets);

    /// <summary>Reports that went to the sinks but were no longer kept in <see cref="LockdepValidator.Reports"/>.</summary>
    public long DroppedReports => Volatile.Read(ref _droppedReports);

    /// <summary>Sinks that threw where nobody could take it: during a wait that goes on.</summary>
    public long FailedSinks => Volatile.Read(ref _failedSinks);

    internal void CountChain() => Interlocked.Increment(ref _chains);

    internal void CountBelowThreshold() => Interlocked.Increment(ref _belowThreshold);

    internal void CountHistoryOverflow() => Interlocked.Increment(ref _historyOverflows);

    internal void CountUnbalancedRelease() => Interlocked.Increment(ref _unbalancedReleases);

    internal void CountInstanceOrderReset() => Interlocked.Increment(ref _instanceOrderResets);

    internal void CountFailedSink() => Interlocked.Increment(ref _failedSinks);

    internal void CountDroppedReport() => Interlocked.Increment(ref _droppedReports);
}
