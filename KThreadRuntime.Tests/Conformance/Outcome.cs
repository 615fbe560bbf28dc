namespace KThreadRuntime.Tests.Conformance;

/// <summary>What was said while a row was played.</summary>
/// <param name="Kinds">The kinds of report, each once.</param>
/// <param name="Refusals">What locks refused their caller.</param>
/// <param name="Text">All of it, for whoever looks into a failure.</param>
internal sealed record Outcome(IReadOnlyList<string> Kinds, IReadOnlyList<string> Refusals, string Text)
{
    internal bool HasReported => Kinds.Count > 0;

    internal static Outcome Of(Lab lab, IReadOnlyList<string> refusals) => new(
        [.. lab.Reports.Select(r => r.Kind.ToString()).Distinct().Order(StringComparer.Ordinal)],
        refusals,
        string.Join('\n', lab.Reports.Select(r => r.ToString()).Concat(refusals)));

    /// <summary>The kinds as a table cell writes them.</summary>
    public override string ToString() => HasReported ? string.Join('+', Kinds) : "-";
}
