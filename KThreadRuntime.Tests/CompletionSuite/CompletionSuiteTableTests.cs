namespace KThreadRuntime.Tests.CompletionSuite;

/// <summary>The table is whole: every row is played, says why, and can fail.</summary>
public class CompletionSuiteTableTests
{
    private const int LeastRows = 120;
    private const double LeastShare = 0.4;

    private static readonly HashSet<string> _aids = ["new", "end", "done", "lost", "cancel", "interrupt", "unpark", "}"];

    [Fact]
    public void Ids_AreUniqueAndGrouped()
    {
        Assert.Equal(SuiteTable.Rows.Count, SuiteTable.Rows.Select(r => r.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.All(SuiteTable.Rows, r => Assert.Equal(2, r.Id.Split('/').Length));
    }

    [Fact]
    public void Rows_AreManyAndBothVerdictsAreFrequent()
    {
        int mustReport = SuiteTable.Rows.Count(r => r.MustReport), all = SuiteTable.Rows.Count;
        Assert.True(all >= LeastRows, $"{all} rows");
        Assert.InRange((double)mustReport / all, LeastShare, 1 - LeastShare);
    }

    [Fact]
    public void CodeRows_AreExactlyTheScenes() =>
        Assert.Equal(
            SuiteTable.Rows.Where(r => r.IsCode).Select(r => r.Id).Order(StringComparer.Ordinal), SuiteStage.Scenes.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void StoryRows_AreWrittenInKnownSteps()
    {
        IReadOnlyCollection<string> known = StoryPlayer.StepNames;
        Assert.All(SuiteTable.Rows.Where(r => !r.IsCode), r => Assert.All(StepsOf(r), s => Assert.Contains(s, known)));
    }

    [Fact]
    public void SilentRows_LearnSomething() =>
        Assert.DoesNotContain(SuiteTable.Rows, r => r.Today != Verdict.Report && r.Learned == SuiteRow.Nothing);

    [Fact]
    public void KnownMissesAndNoise_AreMarkedAndNothingElseIs()
    {
        Assert.All(SuiteTable.Rows, r => Assert.Equal(Mark(r), r.Known == SuiteRow.Nothing ? "" : r.Known.Split(':')[0]));
    }

    [Fact]
    public void StoriesAndSettings_DoNotRepeatWithinAGroup() =>
        Assert.DoesNotContain(
            SuiteTable.Rows.Where(r => !r.IsCode).GroupBy(r => (r.Story, Settings: r.Settings.Text)), g => g.Select(r => r.Group).Distinct().Count() < g.Count());

    [Fact]
    public void EveryStep_OccursInBothDirections()
    {
        foreach (bool mustReport in new[] { true, false })
        {
            IEnumerable<string> used = SuiteTable.Rows.Where(r => !r.IsCode && r.MustReport == mustReport).SelectMany(StepsOf);
            Assert.Empty(StoryPlayer.StepNames.Except(_aids).Except(used));
        }
    }

    [Fact]
    public void EveryReason_IsASentence() => Assert.All(SuiteTable.Rows, r => Assert.EndsWith(".", r.Why, StringComparison.Ordinal));

    [Fact]
    public void Page_CountsTheRowsOfEachGroupAndNamesEachKnownOne()
    {
        using Stream stream = typeof(SuiteTable).Assembly.GetManifestResourceStream("completion-suite.md")!;
        using var reader = new StreamReader(stream);
        string page = reader.ReadToEnd();
        Assert.All(SuiteTable.Rows.GroupBy(r => r.Group), g =>
        {
            int Count(Verdict verdict) => g.Count(r => r.Verdict == verdict);
            Assert.Matches($@"\| `{g.Key}` \|.*\| {Count(Verdict.Report)} \| {Count(Verdict.Counted)} \| {Count(Verdict.Silent)} \|", page);
        });
        Assert.All(SuiteTable.Rows.Where(r => r.Known != SuiteRow.Nothing), r => Assert.Contains($"| `{r.Id}` |", page, StringComparison.Ordinal));
        Assert.Equal(
            SuiteTable.Rows.Count(r => r.Known != SuiteRow.Nothing), page.Split('\n').Count(l => l.Contains("| Known", StringComparison.Ordinal)));
    }

    private static string Mark(SuiteRow row) =>
        row.Today == row.Verdict ? "" : row.Today < row.Verdict ? "KnownNoise" : "KnownMiss";

    private static IReadOnlyCollection<string> StepsOf(SuiteRow row) => [.. Story.Parse(row.Story).SelectMany(s => s.Steps).Select(s => s.Name)];
}
