namespace KThreadRuntime.Tests;

public class ClassOrderTests
{
    [Theory]
    [InlineData(LockdepPolicy.Default)]
    [InlineData(LockdepPolicy.Kernel)]
    public void InTheOrderGiven_IsQuiet_AndMakesNoDependency(LockdepPolicy policy)
    {
        using var lab = new Lab(new LockdepOptions { Policy = policy, Threshold = Confidence.ClassLevelOnly });
        LockdepMap[] maps = Ordered(3);
        lab.Thread("T1").Do(() =>
        {
            Maps.Nest(maps[0], maps[1]);
            Maps.Nest(maps[1], maps[2]);
            Maps.Nest(maps[0], maps[2]);
        });

        lab.IsQuiet();
        Assert.Equal(0, lab.Validator.Statistics.Dependencies);
    }

    [Fact]
    public void AgainstTheOrder_ReportsAtFirstSight_WithTheValue()
    {
        using var lab = new Lab();
        LockdepMap[] maps = Ordered(3);
        lab.Thread("T1").Do(() => Maps.Nest(maps[2], maps[0]));

        LockdepReport report = lab.Single();
        Assert.Equal(ReportKind.Recursive, report.Kind);
        Assert.Equal("acquires [0] while it holds [2], against the order given: the comparison says 2.", report.Detail);
    }

    [Theory]
    [InlineData(LockdepPolicy.Default, 1)]
    [InlineData(LockdepPolicy.Default, 20)]
    [InlineData(LockdepPolicy.Kernel, 1)]
    [InlineData(LockdepPolicy.Kernel, 20)]
    public void AgainstTheOrder_AfterTheThreadHasKeptIt_Reports(LockdepPolicy policy, int times)
    {
        using var lab = new Lab(new LockdepOptions { Policy = policy });
        LockdepMap[] maps = Ordered(4);
        Actor thread = lab.Thread("T1");
        thread.Do(() =>
        {
            for (int i = 0; i < times; i++)
            {
                Maps.Nest(maps[0], maps[1]);
                Maps.Nest(maps[1], maps[3]);
                Maps.Nest(maps[0], maps[3]);
            }
        });
        lab.IsQuiet();
        thread.Do(() => Maps.Nest(maps[2], maps[1]));

        Assert.Equal("acquires [1] while it holds [2], against the order given: the comparison says 1.", lab.Single().Detail);
    }

    [Fact]
    public void AgainstTheOrder_OverLocksThatWereNestedTheOtherWay_Reports()
    {
        using var lab = new Lab();
        var key = new LockClassKey("account");
        var x = new KMutex(key);
        var y = new KMutex(key);
        Lockdep.SetOrder(x.Map!, static (a, b) => a.Id.CompareTo(b.Id));
        lab.Thread("T1").Do(() =>
        {
            CrossReleaseTests.Under(x, () => CrossReleaseTests.Pass(y));
            CrossReleaseTests.Under(y, () => CrossReleaseTests.Pass(x));
        });

        Assert.Equal(ReportKind.Recursive, lab.Single().Kind);
    }

    [Fact]
    public void SameLockAgainUnderItsNestLock_AfterOthersNested_IsReported()
    {
        using var lab = new Lab();
        var outer = new LockdepMap("outer");
        LockdepMap[] maps = Maps.Many(4, "account");
        Actor thread = lab.Thread("T1");
        void Nest(LockdepMap first, LockdepMap second)
        {
            Lockdep.Acquire(outer);
            Lockdep.AcquireNested(first, outer);
            Lockdep.AcquireNested(second, outer);
            Lockdep.Release(second);
            Lockdep.Release(first);
            Lockdep.Release(outer);
        }

        thread.Do(() =>
        {
            Nest(maps[0], maps[1]);
            Nest(maps[1], maps[0]);
            Nest(maps[2], maps[3]);
            Nest(maps[3], maps[2]);
            Nest(maps[0], maps[1]);
        });
        lab.IsQuiet();
        thread.Do(() => Nest(maps[0], maps[0]));

        Assert.Equal(ReportKind.Recursive, lab.Single().Kind);
    }

    [Fact]
    public void EqualInstances_AreReported()
    {
        using var lab = new Lab();
        LockdepMap[] maps = Maps.Many(2, "account");
        Lockdep.SetOrder(maps[0], (_, _) => 0);
        lab.Thread("T1").Do(() => Maps.Nest(maps[0], maps[1]));

        Assert.Contains("the comparison says 0.", lab.Single().Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void OrderThatContradictsItself_Reports(int always)
    {
        using var lab = new Lab();
        LockdepMap[] maps = Maps.Many(2, "account");
        Lockdep.SetOrder(maps[0], (_, _) => always);
        lab.Thread("T1").Do(() => Maps.Nest(maps[0], maps[1]));

        Assert.Equal(ReportKind.OrderNotAntisymmetric, lab.Single().Kind);
        Assert.StartsWith($"is told {always} for #", lab.Single().Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void ComparisonThatThrows_HarmsNobody_AndCountsAsNone()
    {
        using var lab = new Lab();
        LockdepMap[] maps = Maps.Many(2, "account");
        Lockdep.SetOrder(maps[0], (_, _) => throw new FormatException("no order"));
        lab.Thread("T1").Do(() => Maps.Nest(maps[0], maps[1]));
        Assert.Equal(ReportKind.Misuse, lab.Single().Kind);
        Assert.Contains("FormatException: no order", lab.Single().Detail, StringComparison.Ordinal);
        lab.Thread("T2").Do(() => Maps.Nest(maps[1], maps[0]));

        Assert.Equal([ReportKind.Misuse, ReportKind.Recursive], lab.Reports.Select(r => r.Kind));
    }

    [Fact]
    public void ComparisonThatLocks_IsNotTheContextsDoing()
    {
        using var lab = new Lab(Lab.Everything);
        LockdepMap[] maps = Maps.Many(2, "account");
        var inner = new LockdepMap("inner");
        Lockdep.SetOrder(maps[0], (x, y) =>
        {
            Maps.Nest(inner, maps[0]);
            return x.Id.CompareTo(y.Id);
        });
        lab.Thread("T1").Do(() =>
        {
            Maps.Nest(maps[0], inner);
            Maps.Nest(maps[0], maps[1]);
        });

        lab.IsQuiet();
    }

    [Fact]
    public void SameLockAgain_IsReportedWhateverTheOrderSays()
    {
        using var lab = new Lab();
        LockdepMap[] maps = Ordered(1);
        lab.Thread("T1").Do(() => Maps.Nest(maps[0], maps[0]));

        Assert.Equal((ReportKind.Recursive, Confidence.Closed), (lab.Single().Kind, lab.Single().Confidence));
    }

    [Fact]
    public void AnOrder_SettlesItsOwnClassOnly()
    {
        using var lab = new Lab();
        LockdepMap[] maps = Ordered(2);
        var other = new LockdepMap("other");
        lab.Thread("T1").Do(() => Maps.Nest(maps[0], other));
        lab.Thread("T2").Do(() => Maps.Nest(other, maps[1]));

        Assert.Equal(ReportKind.Circular, lab.Single().Kind);
    }

    private static LockdepMap[] Ordered(int count)
    {
        LockdepMap[] maps = Maps.Many(count, "account");
        for (int i = 0; i < count; i++)
        {
            maps[i].Tag = i;
        }

        Lockdep.SetOrder(maps[0], (x, y) => (int)x.Tag! - (int)y.Tag!, m => $"[{m.Tag}]");
        return maps;
    }
}
