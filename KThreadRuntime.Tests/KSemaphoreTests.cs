namespace KThreadRuntime.Tests;

public class KSemaphoreTests
{
    [Fact]
    public void Units_AreCounted()
    {
        var units = new KSemaphore(2, maxCount: 3);
        units.Acquire();
        Assert.True(units.TryAcquire());
        Assert.False(units.TryAcquire());
        Assert.False(units.TryAcquire(TimeSpan.FromMilliseconds(20)));
        units.Release(3);
        Assert.Equal(3, units.CurrentCount);
        Assert.Throws<SemaphoreFullException>(() => units.Release());
        using (units.EnterScope())
        {
            Assert.Equal(2, units.CurrentCount);
        }

        Assert.Equal(3, units.CurrentCount);
    }

    [Fact]
    public void BadCounts_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new KSemaphore(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KSemaphore(2, maxCount: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KSemaphore(0, maxCount: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KSemaphore(0).Release(0));
    }

    [Fact]
    public void Waiters_AreServedInOrderThoughAnotherThreadReleases()
    {
        var units = new KSemaphore(0);
        Actor[] actors = [.. Enumerable.Range(0, 3).Select(i => new Actor($"W{i}"))];
        Actor.Job[] waits = new Actor.Job[3];
        for (int i = 0; i < 3; i++)
        {
            int queued = i + 1;
            waits[i] = actors[i].Begin(() => units.Acquire());
            Patience.UntilWaited(units, queued);
        }

        units.Release();
        waits[0].Finish();
        Assert.False(waits[1].IsDone);
        units.Release(3);
        waits[1].Finish();
        waits[2].Finish();
        Assert.Equal(1, units.CurrentCount);
        Array.ForEach(actors, a => a.Dispose());
    }

    [Fact]
    public void CancelledAndInterruptedWaits_TakeNothing()
    {
        var units = new KSemaphore(0);
        using var other = new Actor("other");
        using var source = new CancellationTokenSource();
        Actor.Job cancelled = other.Begin(() => units.Acquire(source.Token));
        Patience.UntilWaited(units);
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(cancelled.Finish);

        Actor.Job interrupted = other.Begin(() => units.Acquire());
        Patience.UntilWaited(units);
        other.Thread.Interrupt();
        Assert.Throws<ThreadInterruptedException>(interrupted.Finish);
        units.Release();
        Assert.Equal(1, units.CurrentCount);
    }

    [Fact]
    public async Task AsyncAcquire_TakesItsPlaceInTheQueue()
    {
        var units = new KSemaphore(1);
        using var source = new CancellationTokenSource();
        await units.AcquireAsync().WaitAsync(Patience.Limit);
        Task first = units.AcquireAsync(), cancelled = units.AcquireAsync(source.Token), last = units.AcquireAsync();
        Assert.False(first.IsCompleted);
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

        units.Release(2);
        await Task.WhenAll(first, last).WaitAsync(Patience.Limit);
        Assert.Equal(0, units.CurrentCount);
        Assert.True(units.AcquireAsync(source.Token).IsCanceled);
        Assert.False(units.Map!.Waits!.Any);
    }

    [Fact]
    public async Task TimedAsyncAcquire_GivesUpOrTakesItsUnit()
    {
        var units = new KSemaphore(0);
        using var source = new CancellationTokenSource();
        Assert.False(await units.TryAcquireAsync(TimeSpan.Zero));
        Assert.False(await units.TryAcquireAsync(TimeSpan.FromMilliseconds(20)).WaitAsync(Patience.Limit));
        Task<bool> waiting = units.TryAcquireAsync(Patience.Limit), forEver = units.TryAcquireAsync(Timeout.InfiniteTimeSpan, source.Token);
        units.Release();
        Assert.True(await waiting.WaitAsync(Patience.Limit));
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => forEver).WaitAsync(Patience.Limit);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => units.TryAcquireAsync(Patience.Limit, source.Token));
        units.Release(2);
        Assert.True(await units.TryAcquireAsync(TimeSpan.Zero));
        Assert.True(await units.TryAcquireAsync(Patience.Limit));
        Assert.Equal(0, units.CurrentCount);
        Action negative = () => units.TryAcquireAsync(TimeSpan.FromSeconds(-2));
        Assert.Throws<ArgumentOutOfRangeException>(negative);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TimedAsyncAcquireUnderALockThatTheSignallerTakes_Stalls(bool isTimed)
    {
        using var lab = new Lab(Lab.Everything);
        var a = new KMutex(name: "a");
        var units = new KSemaphore(0, name: "units");
        Task waiting = lab.Thread("waiter").Do(() =>
        {
            using (a.EnterScope())
            {
                return isTimed ? units.TryAcquireAsync(Patience.Limit) : units.AcquireAsync();
            }
        });
        lab.Thread("signaller").Do(() =>
        {
            a.Acquire();
            a.Release();
            units.Release();
        });
        await waiting.WaitAsync(Patience.Limit);

        Assert.Equal(isTimed, lab.Single().Flags.HasFlag(ReportFlags.Stall));
    }

