using System.Linq.Expressions;
using System.Runtime.CompilerServices;

namespace KThreadRuntime.Tests;

/// <summary>What the tables of classes, dependencies and chains keep, and what they let go.</summary>
public class ClassTableTests
{
    [Fact]
    public void ClassesOfDeadInstances_AreReclaimed()
    {
        using var lab = new Lab();
        var outer = new LockdepMap("outer");
        Actor t1 = lab.Thread("T1");
        for (int lap = 0; lap < 10; lap++)
        {
            t1.Do(() => UseManyInstances(outer, 3_000));
            GC.Collect();
        }

        Assert.True(lab.Validator.Statistics.RetiredClasses > 20_000, $"{lab.Validator.Statistics.RetiredClasses} of 30,000 have gone");
        Assert.True(lab.Validator.Statistics.Classes < 10_000, $"{lab.Validator.Statistics.Classes} are left");
        Assert.True(lab.Validator.Statistics.Dependencies <= lab.Validator.Statistics.Classes);
        Assert.True(lab.Validator.Classes.Highest < 15_000, $"{lab.Validator.Classes.Highest} indices were used");
        lab.IsQuiet();
    }

    [Fact]
    public void ClassOfALivingInstance_IsKept()
    {
        using var lab = new Lab();
        var outer = new LockdepMap("outer");
        var inner = new LockdepMap("inner", policy: ClassPolicy.Instance);
        Actor t1 = lab.Thread("T1");
        t1.Do(() => Maps.Nest(outer, inner));
        for (int lap = 0; lap < 4; lap++)
        {
            t1.Do(() => UseManyInstances(outer, 3_000));
            GC.Collect();
        }

        Assert.True(lab.Validator.Statistics.RetiredClasses > 0);
        lab.Thread("T2").Do(() => Maps.Nest(inner, outer));

        Assert.Equal((ReportKind.Circular, Confidence.Certain), (lab.Single().Kind, lab.Single().Confidence));
    }

    [Fact]
    public void FreedInstance_TakesItsClassAlongAtOnce()
    {
        using var lab = new Lab();
        var map = new LockdepMap("a", policy: ClassPolicy.Instance);
        Maps.Under(map, () => { });
        Assert.Equal(1, lab.Validator.Statistics.Classes);
        Lockdep.Freed(map);
        Assert.Equal(0, lab.Validator.Statistics.Classes);

        Maps.Under(map, () => { });
        Assert.Equal(1, lab.Validator.Statistics.Classes);
    }

    [Fact]
    public void FullClassTable_RefusesNewClasses_AndGoesOnWithTheOld()
    {
        using var lab = new Lab(new LockdepOptions { MaxClasses = 2 });
        var a = new LockdepMap("a");
        var b = new LockdepMap("b");
        var c = new LockdepMap("c");
        Actor t1 = lab.Thread("T1"), t2 = lab.Thread("T2");
        t1.Do(() => Maps.Nest(a, b));
        t1.Do(() => Maps.Nest(b, c));
        t2.Do(() => Maps.Nest(c, a));
        lab.IsQuiet();
        Assert.True(lab.Validator.Statistics.RefusedClasses > 0);
        t2.Do(() => Maps.Nest(b, a));

        Assert.Equal(ReportKind.Circular, lab.Single().Kind);
        Assert.Equal(0, lab.Validator.Statistics.UnbalancedReleases);
    }

    [Fact]
    public void FullGraph_RefusesNewDependencies_AndGoesOnWithTheOld()
    {
        using var lab = new Lab(new LockdepOptions { MaxDependencies = 2 });
        LockdepMap[] maps = [.. Enumerable.Range(0, 4).Select(i => new LockdepMap(key: new LockClassKey($"lock{i}")))];
        Actor t1 = lab.Thread("T1"), t2 = lab.Thread("T2");
        t1.Do(() => Maps.Nest(maps[0], maps[1]));
        t2.Do(() => Maps.Nest(maps[1], maps[0]));
        t1.Do(() => Maps.Nest(maps[2], maps[3]));
        t2.Do(() => Maps.Nest(maps[3], maps[2]));

        lab.Single();
        Assert.Equal((2, 2L), (lab.Validator.Statistics.Dependencies, lab.Validator.Statistics.RefusedDependencies));
    }

