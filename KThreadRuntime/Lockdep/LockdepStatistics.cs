namespace KThreadRuntime;

/// <summary>Counters of one validator. They only grow; reading them takes no lock.</summary>
public sealed class LockdepStatistics
{
    /// <summary>The kinds there are: <see cref="ReportKind.Abandoned"/> is the last.</summary>
    private const int KindCount = (int)ReportKind.Abandoned + 1;

    private readonly Func<Tables> _tables;
    private readonly Rules.ChainTable _chainTable;
    private readonly long[] _reportsByKind = new long[KindCount];
    private long _chainTableRestarts;
    private long _retiredClasses;
    private long _unknownSites;
    private long _chains;
    private long _belowThreshold;
    private long _mutedReports;
    private long _historyOverflows;
    private long _independencePoints;
    private long _idlePoints;
    private long _unbalancedReleases;
    private long _instanceOrderResets;
    private long _droppedReports;
    private long _failedSinks;
    private long _underForeignLocks;

    internal LockdepStatistics(Func<Tables> tables, Rules.ChainTable chainTable)
    {
        _tables = tables;
        _chainTable = chainTable;
    }

    /// <summary>Lock classes there are now.</summary>
    public int Classes => _tables().Classes;

    /// <summary>Pairs of classes with a dependency.</summary>
    public int Dependencies => _tables().Dependencies;

    /// <summary>Searches for rings that ended at their limits: rings may have been missed.</summary>
    public long TruncatedSearches => _tables().Truncated;

    /// <summary>Chains, counted once for each thread that made them.</summary>
    public long Chains => Volatile.Read(ref _chains);

    /// <summary>Different chains, whoever made them; the first 65,536 are kept for dumps.</summary>
    public int DistinctChains => _chainTable.Count;

    /// <summary>Chains met when no more were kept; nothing but their place in dumps is lost.</summary>
    public long ChainsNotKept => _chainTable.Left;

    /// <summary>Chains whose 64-bit key another chain has: the caches may have taken one for the other.</summary>
    public long ChainCollisions => _chainTable.Collisions;

    /// <summary>Rings that were found and stayed below the threshold, each counted once.</summary>
    public long BelowThreshold => Volatile.Read(ref _belowThreshold);

    /// <summary>Reports that <see cref="LockdepOptions.Baseline"/> muted, each counted once.</summary>
    public long MutedReports => Volatile.Read(ref _mutedReports);

    /// <summary>Signals whose context had done more since the wait than its history holds: dependencies may have been missed.</summary>
    public long HistoryOverflows => Volatile.Read(ref _historyOverflows);

    /// <summary>Times that a context's history was cut: a work, an item of a worker, a parking, <see cref="Lockdep.IndependencePoint"/>.</summary>
    public long IndependencePoints => Volatile.Read(ref _independencePoints);

    /// <summary>
    /// Times that a thread came back, after a signal and with nothing held, to where it waits for work, and something was cut off there that
    /// predictions would have looked at.
    /// </summary>
    public long IdlePoints => Volatile.Read(ref _idlePoints);

    /// <summary>Releases of a lock that the context did not hold.</summary>
    public long UnbalancedReleases => Volatile.Read(ref _unbalancedReleases);

    /// <summary>
    /// Acquires and waits by a thread that held a lock of another validator: what depends on that lock is known to neither. Above 0, what
    /// belongs together was built under different validators.
    /// </summary>
    /// <remarks>Counted where there is something to look up or to record anyway, so the same acquire repeated may count once. Costs nothing under one validator.</remarks>
    public long AcquiresUnderForeignLocks => Volatile.Read(ref _underForeignLocks);

    /// <summary>Times that the order of a class's instances grew too large and was begun anew.</summary>
    public long InstanceOrderResets => Volatile.Read(ref _instanceOrderResets);

    /// <summary>Reports that went to the sinks but were no longer kept in <see cref="LockdepValidator.Reports"/>.</summary>
    public long DroppedReports => Volatile.Read(ref _droppedReports);

    /// <summary>Sinks that threw where nobody could take it: during a wait that goes on.</summary>
    public long FailedSinks => Volatile.Read(ref _failedSinks);

    /// <summary>Classes that have gone: of disposed keys, of dead instances, of splits.</summary>
    public long RetiredClasses => Volatile.Read(ref _retiredClasses);

    /// <summary>
    /// Times that an instance found <see cref="LockdepOptions.MaxClasses"/> reached: nothing was learned from it then. From here on
    /// the validator sees a sample, which moves.
    /// </summary>
    public long RefusedClasses => _tables().RefusedClasses;

    /// <summary>
    /// Times that a dependency found <see cref="LockdepOptions.MaxDependencies"/> reached: rings through it may have been missed. From
    /// here on the validator sees a sample, which moves.
    /// </summary>
    public long RefusedDependencies => _tables().RefusedDependencies;

    /// <summary>Classes that made room in a full table; they are learned again when they are next used and it is their turn.</summary>
    public long EvictedClasses => _tables().EvictedClasses;

    /// <summary>Dependencies that made room in a full graph, beside those of <see cref="EvictedClasses"/>.</summary>
    public long EvictedDependencies => _tables().EvictedDependencies;

    /// <summary>Times that a thread reached <see cref="LockdepOptions.MaxChainsPerThread"/> and began to learn anew.</summary>
    public long ChainTableRestarts => Volatile.Read(ref _chainTableRestarts);

    /// <summary>Instances created with neither site nor key, whose class was guessed from their first use.</summary>
    public long UnknownSites => Volatile.Read(ref _unknownSites);

    /// <summary>Reports of a kind that were told.</summary>
    /// <param name="kind">The kind.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such kind.</exception>
    public long ReportsOf(ReportKind kind) =>
        (uint)kind < KindCount ? Volatile.Read(ref _reportsByKind[(int)kind]) : throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of report.");

    internal void CountChainTableRestart() => Interlocked.Increment(ref _chainTableRestarts);

    internal void CountRetired(int classes) => Interlocked.Add(ref _retiredClasses, classes);

    internal void CountUnknownSite() => Interlocked.Increment(ref _unknownSites);

    internal void CountReport(ReportKind kind) => Interlocked.Increment(ref _reportsByKind[(int)kind]);

    internal void CountMuted() => Interlocked.Increment(ref _mutedReports);

    internal void CountChain() => Interlocked.Increment(ref _chains);

    internal void CountBelowThreshold() => Interlocked.Increment(ref _belowThreshold);

    internal void CountHistoryOverflow() => Interlocked.Increment(ref _historyOverflows);

    internal void CountIndependencePoint() => Interlocked.Increment(ref _independencePoints);

    internal void CountIdlePoint() => Interlocked.Increment(ref _idlePoints);

    internal void CountUnbalancedRelease() => Interlocked.Increment(ref _unbalancedReleases);

    internal void CountUnderForeignLock() => Interlocked.Increment(ref _underForeignLocks);

    internal void CountInstanceOrderReset() => Interlocked.Increment(ref _instanceOrderResets);

    internal void CountFailedSink() => Interlocked.Increment(ref _failedSinks);

    internal void CountDroppedReport() => Interlocked.Increment(ref _droppedReports);

    /// <summary>What the tables say of themselves.</summary>
    internal readonly record struct Tables(int Classes, int Dependencies, long Truncated, long RefusedClasses, long RefusedDependencies, long EvictedClasses, long EvictedDependencies);
}
