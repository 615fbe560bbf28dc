using System.Text;

namespace KThreadRuntime.Reports;

/// <summary>The table of two processors that the kernel draws for a kind of report. A ring with a signal has a table of its own.</summary>
internal static class KernelScenario
{
    private const int Width = 32;

    internal static void Write(StringBuilder text, LockdepReport report)
    {
        if (report.Subject is { } subject)
        {
            WriteHandler(text, report, subject);
        }
        else if (report.Steps.Any(s => s.IsOwed || s.IsWait))
        {
            CrossReleaseScenario.Write(text, report);
        }
        else
        {
            WriteLocks(text, report);
        }
    }

    /// <summary>One processor for a lock that waits for itself; else the near end of the ring against its far end, as the kernel does. Of one class it says which instance.</summary>
    private static void WriteLocks(StringBuilder text, LockdepReport report)
    {
        LockdepStep closing = report.Steps[0], last = report.Steps[report.Steps.Count - 1];
        bool one = report.Steps.Count == 1, inNoOrder = report.Kind == ReportKind.Recursive && !one;
        Heading(text, one);
        Row(text, Call(closing.HeldMode, closing.Held), "");
        if (!one)
        {
            Row(text, "", Call(last.HeldMode, last.Held) + Which("another one"));
            Row(text, "", Call(last.WantedMode, closing.Held) + Which("the left one"));
        }

        Row(text, Call(closing.WantedMode, closing.Wanted) + Which(report.Steps.Count == 2 ? "the right one" : "one whose holder waits for the right one"), "");
        End(text);
        if (inNoOrder)
        {
            text.Append("\nIf one order of the instances is sure, it was not declared: a subclass, a nest lock, or an order of the class.\n");
        }

        string Which(string instance) => inNoOrder ? $"  /* {instance} */" : "";
    }

    /// <summary>The unsafe lock is interrupted by a handler that wants the safe one.</summary>
    private static void WriteHandler(StringBuilder text, LockdepReport report, LockClass subject)
    {
        LockClass safe = report.Steps.Count > 0 ? report.Steps[0].Held : subject;
        LockClass @unsafe = report.Steps.Count > 0 ? report.Steps[report.Steps.Count - 1].Wanted : report.Other ?? subject;
        bool one = ReferenceEquals(safe, @unsafe);
        Heading(text, one);
        Row(text, Call(LockMode.Exclusive, @unsafe), "");
        if (!one)
        {
            Row(text, "", "/* handlers off */");
            Row(text, "", Call(LockMode.Exclusive, safe));
            Row(text, "", Call(LockMode.Exclusive, report.Steps.Count > 0 ? report.Steps[0].Wanted : @unsafe));
        }

        Row(text, "<Interrupt>", "");
        Row(text, "  " + Call(LockMode.Exclusive, safe), "");
        End(text);
    }

    private static string Call(LockMode mode, LockClass lockClass) =>
        $"{(lockClass.IsCompletion ? "wait" : mode == LockMode.Exclusive ? "lock" : "rlock")}({lockClass.DisplayName});";

    private static void Heading(StringBuilder text, bool one)
    {
        text.Append("A schedule that hangs:\n\n");
        Row(text, "     CPU0", one ? "" : "     CPU1");
        Row(text, "     ----", one ? "" : "     ----");
    }

    private static void Row(StringBuilder text, string left, string right)
    {
        string line = right.Length == 0 ? left : left.PadRight(Width) + (left.Length >= Width ? " " : "") + right;
        text.Append("  ").Append(line).Append('\n');
    }

    private static void End(StringBuilder text) => text.Append("\n *** DEADLOCK ***\n");
}
