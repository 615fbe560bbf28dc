using KThreadRuntime.Context;

namespace KThreadRuntime.Tests.Trust;

/// <summary>An interrupt takes effect where the program blocks, never inside the validator, and leaves the held stack right.</summary>
public class InterruptTests
{
    [Fact]
    public void PendingInterrupt_PassesThroughEveryProbe()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        var b = new LockdepMap("b");
        var done = new LockdepMap("done", kind: LockdepMapKind.Completion);
        lab.Thread("T1").Do(() => SinkTests.Nest(b, a));
        lab.Thread("T2").Do(() =>
        {
            Thread.CurrentThread.Interrupt();
            Lockdep.Acquire(a);
            Lockdep.Acquire(b);
            Lockdep.EndWait(Lockdep.BeginWait(done));
            Lockdep.Signal(done);
            Lockdep.Release(a);
            Lockdep.Release(b);
            Assert.Equal(0, LockdepContext.For(lab.Validator).HeldCount);
            Assert.Throws<ThreadInterruptedException>(BlockBriefly);
        });

        Assert.Contains("b --> a", lab.Reports.Select(r => r.Chain));
    }

    /// <summary>The runtime's own Monitors are contended then, and an interrupt ends the wait for one.</summary>
    [Fact]
    public void PendingInterrupts_OfManyThreadsAtOnce_PassThroughEveryProbe()
    {
        using var lab = new Lab(new LockdepOptions { CaptureStacks = false });
        LockdepMap[] locks = [.. Enumerable.Range(0, 40).Select(i => new LockdepMap($"l{i}", new LockClassKey($"l{i}")))];
        LockdepMap[] completions = [.. Enumerable.Range(0, 10).Select(i => new LockdepMap($"c{i}", new LockClassKey($"c{i}"), LockdepMapKind.Completion))];
        using var start = new Barrier(16);
        Actor.Job[] uses = [.. Enumerable.Range(0, start.ParticipantCount).Select(n => lab.Thread($"T{n}").Begin(() =>
        {
            start.SignalAndWait();
            Thread.CurrentThread.Interrupt();
            UseAtRandom(locks, completions, new Random(n));
            Assert.Throws<ThreadInterruptedException>(BlockBriefly);
        }))];

        Array.ForEach(uses, use => use.Finish());
    }

    [Fact]
    public void InterruptedThread_WritesItsReportToTheFile()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.jsonl");
        using var sink = new FileSink(path);
        using var lab = new Lab(new LockdepOptions { Sinks = [sink] });
        var m = new LockdepMap("m");
        lab.Thread("T1").Do(() =>
        {
            Thread.CurrentThread.Interrupt();
            Lockdep.Release(m);
            Assert.Throws<ThreadInterruptedException>(BlockBriefly);
        });
        File.Delete(path);

        Assert.Equal((1, 0, null), (sink.Written, sink.Failed, sink.FirstError));
    }

    [Fact]
    public void InterruptInEnter_HoldsNothingMore()
    {
        using var lab = new Lab();
        var outer = new KMutex(name: "outer");
        var wanted = new KMutex(name: "wanted");
        Actor holder = lab.Thread("holder"), waiter = lab.Thread("waiter");
        holder.Do(() => wanted.Acquire());
        Actor.Job enter = waiter.Begin(() =>
        {
            outer.Acquire();
            wanted.Acquire();
        });
        UntilAsleep(waiter);
        waiter.Thread.Interrupt();
        Assert.Throws<ThreadInterruptedException>(enter.Finish);
        waiter.Do(() =>
        {
            Assert.Equal(1, LockdepContext.For(lab.Validator).HeldCount);
            Assert.False(wanted.IsHeldByCurrentThread);
            outer.Release();
        });
        holder.Do(() => wanted.Release());
        waiter.Do(() =>
        {
            wanted.Acquire();
            wanted.Release();
            Assert.Equal(0, LockdepContext.For(lab.Validator).HeldCount);
        });

        lab.IsQuiet();
    }

    [Fact]
    public void InterruptInWait_EndsTheWaitForTheValidatorToo()
    {
        using var lab = new Lab();
        var outer = new KMutex(name: "outer");
        var done = new Completion(name: "done");
        Actor waiter = lab.Thread("waiter");
        Actor.Job wait = waiter.Begin(() =>
        {
            outer.Acquire();
            done.Wait();
        });
        UntilAsleep(waiter);
        waiter.Thread.Interrupt();
        Assert.Throws<ThreadInterruptedException>(wait.Finish);
        Assert.Equal(0, done.Map!.Waits!.Count);
        waiter.Do(() =>
        {
            outer.Release();
            Assert.Equal(0, LockdepContext.For(lab.Validator).HeldCount);
        });
        lab.Thread("signaller").Do(() => done.Complete());

        waiter.Do(() => Assert.True(done.TryWait()));
        lab.IsQuiet();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void InterruptInASink_TakesEffectWhereSomethingBlocks(bool sinkBlocks)
    {
        var sink = new DelegateSink(_ =>
        {
            Thread.CurrentThread.Interrupt();
            if (sinkBlocks)
            {
                BlockBriefly();
            }
        });
        using var lab = new Lab(new LockdepOptions { Sinks = [sink] });
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        lab.Thread("T1").Do(() => CircularRuleTests.Nest(a, b));
        lab.Thread("T2").Do(() =>
        {
            b.Acquire();
            Exception? thrown = Record.Exception(() => a.Acquire());
            Assert.Equal(sinkBlocks, thrown is ThreadInterruptedException);
            Assert.Equal(!sinkBlocks, a.IsHeldByCurrentThread);
            Assert.Equal(sinkBlocks ? 1 : 2, LockdepContext.For(lab.Validator).HeldCount);
            if (!sinkBlocks)
            {
                Assert.Throws<ThreadInterruptedException>(BlockBriefly);
                a.Release();
            }

            b.Release();
            Assert.Equal(0, LockdepContext.For(lab.Validator).HeldCount);
        });

        Assert.Equal("a --> b", lab.Single().Chain);
    }

    private static void UseAtRandom(LockdepMap[] locks, LockdepMap[] completions, Random random)
    {
        for (int i = 0; i < 200; i++)
        {
            int outer = random.Next(locks.Length - 1);
            LockdepMap a = locks[outer], b = locks[random.Next(outer + 1, locks.Length)], done = completions[random.Next(completions.Length)];
            SinkTests.Nest(a, b);
            Lockdep.Signal(done);
            Lockdep.EndWait(Lockdep.BeginWait(done));
            SinkTests.Nest(a, new LockdepMap("fresh", new LockClassKey("fresh")));
        }
    }

    private static void UntilAsleep(Actor actor) =>
        Patience.Until(() => (actor.Thread.ThreadState & ThreadState.WaitSleepJoin) != 0, "The thread did not block.");

    /// <summary>Blocks with an end, which an interrupt that is pending never lets it reach.</summary>
    private static void BlockBriefly()
    {
        var monitor = new object();
        lock (monitor)
        {
            Assert.False(Monitor.Wait(monitor, Patience.Limit));
        }
    }
}
