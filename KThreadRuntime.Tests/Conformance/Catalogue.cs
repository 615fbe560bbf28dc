namespace KThreadRuntime.Tests.Conformance;

/// <summary>The catalogue of validator cases, in the order in which the kernel runs them.</summary>
internal static class Catalogue
{
    private static readonly Lazy<IReadOnlyList<CatalogueRow>> _rows = new(Load);

    internal static IReadOnlyList<CatalogueRow> Rows => _rows.Value;

    internal static CatalogueRow Find(string name) => Rows.Single(r => r.Case == name);

    private static List<CatalogueRow> Load()
    {
        var rows = new List<CatalogueRow>();
        bool queued = false;
        foreach (string[] cells in Table.Read("locking-selftest-catalogue.tsv", columns: 5))
        {
            queued |= cells[0].StartsWith("queued-read/", StringComparison.Ordinal);
            bool kernel = !cells[0].StartsWith("ext/", StringComparison.Ordinal) && !cells[0].StartsWith("doc/", StringComparison.Ordinal);
            rows.Add(new CatalogueRow(cells[0], cells[1], cells[2], cells[3], Verdict(cells), queued && kernel));
        }

        return rows;
    }

    private static bool Verdict(string[] cells) => cells[4] switch
    {
        "FAILURE" => true,
        "SUCCESS" => false,
        string other => throw new InvalidDataException($"{cells[1]}: '{other}' is no verdict; it is FAILURE or SUCCESS."),
    };
}
