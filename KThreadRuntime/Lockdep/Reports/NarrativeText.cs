using System.Text;

namespace KThreadRuntime.Reports;

/// <summary>
/// A report for people: one sentence; each context with where it became responsible [S], where it waits [W] and the event that cannot
/// come [E]; a schedule that hangs; what is held; the evidence; what would end it.
/// </summary>
internal static class NarrativeText
{
    internal static void Write(StringBuilder text, LockdepReport report)
    {
        if (report.Subject is { } subject)
        {
            WriteFault(text, report, subject);
        }
        else
        {
            WriteRing(text, report);
        }

        WriteHeld(text, report);
        WriteEvidence(text, report);
        text.Append("\nWhat would end it: ").Append(report.Split?.Advice ?? Remedy.For(report)).Append('\n');
        text.Append("\nkind: ").Append(ReportWords.Title(report)).Append('\n');
        text.Append("confidence: ").Append(ReportWords.Words(report.Confidence)).Append(ReportWords.Words(report.Flags)).Append('\n');
        text.Append("fingerprint: ").Append(report.Fingerprint).Append('\n');
    }

    internal static string FirstSentence(LockdepReport report) =>
        report.Subject is { } subject ? $"{report.Task}: {report.Detail} ({subject.DisplayName})" : Sentence(report);

    /// <summary>A context's letter: the reporting one is A.</summary>
    internal static string Letter(int step) => step < 26 ? ((char)('A' + step)).ToString() : $"A{step}";

    private static void WriteRing(StringBuilder text, LockdepReport report)
    {
        text.Append(Sentence(report)).Append("\n\n");
        for (int i = 0; i < report.Steps.Count; i++)
        {
            WriteContext(text, report, i);
        }

        NarrativeTimeline.Write(text, report);
        foreach (string note in Notes(report))
        {
            text.Append("\nNote: ").Append(note).Append('\n');
        }
    }

    private static void WriteFault(StringBuilder text, LockdepReport report, LockClass subject)
    {
        text.Append($"{report.Task}: {report.Detail}\n    ({subject.DisplayName}), at: {report.SubjectSite}\n");
        if (report.Other is { } other)
        {
            text.Append($"    with ({other.DisplayName}), created at: {other.Site}\n");
        }

        if (report.Steps.Count > 0)
        {
            text.Append("\nThe dependencies in between:\n");
            foreach (LockdepStep step in report.Steps)
            {
                text.Append("    ").Append(Clause(step)).Append(", at: ").Append(step.WantedSite).Append('\n');
            }
        }
    }

    private static string Sentence(LockdepReport report)
    {
        bool stall = (report.Flags & ReportFlags.Stall) != 0;
        string hang = stall ? "stall" : "deadlock";
        string lead = report.Confidence switch
        {
            Confidence.Closed => $"{char.ToUpperInvariant(hang[0])}{hang.Substring(1)}, {(report.Kind == ReportKind.Recursive ? ReportWords.Title(report) : "in effect now")}",
            Confidence.Certain => $"Certain {hang} in another schedule",
            Confidence.Possible => $"Possible {hang}",
            _ => $"Possible {hang}, as far as the classes tell",
        };
        string[] clauses = [.. report.Steps.Select(Clause)];
        return clauses.Length == 1
            ? $"{lead}: {clauses[0]}."
            : $"{lead}: {string.Join(", ", clauses.Take(clauses.Length - 1))}, and {clauses[clauses.Length - 1]}.";
    }

    private static string Clause(LockdepStep step)
    {
        string wants = $"{(step.IsWait ? "waits for" : "acquires")} {step.Wanted.DisplayName}";
        return step.IsOwed ? $"{step.Thread} {wants} before it signals {step.Held.DisplayName}" : $"{step.Thread} {wants} while it holds {step.Held.DisplayName}";
    }

    private static void WriteContext(StringBuilder text, LockdepReport report, int index)
    {
        LockdepStep step = report.Steps[index];
        text.Append($"{Letter(index)}: {step.Thread}\n");
        text.Append("  [S] ").Append(Responsible(step)).Append('\n');
        text.Append("  [W] ").Append(Waits(step)).Append('\n');
        text.Append("  [E] ").Append(Event(step)).Append('\n');
    }

