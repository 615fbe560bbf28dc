namespace KThreadRuntime.Tests;

/// <summary>Keys that come and go.</summary>
public class LockClassKeyTests
{
    [Fact]
    public void DisposedKey_TakesItsClassesAndDependenciesAlong()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        var key = new LockClassKey("b");
        var b = new LockdepMap(key: key);
        Actor t1 = lab.Thread("T1");
        t1.Do(() => Maps.Nest(a, b));
        t1.Do(() => Maps.Under(a, () => Lockdep.Acquire(b, subclass: 1)));
        t1.Do(() => Lockdep.Release(b));
        Assert.Equal((3, 2), (lab.Validator.Statistics.Classes, lab.Validator.Statistics.Dependencies));

        key.Dispose();

        Assert.True(key.IsDisposed);
        Assert.Equal((1, 0), (lab.Validator.Statistics.Classes, lab.Validator.Statistics.Dependencies));
        Assert.Equal(["a"], lab.Validator.LockClasses.Select(c => c.Name));
        lab.IsQuiet();
    }

    [Fact]
    public void UseAfterDispose_IsReported_AndWorksUnchecked()
    {
        using var lab = new Lab();
        var key = new LockClassKey("b");
        var known = new LockdepMap(key: key);
        var neverUsed = new LockdepMap(key: key);
        var a = new LockdepMap("a");
        Actor t1 = lab.Thread("T1");
        t1.Do(() =>
        {
            for (int i = 0; i < 5; i++)
            {
                Maps.Nest(known, a);
            }
        });
        key.Dispose();
        t1.Do(() =>
        {
            Lockdep.Acquire(a);
            Lockdep.Acquire(known);
            Assert.True(Lockdep.IsHeld(known));
            Lockdep.Acquire(neverUsed);
            Lockdep.Release(neverUsed);
            Lockdep.Release(known);
            Lockdep.Release(a);
        });

        Assert.NotEmpty(lab.Reports);
        Assert.All(lab.Reports, r => Assert.Equal((ReportKind.DeadKey, "b"), (r.Kind, r.Subject!.Name)));
        Assert.Equal(0, lab.Validator.Statistics.Dependencies);
        Assert.Equal(0, lab.Validator.Statistics.UnbalancedReleases);
    }

    [Fact]
    public void CompletionOfADisposedKey_IsReported_AndWorks()
    {
        using var lab = new Lab();
        var key = new LockClassKey("done");
        var done = new Completion(key);
        done.Complete();
        done.Wait();
        key.Dispose();
        done.Complete();
        done.Wait();

        Assert.All(lab.Reports, r => Assert.Equal(ReportKind.DeadKey, r.Kind));
        Assert.NotEmpty(lab.Reports);
    }

    [Fact]
    public void DisposeWhileALockOfItIsHeld_Reports()
    {
        using var lab = new Lab();
        var key = new LockClassKey("a");
        var map = new LockdepMap(key: key);
        lab.Thread("T1").Do(() => Maps.Under(map, key.Dispose));

        Assert.Equal((ReportKind.HeldLockFreed, "a"), (lab.Single().Kind, lab.Single().Subject!.Name));
        Assert.Equal(0, lab.Validator.Statistics.UnbalancedReleases);
    }

    [Fact]
    public void RingThroughADisposedKey_IsFoundNoMore()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        var c = new LockdepMap("c");
        var key = new LockClassKey("b");
        var b = new LockdepMap(key: key);
        Actor t1 = lab.Thread("T1"), t2 = lab.Thread("T2");
        t1.Do(() => Maps.Nest(a, b));
        t1.Do(() => Maps.Nest(b, c));
        key.Dispose();
        t2.Do(() => Maps.Nest(c, a));
        lab.IsQuiet();

        var again = new LockdepMap(key: new LockClassKey("b"));
        t1.Do(() => Maps.Nest(a, again));
        t1.Do(() => Maps.Nest(again, c));

        Assert.Equal(ReportKind.Circular, lab.Single().Kind);
    }

    [Fact]
    public void ManyKeysThatComeAndGo_LeaveNothing_AndAreStillChecked()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        Actor t1 = lab.Thread("T1"), t2 = lab.Thread("T2");
        for (int i = 0; i < 3_000; i++)
        {
            using var key = new LockClassKey("device");
            var device = new LockdepMap(key: key);
            t1.Do(() => Maps.Nest(a, device));
            if (i % 500 == 0)
            {
                int told = lab.Reports.Count;
                t2.Do(() => Maps.Nest(device, a));
                Assert.Equal(told + 1, lab.Reports.Count);
            }
        }

        Assert.Equal((1, 0), (lab.Validator.Statistics.Classes, lab.Validator.Statistics.Dependencies));
        Assert.Equal(3_000, lab.Validator.Statistics.RetiredClasses);
        Assert.True(lab.Validator.Classes.Highest < 2_100, $"{lab.Validator.Classes.Highest} indices were used");
    }

    [Fact]
    public void TwoValidators_BothForgetTheKey()
    {
        using var key = new LockClassKey("shared");
        using var first = new Lab();
        var one = new LockdepMap(key: key);
        first.Thread("T1").Do(() => Maps.Under(one, () => { }));
        using var second = new Lab();
        var two = new LockdepMap(key: key);
        second.Thread("T2").Do(() => Maps.Under(two, () => { }));
        key.Dispose();

        Assert.Equal(0, first.Validator.Statistics.Classes + second.Validator.Statistics.Classes);
    }
}
