using KThreadRuntime.Context;
using KThreadRuntime.Rules;
using Stress.Fuzz;

namespace KThreadRuntime.Tests.Trust;

/// <summary>Held stack, chain cache and history against a twin that caches nothing; the long run is <c>Stress fuzz</c>.</summary>
public class ContextFuzzTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void RandomEvents_AgreeWithTheNaiveTwin(int seed)
    {
        var fuzz = new ContextFuzz(seed);
        fuzz.Run(1_500);

        Assert.Equal(1_500, fuzz.Operations);
        Assert.True(fuzz.WarmAcquires > 300, $"only {fuzz.WarmAcquires} acquires were warm: the run did not exercise the caches");
        Assert.True(fuzz.Rings > 100, $"only {fuzz.Rings} rings");
        Assert.True(fuzz.Dependencies > 70, $"only {fuzz.Dependencies} dependencies");
        Assert.True(fuzz.Ranked > 10, $"the confidence of only {fuzz.Ranked} reports was compared");
        Assert.True(fuzz.HandlersEntered > 5, $"only {fuzz.HandlersEntered} handlers");
        Assert.True(fuzz.Inconsistent > 1, $"only {fuzz.Inconsistent} inconsistent classes");
    }

    /// <summary>Found by seed 1 of the fuzz: the entry above the top was taken by its instance alone.</summary>
    [Fact]
    public void SubclassAcquiredBefore_IsNotTakenForTheClass()
    {
        using var lab = new Lab(Lab.Everything);
        var outer = new LockdepMap("outer");
        var inner = new LockdepMap("inner");
        lab.Thread("T1").Do(() =>
        {
            Nest(outer, inner, subclass: 1);
            Nest(outer, inner, subclass: 0);
        });
        Assert.Equal(2, lab.Validator.Statistics.Dependencies);
        lab.Thread("T2").Do(() => Nest(inner, outer, subclass: 0));

        Assert.Equal("outer --> inner", lab.Single().Chain);
    }

    /// <summary>Found by seed 1 of the fuzz: where any instance told the same, one that was held already was pushed again.</summary>
    [Fact]
    public void ReentrantLockHeldUnderASubclass_IsEnteredAgainHoweverWarm()
    {
        using var lab = new Lab(Lab.Kernel);
        var key = new LockClassKey("monitor");
        LockdepMap[] many = [.. Enumerable.Range(0, 30).Select(_ => new LockdepMap(key: key, kind: LockdepMapKind.ReentrantLock))];
        lab.Thread("T1").Do(() =>
        {
            for (int i = 0; i < 600; i++)
            {
                LockdepMap outer = many[i % many.Length], inner = many[i * 7 % many.Length];
                Lockdep.Acquire(outer, subclass: 1);
                Lockdep.Acquire(inner);
                Assert.Equal(ReferenceEquals(outer, inner) ? 1 : 2, LockdepContext.For(lab.Validator).HeldCount);
                Lockdep.Release(inner);
                Lockdep.Release(outer);
            }
        });

        Assert.Equal(0, lab.Validator.Statistics.UnbalancedReleases);
    }

    /// <summary>Found by seed 3 of the fuzz: an instance held twice took two places among the gates, and each join lost one.</summary>
    [Fact]
    public void GateHeldTwice_IsOneGateHeldAsTheStrongerOfTheTwo()
    {
        GateSet gates = default(GateSet).With(1, exclusive: false).With(2, exclusive: false).With(1, exclusive: true);

        Assert.Equal("1! 2", gates.ToString());
        Assert.Equal(gates, gates.Intersect(gates));
        Assert.True(gates.Excludes(default(GateSet).With(1, exclusive: false)));
        Assert.False(gates.Excludes(default(GateSet).With(2, exclusive: false)));
    }

    private static void Nest(LockdepMap outer, LockdepMap inner, int subclass)
    {
        Lockdep.Acquire(outer);
        Lockdep.Acquire(inner, subclass: subclass);
        Lockdep.Release(inner);
        Lockdep.Release(outer);
    }
}
