namespace KThreadRuntime.Tests.Conformance;

/// <summary>
/// What a row gives, kind by kind: under the policy of its catalogue, on maps and on the library's locks, and under the default
/// policy with each event on a context of its own that overlaps all others.
/// </summary>
/// <param name="Group">As in the catalogue.</param>
/// <param name="Case">As in the catalogue.</param>
/// <param name="Reports">The kinds of report under the catalogue's policy, joined by <c>+</c>; <c>-</c> for none.</param>
/// <param name="PrimitiveReports">The same on the library's locks; empty where they do not play it.</param>
/// <param name="DefaultReports">The same under the default policy.</param>
/// <param name="Reason">Why the default policy's verdict is another than the catalogue's; empty where it is not.</param>
internal sealed record PinnedRow(string Group, string Case, string Reports, string PrimitiveReports, string DefaultReports, string Reason)
{
    private static readonly Lazy<IReadOnlyDictionary<string, PinnedRow>> _rows = new(() =>
        Table.Read("catalogue-default.tsv", columns: 6).Select(c => new PinnedRow(c[0], c[1], c[2], c[3], c[4], c[5])).ToDictionary(r => r.Case));

    internal static IReadOnlyDictionary<string, PinnedRow> ByCase => _rows.Value;

    internal bool DefaultReportsAny => DefaultReports != "-";
}
