using KThreadRuntime.Tests.Conformance.Written;

namespace KThreadRuntime.Tests.Conformance;

/// <summary>No row is skipped, and none is counted twice.</summary>
public class CatalogueTests
{
    [Fact]
    public void Catalogue_IsWhole()
    {
        Assert.Equal(447, Catalogue.Rows.Count);
        Assert.Equal((250, 145), (Catalogue.Rows.Count(r => r.IsKernel && r.MustReport), Catalogue.Rows.Count(r => r.IsKernel && !r.MustReport)));
        Assert.Equal(19, Catalogue.Rows.Count(r => r.IsDocument));
        Assert.Equal(447, Catalogue.Rows.Select(r => r.Case).Distinct().Count());
    }

    [Fact]
    public void EveryRow_IsInExactlyOneSet()
    {
        Assert.All(Catalogue.Rows, row => Assert.True(
            SetsOf(row).Count == 1, $"{row.Case} is in {SetsOf(row).Count} sets: {string.Join(", ", SetsOf(row))}."));
        Assert.Equal(
            447,
            Catalogue.Rows.Count(RowSets.IsData) + Catalogue.Rows.Count(RowSets.IsWritten) + RowSets.Inexpressible.Count);
    }

    [Fact]
    public void EveryDataRow_IsPlayedOnMapsOrPrimitives() =>
        Assert.All(Catalogue.Rows.Where(RowSets.IsData), row => Assert.True(RowSets.IsPlayedOnMaps(row) || RowSets.IsPlayedOnPrimitives(row), row.Case));

    [Fact]
    public void EveryWrittenRow_IsARowAndHasOneMethod() => Assert.All(WrittenRows.ByRow, r =>
    {
        Assert.Contains(Catalogue.Rows, c => c.Case == r.Key);
        Assert.Single(r);
    });

    [Fact]
    public void EveryListedRow_IsARow() => Assert.All(
        RowSets.Inexpressible.Keys.Concat(RowSets.NotOnMaps), name => Assert.Contains(Catalogue.Rows, r => r.Case == name));

    [Fact]
    public void PinnedTable_HasEveryPlayedRow_InTheCataloguesOrder() => Assert.Equal(
        Catalogue.Rows.Where(r => !RowSets.Inexpressible.ContainsKey(r.Case)).Select(r => (r.Group, r.Case)),
        PinnedRow.ByCase.Values.Select(p => (p.Group, p.Case)));

    [Fact]
    public void PinnedTable_GivesAReason_ExactlyWhereTheVerdictsDiffer() => Assert.All(
        PinnedRow.ByCase.Values, p => Assert.True((p.Reason.Length > 0) == (p.DefaultReportsAny != Catalogue.Find(p.Case).MustReport), p.Case));

    [Fact]
    public void PinnedTable_ReportsWhereTheCatalogueDoes() =>
        Assert.All(PinnedRow.ByCase.Values, p => Assert.True((p.Reports != "-") == Catalogue.Find(p.Case).MustReport, p.Case));

    [Fact]
    public void Document_ExplainsEveryReason_AndNamesEveryRowThatIsNotPlayedEverywhere()
    {
        string document = Document();
        Assert.All(PinnedRow.ByCase.Values.Select(p => p.Reason).Where(r => r.Length > 0).Distinct(), r => Assert.Contains($"### {r}\n", document, StringComparison.Ordinal));
        Assert.All(RowSets.Inexpressible, r => Assert.Contains($"`{r.Key}`: {r.Value}", document, StringComparison.Ordinal));
        IEnumerable<CatalogueRow> notEverywhere = Catalogue.Rows.Where(r => RowSets.IsData(r) && !(RowSets.IsPlayedOnMaps(r) && RowSets.IsPlayedOnPrimitives(r)));
        Assert.All(notEverywhere, r => Assert.Contains($"`{r.Case}`", document, StringComparison.Ordinal));
    }

    private static List<string> SetsOf(CatalogueRow row)
    {
        var sets = new List<string>();
        if (RowSets.IsData(row))
        {
            sets.Add("played by data");
        }

        if (RowSets.IsWritten(row))
        {
            sets.Add("written");
        }

        if (RowSets.Inexpressible.ContainsKey(row.Case))
        {
            sets.Add("inexpressible");
        }

        return sets;
    }

    private static string Document()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CrossRelease.sln")))
        {
            folder = folder.Parent;
        }

        Assert.NotNull(folder);
        return File.ReadAllText(Path.Combine(folder.FullName, "docs", "conformance.md"));
    }
}
