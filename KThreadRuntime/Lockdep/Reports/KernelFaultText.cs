using System.Text;

namespace KThreadRuntime.Reports;

/// <summary>The middle of a kernel-style report that is no ring: what was tried, with what, and the dependencies behind it.</summary>
internal static class KernelFaultText
{
    internal static void Write(StringBuilder text, LockdepReport report, LockClass subject)
    {
        WriteEvent(text, report, subject);

        if (report.Handler is { } handler)
        {
            WriteUses(text, handler);
        }

        text.Append(report.Task).Append(": ").Append(report.Detail).Append('\n');
        if (report.Steps.Count > 0)
        {
            text.Append("\nThe dependencies in between, in reverse order:\n");
            KernelText.WriteSteps(text, report);
        }

        if (IsOfHandlers(report.Kind))
        {
            text.Append('\n');
            KernelScenario.Write(text, report);
        }
    }

    internal static bool IsOfHandlers(ReportKind kind) =>
        kind is ReportKind.HandlerOrder or ReportKind.InconsistentState or ReportKind.HandlerInversion;

    private static void WriteEvent(StringBuilder text, LockdepReport report, LockClass subject)
    {
        if (NewDependency(report) is { } made)
        {
            KernelText.WriteEvent(text, report.Task, made);
            text.Append($"which makes a new dependency:\n    ({made.Held.DisplayName}) -> ({made.Wanted.DisplayName})\n");
            return;
        }

        text.Append($"{report.Task} {Event(report)}:\n    {KernelText.Lock(subject)}, at: {report.SubjectSite}\n");
        if (report.Other is { } other)
        {
            text.Append($"{OtherRole(report)}:\n    {KernelText.Lock(other)}, created at: {other.Site}\n");
        }
    }

    /// <summary>The one that joined a safe lock to an unsafe one.</summary>
    private static LockdepStep? NewDependency(LockdepReport report) =>
        report.Kind == ReportKind.HandlerOrder ? report.Steps.FirstOrDefault(s => s.WantedSite == report.SubjectSite) : null;

    private static void WriteUses(StringBuilder text, LockdepHandlerUse handler)
    {
        text.Append($"inconsistent {{{handler.HeldAs}}} -> {{{handler.UsedAs}}} usage:\n");
        text.Append($"    {{{handler.UsedAs}}} since {handler.UsedBy}, at: {handler.UsedAt}\n");
        WriteStack(text, handler.UsedStack);
        text.Append($"    {{{handler.HeldAs}}} since {handler.HeldBy}, at: {handler.HeldAt}\n");
        WriteStack(text, handler.HeldStack);
    }

    private static void WriteStack(StringBuilder text, LockdepStack? stack)
    {
        if (stack is not null)
        {
            KernelText.WriteStack(text, stack);
        }
    }

    private static string Event(LockdepReport report) => report.Kind switch
    {
        ReportKind.UnbalancedRelease => "is trying to release",
        ReportKind.HandlerOrder => "is joining for the first time",
        ReportKind.InconsistentState => "uses in conflicting ways",
        ReportKind.HandlerInversion => "just changed the state of",
        ReportKind.InvalidWaitContext => "is trying to lock",
        ReportKind.NestLockNotTaken => "is trying to acquire",
        ReportKind.UnbalancedContention => "tells of contention on",
        ReportKind.HeldLockFreed => "is freeing",
        ReportKind.HeldAtBoundary => report.Wanted.IsCompletion ? "leaves, and owes" : "leaves, and holds",
        ReportKind.Pinned => "releases, pins or unpins",
        ReportKind.DowngradeOfRead => "is trying to downgrade",
        ReportKind.AssertionFailed => "asserts about",
        ReportKind.OrderNotAntisymmetric => "compares instances of",
        ReportKind.DeadKey => "uses",
        ReportKind.UnknownSite => "registers",
        ReportKind.HungWait or ReportKind.Abandoned => "waits for",
        _ => "uses",
    };

    private static string OtherRole(LockdepReport report) => report.Kind switch
    {
        ReportKind.NestLockNotTaken => "without holding",
        ReportKind.InvalidWaitContext => "in a context made by",
        ReportKind.HandlerOrder => "to",
        ReportKind.HandlerInversion when report.Steps.Count > 0 => ReferenceEquals(report.Steps[0].Held, report.Subject)
            ? $"under which this {KernelTitles.Level(report)}-unsafe lock came to be wanted" : $"which came to be wanted under this {KernelTitles.Level(report)}-safe lock",
        _ => "together with",
    };
}
