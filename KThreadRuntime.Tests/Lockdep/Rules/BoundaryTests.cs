namespace KThreadRuntime.Tests;

/// <summary>Locks that are held, freed or begun anew where they may not be.</summary>
public class BoundaryTests
{
    [Fact]
    public void NoneHeldAt_NamesAllThatIsHeld()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        var b = new LockdepMap("b");
        lab.Thread("T1").Do(() =>
        {
            Lockdep.NoneHeldAt("the end of the request");
            lab.IsQuiet();
            Lockdep.Acquire(a);
            Lockdep.Acquire(b);
            Lockdep.NoneHeldAt("the end of the request");
            Assert.True(Lockdep.IsHeld(a));
        });

        LockdepReport report = lab.Single();
        Assert.Equal((ReportKind.HeldAtBoundary, "b"), (report.Kind, report.Subject!.Name));
        Assert.Equal("still holds a, b at the end of the request.", report.Detail);
        Assert.Equal(["a", "b"], report.Held.Select(h => h.Class.Name));
    }

    [Fact]
    public void ThreadFunctionThatReturnsHoldingALock_IsReported()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        using (var thread = KThread.Run(_ =>
        {
            Lockdep.Acquire(a);
            return 7;
        }))
        {
            Assert.Equal(7, thread.Stop());
        }

        Assert.Equal("still holds a at the return of the thread function.", lab.Single().Detail);
    }

    [Fact]
    public void ThreadFunctionThatReturnsHoldingNothing_IsQuiet()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        using (var thread = KThread.Run(_ =>
        {
            Maps.Under(a, () => { });
            return 7;
        }))
        {
            Assert.Equal(7, thread.Stop());
        }

        lab.IsQuiet();
    }

    [Fact]
    public void ThrowingSink_TellsItToTheStopper()
    {
        using var lab = new Lab(new LockdepOptions { Sinks = [new ThrowingSink()] });
        var a = new LockdepMap("a");
        var thread = KThread.Run(_ =>
        {
            Lockdep.Acquire(a);
            return 7;
        });

        Assert.Equal(ReportKind.HeldAtBoundary, Assert.Throws<LockdepException>(() => thread.Stop()).Report.Kind);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void WorkThatEndsHoldingWhatItAcquired_IsReported(bool acquiresInside, int reports)
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        var b = new LockdepMap("b");
        lab.Thread("T1").Do(() =>
        {
            Lockdep.Acquire(a);
            using (Lockdep.BeginWork())
            {
                if (acquiresInside)
                {
                    Lockdep.Acquire(b);
                }
            }
        });

        Assert.Equal(reports, lab.Reports.Count);
        Assert.All(lab.Reports, r => Assert.Equal("still holds b at the end of its work.", r.Detail));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void ValidatorsScopeThatEndsHoldingSomething_IsReported(bool holds, int reports)
    {
        using var validator = new LockdepValidator();
        using var actor = new Actor("T1");
        actor.Do(() =>
        {
            using (validator.Enter())
            {
                var a = new LockdepMap("a");
                Lockdep.Acquire(a);
                if (!holds)
                {
                    Lockdep.Release(a);
                }
            }
        });

        Assert.Equal(reports, validator.Reports.Count);
        Assert.All(validator.Reports, r => Assert.Equal("still holds a at the end of the validator's scope.", r.Detail));
    }

    [Fact]
    public void HeldLockFreed_Reports()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        lab.Thread("T1").Do(() => Maps.Under(a, () => Lockdep.Freed(a)));
        lab.Thread("T2").Do(() => Lockdep.Freed(a));

        Assert.Equal((ReportKind.HeldLockFreed, "frees a lock that it holds."), (lab.Single().Kind, lab.Single().Detail));
    }

    [Fact]
    public void HeldLockBegunAnew_Reports()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        lab.Thread("T1").Do(() => Maps.Under(a, () => Lockdep.Reinitialized(a)));
        lab.Thread("T2").Do(() => Lockdep.Reinitialized(a));

        Assert.Equal((ReportKind.HeldLockFreed, "initialises a lock anew that it holds."), (lab.Single().Kind, lab.Single().Detail));
    }

    [Fact]
    public void CompletionBegunAnew_OwesNothingOfBefore()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        var c = new LockdepMap("c", kind: LockdepMapKind.Completion);
        lab.Thread("signaller").Do(() =>
        {
            Maps.Under(a, () => { });
            Lockdep.Reinitialized(c);
            Lockdep.Signal(c);
        });
        lab.Thread("waiter").Do(() => Maps.Under(a, () => Lockdep.EndWait(Lockdep.BeginWait(c))));

        lab.IsQuiet();
    }

    [Fact]
    public void DowngradeOfARead_Reports()
    {
        using var lab = new Lab();
        var rw = new LockdepMap("rw");
        Actor t1 = lab.Thread("T1");
        t1.Do(() =>
        {
            Lockdep.Acquire(rw);
            Lockdep.Downgrade(rw);
            Lockdep.AssertHeldShared(rw);
            lab.IsQuiet();
            Lockdep.Downgrade(rw);
            Lockdep.Release(rw);
        });

        Assert.Equal(ReportKind.DowngradeOfRead, lab.Single().Kind);
    }

    [Fact]
    public void MightLock_MakesTheDependency_AndHoldsNothing()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        var b = new LockdepMap("b");
        lab.Thread("T1").Do(() => Maps.Under(a, () =>
        {
            Lockdep.MightLock(b);
            Assert.False(Lockdep.IsHeld(b));
        }));
        lab.IsQuiet();
        lab.Thread("T2").Do(() => Maps.Nest(b, a));

        Assert.Equal(ReportKind.Circular, lab.Single().Kind);
    }

    [Fact]
    public void MightLock_OfAHeldLock_IsARecursion()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        lab.Thread("T1").Do(() => Maps.Under(a, () => Lockdep.MightLock(a)));

        Assert.Equal(ReportKind.Recursive, lab.Single().Kind);
    }

    [Theory]
    [InlineData(LockMode.Exclusive, ReportKind.Circular)]
    [InlineData(LockMode.SharedRecursive, null)]
    public void MightLock_ReachesTheSideItNames(LockMode side, ReportKind? expected)
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        var rw = new LockdepMap("rw");
        lab.Thread("T1").Do(() => Maps.Under(a, () => Lockdep.MightLock(rw, side)));
        lab.Thread("T2").Do(() =>
        {
            Lockdep.Acquire(rw, LockMode.SharedRecursive);
            Maps.Under(a, () => { });
            Lockdep.Release(rw);
        });

        Assert.Equal(expected, lab.Reports.SingleOrDefault()?.Kind);
    }

    [Fact]
    public void MightLock_UnderASubclass_IsThatSubclassOnly()
    {
        using var lab = new Lab();
        var key = new LockClassKey("node");
        var parent = new LockdepMap(key: key);
        var child = new LockdepMap(key: key);
        lab.Thread("T1").Do(() => Maps.Under(parent, () => Lockdep.MightLock(child, subclass: 1)));
        lab.IsQuiet();
        lab.Thread("T2").Do(() =>
        {
            Lockdep.Acquire(child, subclass: 1);
            Maps.Under(parent, () => { });
            Lockdep.Release(child);
        });

        Assert.Equal(ReportKind.Circular, lab.Single().Kind);
    }

    [Fact]
    public void MightWait_MakesTheCompletionsDependency()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        var c = new LockdepMap("c", kind: LockdepMapKind.Completion);
        lab.Thread("signaller").Do(() =>
        {
            Lockdep.Owe(c);
            Maps.Under(a, () => { });
            Lockdep.Signal(c);
        });
        lab.IsQuiet();
        lab.Thread("waiter").Do(() => Maps.Under(a, () => Lockdep.MightWait(c)));

        Assert.Equal(ReportKind.Circular, lab.Single().Kind);
        Assert.Throws<ArgumentException>(() => Lockdep.MightWait(a));
    }
}
