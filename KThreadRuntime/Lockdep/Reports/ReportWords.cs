namespace KThreadRuntime.Reports;

/// <summary>The words that all forms of a report share.</summary>
internal static class ReportWords
{
    /// <summary>The classes in the order of the ring, or of a fault's story.</summary>
    internal static string Chain(LockdepReport report) =>
        report.Subject is { } subject
            ? report.Other is { } other ? $"{subject.DisplayName} --> {other.DisplayName}" : subject.DisplayName
            : report.Steps.Count == 1
            ? $"{report.Steps[0].Held.DisplayName} --> {report.Steps[0].Wanted.DisplayName}"
            : string.Join(" --> ", report.Steps.Select(s => s.Wanted.DisplayName));

    internal static string Title(LockdepReport report) => Title(report.Kind, report.Confidence == Confidence.Closed);

    internal static string Title(ReportKind kind, bool isClosed) => kind switch
    {
        ReportKind.Recursive => isClosed ? "a context blocks on itself" : "possible recursive locking",
        ReportKind.Circular => "possible circular locking dependency",
        ReportKind.UnbalancedRelease => "release of a lock that is not held",
        ReportKind.HandlerOrder => "handler-safe -> handler-unsafe lock order",
        ReportKind.InconsistentState => "inconsistent lock state",
        ReportKind.HandlerInversion => "possible handler lock inversion",
        ReportKind.InvalidWaitContext => "invalid wait context",
        ReportKind.NestLockNotTaken => "nested lock was not taken",
        ReportKind.UnbalancedContention => "contention on a lock that was not announced",
        ReportKind.HeldLockFreed => "held lock freed",
        ReportKind.HeldAtBoundary => "locks still held",
        ReportKind.Pinned => "pinned lock released",
        ReportKind.DowngradeOfRead => "downgrade of a lock that is not held exclusively",
        ReportKind.AssertionFailed => "lock assertion failed",
        ReportKind.OrderNotAntisymmetric => "an order of instances contradicts itself",
        ReportKind.DeadKey => "use of a disposed lock class key",
        ReportKind.UnknownSite => "a primitive without site and key",
        ReportKind.Misuse => "misuse of a lock",
        ReportKind.Abandoned => "a wait for a thread that has ended",
        ReportKind.HungWait => "a wait lasts too long",
        _ => kind.ToString(),
    };

    internal static string Words(Confidence confidence) =>
        confidence == Confidence.ClassLevelOnly ? "class-level only" : confidence.ToString().ToLowerInvariant();

    /// <summary>Flags in parentheses, or nothing.</summary>
    internal static string Words(ReportFlags flags) => flags == ReportFlags.None ? "" : $" ({string.Join(", ", FlagNames(flags))})";

    internal static IEnumerable<string> FlagNames(ReportFlags flags)
    {
        if ((flags & ReportFlags.SingleContext) != 0)
        {
            yield return "single-context";
        }

        if ((flags & ReportFlags.Predicted) != 0)
        {
            yield return "predicted";
        }

        if ((flags & ReportFlags.Stall) != 0)
        {
            yield return "stall";
        }

        if ((flags & ReportFlags.Unscoped) != 0)
        {
            yield return "unscoped";
        }

        if ((flags & ReportFlags.FirstWaitOnly) != 0)
        {
            yield return "first-wait-only";
        }

        if ((flags & ReportFlags.NotGivenBack) != 0)
        {
            yield return "not given back";
        }
    }

    /// <summary>What the step's event is called in a timeline.</summary>
    internal static string Verb(LockdepStep step) => step.IsWait ? "wait" : Verb(step.WantedMode);

    internal static string Verb(LockMode mode) => mode == LockMode.Exclusive ? "acquire" : "acquire_read";

    /// <summary>Whether a read waits for a read, and so for a writer that has queued in between.</summary>
    internal static bool NeedsQueuedWriter(LockdepReport report, int step)
    {
        LockdepStep wants = report.Steps[step], holds = report.Steps[(step + 1) % report.Steps.Count];
        return !wants.IsWait && wants.WantedMode == LockMode.Shared && holds.HeldMode != LockMode.Exclusive;
    }

    internal static string HeldHeading(LockdepReport report) => report.Held.Count switch
    {
        0 => $"no locks held by {report.Task}.",
        1 => $"1 lock held by {report.Task}:",
        int count => $"{count} locks held by {report.Task}:",
    };
}
