namespace KThreadRuntime.Reports;

/// <summary>What the program can change so that the report is no longer true, for each kind.</summary>
internal static class Remedy
{
    internal static string For(LockdepReport report) => report.Subject is null ? ForRing(report) : ForFault(report);

    private static string ForRing(LockdepReport report)
    {
        LockdepStep closing = report.Steps[0];
        if (report.Kind == ReportKind.Recursive)
        {
            return report.Confidence == Confidence.Closed || closing.IsOwed
                ? $"release {closing.Held.DisplayName} before {Site(closing)}, or do not {(closing.IsWait ? "wait for" : "acquire")} it there again."
                : $"acquire instances of {closing.Held.DisplayName} in one order, and give the inner acquire a subclass or the class a declared order.";
        }

        return report.Steps.FirstOrDefault(s => s is { IsWait: true, IsOwed: false }) is { } wait ? ForWait(report, wait)
            : report.Steps.Any(s => s.IsOwed)
            ? $"signal before waiting: {string.Join("; or ", report.Steps.Where(s => s.IsOwed).Select(s => $"{s.Held.DisplayName} before {Site(s)}"))}."
            : $"one order everywhere; it is broken by {string.Join(" and by ", report.Steps.Select(s => $"{s.Wanted.DisplayName} under {s.Held.DisplayName} at {s.WantedSite}"))}.";
    }

    private static string ForWait(LockdepReport report, LockdepStep wait)
    {
        string text = $"release {wait.Held.DisplayName} before waiting for {wait.Wanted.DisplayName} at {wait.WantedSite}";
        return report.Steps.FirstOrDefault(s => s.IsOwed) is { } owed ? $"{text}; or signal {owed.Held.DisplayName} before {Site(owed)}." : text + ".";
    }

    private static string Site(LockdepStep step) => $"{(step.IsWait ? "waiting for" : "acquiring")} {step.Wanted.DisplayName} at {step.WantedSite}";

    private static string ForFault(LockdepReport report) => report.Kind switch
    {
        ReportKind.UnbalancedRelease => "release a lock once for each acquire, in the context that acquired it.",
        ReportKind.HandlerOrder or ReportKind.HandlerInversion => "keep handlers off while the lock that a handler can come to wait for is held, or do not acquire it in the handler.",
        ReportKind.InconsistentState => "keep handlers off wherever the lock is held outside of them, or do not acquire it in the handler.",
        ReportKind.InvalidWaitContext => "use a lock that waits no harder than the place allows, or acquire it before.",
        ReportKind.NestLockNotTaken => "acquire the nest lock first, or name the lock that is held.",
        ReportKind.UnbalancedContention => "announce the acquire before its contention.",
        ReportKind.HeldLockFreed => "release the lock before it is disposed or initialised anew.",
        ReportKind.HeldAtBoundary => "release the locks on every path to the boundary, exceptions included.",
        ReportKind.Pinned => "unpin with the pin's own ticket before the lock is released.",
        ReportKind.DowngradeOfRead => "downgrade only what is held exclusively.",
        ReportKind.AssertionFailed => "acquire what the assertion asks for on the path that leads here, or correct the assertion.",
        ReportKind.OrderNotAntisymmetric => "compare instances by something that never changes and is different for each.",
        ReportKind.DeadKey => "dispose a key after the last primitive that was built with it.",
        ReportKind.UnknownSite => "forward the caller's file, line and member, or give a key.",
        ReportKind.Misuse => "follow the rules of the primitive as the sentence above states them.",
        ReportKind.Abandoned => "release and signal on every path to the thread's end, exceptions included.",
        ReportKind.HungWait => "look at what the other blocked threads hold, and at who should have signalled.",
        _ => "see the sentence above.",
    };
}