    internal static string Waits(LockdepStep step) =>
        $"{(step.IsWait ? "waits for" : step.WantedMode == LockMode.Exclusive ? "acquires" : "acquires to read")} {step.Wanted.DisplayName}, at {step.WantedSite}";

    internal static string Event(LockdepStep step) =>
        !step.IsOwed ? $"cannot release {step.Held.DisplayName}"
        : $"cannot signal {step.Held.DisplayName}{(step.SignalSite.IsKnown ? $", at {step.SignalSite}" : "")}";

    internal static string Responsible(LockdepStep step) =>
        !step.IsOwed ? $"holds {step.Held.DisplayName}{(step.HeldMode == LockMode.Exclusive ? "" : " to read")}, acquired at {step.HeldSite}"
        : (step.Flags & ReportFlags.NotGivenBack) != 0 ? $"has all units of {step.Held.DisplayName}, acquired at {step.HeldSite}"
        : (step.Flags & ReportFlags.Predicted) != 0 ? $"owes {step.Held.DisplayName} from the start: its signal came before any wait"
        : step.HeldSite != step.SignalSite ? $"owes {step.Held.DisplayName}, waited for at {step.HeldSite}"
        : $"owes {step.Held.DisplayName}, as it announced";

    private static IEnumerable<string> Notes(LockdepReport report)
    {
        if (report.Kind == ReportKind.Recursive && report.Confidence != Confidence.Closed && !IsOfUnits(report))
        {
            yield return report.Steps.Count == 1
                ? "it is one lock, which another context may release or had to ask for in between, or two of one class without a settled order."
                : "the locks are instances of one class, and no settled order of them is known.";
        }

        if ((report.Flags & ReportFlags.SingleContext) != 0 && report.Steps.Count > 1)
        {
            yield return "one context was seen to make every step; a second one that does the same closes the ring.";
        }

        if ((report.Flags & ReportFlags.Predicted) != 0)
        {
            yield return "a signal came before its wait; the ring is that of a schedule in which the wait comes first.";
        }

        if (IsOfUnits(report))
        {
            yield return "whoever has all units of a semaphore keeps its waiters blocked, unless somebody gives a unit without having taken one; nobody was seen to.";
        }

        if ((report.Flags & ReportFlags.Unscoped) != 0)
        {
            yield return "thread-pool work that no scope cut into items took part, so steps may belong to unrelated work.";
        }

        if (report.Confidence == Confidence.ClassLevelOnly && report.Split is null && report.Flags == ReportFlags.None && report.Steps.All(s => s.IsOwed && s.IsWait))
        {
            yield return "contexts that take turns by completions alone hand a unit around, and somebody had one to give before anybody's turn; that is why this is no more likely.";
        }

        if ((report.Flags & ReportFlags.FirstWaitOnly) != 0)
        {
            yield return "several waits overlapped; a step lies between the first and the last of them.";
        }
    }

    private static bool IsOfUnits(LockdepReport report) => (report.Flags & ReportFlags.NotGivenBack) != 0;

    private static void WriteHeld(StringBuilder text, LockdepReport report)
    {
        text.Append('\n').Append(ReportWords.HeldHeading(report)).Append('\n');
        for (int i = 0; i < report.Held.Count; i++)
        {
            LockdepHeldLock held = report.Held[i];
            text.Append($"  {i}: {held.Class.DisplayName}{(held.Mode == LockMode.Exclusive ? "" : " to read")}, acquired at {held.Site}\n");
        }
    }

    private static void WriteEvidence(StringBuilder text, LockdepReport report)
    {
        for (int i = 0; i < report.Steps.Count; i++)
        {
            if (report.Steps[i].Stack is { } stack)
            {
                text.Append($"\n{Letter(i)} was seen by {report.Steps[i].Thread}:\n");
                KernelText.WriteStack(text, stack);
            }
        }

        if (report.Stack is { } closing && (report.Steps.Count == 0 || report.Steps[0].IsOwed))
        {
            text.Append($"\n{(report.Steps.Count == 0 ? "Seen by" : "Closed by")} {report.Task}:\n");
            KernelText.WriteStack(text, closing);
        }
    }
}
