using System.Text;

namespace KThreadRuntime.Reports;

/// <summary>A schedule that hangs: a column for each context, under its thread's name; a list where columns would be too wide.</summary>
/// <remarks>First every context gets what the one before it in the ring will want, then each wants: the reporting one last.</remarks>
internal static class NarrativeTimeline
{
    private const int MaxWidth = 130;
    private const int Gap = 3;

    internal static void Write(StringBuilder text, LockdepReport report)
    {
        List<Entry> entries = EntriesOf(report);
        string[] headings = [.. report.Steps.Select((s, i) => $"{NarrativeText.Letter(i)}: {s.Thread}")];
        int[] widths = [.. headings.Select((h, i) => Math.Max(h.Length, entries.Where(e => e.Context == i).Max(e => e.Text.Length)) + Gap)];
        text.Append("\nA schedule that hangs:\n\n");
        if (widths.Sum() <= MaxWidth)
        {
            WriteColumns(text, headings, widths, entries);
        }
        else
        {
            WriteList(text, headings, entries);
        }

        bool stall = (report.Flags & ReportFlags.Stall) != 0;
        text.Append(stall ? "\n  *** STALL until a wait times out ***\n" : "\n  *** DEADLOCK ***\n");
    }

    private static List<Entry> EntriesOf(LockdepReport report)
    {
        var entries = new List<Entry>();
        IReadOnlyList<LockdepStep> steps = report.Steps;
        for (int i = 0; i < steps.Count; i++)
        {
            entries.Add(new(i, steps[i].IsOwed ? $"owes {steps[i].Held.DisplayName}" : $"{ReportWords.Verb(steps[i].HeldMode)}({steps[i].Held.DisplayName})"));
        }

        for (int i = steps.Count - 1; i >= 0; i--)
        {
            if (ReportWords.NeedsQueuedWriter(report, i))
            {
                entries.Add(new(i, $"(somebody queues to write {steps[i].Wanted.DisplayName})"));
            }

            entries.Add(new(i, $"{ReportWords.Verb(steps[i])}({steps[i].Wanted.DisplayName})"));
        }

        for (int i = 0; i < steps.Count; i++)
        {
            if (steps[i].IsOwed)
            {
                entries.Add(new(i, $"complete({steps[i].Held.DisplayName}): never reached"));
            }
        }

        return entries;
    }

    private static void WriteColumns(StringBuilder text, string[] headings, int[] widths, List<Entry> entries)
    {
        Line(text, headings, widths);
        Line(text, [.. headings.Select(h => new string('-', h.Length))], widths);
        foreach (Entry entry in entries)
        {
            text.Append("  ").Append(' ', widths.Take(entry.Context).Sum()).Append(entry.Text).Append('\n');
        }
    }

    private static void Line(StringBuilder text, string[] cells, int[] widths) =>
        text.Append("  ").Append(string.Concat(cells.Select((c, i) => c.PadRight(widths[i]))).TrimEnd()).Append('\n');

    private static void WriteList(StringBuilder text, string[] headings, List<Entry> entries)
    {
        int width = headings.Max(h => h.Length) + Gap;
        for (int i = 0; i < entries.Count; i++)
        {
            text.Append($"  {i + 1,3}. ").Append(headings[entries[i].Context].PadRight(width)).Append(entries[i].Text).Append('\n');
        }
    }

    private readonly record struct Entry(int Context, string Text);
}
