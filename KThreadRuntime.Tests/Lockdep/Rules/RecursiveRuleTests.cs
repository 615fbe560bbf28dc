namespace KThreadRuntime.Tests;

public class RecursiveRuleTests
{
    [Fact]
    public void SameLockAgain_IsClosedAndSaidBeforeItHangs()
    {
        using var lab = new Lab();
        var map = new LockdepMap("a");
        lab.Thread("T1").Do(() =>
        {
            Lockdep.Acquire(map);
            Lockdep.Acquire(map);
        });

        LockdepReport report = lab.Single();
        Assert.Equal(ReportKind.Recursive, report.Kind);
        Assert.Equal(Confidence.Closed, report.Confidence);
        Assert.Contains("a context blocks on itself", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ReentrantLockAgain_IsQuietAndStaysHeldUntilTheLastRelease()
    {
        using var lab = new Lab(Lab.Everything);
        var map = new LockdepMap("a", kind: LockdepMapKind.ReentrantLock);
        lab.Thread("T1").Do(() =>
        {
            Lockdep.Acquire(map);
            Lockdep.Acquire(map);
            Lockdep.Release(map);
            Assert.True(Lockdep.IsHeld(map));
            Lockdep.Release(map);
            Assert.False(Lockdep.IsHeld(map));
        });

        lab.IsQuiet();
    }

    [Fact]
    public void ReentrantLockAgainUnderAnother_AddsNoOppositeOrder()
    {
        using var lab = new Lab(Lab.Everything);
        var a = new LockdepMap("a", kind: LockdepMapKind.ReentrantLock);
        var b = new LockdepMap("b");
        lab.Thread("T1").Do(() =>
        {
            Lockdep.Acquire(a);
            Lockdep.Acquire(b);
            Lockdep.Acquire(a);
            Lockdep.Release(a);
            Lockdep.Release(b);
            Lockdep.Release(a);
        });

        lab.IsQuiet();
    }

    [Theory]
    [InlineData(LockMode.Shared, LockMode.Exclusive, Confidence.Closed)]
    [InlineData(LockMode.Exclusive, LockMode.Shared, Confidence.Closed)]
    [InlineData(LockMode.Shared, LockMode.Shared, Confidence.Possible)]
    public void ReaderWriterLockAgain_Reports(LockMode first, LockMode second, Confidence expected)
    {
        using var lab = new Lab();
        var map = new LockdepMap("rw");
        lab.Thread("T1").Do(() =>
        {
            Lockdep.Acquire(map, first);
            Lockdep.Acquire(map, second);
        });

        Assert.Equal(expected, lab.Single().Confidence);
    }

    [Fact]
    public void RecursiveReadInRead_IsQuiet()
    {
        using var lab = new Lab(Lab.Everything);
        var map = new LockdepMap("rw");
        lab.Thread("T1").Do(() =>
        {
            Lockdep.Acquire(map, LockMode.Shared);
            Lockdep.Acquire(map, LockMode.SharedRecursive);
        });

        lab.IsQuiet();
    }

    [Fact]
    public void TwoInstancesInOneOrder_IsQuiet()
    {
        using var lab = new Lab(Lab.Everything);
        KMutex[] accounts = Accounts(3);
        lab.Thread("T1").Do(() => CircularRuleTests.Nest(accounts[0], accounts[1]));
        lab.Thread("T2").Do(() => CircularRuleTests.Nest(accounts[1], accounts[2]));

        lab.IsQuiet();
    }

    [Fact]
    public void TwoInstancesInBothOrders_Reports()
    {
        using var lab = new Lab();
        KMutex[] accounts = Accounts(2);
        lab.Thread("T1").Do(() => CircularRuleTests.Nest(accounts[0], accounts[1]));
        lab.Thread("T2").Do(() => CircularRuleTests.Nest(accounts[1], accounts[0]));

        LockdepReport report = lab.Single();
        Assert.Equal(ReportKind.Recursive, report.Kind);
        Assert.Equal(Confidence.Certain, report.Confidence);
    }

    [Fact]
    public void ThreeInstancesAround_Reports()
    {
        using var lab = new Lab();
        KMutex[] forks = Accounts(3);
        for (int i = 0; i < 3; i++)
        {
            int philosopher = i;
            lab.Thread($"P{i}").Do(() => CircularRuleTests.Nest(forks[philosopher], forks[(philosopher + 1) % 3]));
        }

        Assert.Equal(3, lab.Single().Steps.Count);
    }

    [Fact]
    public void TwoInstancesInBothOrders_ReportsThoughManyAreLockedAlone()
    {
        using var lab = new Lab();
        KMutex[] accounts = Accounts(50);
        Actor t1 = lab.Thread("T1"), t2 = lab.Thread("T2");
        foreach (Actor thread in new[] { t1, t2 })
        {
            thread.Do(() => Array.ForEach(accounts, a =>
            {
                a.Acquire();
                a.Release();
            }));
        }

        t1.Do(() => CircularRuleTests.Nest(accounts[20], accounts[21]));
        t2.Do(() => CircularRuleTests.Nest(accounts[21], accounts[20]));

        Assert.Equal(ReportKind.Recursive, lab.Single().Kind);
    }

    [Fact]
    public void KernelPolicy_ReportsTwoInstancesAtFirstSight()
    {
        using var lab = new Lab(Lab.Kernel);
        KMutex[] accounts = Accounts(2);
        lab.Thread("T1").Do(() => CircularRuleTests.Nest(accounts[0], accounts[1]));

        Assert.Equal(ReportKind.Recursive, lab.Single().Kind);
    }

    [Fact]
    public void KernelPolicy_AllowsASubclass()
    {
        using var lab = new Lab(Lab.Kernel);
        LockdepMap[] maps = [.. Enumerable.Range(0, 2).Select(_ => new LockdepMap("account"))];
        lab.Thread("T1").Do(() =>
        {
            Lockdep.Acquire(maps[0]);
            Lockdep.Acquire(maps[1], subclass: 1);
        });

        lab.IsQuiet();
        Assert.Contains(lab.Validator.LockClasses, c => c.DisplayName == "account/1");
    }

    [Fact]
    public void SubclassOutOfRange_IsRefused()
    {
        using var lab = new Lab();
        var map = new LockdepMap("a");

        Assert.Throws<ArgumentOutOfRangeException>(() => Lockdep.Acquire(map, subclass: 8));
    }

    [Fact]
    public void ReleaseOfWhatIsNotHeld_Reports()
    {
        using var lab = new Lab();
        var map = new LockdepMap("a");
        lab.Thread("T1").Do(() =>
        {
            Lockdep.Acquire(map);
            Lockdep.Release(map);
            Lockdep.Release(map);
        });

        Assert.Equal(ReportKind.UnbalancedRelease, lab.Single().Kind);
        Assert.Equal(1, lab.Validator.Statistics.UnbalancedReleases);
        Assert.Contains("does not hold.\n    (a)", lab.Single().ToString(), StringComparison.Ordinal);
    }

    private static KMutex[] Accounts(int count) => [.. Enumerable.Range(0, count).Select(_ => new KMutex(name: "account"))];
}
