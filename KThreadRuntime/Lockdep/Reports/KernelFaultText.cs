using System.Text;

namespace KThreadRuntime.Reports;

/// <summary>The middle of a kernel-style report that is no ring: what was tried, with what, and the dependencies behind it.</summary>
internal static class KernelFaultText
{
    internal static void Write(StringBuilder text, LockdepReport report, LockClass subject)
    {
        text.Append($"{report.Task} {Event(report.Kind)}:\n    {KernelText.Lock(subject)}, at: {report.SubjectSite}\n");
        if (report.Other is { } other)
        {
            text.Append($"{OtherRole(report.Kind)}:\n    {KernelText.Lock(other)}, created at: {other.Site}\n");
        }

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

    private static string Event(ReportKind kind) => kind switch
    {
        ReportKind.UnbalancedRelease => "is trying to release",
        ReportKind.HandlerOrder => "is joining for the first time",
        ReportKind.InconsistentState => "uses in conflicting ways",
        ReportKind.HandlerInversion => "just changed the state of",
        ReportKind.InvalidWaitContext => "is trying to lock",
        ReportKind.NestLockNotTaken => "is trying to acquire",
        ReportKind.UnbalancedContention => "tells of contention on",
        ReportKind.HeldLockFreed => "is freeing",
        ReportKind.HeldAtBoundary => "still holds",
        ReportKind.Pinned => "releases or unpins",
        ReportKind.DowngradeOfRead => "is trying to downgrade",
        ReportKind.AssertionFailed => "asserts about",
        ReportKind.OrderNotAntisymmetric => "compares instances of",
        ReportKind.DeadKey => "uses",
        ReportKind.UnknownSite => "registers",
        ReportKind.HungWait or ReportKind.Abandoned => "is blocked on",
        _ => "uses",
    };

    private static string OtherRole(ReportKind kind) => kind switch
    {
        ReportKind.NestLockNotTaken => "without holding",
        ReportKind.InvalidWaitContext => "in a context made by",
        ReportKind.HandlerOrder => "to",
        ReportKind.HandlerInversion => "and with it stands in a chain",
        _ => "together with",
    };
}
