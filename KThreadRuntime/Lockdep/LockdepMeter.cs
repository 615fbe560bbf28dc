#if NET
using System.Diagnostics.Metrics;

namespace KThreadRuntime;

/// <summary>What a validator counts, as instruments of the meter <c>KThreadRuntime.Lockdep</c>: for <c>dotnet-counters</c> and exporters.</summary>
/// <remarks>
/// All are observed: nothing is measured until a listener asks, and the validator pays nothing. Dispose it to end the instruments;
/// several validators may have one each, told apart by the tag <c>validator</c>.
/// </remarks>
public sealed class LockdepMeter : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "KThreadRuntime.Lockdep";

    private readonly Meter _meter = new(Name);
    private readonly LockdepStatistics _statistics;
    private readonly KeyValuePair<string, object?> _validator;

    /// <summary>Begins to offer a validator's counters.</summary>
    /// <param name="validator">The validator.</param>
    public LockdepMeter(LockdepValidator validator)
    {
        _statistics = (validator ?? throw new ArgumentNullException(nameof(validator))).Statistics;
        _validator = new("validator", validator.Number);
        _meter.CreateObservableCounter("lockdep.reports", ReportsByKind, "{report}", "Reports at or above the threshold, by kind.");
        Counter("lockdep.below_threshold", s => s.BelowThreshold, "{ring}", "Rings found that stayed below the threshold.");
        Counter("lockdep.muted", s => s.MutedReports, "{report}", "Reports that the baseline muted.");
        Counter("lockdep.lost_history", s => s.HistoryOverflows, "{signal}", "Signals whose history had overflowed.");
        Counter("lockdep.independence_points", s => s.IndependencePoints, "{point}", "Histories cut at a declared point.");
        Counter("lockdep.idle_points", s => s.IdlePoints, "{point}", "Histories cut, for predictions, where a loop came back to wait.");
        Counter("lockdep.truncated_searches", s => s.TruncatedSearches, "{search}", "Searches that ended at their limits.");
        Counter("lockdep.dropped_reports", s => s.DroppedReports, "{report}", "Reports that went to the sinks and were no longer kept.");
        Counter("lockdep.failed_sinks", s => s.FailedSinks, "{failure}", "Sinks that threw during a wait that goes on.");
        Counter("lockdep.evicted_classes", s => s.EvictedClasses, "{class}", "Classes that made room in a full table.");
        Counter("lockdep.evicted_dependencies", s => s.EvictedDependencies, "{dependency}", "Dependencies that made room in a full graph.");
        Counter("lockdep.under_foreign_locks", s => s.AcquiresUnderForeignLocks, "{acquire}", "Acquires and waits under a lock of another validator.");
        Gauge("lockdep.classes", s => s.Classes, "{class}", "Lock classes.");
        Gauge("lockdep.dependencies", s => s.Dependencies, "{dependency}", "Pairs of classes with a dependency.");
        Gauge("lockdep.chains", s => s.Chains, "{chain}", "Chains, once for each thread that made them.");
    }

    /// <summary>Ends the instruments.</summary>
    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> ReportsByKind()
    {
        foreach (ReportKind kind in Enum.GetValues<ReportKind>())
        {
            if (_statistics.ReportsOf(kind) is > 0 and long count)
            {
                yield return new Measurement<long>(count, _validator, new("kind", kind.ToString()));
            }
        }
    }

    private void Counter(string name, Func<LockdepStatistics, long> read, string unit, string description) =>
        _meter.CreateObservableCounter(name, () => new Measurement<long>(read(_statistics), _validator), unit, description);

    private void Gauge(string name, Func<LockdepStatistics, long> read, string unit, string description) =>
        _meter.CreateObservableGauge(name, () => new Measurement<long>(read(_statistics), _validator), unit, description);
}
#endif
