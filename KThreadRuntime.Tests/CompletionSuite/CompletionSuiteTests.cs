namespace KThreadRuntime.Tests.CompletionSuite;

/// <summary>Plays every row of the public table and compares the validator's answer, whole.</summary>
public class CompletionSuiteTests
{
    public static TheoryData<string> Ids => [.. SuiteTable.Rows.Select(r => r.Id)];

    public static TheoryData<string> SplitIds => [.. SuiteTable.Rows.Where(r => r.Answer.Contains(" / ", StringComparison.Ordinal)).Select(r => r.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Row(string id)
    {
        SuiteRow row = SuiteTable.Row(id);
        bool isTold = row.Today == Verdict.Report;
        using var stage = new SuiteStage(row.Settings, isTold ? Confidence.Possible : Confidence.ClassLevelOnly);
        stage.Play(row);

        Assert.Equal((row.Answer, row.Learned), (SuiteAnswer.Of(stage.Lab.Validator), SuiteAnswer.Learned(stage.Lab.Validator)));
        Assert.All(stage.Lab.Reports, AssertTextIsWhole);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Row_AtTheDefaultThreshold(string id)
    {
        SuiteRow row = SuiteTable.Row(id);
        using var stage = new SuiteStage(row.Settings, Confidence.Possible);
        stage.Play(row);

        Assert.Equal(row.Today == Verdict.Report, stage.Lab.Reports.Count > 0);
        Assert.Equal(row.Today == Verdict.Counted, stage.Lab.Reports.Count == 0 && stage.Statistics.BelowThreshold > 0);
    }

    [Theory]
    [MemberData(nameof(SplitIds))]
    public void SuggestedSplit_DissolvesTheReport(string id)
    {
        SuiteRow row = SuiteTable.Row(id);
        SplitSuggestion split;
        using (var before = new SuiteStage(row.Settings, Confidence.ClassLevelOnly))
        {
            before.Play(row);
            split = Assert.Single(before.Lab.Reports).Split!;
        }

        using var after = new SuiteStage(row.Settings.With(split), Confidence.ClassLevelOnly);
        after.Play(row);
        Assert.Equal(SuiteRow.Nothing, SuiteAnswer.Of(after.Lab.Validator));
        Assert.NotEqual(SuiteRow.Nothing, SuiteAnswer.Learned(after.Lab.Validator));
    }

    private static void AssertTextIsWhole(LockdepReport report)
    {
        string narrative = report.ToString(), kernel = report.ToKernelText();
        Assert.All(new[] { narrative, kernel }, text => Assert.Contains(report.Fingerprint, text, StringComparison.Ordinal));
        Assert.All(report.Steps, s => Assert.Contains(s.Wanted.DisplayName, narrative, StringComparison.Ordinal));
        Assert.True(report.Split is null || narrative.Contains(report.Split.Advice, StringComparison.Ordinal));
    }
}
