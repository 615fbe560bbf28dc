namespace KThreadRuntime.Tests;

public class NestLockTests
{
    [Theory]
    [InlineData(LockdepPolicy.Default)]
    [InlineData(LockdepPolicy.Kernel)]
    public void ManyOfAClassUnderTheNestLock_InAnyOrder_IsQuiet(LockdepPolicy policy)
    {
        using var lab = new Lab(new LockdepOptions { Policy = policy, Threshold = Confidence.ClassLevelOnly });
        var outer = new LockdepMap("outer");
        LockdepMap[] inner = Maps.Many(3, "inner");
        lab.Thread("T1").Do(() => Maps.Under(outer, () => AcquireAll(outer, inner[0], inner[1], inner[2])));
        lab.Thread("T2").Do(() => Maps.Under(outer, () => AcquireAll(outer, inner[2], inner[1], inner[0])));

        lab.IsQuiet();
    }

    [Fact]
    public void SameUnderTheKernelsPolicy_WithoutTheNestLock_Reports()
    {
        using var lab = new Lab(Lab.Kernel);
        var outer = new LockdepMap("outer");
        LockdepMap[] inner = Maps.Many(2, "inner");
        lab.Thread("T1").Do(() => Maps.Under(outer, () => AcquireAll(outer, inner)));
        lab.Thread("T1").Do(() => Maps.Under(outer, () => Maps.Nest(inner[0], inner[1])));

        Assert.Equal(ReportKind.Recursive, lab.Single().Kind);
    }

    [Fact]
    public void NestLockNotHeld_Reports()
    {
        using var lab = new Lab();
        var outer = new LockdepMap("outer");
        LockdepMap[] inner = Maps.Many(2, "inner");
        lab.Thread("T1").Do(() => AcquireAll(outer, inner));

        LockdepReport report = lab.Reports[0];
        Assert.Equal((ReportKind.NestLockNotTaken, "inner", "outer"), (report.Kind, report.Subject!.Name, report.Other!.Name));
        Assert.Equal("acquires it under outer, which it does not hold.", report.Detail);
        Assert.All(lab.Reports, r => Assert.Equal(ReportKind.NestLockNotTaken, r.Kind));
    }

    [Fact]
    public void NestLockReleasedInBetween_Reports()
    {
        using var lab = new Lab();
        var outer = new LockdepMap("outer");
        LockdepMap[] inner = Maps.Many(2, "inner");
        lab.Thread("T1").Do(() =>
        {
            Lockdep.Acquire(outer);
            Lockdep.AcquireNested(inner[0], outer);
            Lockdep.Release(outer);
            Lockdep.AcquireNested(inner[1], outer);
        });

        Assert.Equal(ReportKind.NestLockNotTaken, lab.Single().Kind);
    }

    [Fact]
    public void SameLockAgain_ReportsAllTheSame()
    {
        using var lab = new Lab();
        var outer = new LockdepMap("outer");
        var inner = new LockdepMap("inner");
        lab.Thread("T1").Do(() => Maps.Under(outer, () =>
        {
            Lockdep.AcquireNested(inner, outer);
            Lockdep.AcquireNested(inner, outer);
            Lockdep.Release(inner);
            Lockdep.Release(inner);
        }));

        Assert.Equal((ReportKind.Recursive, Confidence.Closed), (lab.Single().Kind, lab.Single().Confidence));
    }

    [Fact]
    public void EachAcquire_WantsItsRelease()
    {
        using var lab = new Lab();
        var outer = new LockdepMap("outer");
        LockdepMap[] inner = Maps.Many(3, "inner");
        lab.Thread("T1").Do(() => Maps.Under(outer, () =>
        {
            AcquireAll(outer, inner);
            Assert.All(inner, m => Assert.False(Lockdep.IsHeld(m)));
        }));
        lab.IsQuiet();
        lab.Thread("T2").Do(() => Lockdep.Release(inner[0]));

        Assert.Equal(ReportKind.UnbalancedRelease, lab.Single().Kind);
    }

