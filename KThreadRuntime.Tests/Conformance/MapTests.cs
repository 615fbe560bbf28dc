namespace KThreadRuntime.Tests.Conformance;

/// <summary>Every row that the notation can say, on bare maps.</summary>
public class MapTests
{
    public static TheoryData<string> Rows => new(Catalogue.Rows.Where(RowSets.IsPlayedOnMaps).Select(r => r.Case));

    [Theory]
    [MemberData(nameof(Rows))]
    public void Row_AnswersAsTheKernelDoes(string name)
    {
        CatalogueRow row = Catalogue.Find(name);
        Outcome outcome = Performance.AsKernel(row, Performance.Maps(row));
        Assert.True(outcome.HasReported == row.MustReport, $"{row.Case}: {row.Sequence}\ngave {outcome}\n{outcome.Text}");
        Assert.Equal(PinnedRow.ByCase[name].Reports, outcome.ToString());
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Row_AnswersAsPinned_UnderTheDefaultPolicy(string name)
    {
        CatalogueRow row = Catalogue.Find(name);
        Outcome outcome = Performance.AsDefault(row, Performance.Maps(row));
        Assert.True(PinnedRow.ByCase[name].DefaultReports == outcome.ToString(), $"{row.Case}: {row.Sequence}\ngave {outcome}\n{outcome.Text}");
    }
}
