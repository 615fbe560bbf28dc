namespace KThreadRuntime.Reports;

/// <summary>The title of each kind, as the kernel calls it where the kernel knows it.</summary>
internal static class KernelTitles
{
    internal static string Of(LockdepReport report) => report.Kind switch
    {
        ReportKind.Circular => "WARNING: possible circular locking dependency detected",
        ReportKind.Recursive => "WARNING: possible recursive locking detected",
        ReportKind.UnbalancedRelease => "WARNING: bad unlock balance detected!",
        ReportKind.HandlerOrder => $"WARNING: {Level(report)}-safe -> {Level(report)}-unsafe lock order detected",
        ReportKind.InconsistentState => "WARNING: inconsistent lock state",
        ReportKind.HandlerInversion => "WARNING: possible irq lock inversion dependency detected",
        ReportKind.InvalidWaitContext => "[ BUG: Invalid wait context ]",
        ReportKind.NestLockNotTaken => "WARNING: Nested lock was not taken",
        ReportKind.UnbalancedContention => "WARNING: bad contention detected!",
        ReportKind.HeldLockFreed => "WARNING: held lock freed!",
        ReportKind.HeldAtBoundary => $"WARNING: {report.Task} still {(report.Wanted.IsCompletion ? "owes a signal" : "has locks held")}!",
        ReportKind.Pinned => "WARNING: bad pinning of a lock",
        ReportKind.DowngradeOfRead => "WARNING: downgrade of a read lock",
        ReportKind.AssertionFailed => "WARNING: lock assertion failed",
        ReportKind.OrderNotAntisymmetric => "WARNING: comparison of instances is not antisymmetric",
        ReportKind.DeadKey => $"BUG: key of {report.Wanted.DisplayName} has not been registered!",
        ReportKind.UnknownSite => "INFO: trying to register non-static key.",
        ReportKind.Misuse => "WARNING: misuse of a lock",
        ReportKind.Abandoned => $"WARNING: {report.Task} waits for a task that has exited!",
        ReportKind.HungWait => $"INFO: task {report.Task} is blocked for too long.",
        _ => $"WARNING: {ReportWords.Title(report)}",
    };

    /// <summary>The kind of handlers, as the kernel calls its interrupts.</summary>
    internal static string Level(LockdepReport report) => report.Handler?.Level == HandlerLevel.Soft ? "SOFTIRQ" : "HARDIRQ";
}
