namespace KThreadRuntime;

/// <summary>Keeps reports in memory: for tests. Safe to share between threads.</summary>
public sealed class CollectingSink : ILockdepSink
{
    private Blocking.BriefLock _gate;
    private LockdepReport[] _reports = [];

    /// <summary>What came so far, oldest first. A snapshot.</summary>
    public IReadOnlyList<LockdepReport> Reports => Volatile.Read(ref _reports);

    /// <inheritdoc/>
    public void Report(LockdepReport report)
    {
        _gate.Enter();
        Volatile.Write(ref _reports, [.. _reports, report]);
        _gate.Exit();
    }
}