    [Fact]
    public void FullChainTable_IsBegunAnew_AndLosesNothing()
    {
        using var lab = new Lab(new LockdepOptions { MaxChainsPerThread = 8, CaptureStacks = false });
        LockdepMap[] maps = [.. Enumerable.Range(0, 30).Select(i => new LockdepMap(key: new LockClassKey($"lock{i}")))];
        lab.Thread("T1").Do(() =>
        {
            for (int i = 0; i + 1 < maps.Length; i++)
            {
                Maps.Nest(maps[i], maps[i + 1]);
            }
        });
        Assert.True(lab.Validator.Statistics.ChainTableRestarts > 3);
        Assert.Equal(29, lab.Validator.Statistics.Dependencies);
        lab.Thread("T2").Do(() => Maps.Nest(maps[29], maps[7]));

        Assert.Equal(23, lab.Single().Steps.Count);
    }

    [Fact]
    public void BudgetsOutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LockdepOptions { MaxClasses = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LockdepOptions { MaxClasses = 1 << 26 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LockdepOptions { MaxDependencies = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LockdepOptions { MaxChainsPerThread = -1 });
    }

    [Fact]
    public void InstanceWithoutSite_IsOfItsFirstUser()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a", file: "", line: 0, member: "");
        Maps.Under(a, () => { });

        Assert.Equal(1, lab.Validator.Statistics.UnknownSites);
        Assert.Equal((typeof(Maps).FullName, nameof(Maps.Under)), (a.Class!.Identity.Site.File, a.Class.Identity.Site.Member));
        lab.IsQuiet();
    }

    [Fact]
    public void InstanceWithoutSiteOrUser_IsReportedOnce()
    {
        using var lab = new Lab();
        for (int i = 0; i < 2; i++)
        {
            // A compiled expression belongs to no assembly: on the stack there is nobody but this library and the runtime.
            var a = new LockdepMap("a", file: "", line: 0, member: "");
            Expression site = Expression.Constant("");
            var probe = new Thread(Expression.Lambda<ThreadStart>(Expression.Call(
                typeof(Lockdep).GetMethod(nameof(Lockdep.Acquire))!,
                Expression.Constant(a), Expression.Constant(LockMode.Exclusive), Expression.Constant(0), site, Expression.Constant(0), site)).Compile());
            probe.Start();
            Assert.True(probe.Join(Patience.Limit));
        }

        Assert.Equal(ReportKind.UnknownSite, lab.Single().Kind);
        Assert.Equal(2, lab.Validator.Statistics.UnknownSites);
        Assert.Equal(1, lab.Validator.Statistics.Classes);
    }

    [Fact]
    public void NullMap_IsRefused_WarmOrNot()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        lab.Thread("T1").Do(() =>
        {
            RefusesNull();
            for (int i = 0; i < 5; i++)
            {
                Maps.Under(a, () => { });
            }

            RefusesNull();
            Maps.Under(a, RefusesNull);
        });
        lab.IsQuiet();
    }

    private static void RefusesNull()
    {
        Assert.Throws<ArgumentNullException>("map", () => Lockdep.Acquire(null!));
        Assert.Throws<ArgumentNullException>("map", () => Lockdep.Release(null!));
        Assert.Throws<ArgumentNullException>("map", () => Lockdep.TryAcquired(null!));
        Assert.Throws<ArgumentNullException>("map", () => Lockdep.AcquireNested(null!, null!));
        Assert.Throws<ArgumentNullException>("map", () => Lockdep.AssertHeld(null!));
        Assert.Throws<ArgumentNullException>("map", () => Lockdep.Freed(null!));
        Assert.Throws<ArgumentNullException>("map", () => Lockdep.SetSubclass(null!, 1));
        Assert.Throws<ArgumentNullException>("map", () => Lockdep.SetOrder(null!, (_, _) => 0));
        Assert.Throws<ArgumentNullException>("map", () => Lockdep.IsHeld(null!));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void UseManyInstances(LockdepMap outer, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Maps.Nest(outer, new LockdepMap("short-lived", policy: ClassPolicy.Instance));
        }
    }
}
