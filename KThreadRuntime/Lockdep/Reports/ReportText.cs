using System.Text;

namespace KThreadRuntime.Reports;

/// <summary>A report in the manner of the kernel's: who wants what, what is held, the chain, the scenario, the stacks.</summary>
internal static class ReportText
{
    private const string Rule = "======================================================================";

    internal static string Chain(LockdepReport report) =>
        report.Subject is { } subject
            ? report.Other is { } other ? $"{subject.DisplayName} --> {other.DisplayName}" : subject.DisplayName
            : report.Steps.Count == 1
            ? $"{report.Steps[0].Held.DisplayName} --> {report.Steps[0].Wanted.DisplayName}"
            : string.Join(" --> ", report.Steps.Select(s => s.Wanted.DisplayName));

    internal static string Write(LockdepReport report)
    {
        var text = new StringBuilder();
        text.Append(Rule).Append('\n').Append("WARNING: ").Append(Title(report)).Append('\n');
        text.Append("confidence: ").Append(Words(report.Confidence)).Append(FlagWords(report.Flags)).Append('\n');
        text.Append('-', Rule.Length).Append('\n');
        if (report.Subject is { } subject)
        {
            text.Append($"{report.Task}: {report.Detail}\n    ({subject.DisplayName}), at: {report.SubjectSite}\n");
        }
        else
        {
            WriteEvent(text, report);
            WriteChain(text, report);
            text.Append("\nChain exists of:\n    ").Append(report.Chain).Append("\n\n");
            ScenarioText.Write(text, report);
        }

        WriteHeld(text, report);
        if (report.Split is { } split)
        {
            text.Append("\nWhat would end it: ").Append(split.Advice).Append('\n');
        }

        if (report.Stack is { } stack)
        {
            text.Append("\nstack backtrace:\n");
            StackText.Write(text, stack);
        }

        return text.Append("\nfingerprint: ").Append(report.Fingerprint).Append('\n').ToString();
    }

    internal static string Verb(LockdepStep step) => step.IsWait ? "wait" : Verb(step.WantedMode);

    internal static string Verb(LockMode mode) => mode == LockMode.Exclusive ? "acquire" : "acquire_read";

    private static string Title(LockdepReport report) => report.Kind switch
    {
        ReportKind.Recursive => report.Confidence == Confidence.Closed ? "a context blocks on itself" : "possible recursive locking",
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
        ReportKind.HungWait => "a wait lasts too long",
        _ => report.Kind.ToString(),
    };

    private static string Words(Confidence confidence) => confidence == Confidence.ClassLevelOnly ? "class-level only" : confidence.ToString().ToLowerInvariant();

    private static string FlagWords(ReportFlags flags) => flags == ReportFlags.None ? "" : $" ({flags})";

    private static void WriteEvent(StringBuilder text, LockdepReport report)
    {
        LockdepStep closing = report.Steps[0];
        if (closing.IsOwed)
        {
            text.Append($"{report.Task} signals:\n    ({closing.Held.DisplayName}), waited for at: {closing.HeldSite}\n");
            text.Append($"after it {(closing.IsWait ? "waited for" : "acquired")}:\n    ({closing.Wanted.DisplayName}), at: {closing.WantedSite}\n");
            text.Append("and who waits for the signal may be in its way.\n");
            return;
        }

        text.Append($"{report.Task} is trying to {(closing.IsWait ? "wait for" : "acquire")}:\n    ({closing.Wanted.DisplayName}), at: {closing.WantedSite}\n");
        text.Append($"while it holds:\n    ({closing.Held.DisplayName}), at: {closing.HeldSite}\n");
        text.Append("and what it holds can depend on what it wants.\n");
    }

    private static void WriteChain(StringBuilder text, LockdepReport report)
    {
        text.Append("\nThe dependency chain, in reverse order (#0 is the event above):\n");
        for (int i = report.Steps.Count - 1; i >= 0; i--)
        {
            LockdepStep step = report.Steps[i];
            string relation = step.IsOwed ? $"before it signalled ({step.Held.DisplayName})" : $"holding ({step.Held.DisplayName}) from {step.HeldSite}";
            text.Append($"\n-> #{i} ({step.Wanted.DisplayName}): {Verb(step)} by {step.Thread} at {step.WantedSite}\n");
            text.Append($"      {relation}\n");
            if (step.Stack is { } stack)
            {
                StackText.Write(text, stack);
            }
        }
    }

    private static void WriteHeld(StringBuilder text, LockdepReport report)
    {
        text.Append(report.Held.Count switch
        {
            0 => $"\nno locks held by {report.Task}.\n",
            1 => $"\n1 lock held by {report.Task}:\n",
            int count => $"\n{count} locks held by {report.Task}:\n",
        });
        for (int i = 0; i < report.Held.Count; i++)
        {
            LockdepHeldLock held = report.Held[i];
            text.Append($" #{i}: ({held.Class.DisplayName}){(held.Mode == LockMode.Exclusive ? "" : " read")}, at: {held.Site}\n");
        }
    }
}
