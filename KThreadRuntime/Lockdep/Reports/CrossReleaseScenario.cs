using System.Text;

namespace KThreadRuntime.Reports;

/// <summary>The two columns: the reporting thread on the left, everybody else in the ring on the right, in an order that hangs.</summary>
internal static class CrossReleaseScenario
{
    private const int Indent = 6;
    private const int Width = 46;

    internal static void Write(StringBuilder text, LockdepReport report)
    {
        LockdepStep left = report.Steps[0];
        IReadOnlyList<LockdepStep> right = [.. report.Steps.Skip(1).Reverse()];
        bool selfOnly = right.Count == 0;
        text.Append("A schedule that hangs:\n\n");
        Row(text, $"Thread-A ({left.Thread})", selfOnly ? "" : $"{OtherName(right)} ({string.Join(", ", right.Select(s => s.Thread).Distinct())})");
        Row(text, "--------", selfOnly ? "" : "--------");
        if (!left.IsOwed)
        {
            Row(text, $"{ReportWords.Verb(left.HeldMode)}({left.Held.DisplayName});", "");
        }

        LockdepStep? before = null;
        foreach (LockdepStep step in right)
        {
            if (before is not null && before.HeldMode != LockMode.Exclusive && step.WantedMode == LockMode.Shared)
            {
                Row(text, "", $"/* a writer of {step.Wanted.DisplayName} queues in between */");
            }

            before = step;
            if (!step.IsOwed)
            {
                Row(text, "", $"{ReportWords.Verb(step.HeldMode)}({step.Held.DisplayName});  [{step.Thread}]");
            }

            Row(text, "", $"{ReportWords.Verb(step)}({step.Wanted.DisplayName});  [{step.Thread}]");
        }

        Row(text, $"{ReportWords.Verb(left)}({left.Wanted.DisplayName});", "");
        foreach (LockdepStep step in right.Where(s => s.IsOwed))
        {
            Row(text, "", $"complete({step.Held.DisplayName});  [{step.Thread}: never reached]");
        }

        if (left.IsOwed)
        {
            Row(text, $"complete({left.Held.DisplayName});  [never reached]", "");
        }

        bool stall = (report.Flags & ReportFlags.Stall) != 0;
        text.Append('\n').Append(' ', Indent).Append(stall ? "*** STALL until a wait times out ***\n" : "*** DEADLOCK ***\n");
    }

    /// <summary>A thread that owes a signal is called what the origin of cross-release called it.</summary>
    private static string OtherName(IEnumerable<LockdepStep> steps) => steps.Any(s => s.IsOwed) ? "k-Thread" : "Thread-B";

    private static void Row(StringBuilder text, string left, string right)
    {
        text.Append(' ', Indent);
        if (right.Length == 0)
        {
            text.Append(left).Append('\n');
        }
        else
        {
            text.Append(left.PadRight(Width)).Append(left.Length >= Width ? " " : "").Append(right).Append('\n');
        }
    }
}
