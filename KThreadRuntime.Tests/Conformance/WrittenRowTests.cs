using KThreadRuntime.Tests.Conformance.Written;

namespace KThreadRuntime.Tests.Conformance;

/// <summary>The rows that are code: the documents' under the default policy without prediction, all others as the kernel judges.</summary>
public class WrittenRowTests
{
    public static TheoryData<string> Rows => new(WrittenRows.ByRow.Select(r => r.Key).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Rows))]
    public void Row_AnswersAsTheCatalogueSays(string name)
    {
        CatalogueRow row = Catalogue.Find(name);
        Outcome outcome = WrittenRows.Play(row, row.IsDocument ? Lab.WithoutPrediction : Lab.Kernel);
        Assert.True(outcome.HasReported == row.MustReport, $"{row.Case}: {row.Sequence}\ngave {outcome}\n{outcome.Text}");
        Assert.Equal(PinnedRow.ByCase[name].Reports, outcome.ToString());
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Row_AnswersAsPinned_UnderTheDefaultPolicy(string name)
    {
        CatalogueRow row = Catalogue.Find(name);
        Outcome outcome = WrittenRows.Play(row, new LockdepOptions());
        Assert.True(PinnedRow.ByCase[name].DefaultReports == outcome.ToString(), $"{row.Case}: {row.Sequence}\ngave {outcome}\n{outcome.Text}");
    }
}
