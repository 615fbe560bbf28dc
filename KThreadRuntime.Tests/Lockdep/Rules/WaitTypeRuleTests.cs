namespace KThreadRuntime.Tests;

public class WaitTypeRuleTests
{
    /// <summary>The nine rows of the kernel's matrix that locks make; those that handlers make are tested with them.</summary>
    [Theory]
    [InlineData(LockWaitType.Sleep, LockWaitType.Sleep, true)]
    [InlineData(LockWaitType.Sleep, LockWaitType.Config, true)]
    [InlineData(LockWaitType.Sleep, LockWaitType.Spin, true)]
    [InlineData(LockWaitType.Config, LockWaitType.Config, true)]
    [InlineData(LockWaitType.Config, LockWaitType.Spin, true)]
    [InlineData(LockWaitType.Config, LockWaitType.Sleep, false)]
    [InlineData(LockWaitType.Spin, LockWaitType.Spin, true)]
    [InlineData(LockWaitType.Spin, LockWaitType.Config, false)]
    [InlineData(LockWaitType.Spin, LockWaitType.Sleep, false)]
    [InlineData(LockWaitType.Spin, LockWaitType.None, true)]
    [InlineData(LockWaitType.None, LockWaitType.Sleep, true)]
    public void LockInLock_IsJudgedByItsWaitType(LockWaitType held, LockWaitType wanted, bool isAllowed)
    {
        foreach (LockdepPolicy policy in new[] { LockdepPolicy.Default, LockdepPolicy.Kernel })
        {
            using var lab = new Lab(new LockdepOptions { Policy = policy });
            var outer = new LockdepMap("outer", waitType: held);
            var inner = new LockdepMap("inner", waitType: wanted);
            lab.Thread("T1").Do(() => Maps.Nest(outer, inner));

            Assert.Equal(isAllowed ? 0 : 1, lab.Reports.Count);
        }
    }

    [Fact]
    public void Report_NamesTheLockThatLimits()
    {
        using var lab = new Lab();
        var raw = new LockdepMap("raw", waitType: LockWaitType.Spin);
        var mutex = new LockdepMap("mutex");
        lab.Thread("T1").Do(() => Maps.Nest(raw, mutex));

        LockdepReport report = lab.Single();
        Assert.Equal(ReportKind.InvalidWaitContext, report.Kind);
        Assert.Equal("mutex", report.Subject!.Name);
        Assert.Equal("raw", report.Other!.Name);
        Assert.Equal("waits as a sleeping lock does where a raw spin lock is the limit, holding raw.", report.Detail);
    }

    [Fact]
    public void ReadSection_AllowsWhatItsInnerTypeSays()
    {
        using var lab = new Lab();
        var rcu = new LockdepMap("rcu", waitType: LockWaitType.Free, innerWaitType: LockWaitType.Config);
        var raw = new LockdepMap("raw", waitType: LockWaitType.Spin);
        var spin = new LockdepMap("spin", waitType: LockWaitType.Config);
        var mutex = new LockdepMap("mutex");
        Actor t1 = lab.Thread("T1");
        t1.Do(() => Maps.Nest(rcu, spin));
        t1.Do(() => Maps.Nest(raw, rcu));
        lab.IsQuiet();
        t1.Do(() => Maps.Nest(rcu, mutex));

        Assert.Equal("mutex", lab.Single().Subject!.Name);
    }

    [Fact]
    public void AnyHeldLock_Limits_NotOnlyTheNewest()
    {
        using var lab = new Lab();
        var raw = new LockdepMap("raw", waitType: LockWaitType.Spin);
        var unchecked_ = new LockdepMap("none", waitType: LockWaitType.None);
        var mutex = new LockdepMap("mutex");
        lab.Thread("T1").Do(() =>
        {
            Lockdep.Acquire(raw);
            Lockdep.Acquire(unchecked_);
            Lockdep.Acquire(mutex);
        });

        Assert.Equal("raw", lab.Single().Other!.Name);
    }

    [Fact]
    public void TryAcquire_IsExempt_AndStillLimitsWhatFollows()
    {
        using var lab = new Lab();
        var raw = new LockdepMap("raw", waitType: LockWaitType.Spin);
        var mutex = new LockdepMap("mutex");
        Actor t1 = lab.Thread("T1");
        t1.Do(() =>
        {
            Lockdep.Acquire(raw);
            Lockdep.TryAcquired(mutex);
            Lockdep.Release(mutex);
            Lockdep.Release(raw);
        });
        lab.IsQuiet();
        t1.Do(() =>
        {
            Lockdep.TryAcquired(raw);
            Lockdep.Acquire(mutex);
        });

        Assert.Equal(ReportKind.InvalidWaitContext, lab.Single().Kind);
    }

    [Theory]
    [InlineData(LockWaitType.Config, 1)]
    [InlineData(LockWaitType.Sleep, 0)]
    public void WaitForACompletion_IsASleep(LockWaitType held, int reports)
    {
        using var lab = new Lab();
        var outer = new LockdepMap("outer", waitType: held);
        var done = new LockdepMap("done", kind: LockdepMapKind.Completion);
        lab.Thread("T1").Do(() =>
        {
            Lockdep.Acquire(outer);
            Lockdep.EndWait(Lockdep.BeginWait(done));
            Lockdep.Release(outer);
        });

        Assert.Equal(reports, lab.Reports.Count);
    }

    [Theory]
    [InlineData(LockWaitType.Config, 1)]
    [InlineData(LockWaitType.Sleep, 0)]
    public void MightWait_IsASleepThatNeedNotHappen(LockWaitType held, int reports)
    {
        using var lab = new Lab();
        var outer = new LockdepMap("outer", waitType: held);
        lab.Thread("T1").Do(() =>
        {
            Lockdep.MightWait();
            Lockdep.Acquire(outer);
            Lockdep.MightWait();
            Lockdep.Release(outer);
            Lockdep.MightWait();
        });

        Assert.Equal(reports, lab.Reports.Count);
        Assert.All(lab.Reports, r => Assert.Equal((ReportKind.InvalidWaitContext, "outer"), (r.Kind, r.Other!.Name)));
    }

    [Fact]
    public void SameFaultAgain_IsToldOncePerPlace()
    {
        using var lab = new Lab();
        var raw = new LockdepMap("raw", waitType: LockWaitType.Spin);
        var mutex = new LockdepMap("mutex");
        foreach (string name in new[] { "T1", "T2" })
        {
            lab.Thread(name).Do(() =>
            {
                Maps.Nest(raw, mutex);
                Maps.Nest(raw, mutex);
            });
        }

        lab.Single();
    }
}
