using KThreadRuntime.Rules;

namespace KThreadRuntime.Reports;

/// <summary>The counters, those that the kernel has too under its names.</summary>
internal static class StatsDump
{
    internal static void Write(LockdepValidator validator, TextWriter writer)
    {
        LockdepStatistics statistics = validator.Statistics;
        IReadOnlyList<LockChain> chains = validator.Chains.Snapshot();
        IReadOnlyList<LockClass> classes = validator.LockClasses;
        var closure = new ClassClosure(validator.Dependencies());
        void Line(string name, long value) => writer.Write($" {name + ":",-32}{value,12}\n");
        Line("lock-classes", statistics.Classes);
        Line("direct dependencies", statistics.Dependencies);

        // As the kernel's, without the class itself.
        Line("indirect dependencies", classes.Sum(c => (long)closure.Forward(c) - 1));
        writer.Write($" {"dependency chains:",-32}{chains.Count,12} [max: {ChainTable.DefaultCapacity}]\n");
        Line("dependency chain hlocks used", chains.Sum(c => (long)c.Elements.Length));
        Line("dependency chains not kept", statistics.ChainsNotKept);
        Line("in-handler chains", chains.Count(c => c.InHandler));
        Line("in-process chains", chains.Count(c => !c.InHandler));
        Line("chains by thread", statistics.Chains);
        Line("max locking depth", chains.Count == 0 ? 0 : chains.Max(c => c.Elements.Length));
        Line("max lock class index", classes.Count == 0 ? 0 : classes.Max(c => c.Index));
        Line("chain key collisions", statistics.ChainCollisions);
        Line("truncated searches", statistics.TruncatedSearches);
        Line("independence points", statistics.IndependencePoints);
        Line("idle points", statistics.IdlePoints);
        Line("history overflows", statistics.HistoryOverflows);
        Line("classes refused", statistics.RefusedClasses);
        Line("classes evicted", statistics.EvictedClasses);
        Line("dependencies refused", statistics.RefusedDependencies);
        Line("dependencies evicted", statistics.EvictedDependencies);
        Line("instance order resets", statistics.InstanceOrderResets);
        Line("unbalanced releases", statistics.UnbalancedReleases);
        Line("acquires under foreign locks", statistics.AcquiresUnderForeignLocks);
        Line("reports", Kinds().Sum(statistics.ReportsOf));
        Line("reports below threshold", statistics.BelowThreshold);
        Line("reports muted", statistics.MutedReports);
        Line("reports not kept", statistics.DroppedReports);
        Line("sinks failed during waits", statistics.FailedSinks);
        foreach (FileSink file in validator.Options.Sinks.OfType<FileSink>())
        {
            Line("reports in file", file.Written);
            Line("reports not in file", file.Failed);
            if (file.FirstError is { } error)
            {
                writer.Write($" {"first file error:",-32}{error}\n");
            }
        }

        Line("debug_locks", 1);
    }

    private static IEnumerable<ReportKind> Kinds() => Enumerable.Range(0, (int)ReportKind.Abandoned + 1).Select(i => (ReportKind)i);
}
