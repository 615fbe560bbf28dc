namespace KThreadRuntime.Tests;

public class StatisticsTests
{
    [Fact]
    public void ReportsOf_EveryKindThereIs_AndNoOther()
    {
        using var lab = new Lab();
        LockdepStatistics statistics = lab.Validator.Statistics;
        Assert.All(Enum.GetValues<ReportKind>(), kind => Assert.Equal(0, statistics.ReportsOf(kind)));

        Assert.Equal("kind", Assert.Throws<ArgumentOutOfRangeException>(() => statistics.ReportsOf((ReportKind)99)).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => statistics.ReportsOf((ReportKind)(-1)));
    }
}