    [Fact]
    public void DependenciesOnOtherClasses_AreLearned()
    {
        using var lab = new Lab();
        var outer = new LockdepMap("outer");
        var inner = new LockdepMap("inner");
        lab.Thread("T1").Do(() => Maps.Under(outer, () => AcquireAll(outer, inner)));
        lab.Thread("T2").Do(() => Maps.Nest(inner, outer));

        Assert.Equal(ReportKind.Circular, lab.Single().Kind);
    }

    [Fact]
    public void TriedAcquireUnderTheNestLock_IsCheckedForIt()
    {
        using var lab = new Lab();
        var outer = new LockdepMap("outer");
        var inner = new LockdepMap("inner");
        Actor t1 = lab.Thread("T1");
        t1.Do(() => Maps.Under(outer, () =>
        {
            Lockdep.TryAcquired(inner, outer);
            Lockdep.Release(inner);
        }));
        lab.IsQuiet();
        t1.Do(() => Lockdep.TryAcquired(inner, outer));

        Assert.Equal(ReportKind.NestLockNotTaken, lab.Single().Kind);
    }

    [Fact]
    public void PlainAcquireAfterANestedOne_IsNotTakenForNested()
    {
        using var lab = new Lab(Lab.Kernel);
        var outer = new LockdepMap("outer");
        LockdepMap[] inner = Maps.Many(2, "inner");
        lab.Thread("T1").Do(() =>
        {
            for (int i = 0; i < 5; i++)
            {
                Maps.Under(outer, () => AcquireAll(outer, inner));
            }

            lab.IsQuiet();
            Lockdep.Acquire(outer);
            Lockdep.AcquireNested(inner[0], outer);
            Lockdep.Acquire(inner[1]);
        });

        Assert.Equal(ReportKind.Recursive, lab.Single().Kind);
    }

    [Theory]
    [InlineData(LockdepPolicy.Default)]
    [InlineData(LockdepPolicy.Kernel)]
    public void SecondOfTheClass_DoesNotDependOnWhatCameInBetween(LockdepPolicy policy)
    {
        using var lab = new Lab(new LockdepOptions { Policy = policy, Threshold = Confidence.ClassLevelOnly });
        var outer = new LockdepMap("outer");
        var between = new LockdepMap("between");
        LockdepMap[] inner = Maps.Many(2, "inner");
        lab.Thread("T1").Do(() => Maps.Under(outer, () =>
        {
            Lockdep.AcquireNested(inner[0], outer);
            Lockdep.Acquire(between);
            Lockdep.AcquireNested(inner[1], outer);
        }));

        lab.IsQuiet();
    }

    [Fact]
    public void FirstOfTheClass_DependsOnWhatCameBefore()
    {
        using var lab = new Lab(Lab.Kernel);
        var outer = new LockdepMap("outer");
        var between = new LockdepMap("between");
        LockdepMap[] inner = Maps.Many(2, "inner");
        lab.Thread("T1").Do(() => Maps.Under(outer, () =>
        {
            Lockdep.AcquireNested(inner[0], outer);
            Lockdep.Acquire(between);
            Lockdep.Release(inner[0]);
            Lockdep.AcquireNested(inner[1], outer);
        }));

        Assert.Equal(ReportKind.Circular, lab.Single().Kind);
    }

    /// <summary>As in the kernel: what was acquired before its nest lock is not serialised by it.</summary>
    [Fact]
    public void NestLockAcquiredAfterTheFirst_SerialisesNothing_UnderTheKernelsPolicy()
    {
        using var lab = new Lab(Lab.Kernel);
        var outer = new LockdepMap("outer");
        LockdepMap[] inner = Maps.Many(2, "inner");
        lab.Thread("T1").Do(() =>
        {
            Lockdep.TryAcquired(inner[0]);
            Lockdep.Acquire(outer);
            Lockdep.AcquireNested(inner[1], outer);
        });

        Assert.Contains(lab.Reports, r => r.Kind == ReportKind.Recursive);
    }

    private static void AcquireAll(LockdepMap outer, params LockdepMap[] inner)
    {
        Array.ForEach(inner, m => Lockdep.AcquireNested(m, outer));
        Array.ForEach(inner, m => Lockdep.Release(m));
    }
}
