namespace KThreadRuntime.Tests.Reports;

public class BaselineTests
{
    private const string Stale = "0123456789abcdef";

    [Fact]
    public void MutedReport_IsCountedAndNotTold()
    {
        string fingerprint = Assert.Single(Play(null).Reports).Fingerprint;
        LockdepValidator muted = Play($"# known\n\n{fingerprint}  the vendor's own lock order\r\n{Stale}\tgone by now\n");

        Assert.Empty(muted.Reports);
        Assert.Equal(1, muted.Statistics.MutedReports);
        Assert.Equal(0, muted.Statistics.ReportsOf(ReportKind.Circular));
        Assert.Equal([new LockdepBaselineEntry(Stale, "gone by now", 4)], muted.StaleBaselineEntries);
    }

    [Fact]
    public void OtherFingerprint_IsTold()
    {
        LockdepValidator played = Play($"{Stale} another one");

        Assert.Single(played.Reports);
        Assert.Equal(0, played.Statistics.MutedReports);
        Assert.Equal(1, played.Statistics.ReportsOf(ReportKind.Circular));
    }

    [Fact]
    public void MutedFault_IsNotTold()
    {
        string Release(Lab lab)
        {
            Lockdep.Release(new LockdepMap("a"));
            return lab.Reports.Count == 0 ? "" : lab.Single().Fingerprint;
        }

        string fingerprint;
        using (var lab = new Lab())
        {
            fingerprint = Release(lab);
        }

        using var mutedLab = new Lab(new LockdepOptions { Baseline = LockdepBaseline.Parse($"{fingerprint} on purpose") });
        Assert.Equal("", Release(mutedLab));
        Assert.Equal(1, mutedLab.Validator.Statistics.MutedReports);
    }

    [Fact]
    public void HangThatIsThere_IsToldAllTheSame()
    {
        LockdepReport Lock(LockdepBaseline? baseline)
        {
            using var lab = new Lab(new LockdepOptions { Baseline = baseline });
            var a = new LockdepMap("a");
            Lockdep.Acquire(a);
            Lockdep.Acquire(a);
            return lab.Single();
        }

        LockdepReport told = Lock(null);
        Assert.Equal(Confidence.Closed, told.Confidence);
        Assert.Equal(told.Fingerprint, Lock(LockdepBaseline.Parse($"{told.Fingerprint} known")).Fingerprint);
    }

    [Theory]
    [InlineData("nonsense and more", 1, "\"nonsense\" is no fingerprint: 16 digits 0-9 and a-f are expected.")]
    [InlineData("# ok\n0123456789ABCDEF upper", 2, "\"0123456789ABCDEF\" is no fingerprint: 16 digits 0-9 and a-f are expected.")]
    [InlineData("\n\n0123456789abcdef", 3, "the fingerprint 0123456789abcdef has no reason; write it behind, on the same line.")]
    [InlineData("0123456789abcdef one\n0123456789abcdef two", 2, "the fingerprint 0123456789abcdef stands in line 1 already.")]
    public void BadLine_NamesTextAndLine(string text, int line, string problem)
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.baseline");
        File.WriteAllText(path, text);
        try
        {
            Assert.Equal($"{path}, line {line}: {problem}", Assert.Throws<LockdepFormatException>(() => LockdepBaseline.Load(path)).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static LockdepValidator Play(string? baseline)
    {
        using var lab = new Lab(new LockdepOptions { Baseline = baseline is null ? null : LockdepBaseline.Parse(baseline) });
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        lab.Thread("T1").Do(() => CircularRuleTests.Nest(a, b));
        lab.Thread("T2").Do(() => CircularRuleTests.Nest(b, a));
        return lab.Validator;
    }
}
