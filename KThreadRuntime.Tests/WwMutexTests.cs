namespace KThreadRuntime.Tests;

/// <summary>What wait/wound mutexes do: the behaviour rows of the kernel's own test module, for both algorithms.</summary>
public class WwMutexTests
{
    private static readonly TimeSpan _short = TimeSpan.FromMilliseconds(60);

    public static TheoryData<WwAlgorithm> Algorithms => [WwAlgorithm.WoundWait, WwAlgorithm.WaitDie];

    public static TheoryData<WwAlgorithm, bool, bool, bool> ExclusionRows
    {
        get
        {
            var rows = new TheoryData<WwAlgorithm, bool, bool, bool>();
            foreach (WwAlgorithm algorithm in new[] { WwAlgorithm.WoundWait, WwAlgorithm.WaitDie })
            {
                for (int flags = 0; flags < 8; flags++)
                {
                    rows.Add(algorithm, (flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(ExclusionRows))]
    public void Mutex_ExcludesASecondThread(WwAlgorithm algorithm, bool polls, bool tries, bool underContext)
    {
        using var ww = new WwLab(algorithm, 1);
        using var done = new ManualResetEventSlim();
        WwMutex mutex = ww.Mutexes[0];
        WwAcquireContext? context = underContext ? new WwAcquireContext(ww.Class) : null;
        Assert.True(context is null ? Taken(mutex) : mutex.Acquire(context) == WwResult.Acquired);
        Actor.Job second = ww.Lab.Thread("second").Begin(() =>
        {
            Assert.True(tries ? SpinWait.SpinUntil(() => mutex.TryAcquire(), Patience.Limit) : Taken(mutex));
            done.Set();
            mutex.Release();
        });

        Assert.False(polls ? SpinWait.SpinUntil(() => done.IsSet, _short) : done.Wait(_short));
        mutex.Release();
        second.Finish();
        context?.Dispose();
        ww.Lab.IsQuiet();
    }

    [Theory]
    [InlineData(WwAlgorithm.WoundWait, false)]
    [InlineData(WwAlgorithm.WoundWait, true)]
    [InlineData(WwAlgorithm.WaitDie, false)]
    [InlineData(WwAlgorithm.WaitDie, true)]
    public void SameContextAgain_SaysAlready(WwAlgorithm algorithm, bool tries)
    {
        using var ww = new WwLab(algorithm);
        WwMutex mutex = ww.Mutexes[0];
        using var context = new WwAcquireContext(ww.Class);
        Assert.True(tries ? mutex.TryAcquire(context) : mutex.Acquire(context) == WwResult.Acquired);
        Assert.False(mutex.TryAcquire());
        Assert.False(mutex.TryAcquire(context));
        Assert.Equal(WwResult.Already, mutex.Acquire(context));
        Assert.Equal(1, context.AcquiredCount);
        mutex.Release();

        Assert.Equal(0, context.AcquiredCount);
        Assert.False(mutex.IsHeldByCurrentThread);
        ww.Lab.IsQuiet();
    }

    [Theory]
    [InlineData(WwAlgorithm.WoundWait, false, false)]
    [InlineData(WwAlgorithm.WoundWait, true, false)]
    [InlineData(WwAlgorithm.WoundWait, false, true)]
    [InlineData(WwAlgorithm.WoundWait, true, true)]
    [InlineData(WwAlgorithm.WaitDie, false, false)]
    [InlineData(WwAlgorithm.WaitDie, true, false)]
    [InlineData(WwAlgorithm.WaitDie, false, true)]
    [InlineData(WwAlgorithm.WaitDie, true, true)]
    public void OppositeOrders_RefuseOneSide(WwAlgorithm algorithm, bool tries, bool resolves)
    {
        using var ww = new WwLab(algorithm, 2);
        using var meeting = new Barrier(2);
        int refused = 0;
        Actor.Job[] jobs = [.. Enumerable.Range(0, 2).Select(i => ww.Lab.Thread($"T{i}").Begin(() =>
        {
            WwMutex own = ww.Mutexes[i], other = ww.Mutexes[1 - i];
            using var context = new WwAcquireContext(ww.Class);
            Assert.True(tries ? own.TryAcquire(context) : own.Acquire(context) == WwResult.Acquired);
            Assert.True(meeting.SignalAndWait(Patience.Limit));
            if (other.Acquire(context) == WwResult.Deadlock)
            {
                Interlocked.Increment(ref refused);
                own.Release();
                if (!resolves)
                {
                    return;
                }

                GiveWay(context, own, other);
            }

            Assert.Equal(2, context.AcquiredCount);
            context.Done();
            own.Release();
            other.Release();
        }))];
        Array.ForEach(jobs, j => j.Finish());

        Assert.True(refused >= 1);
        ww.Lab.IsQuiet();
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Cycles_ResolveForEveryLength(WwAlgorithm algorithm)
    {
        for (int length = 2; length <= Environment.ProcessorCount + 1; length++)
        {
            using var ww = new WwLab(algorithm, length);
            using var meeting = new Barrier(length);
            int n = length, refused = 0;
            Actor.Job[] jobs = [.. Enumerable.Range(0, n).Select(i => ww.Lab.Thread($"T{i}").Begin(() =>
            {
                WwMutex own = ww.Mutexes[i], next = ww.Mutexes[(i + 1) % n];
                using var context = new WwAcquireContext(ww.Class);
                Assert.Equal(WwResult.Acquired, own.Acquire(context));
                Assert.True(meeting.SignalAndWait(Patience.Limit));
                if (next.Acquire(context) == WwResult.Deadlock)
                {
                    Interlocked.Increment(ref refused);
                    own.Release();
                    GiveWay(context, own, next);
                }

                own.Release();
                next.Release();
            }))];
            Array.ForEach(jobs, j => j.Finish());

            Assert.True(refused >= 1);
            ww.Lab.IsQuiet();
        }
    }

    [Theory]
    [InlineData(WwAlgorithm.WoundWait, true)]
    [InlineData(WwAlgorithm.WaitDie, false)]
    public void OlderThatWaitsForYounger_WoundsItUnderWoundWaitOnly(WwAlgorithm algorithm, bool wounds)
    {
        using var ww = new WwLab(algorithm);
        (WwMutex a, WwMutex b, WwMutex c) = (ww.Mutexes[0], ww.Mutexes[1], ww.Mutexes[2]);
        Actor old = ww.Lab.Thread("old"), young = ww.Lab.Thread("young"), third = ww.Lab.Thread("third");
        WwAcquireContext older = old.Do(() => new WwAcquireContext(ww.Class)), younger = young.Do(() => new WwAcquireContext(ww.Class));
        young.Do(() => Assert.Equal(WwResult.Acquired, a.Acquire(younger)));
        third.Do(() => b.Acquire());
        Actor.Job waits = old.Begin(() => Assert.Equal(WwResult.Acquired, a.Acquire(older)));
        Patience.Until(() => a.WaiterCount == 1, "the older did not queue");

        // What is free is had all the same; what must be waited for is not.
        Assert.Equal(WwResult.Acquired, young.Do(() => c.Acquire(younger)));
        WwResult result = default;
        Actor.Job blocked = young.Begin(() => result = b.Acquire(younger));
        if (!wounds)
        {
            Patience.Until(() => b.WaiterCount == 1, "the younger did not queue");
            third.Do(() => b.Release());
        }

        blocked.Finish();
        Assert.Equal(wounds ? WwResult.Deadlock : WwResult.Acquired, result);
        young.Do(() => WwLab.ReleaseAll(wounds ? [a, c] : [a, b, c]));
        waits.Finish();
        if (wounds)
        {
            third.Do(() => b.Release());
        }

        old.Do(() => a.Release());
        young.Do(younger.Dispose);
        old.Do(older.Dispose);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void YoungerThatSleepsAlready_IsWokenToGiveWay(WwAlgorithm algorithm)
    {
        using var ww = new WwLab(algorithm);
        (WwMutex a, WwMutex b) = (ww.Mutexes[0], ww.Mutexes[1]);
        Actor old = ww.Lab.Thread("old"), young = ww.Lab.Thread("young"), third = ww.Lab.Thread("third");
        WwAcquireContext older = old.Do(() => new WwAcquireContext(ww.Class)), younger = young.Do(() => new WwAcquireContext(ww.Class));
        young.Do(() => Assert.Equal(WwResult.Acquired, a.Acquire(younger)));
        third.Do(() => b.Acquire());
        Actor.Job sleeps = young.Begin(() => Assert.Equal(WwResult.Deadlock, b.Acquire(younger)));
        Patience.Until(() => b.WaiterCount == 1, "the younger did not queue");

        // Wound-wait: by wanting what it holds. Wait-die: by wanting what it waits for.
        WwMutex wanted = algorithm == WwAlgorithm.WoundWait ? a : b;
        Actor.Job waits = old.Begin(() => Assert.Equal(WwResult.Acquired, wanted.Acquire(older)));
        sleeps.Finish();
        young.Do(() => a.Release());
        third.Do(() => b.Release());
        waits.Finish();
        old.Do(() => wanted.Release());
        old.Do(older.Dispose);
        young.Do(younger.Dispose);
        ww.Lab.IsQuiet();
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void WaitersWithContext_AreServedByAge(WwAlgorithm algorithm)
    {
        using var ww = new WwLab(algorithm, 1);
        WwMutex mutex = ww.Mutexes[0];
        Actor[] actors = [.. Enumerable.Range(0, 3).Select(i => ww.Lab.Thread($"T{i}"))];
        WwAcquireContext[] contexts = [.. actors.Select(a => a.Do(() => new WwAcquireContext(ww.Class)))];
        List<int> served = [];
        mutex.Acquire();
        List<Actor.Job> jobs = [];
        foreach (int i in (int[])[1, 2, 0])
        {
            jobs.Add(actors[i].Begin(() =>
            {
                mutex.AcquireSlow(contexts[i]);
                served.Add(i);
                mutex.Release();
                contexts[i].Dispose();
            }));
            Patience.Until(() => mutex.WaiterCount == jobs.Count, "the waiter did not queue");
        }

        mutex.Release();
        jobs.ForEach(j => j.Finish());
        Assert.Equal([0, 1, 2], served);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void CancelledAndInterruptedWaits_LeaveTheContextAsItWas(WwAlgorithm algorithm)
    {
        using var ww = new WwLab(algorithm);
        using var source = new CancellationTokenSource();
        (WwMutex a, WwMutex b) = (ww.Mutexes[0], ww.Mutexes[1]);
        Actor other = ww.Lab.Thread("other");
        b.Acquire();
        WwAcquireContext context = other.Do(() => new WwAcquireContext(ww.Class));
        other.Do(() => a.Acquire(context));
        Actor.Job cancelled = other.Begin(() => b.Acquire(context, source.Token));
        Patience.Until(() => b.WaiterCount == 1, "it did not queue");
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(cancelled.Finish);

        Actor.Job interrupted = other.Begin(() => b.Acquire(context));
        Patience.Until(() => b.WaiterCount == 1, "it did not queue");
        other.Thread.Interrupt();
        Assert.Throws<ThreadInterruptedException>(interrupted.Finish);
        Assert.False(other.Do(() => b.TryAcquire(TimeSpan.FromMilliseconds(20))));
        Assert.Equal(1, context.AcquiredCount);
        b.Release();
        Assert.Equal(WwResult.Acquired, other.Do(() => b.Acquire(context)));
        other.Do(() => WwLab.ReleaseAll([a, b]));
        other.Do(context.Dispose);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void StressInOrder_AllGetThrough(WwAlgorithm algorithm) => Stress(algorithm, mutexes: 16, threads: 4, rounds: 60, reorders: false);

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void StressReordered_AllGetThrough(WwAlgorithm algorithm) => Stress(algorithm, mutexes: 16, threads: 4, rounds: 60, reorders: true);

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void StressOverMany_AllGetThrough(WwAlgorithm algorithm)
    {
        using var ww = new WwLab(algorithm, 2046);
        int[] entered = new int[ww.Mutexes.Length];
        int met = 0;
        Actor.Job[] jobs = [.. Enumerable.Range(0, 6).Select(t => ww.Lab.Thread($"T{t}").Begin(() =>
        {
            var random = new Random(t);
            for (int round = 0; round < 100; round++)
            {
                if (t % 3 == 2)
                {
                    int one = random.Next(ww.Mutexes.Length);
                    ww.Mutexes[one].Acquire();
                    met += Meets(entered, one);
                    ww.Mutexes[one].Release();
                    continue;
                }

                Transact(ww, [.. Enumerable.Range(0, 12).Select(_ => random.Next(40)).Distinct()], entered, ref met);
            }
        }))];
        Array.ForEach(jobs, j => j.Finish());

        Assert.Equal(0, met);
    }

    /// <summary>With nothing held, acquires the refused one and then the other; who holds both may still be about to release one.</summary>
    private static void GiveWay(WwAcquireContext context, WwMutex other, WwMutex refused)
    {
        refused.AcquireSlow(context);
        while (other.Acquire(context) == WwResult.Deadlock)
        {
            refused.Release();
            (other, refused) = (refused, other);
            refused.AcquireSlow(context);
        }
    }

    private static void Stress(WwAlgorithm algorithm, int mutexes, int threads, int rounds, bool reorders)
    {
        using var ww = new WwLab(algorithm, mutexes);
        int[] entered = new int[mutexes];
        int met = 0;
        Actor.Job[] jobs = [.. Enumerable.Range(0, threads).Select(t => ww.Lab.Thread($"T{t}").Begin(() =>
        {
            var random = new Random(t);
            int[] order = [.. Enumerable.Range(0, mutexes).OrderBy(_ => random.Next())];
            for (int round = 0; round < rounds; round++)
            {
                Transact(ww, order, entered, ref met);
                if (reorders)
                {
                    order = [.. order.OrderBy(_ => random.Next())];
                }
            }
        }))];
        Array.ForEach(jobs, j => j.Finish());

        Assert.Equal(0, met);
        Assert.All(ww.Mutexes, m => Assert.True(m.TryAcquire()));
        ww.Lab.IsQuiet();
    }

    private static void Transact(WwLab ww, int[] order, int[] entered, ref int met)
    {
        WwMutex[] mutexes = [.. order.Select(i => ww.Mutexes[i])];
        using var context = new WwAcquireContext(ww.Class);
        WwLab.AcquireAll(context, mutexes);
        context.Done();
        foreach (int i in order)
        {
            Interlocked.Add(ref met, Meets(entered, i));
        }

        WwLab.ReleaseAll(mutexes);
    }

    private static int Meets(int[] entered, int i)
    {
        int met = Interlocked.Increment(ref entered[i]) == 1 ? 0 : 1;
        Interlocked.Decrement(ref entered[i]);
        return met;
    }

    private static bool Taken(WwMutex mutex)
    {
        mutex.Acquire();
        return true;
    }
}
