using System.Text;

namespace KThreadRuntime.Reports;

/// <summary>A report in the structure of the kernel's: frame, title, task, locks, chain in reverse order, scenario, held locks, stack.</summary>
/// <remarks>Where the kernel prints its release, the confidence stands; there is no address of a lock that would mean anything.</remarks>
internal static class KernelText
{
    internal static void Write(StringBuilder text, LockdepReport report)
    {
        string title = KernelTitles.Of(report);
        text.Append('=', title.Length).Append('\n').Append(title).Append('\n');
        text.Append("confidence: ").Append(ReportWords.Words(report.Confidence)).Append(ReportWords.Words(report.Flags)).Append('\n');
        text.Append('-', title.Length).Append('\n');
        if (report.Subject is { } subject)
        {
            KernelFaultText.Write(text, report, subject);
        }
        else
        {
            WriteRing(text, report);
        }

        WriteHeld(text, report);
        if (report.Split is { } split)
        {
            text.Append("\nWhat would end it: ").Append(split.Advice).Append('\n');
        }

        if (report.Stack is { } stack)
        {
            text.Append("\nstack backtrace:\n");
            WriteStack(text, stack);
        }

        text.Append("\nfingerprint: ").Append(report.Fingerprint).Append('\n');
    }

    /// <summary>A class with its usage and its wait types, outer and inner.</summary>
    internal static string Lock(LockClass lockClass) =>
        $"({lockClass.DisplayName}){{{lockClass.Usage}}}-{{{(int)lockClass.Traits.Outer}:{(int)lockClass.Traits.Inner}}}";

    internal static void WriteStack(StringBuilder text, LockdepStack stack)
    {
        foreach (string frame in stack.Frames)
        {
            text.Append("      ").Append(frame).Append('\n');
        }
    }

    /// <summary>The dependencies from the last to the first, each with the stack where its wanted end was taken.</summary>
    internal static void WriteSteps(StringBuilder text, LockdepReport report)
    {
        for (int i = report.Steps.Count - 1; i >= 0; i--)
        {
            LockdepStep step = report.Steps[i];
            string relation = step.IsOwed ? $"before it signalled ({step.Held.DisplayName})" : $"holding ({step.Held.DisplayName}) from {step.HeldSite}";
            text.Append($"\n-> #{i} {Lock(step.Wanted)}: {ReportWords.Verb(step)} by {step.Thread} at {step.WantedSite}\n");
            text.Append($"      {relation}\n");
            if (step.Stack is { } stack)
            {
                WriteStack(text, stack);
            }
        }
    }

    private static void WriteRing(StringBuilder text, LockdepReport report)
    {
        WriteEvent(text, report);
        if (report.Kind == ReportKind.Circular)
        {
            text.Append("\nThe dependency chain, in reverse order (#0 is the event above):\n");
            WriteSteps(text, report);
            if (report.Steps.Count > 2)
            {
                text.Append("\nChain exists of:\n    ").Append(report.Chain).Append('\n');
            }
        }

        text.Append('\n');
        KernelScenario.Write(text, report);
    }

    private static void WriteEvent(StringBuilder text, LockdepReport report)
    {
        LockdepStep closing = report.Steps[0];
        WriteEvent(text, report.Task, closing);
        if (closing.IsOwed)
        {
            text.Append("and who waits for the signal may be in its way.\n");
        }
        else if (report.Kind == ReportKind.Circular)
        {
            text.Append("and what it holds can depend on what it wants.\n");
        }
    }

    /// <summary>The event that made a dependency: an acquire or wait under a lock, or a signal after one of them.</summary>
    internal static void WriteEvent(StringBuilder text, string task, LockdepStep made)
    {
        if (made.IsOwed)
        {
            text.Append($"{task} signals:\n    {Lock(made.Held)}, {(made.HeldSite == made.SignalSite ? "at" : "waited for at")}: {made.HeldSite}\n");
            text.Append($"after it {(made.IsWait ? "waited for" : "acquired")}:\n    {Lock(made.Wanted)}, at: {made.WantedSite}\n");
            return;
        }

        text.Append($"{task} is trying to {(made.IsWait ? "wait for" : "acquire")}:\n    {Lock(made.Wanted)}, at: {made.WantedSite}\n");
        text.Append($"while it holds:\n    {Lock(made.Held)}, at: {made.HeldSite}\n");
    }

    private static void WriteHeld(StringBuilder text, LockdepReport report)
    {
        text.Append('\n').Append(ReportWords.HeldHeading(report)).Append('\n');
        for (int i = 0; i < report.Held.Count; i++)
        {
            LockdepHeldLock held = report.Held[i];
            text.Append($" #{i}: {Lock(held.Class)}{(held.Mode == LockMode.Exclusive ? "" : " read")}, at: {held.Site}\n");
        }
    }
}