    [Fact]
    public void AcquireUnderALockThatTheUnitsHolderTakes_Reports()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        var units = new KSemaphore(1, name: "units");
        var a = new KMutex(name: "a");
        lab.Thread("T1").Do(() =>
        {
            using (units.EnterScope())
            {
                CrossReleaseTests.Pass(a);
            }
        });
        lab.Thread("T2").Do(() => CrossReleaseTests.Under(a, () =>
        {
            units.Acquire();
            units.Release();
        }));

        Assert.Equal(ReportKind.Circular, lab.Single().Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AcquireUnderALockThatTheUnitsHolderTookBefore_IsQuiet(bool predicts)
    {
        using var lab = new Lab(new LockdepOptions { Prediction = predicts, Threshold = Confidence.ClassLevelOnly });
        var units = new KSemaphore(2, name: "units");
        var a = new KMutex(name: "a");
        Actor t1 = lab.Thread("T1"), t2 = lab.Thread("T2");
        for (int i = 0; i < 2; i++)
        {
            t1.Do(() =>
            {
                CrossReleaseTests.Pass(a);
                units.Acquire();
                units.Acquire();
                units.Release();
                units.Release();
                CrossReleaseTests.Pass(a);
            });
            t2.Do(() => CrossReleaseTests.Under(a, () =>
            {
                units.Acquire();
                units.Release();
            }));
        }

        lab.IsQuiet();
    }

    [Fact]
    public void SignalFromAThreadThatTakesTheWaitersLock_Reports()
    {
        using var lab = new Lab();
        var items = new KSemaphore(0, name: "items");
        var a = new KMutex(name: "a");
        Actor consumer = lab.Thread("consumer"), producer = lab.Thread("producer");
        producer.Do(() =>
        {
            CrossReleaseTests.Pass(a);
            items.Release();
        });
        consumer.Do(() => CrossReleaseTests.Under(a, () => items.Acquire()));

        Assert.Equal(ReportKind.Circular, lab.Single().Kind);
    }

    [Fact]
    public void SignalFromAThreadThatTakesAnotherLock_IsQuiet()
    {
        using var lab = new Lab(Lab.Everything);
        var items = new KSemaphore(0, name: "items");
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        lab.Thread("producer").Do(() =>
        {
            CrossReleaseTests.Pass(b);
            items.Release();
        });
        lab.Thread("consumer").Do(() => CrossReleaseTests.Under(a, () => items.Acquire()));

        lab.IsQuiet();
    }

    [Fact]
    public void ConsumerOfMany_ForgetsTheOldest()
    {
        using var lab = new Lab(Lab.Everything);
        lab.Thread("consumer").Do(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                Assert.True(new KSemaphore(1).TryAcquire());
            }

            Assert.InRange(KThreadRuntime.Context.LockdepContext.For(lab.Validator).OwedCount, 1, 64);
        });
    }

    [Fact]
    public void ManyThreads_NeverHaveMoreThanThereIs()
    {
        var units = new KSemaphore(2);
        int inside = 0, tooMany = 0;
        Actor[] actors = [.. Enumerable.Range(0, 4).Select(i => new Actor($"A{i}"))];
        Actor.Job[] jobs = [.. actors.Select((actor, i) => actor.Begin(() =>
        {
            for (int n = 0; n < 500; n++)
            {
                if ((n + i) % 3 != 0)
                {
                    units.Acquire();
                }
                else if (!units.TryAcquire(TimeSpan.FromMilliseconds(2)))
                {
                    continue;
                }

                Interlocked.Add(ref tooMany, Interlocked.Increment(ref inside) > 2 ? 1 : 0);
                Interlocked.Decrement(ref inside);
                units.Release();
            }
        }))];
        Array.ForEach(jobs, j => j.Finish());
        Array.ForEach(actors, a => a.Dispose());

        Assert.Equal(0, tooMany);
        Assert.Equal(2, units.CurrentCount);
    }
}
