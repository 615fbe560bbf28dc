namespace KThreadRuntime.Tests.CompletionSuite;

/// <summary>
/// What a validator says, in the table's words: <c>Circular Possible (Stall): A->C C=>A / C by WaitSite</c>. Steps come in the
/// report's order, the closing one first; <c>-></c> is wanted while held, <c>=></c> wanted while owed.
/// </summary>
internal static class SuiteAnswer
{
    internal static string Of(LockdepValidator validator)
    {
        IReadOnlyDictionary<LockClass, string> names = Names(validator);
        return validator.Reports.Count == 0 ? SuiteRow.Nothing : string.Join(" ; ", validator.Reports.Select(r => Text(r, names)));
    }

    /// <summary>All dependencies between classes, sorted.</summary>
    internal static string Learned(LockdepValidator validator)
    {
        IReadOnlyDictionary<LockClass, string> names = Names(validator);
        string[] learned = [.. validator.SnapshotDependencies().Select(d => $"{names[d.From]}->{names[d.To]}").Order(StringComparer.Ordinal)];
        return learned.Length == 0 ? SuiteRow.Nothing : string.Join(" ", learned);
    }

    private static string Text(LockdepReport report, IReadOnlyDictionary<LockClass, string> names)
    {
        string flags = report.Flags == ReportFlags.None ? "" : $" ({report.Flags})";
        string steps = string.Join(" ", report.Steps.Select(s => $"{names[s.Held]}{(s.IsOwed ? "=>" : "->")}{names[s.Wanted]}"));
        string split = report.Split is { } by ? $" / {names[by.Class]} by {by.By}" : "";
        return $"{report.Kind} {report.Confidence}{flags}: {steps}{split}";
    }

    /// <summary>Short names: a kernel thread's completions go by its creation site; a second class of a name is numbered.</summary>
    private static Dictionary<LockClass, string> Names(LockdepValidator validator)
    {
        var names = new Dictionary<LockClass, string>();
        foreach (LockClass known in validator.LockClasses)
        {
            string name = Short(known);
            int earlier = names.Keys.Count(k => Short(k) == name);
            names[known] = earlier == 0 ? name : $"{name}#{earlier + 1}";
        }

        return names;
    }

    private static string Short(LockClass known)
    {
        const string KThreadPrefix = "(kthread completion)->", KernelPrefix = "(completion)&self->";
        return known.Name.StartsWith(KThreadPrefix, StringComparison.Ordinal) ? $"{known.Site.Member}.{known.Name[KThreadPrefix.Length..]}"
            : known.Name.StartsWith(KernelPrefix, StringComparison.Ordinal) ? known.Name[KernelPrefix.Length..]
            : known.Name.Replace("(completion)", "", StringComparison.Ordinal)
                .Replace("(work completion)", "", StringComparison.Ordinal)
                .Replace("(work run)", "run.", StringComparison.Ordinal)
                .Replace("(worker turn)", "turn.", StringComparison.Ordinal);
    }
}
