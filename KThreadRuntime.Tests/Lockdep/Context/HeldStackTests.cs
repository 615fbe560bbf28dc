namespace KThreadRuntime.Tests;

public class HeldStackTests
{
    [Theory]
    [InlineData(17, 17, Confidence.Certain)]
    [InlineData(17, 18, Confidence.Possible)]
    public void OneOfManyWarmInstances_IsStillKnownForItself(int held, int wanted, Confidence expected)
    {
        using var lab = new Lab();
        LockdepMap[] many = Many(40);
        var b = new LockdepMap("b");
        lab.Thread("T1").Do(() =>
        {
            PassAll(many, laps: 3);
            Nest(many[held], b);
        });
        lab.Thread("T2").Do(() => Nest(b, many[wanted]));

        Assert.Equal(expected, lab.Single().Confidence);
    }

    [Fact]
    public void InstancesBeyondTheTable_AreHeldAndReleasedLikeAnyOther()
    {
        using var lab = new Lab();
        LockdepMap[] outer = Many(5_000), inner = Many(5_000);
        lab.Thread("T1").Do(() =>
        {
            for (int lap = 0; lap < 2; lap++)
            {
                for (int i = 0; i < outer.Length; i++)
                {
                    Lockdep.Acquire(outer[i]);
                    Lockdep.Acquire(inner[i]);
                    Assert.True(Lockdep.IsHeld(outer[i]));
                    Assert.True(Lockdep.IsHeld(inner[i]));
                    Assert.False(Lockdep.IsHeld(outer[(i + 1) % outer.Length]));
                    Lockdep.Release(outer[i]);
                    Assert.True(Lockdep.IsHeld(inner[i]));
                    Lockdep.Release(inner[i]);
                    Assert.False(Lockdep.IsHeld(inner[i]));
                }
            }
        });

        Assert.Equal(0, lab.Validator.Statistics.UnbalancedReleases);
    }

    [Fact]
    public void StackThatGrowsWhileHeld_LosesNothing()
    {
        using var lab = new Lab();
        LockdepMap[] deep = [.. Enumerable.Range(0, 100).Select(i => new LockdepMap(key: new LockClassKey($"level{i}")))];
        lab.Thread("T1").Do(() =>
        {
            for (int lap = 0; lap < 2; lap++)
            {
                Array.ForEach(deep, m => Lockdep.Acquire(m));
                Assert.All(deep, m => Assert.True(Lockdep.IsHeld(m)));
                Array.ForEach(deep, m => Lockdep.Release(m));
                Assert.All(deep, m => Assert.False(Lockdep.IsHeld(m)));
            }
        });

        Assert.Equal(0, lab.Validator.Statistics.UnbalancedReleases);
        lab.IsQuiet();
    }

    [Fact]
    public void TwoValidatorsOnOneThread_HoldApart()
    {
        using var first = new Lab();
        var a = new LockdepMap("a");
        using var second = new Lab();
        var b = new LockdepMap("b");
        second.Thread("T1").Do(() =>
        {
            for (int lap = 0; lap < 3; lap++)
            {
                Lockdep.Acquire(a);
                Lockdep.Acquire(b);
                Assert.True(Lockdep.IsHeld(a));
                Lockdep.Release(a);
                Assert.False(Lockdep.IsHeld(a));
                Assert.True(Lockdep.IsHeld(b));
                Lockdep.Release(b);
                Assert.False(Lockdep.IsHeld(b));
            }
        });

        Assert.Equal(0, first.Validator.Statistics.UnbalancedReleases + second.Validator.Statistics.UnbalancedReleases);
        Assert.Equal(0, first.Validator.Statistics.Dependencies + second.Validator.Statistics.Dependencies);
    }

    [Fact]
    public void ReleaseWithNothingHeld_IsReportedAndLeavesTheStackWhole()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        lab.Thread("T1").Do(() =>
        {
            Lockdep.Release(a);
            Lockdep.Acquire(a);
            Lockdep.Release(a);
            Lockdep.Release(a);
            Assert.False(Lockdep.IsHeld(a));
            Lockdep.Acquire(a);
            Assert.True(Lockdep.IsHeld(a));
            Lockdep.Release(a);
        });

        Assert.Equal(2, lab.Validator.Statistics.UnbalancedReleases);
    }

    [Fact]
    public void ReentrantLock_AcquiredMoreThan65535Times_IsHeldToTheLast()
    {
        using var lab = new Lab();
        var map = new LockdepMap("a", kind: LockdepMapKind.ReentrantLock);
        const int Times = 70_000;
        lab.Thread("T1").Do(() =>
        {
            for (int i = 0; i < Times; i++)
            {
                Lockdep.Acquire(map);
            }

            for (int i = 1; i < Times; i++)
            {
                Lockdep.Release(map);
            }

            Assert.True(Lockdep.IsHeld(map));
            Lockdep.Release(map);
            Assert.False(Lockdep.IsHeld(map));
        });

        lab.IsQuiet();
    }

    /// <summary>Instances of one class: one creation site.</summary>
    private static LockdepMap[] Many(int count) => [.. Enumerable.Range(0, count).Select(_ => new LockdepMap("many"))];

    private static void PassAll(LockdepMap[] maps, int laps)
    {
        for (int lap = 0; lap < laps; lap++)
        {
            foreach (LockdepMap map in maps)
            {
                Lockdep.Acquire(map);
                Lockdep.Release(map);
            }
        }
    }

    private static void Nest(LockdepMap outer, LockdepMap inner)
    {
        Lockdep.Acquire(outer);
        Lockdep.Acquire(inner);
        Lockdep.Release(inner);
        Lockdep.Release(outer);
    }
}
