using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests;

/// <summary>A full table keeps a sample that moves: what is new is seen sooner or later, and nothing is told that is not so.</summary>
public class SamplingTests
{
    private const int Budget = 24;
    private const int ManyRounds = 20_000;

    [Fact]
    public void FullGraph_SeesANewRingInTheEnd()
    {
        using var lab = new Lab(new LockdepOptions { MaxDependencies = Budget, CaptureStacks = false });
        Actor t1 = lab.Thread("T1"), t2 = lab.Thread("T2");
        t1.Do(() => Chain(Locks("old", Budget + 1)));
        LockdepMap x = Lock("x"), y = Lock("y");
        t1.Do(() => Maps.Nest(x, y));
        t2.Do(() => Maps.Nest(y, x));
        lab.IsQuiet();
        RepeatUntilReported(lab, () => t1.Do(() => Maps.Nest(x, y)), () => t2.Do(() => Maps.Nest(y, x)));

        Assert.Equal(["x", "y"], lab.Single().Steps.Select(s => s.Wanted.Name).Order(StringComparer.Ordinal));
        Assert.True(lab.Validator.Statistics.EvictedDependencies > 0);
        Assert.InRange(lab.Validator.Statistics.Dependencies, 1, Budget);
    }

    [Fact]
    public void FullGraph_LearnsAgainWhatMadeRoom()
    {
        using var lab = new Lab(new LockdepOptions { MaxDependencies = Budget, CaptureStacks = false });
        Actor t1 = lab.Thread("T1"), t2 = lab.Thread("T2");
        LockdepMap[] old = Locks("old", Budget + 1);
        t1.Do(() => Chain(old));

        // The new ones throw all old ones out; then the old ones come back, and with them a ring over all of them.
        t1.Do(() => Repeat(100, () => Chain(Locks("new", 40))));
        Assert.True(lab.Validator.Statistics.EvictedDependencies > Budget);
        RepeatUntilReported(lab, () => t1.Do(() => Maps.Nest(old[3], old[4])), () => t2.Do(() => Maps.Nest(old[4], old[3])));

        Assert.Equal(2, lab.Single().Steps.Count);
    }

    [Fact]
    public void FullGraph_SeesANewSignallerInTheEnd()
    {
        using var lab = new Lab(new LockdepOptions { MaxDependencies = Budget, CaptureStacks = false });
        Actor t1 = lab.Thread("T1"), t2 = lab.Thread("T2");
        t1.Do(() => Chain(Locks("old", Budget + 1)));
        LockdepMap a = Lock("a");
        var done = new LockdepMap("done", new LockClassKey("done"), LockdepMapKind.Completion);
        RepeatUntilReported(
            lab,
            () =>
            {
                WaitTicket wait = default;
                t1.Do(() => Maps.Under(a, () => { wait = Lockdep.BeginWait(done); }));
                t2.Do(() =>
                {
                    Maps.Under(a, () => { });
                    Lockdep.Signal(done);
                });
                t1.Do(() => Lockdep.EndWait(wait));
            });

        Assert.Equal(["(completion)done", "a"], lab.Single().Steps.Select(s => s.Wanted.Name).Order(StringComparer.Ordinal));
        Assert.True(lab.Validator.Statistics.EvictedDependencies > 0);
    }

    [Fact]
    public void FullClassTable_SeesANewRingInTheEnd_AndTellsItOnce()
    {
        using var lab = new Lab(new LockdepOptions { MaxClasses = Budget, CaptureStacks = false });
        Actor t1 = lab.Thread("T1"), t2 = lab.Thread("T2");
        LockdepMap[] old = Locks("old", Budget);
        t1.Do(() => Chain(old));
        LockdepMap x = Lock("x"), y = Lock("y");
        RepeatUntilReported(lab, () => t1.Do(() => Maps.Nest(x, y)), () => t2.Do(() => Maps.Nest(y, x)));
        Assert.True(lab.Validator.Statistics.EvictedClasses > 0);
        Assert.InRange(lab.Validator.Statistics.Classes, 1, Budget);

        // Both go again, and come back as other classes: the same report, which was told.
        for (int round = 0; round < 50; round++)
        {
            t1.Do(() => Chain(old));
            t1.Do(() => Maps.Nest(x, y));
            t2.Do(() => Maps.Nest(y, x));
        }

        lab.Single();
        Assert.Equal(0, lab.Validator.Statistics.UnbalancedReleases);
    }

    [Fact]
    public void FullTables_InventNothing()
    {
        using var lab = new Lab(new LockdepOptions { MaxClasses = Budget, MaxDependencies = 2 * Budget, Threshold = Confidence.ClassLevelOnly, CaptureStacks = false });
        LockdepMap[] locks = Locks("lock", 3 * Budget);
        var random = new Random(7);
        Actor[] actors = [lab.Thread("T1"), lab.Thread("T2"), lab.Thread("T3")];
        for (int round = 0; round < 600; round++)
        {
            int[] ascending = [.. Enumerable.Range(0, 4).Select(_ => random.Next(locks.Length)).Distinct().Order()];
            actors[round % actors.Length].Do(() => NestAll(locks, ascending));
        }

        lab.IsQuiet();
        Assert.Equal(0, lab.Validator.Statistics.UnbalancedReleases);
        Assert.True(lab.Validator.Statistics.EvictedClasses > Budget);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(640, 10)]
    [InlineData(int.MaxValue, 256)]
    public void Eviction_ComesAfterSoManyRefusals_AndMoreSeldomTheMoreHasGone(int budget, int batch)
    {
        var eviction = new Eviction(budget);
        Assert.Equal(batch, eviction.Batch);
        Assert.Equal(batch * Eviction.RefusalsPerVictim, RefusalsUntilDue(eviction));
        eviction.Evict(batch);
        Assert.False(eviction.IsDue);
        eviction.Evict(budget - batch);
        Assert.Equal(2 * batch * Eviction.RefusalsPerVictim, RefusalsUntilDue(eviction));
        Assert.True(eviction.TakeEra());
        Assert.False(eviction.TakeEra());
    }

    private static int RefusalsUntilDue(Eviction eviction)
    {
        int refusals = 0;
        while (!eviction.IsDue)
        {
            eviction.Refuse();
            refusals++;
        }

        return refusals;
    }

    private static LockdepMap Lock(string name) => new(name, new LockClassKey(name));

    private static LockdepMap[] Locks(string name, int count) => [.. Enumerable.Range(0, count).Select(i => Lock($"{name}{i}"))];

    private static void Chain(LockdepMap[] locks)
    {
        for (int i = 0; i + 1 < locks.Length; i++)
        {
            Maps.Nest(locks[i], locks[i + 1]);
        }
    }

    private static void NestAll(LockdepMap[] locks, int[] order)
    {
        foreach (int i in order)
        {
            Lockdep.Acquire(locks[i]);
        }

        foreach (int i in order)
        {
            Lockdep.Release(locks[i]);
        }
    }

    private static void Repeat(int times, Action action)
    {
        for (int i = 0; i < times; i++)
        {
            action();
        }
    }

    private static void RepeatUntilReported(Lab lab, params Action[] actions)
    {
        for (int round = 0; round < ManyRounds && lab.Reports.Count == 0; round++)
        {
            foreach (Action action in actions)
            {
                action();
            }
        }
    }
}
