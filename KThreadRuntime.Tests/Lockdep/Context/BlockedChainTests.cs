namespace KThreadRuntime.Tests.Context;

/// <summary>Very many threads that wait for one another in a row, on stacks as small as a program may give them.</summary>
public sealed class BlockedChainTests
{
    private const int Length = 1500;
    private const int SmallStack = 128 * 1024;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ALongChainThatEndsAtARunningThread_IsNoHang(bool firstBlocksLast)
    {
        using var lab = new Lab(WithoutStacks);
        Block(Chain(Length), closes: false, firstBlocksLast, () => Assert.Equal(Length - 1, lab.Validator.BlockedTasks.Count));

        Assert.DoesNotContain(lab.Reports, r => r.Confidence == Confidence.Closed);
    }

    [Fact]
    public void ALongChainThatEndsWhereItBegan_ReportsAHang()
    {
        using var lab = new Lab(WithoutStacks);
        Block(Chain(Length), closes: true, firstBlocksLast: false, () => Assert.Equal(Length, lab.Validator.BlockedTasks.Count));

        LockdepReport hang = Assert.Single(lab.Reports, r => r.Confidence == Confidence.Closed);
        Assert.Equal(Length, hang.Steps.Count);
        Assert.All(hang.Steps.Zip(hang.Steps.Skip(1)), pair => Assert.Same(pair.First.Wanted, pair.Second.Held));
        Assert.Same(hang.Steps[^1].Wanted, hang.Steps[0].Held);
        Assert.NotEmpty(hang.ToString());
    }

    [Fact]
    public void OfTwoRings_TheShorterIsTold()
    {
        using var lab = new Lab(WithoutStacks);
        LockdepMap[] maps = Chain(4);
        var shortcut = new LockdepMap("shortcut", new LockClassKey());
        Actor[] actors = [.. Enumerable.Range(0, 4).Select(i => lab.Thread($"T{i}"))];
        for (int i = 0; i < 4; i++)
        {
            int k = i;
            actors[k].Do(() => Lockdep.Acquire(maps[k]));
        }

        actors[3].Do(() => Lockdep.Acquire(shortcut, LockMode.Shared));
        actors[1].Do(() => Lockdep.Acquire(shortcut, LockMode.Shared));
        BlockFor(actors[2], maps[3]);
        BlockFor(actors[1], maps[2]);
        BlockFor(actors[3], maps[0]);
        BlockFor(actors[0], shortcut);

        LockdepReport hang = Assert.Single(lab.Reports, r => r.Confidence == Confidence.Closed);
        Assert.Equal(2, hang.Steps.Count);
        foreach (Actor actor in actors)
        {
            actor.Do(() => Lockdep.NotAcquired(shortcut));
        }
    }

    private static LockdepOptions WithoutStacks => new() { CaptureStacks = false };

    private static LockdepMap[] Chain(int length) => [.. Enumerable.Range(0, length).Select(i => new LockdepMap($"m{i}", new LockClassKey()))];

    private static void BlockFor(Actor actor, LockdepMap map) => actor.Do(() =>
    {
        Lockdep.Acquire(map);
        Lockdep.Contended(map);
    });

    /// <summary>Thread i holds lock i and blocks for the next one; the last blocks for the first, if that closes a ring.</summary>
    private static void Block(LockdepMap[] maps, bool closes, bool firstBlocksLast, Action whileBlocked)
    {
        using var end = new ManualResetEventSlim();
        var threads = new List<Thread>();
        int last = closes ? maps.Length : maps.Length - 1;
        foreach (int i in firstBlocksLast ? Enumerable.Range(0, last).Reverse() : Enumerable.Range(0, last))
        {
            using var blocked = new ManualResetEventSlim();
            var thread = new Thread(() => Hang(maps[i], maps[(i + 1) % maps.Length], blocked, end), SmallStack) { IsBackground = true };
            thread.Start();
            threads.Add(thread);
            Assert.True(blocked.Wait(Patience.Limit), "A thread did not get as far as to block.");
        }

        whileBlocked();
        end.Set();
        threads.ForEach(t => Assert.True(t.Join(Patience.Limit)));
    }

    private static void Hang(LockdepMap held, LockdepMap wanted, ManualResetEventSlim blocked, ManualResetEventSlim end)
    {
        Lockdep.Acquire(held);
        Lockdep.Acquire(wanted);
        Lockdep.Contended(wanted);
        blocked.Set();
        end.Wait();
        Lockdep.NotAcquired(wanted);
        Lockdep.Release(wanted);
        Lockdep.Release(held);
    }
}
