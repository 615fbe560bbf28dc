namespace KThreadRuntime.Tests.Conformance;

/// <summary>Every row that the notation can say, on the library's own locks, wherever nothing would block for ever.</summary>
public class PrimitiveTests
{
    public static TheoryData<string, WwAlgorithm> Rows
    {
        get
        {
            var rows = new TheoryData<string, WwAlgorithm>();
            foreach (CatalogueRow row in Catalogue.Rows.Where(RowSets.IsPlayedOnPrimitives))
            {
                // The kernel's selftest makes its mutexes of the wait-die kind; its module test runs for both.
                rows.Add(row.Case, WwAlgorithm.WaitDie);
                if (row.Group.StartsWith("ext/test-ww_mutex", StringComparison.Ordinal))
                {
                    rows.Add(row.Case, WwAlgorithm.WoundWait);
                }
            }

            return rows;
        }
    }

    public static TheoryData<string> RowsThatNoMapPlays => new(RowSets.NotOnMaps.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Rows))]
    public void Row_AnswersAsTheKernelDoes(string name, WwAlgorithm algorithm)
    {
        CatalogueRow row = Catalogue.Find(name);
        Outcome outcome = Performance.AsKernel(row, _ => new PrimitivePlayer(row.ReadsAreQueued, algorithm));
        Assert.True(outcome.HasReported == row.MustReport, $"{row.Case}: {row.Sequence}\ngave {outcome}\n{outcome.Text}");
        Assert.True(outcome.Refusals.Count == 0 || outcome.HasReported, $"{row.Case} was refused without a report: {outcome.Text}");
        Assert.True(PinnedRow.ByCase[name].PrimitiveReports == outcome.ToString(), $"{row.Case}: {row.Sequence}\ngave {outcome}\n{outcome.Text}");
    }

    [Theory]
    [MemberData(nameof(RowsThatNoMapPlays))]
    public void RowThatNoMapPlays_AnswersAsPinned_UnderTheDefaultPolicy(string name)
    {
        CatalogueRow row = Catalogue.Find(name);
        Outcome outcome = Performance.AsDefault(row, _ => new PrimitivePlayer(row.ReadsAreQueued, WwAlgorithm.WaitDie));
        Assert.True(PinnedRow.ByCase[name].DefaultReports == outcome.ToString(), $"{row.Case}: {row.Sequence}\ngave {outcome}\n{outcome.Text}");
    }

    [Fact]
    public void ReadInAHandler_QueuesToo_SoWhatTheKernelAllowsReports()
    {
        CatalogueRow row = Catalogue.Find(RowSets.ReadInAHandler);
        Outcome outcome = Performance.AsKernel(row, _ => new PrimitivePlayer(row.ReadsAreQueued, WwAlgorithm.WaitDie));
        Assert.False(row.MustReport);
        Assert.Equal(nameof(ReportKind.Circular), outcome.ToString());
    }
}
