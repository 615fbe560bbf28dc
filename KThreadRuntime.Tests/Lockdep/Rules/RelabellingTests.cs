namespace KThreadRuntime.Tests;

public class RelabellingTests
{
    [Fact]
    public void NewClass_IsWhatIsLearnedAbout()
    {
        using var lab = new Lab();
        LockdepMap[] maps = Maps.Many(2, "lock");
        var key = new LockClassKey("inode");
        Lockdep.SetClass(maps[1], key, "&inode->lock", 2);
        lab.Thread("T1").Do(() => Maps.Nest(maps[0], maps[1]));

        Assert.Equal(["&inode->lock/2", "lock"], lab.Validator.LockClasses.Select(c => c.DisplayName).Order(StringComparer.Ordinal));
        Assert.Equal(1, lab.Validator.Statistics.Dependencies);
    }

    [Fact]
    public void SubclassOfAnInstance_MakesSameClassNestingLegal()
    {
        using var lab = new Lab(Lab.Kernel);
        LockdepMap[] maps = Maps.Many(3, "lock");
        Lockdep.SetSubclass(maps[1], 1);
        Actor t1 = lab.Thread("T1");
        t1.Do(() => Maps.Nest(maps[0], maps[1]));
        lab.IsQuiet();
        t1.Do(() => Maps.Nest(maps[0], maps[2]));

        Assert.Equal(ReportKind.Recursive, lab.Single().Kind);
    }

    [Fact]
    public void Subclasses_KeepTheNameOfTheirClass()
    {
        using var lab = new Lab();
        LockdepMap[] maps = [.. Enumerable.Range(0, 3).Select(i => new LockdepMap($"name{i}"))];
        lab.Thread("T1").Do(() =>
        {
            Maps.Under(maps[0], () => { });
            Lockdep.SetSubclass(maps[1], 1);
            Maps.Under(maps[1], () => { });
            Lockdep.Acquire(maps[2], subclass: 2);
        });

        Assert.Same(maps[0].Class!.Name, maps[1].Class!.Name);
        Assert.Equal(["name0", "name0/1", "name0/2"], lab.Validator.LockClasses.Select(c => c.DisplayName));
    }

    [Fact]
    public void RelabelledWhileHeld_DependsOnWhatIsHeldBelow_AndSoDoesWhatIsAbove()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        var b = new LockdepMap("b");
        var c = new LockdepMap("c");
        var key = new LockClassKey("new");
        lab.Thread("T1").Do(() =>
        {
            Lockdep.Acquire(a);
            Lockdep.Acquire(b);
            Lockdep.Acquire(c);
            Lockdep.SetClass(b, key);
            Assert.True(Lockdep.IsHeld(a) && Lockdep.IsHeld(b) && Lockdep.IsHeld(c));
            Lockdep.Release(a);
            Lockdep.Release(b);
            Lockdep.Release(c);
        });
        lab.IsQuiet();

        var other = new LockdepMap(key: key);
        lab.Thread("T2").Do(() => Maps.Nest(other, a));
        Assert.Equal("a --> new", lab.Single().Chain);
        lab.Thread("T3").Do(() => Maps.Nest(c, other));
        Assert.Contains(lab.Reports, r => r.Chain == "new --> c");
    }

    [Fact]
    public void RelabelledWarmLock_IsTakenForItsNewClass()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        var b = new LockdepMap("b");
        var other = new LockdepMap("other");
        Actor t1 = lab.Thread("T1");
        t1.Do(() =>
        {
            for (int i = 0; i < 5; i++)
            {
                Maps.Nest(a, b);
            }
        });
        Lockdep.SetClass(b, new LockClassKey("new"));
        t1.Do(() => Maps.Nest(a, b));
        t1.Do(() => Maps.Nest(b, other));
        lab.Thread("T2").Do(() => Maps.Nest(other, a));

        Assert.Contains("new", lab.Single().Chain, StringComparison.Ordinal);
    }

    [Fact]
    public void RingThatRelabellingCloses_IsThrownWithAllHeldAsBefore()
    {
        using var lab = new Lab(new LockdepOptions { Sinks = [new ThrowingSink()] });
        var key = new LockClassKey("new");
        var a = new LockdepMap("a");
        var b = new LockdepMap("b");
        var old = new LockdepMap(key: key);
        lab.Thread("T1").Do(() => Maps.Nest(old, a));
        lab.Thread("T2").Do(() =>
        {
            Lockdep.Acquire(a);
            Lockdep.Acquire(b);
            Assert.Throws<LockdepException>(() => Lockdep.SetClass(b, key));
            Assert.Equal("new", b.Class!.Name);
            Lockdep.Release(b);
            Lockdep.Release(a);
        });

        Assert.Equal(0, lab.Validator.Statistics.UnbalancedReleases);
    }

    [Fact]
    public void SubclassOutOfRange_IsRefused()
    {
        using var lab = new Lab();
        var map = new LockdepMap("a");

        Assert.Throws<ArgumentOutOfRangeException>(() => Lockdep.SetSubclass(map, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => Lockdep.SetClass(map, null, subclass: -1));
    }

    [Fact]
    public void SameLockUnderAnotherSubclass_IsTheSameLock()
    {
        using var lab = new Lab();
        var map = new LockdepMap("a");
        lab.Thread("T1").Do(() =>
        {
            Lockdep.Acquire(map);
            Lockdep.Acquire(map, subclass: 1);
        });

        Assert.Equal((ReportKind.Recursive, Confidence.Closed), (lab.Single().Kind, lab.Single().Confidence));
    }

    [Fact]
    public void PlainAcquireAfterOneOfASubclass_IsPlain()
    {
        using var lab = new Lab(Lab.Kernel);
        LockdepMap[] maps = Maps.Many(2, "lock");
        lab.Thread("T1").Do(() =>
        {
            for (int i = 0; i < 5; i++)
            {
                Lockdep.Acquire(maps[0]);
                Lockdep.Acquire(maps[1], subclass: 1);
                Lockdep.Release(maps[1]);
                Lockdep.Release(maps[0]);
            }

            lab.IsQuiet();
            Maps.Nest(maps[0], maps[1]);
        });

        Assert.Equal(ReportKind.Recursive, lab.Single().Kind);
    }
}
