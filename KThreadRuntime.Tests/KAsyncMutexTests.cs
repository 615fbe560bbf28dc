namespace KThreadRuntime.Tests;

public class KAsyncMutexTests
{
    [Fact]
    public async Task Acquire_HoldsUntilTheReleaserIsUsed()
    {
        var m = new KAsyncMutex();
        KAsyncMutex.Releaser first = await m.AcquireAsync();
        Assert.True(first.IsAcquired);
        Assert.True(m.IsHeld);
        Assert.False(m.TryAcquire().IsAcquired);
        first.Release();
        Assert.False(m.IsHeld);

        using (m.Acquire())
        {
            Assert.True(m.IsHeld);
        }

        using KAsyncMutex.Releaser tried = m.TryAcquire();
        Assert.True(tried.IsAcquired);
    }

    [Fact]
    public async Task Release_HandsTheLockToTheOldestWaiterBlockedOrAwaiting()
    {
        var m = new KAsyncMutex();
        var order = new List<string>();
        KAsyncMutex.Releaser held = m.Acquire();
        Task first = Take("first");
        using var blocked = new Actor("blocked");
        Actor.Job second = blocked.Begin(() =>
        {
            using (m.Acquire())
            {
                order.Add("second");
            }
        });
        Patience.Until(() => m.WaiterCount == 2, "The thread did not wait.");
        Task third = Take("third");
        held.Release();
        await Task.WhenAll(first, third).WaitAsync(Patience.Limit);
        second.Finish();

        Assert.Equal(["first", "second", "third"], order);

        async Task Take(string name)
        {
            using (await m.AcquireAsync().ConfigureAwait(false))
            {
                order.Add(name);
            }
        }
    }

    [Fact]
    public void Release_OnAnotherThreadIsTheSame()
    {
        using var lab = new Lab(Lab.Everything);
        var m = new KAsyncMutex();
        KAsyncMutex.Releaser held = lab.Thread("taker").Do(() => m.Acquire());
        lab.Thread("releaser").Do(() => held.Release());

        Assert.False(m.IsHeld);
        lab.IsQuiet();
    }

    [Fact]
    public async Task CancelledWait_ThrowsAndTheNextWaiterIsServed()
    {
        var m = new KAsyncMutex();
        using var cancel = new CancellationTokenSource();
        KAsyncMutex.Releaser held = m.Acquire();
        Task<KAsyncMutex.Releaser> first = m.AcquireAsync(cancel.Token).AsTask();
        Task<KAsyncMutex.Releaser> second = m.AcquireAsync().AsTask();
        using var blocked = new Actor("blocked");
        Actor.Job third = blocked.Begin(() => m.Acquire(cancel.Token));
        Patience.Until(() => m.WaiterCount == 3, "The thread did not wait.");

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.WaitAsync(Patience.Limit));
        Assert.Equal(cancel.Token, Assert.Throws<OperationCanceledException>(third.Finish).CancellationToken);
        held.Release();
        (await second.WaitAsync(Patience.Limit)).Release();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await m.AcquireAsync(cancel.Token));
        Assert.Throws<OperationCanceledException>(() => m.Acquire(cancel.Token));
        Assert.False(m.IsHeld);
    }

    [Fact]
    public async Task TryWithACancelledToken_IsCancelledThoughTheLockIsFree()
    {
        var mutex = new KAsyncMutex();
        var cancelled = new CancellationToken(canceled: true);

        Assert.Throws<OperationCanceledException>(() => mutex.TryAcquire(TimeSpan.Zero, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await mutex.TryAcquireAsync(TimeSpan.Zero, cancelled));
        Assert.False(mutex.IsHeld);
        using KAsyncMutex.Releaser releaser = mutex.TryAcquire(TimeSpan.Zero, CancellationToken.None);
        Assert.True(releaser.IsAcquired);
    }

    [Fact]
    public async Task TimedWait_GivesUpAndHoldsNothing()
    {
        var m = new KAsyncMutex();
        KAsyncMutex.Releaser held = m.Acquire();
        using (KAsyncMutex.Releaser none = await m.TryAcquireAsync(TimeSpan.FromMilliseconds(10)))
        {
            Assert.False(none.IsAcquired);
        }

        Assert.False((await m.TryAcquireAsync(TimeSpan.Zero)).IsAcquired);
        Assert.False(m.TryAcquire(TimeSpan.FromMilliseconds(10)).IsAcquired);
        Assert.False(m.TryAcquire(TimeSpan.Zero).IsAcquired);
        Assert.Equal(0, m.WaiterCount);
        Assert.True(m.IsHeld);
        held.Release();

        using KAsyncMutex.Releaser taken = await m.TryAcquireAsync(Patience.Limit);
        Assert.True(taken.IsAcquired);
        Assert.Throws<ArgumentOutOfRangeException>(() => m.TryAcquire(TimeSpan.FromMilliseconds(-2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => { m.TryAcquireAsync(TimeSpan.FromMilliseconds(-2)); });
    }

    [Fact]
    public void InterruptedWait_ThrowsAndTakesNothing()
    {
        var m = new KAsyncMutex();
        KAsyncMutex.Releaser held = m.Acquire();
        using var waiter = new Actor("waiter");
        Actor.Job wait = waiter.Begin(() => m.Acquire());
        Patience.Until(() => m.WaiterCount == 1, "The thread did not wait.");
        waiter.Thread.Interrupt();
        Assert.Throws<ThreadInterruptedException>(wait.Finish);

        held.Release();
        Assert.False(m.IsHeld);
    }

    [Fact]
    public async Task Release_NeverRunsTheWaitersContinuation()
    {
        var m = new KAsyncMutex();
        using var releaser = new Actor("releaser");
        KAsyncMutex.Releaser held = m.Acquire();
        Task<int> after = Next();
        releaser.Do(() => held.Release());

        Assert.NotEqual(releaser.Thread.ManagedThreadId, await after.WaitAsync(Patience.Limit));

        async Task<int> Next()
        {
            using (await m.AcquireAsync().ConfigureAwait(false))
            {
                return Environment.CurrentManagedThreadId;
            }
        }
    }

    [Fact]
    public void SecondRelease_IsReportedAndLeavesTheNextOwnerAlone()
    {
        using var lab = new Lab();
        var m = new KAsyncMutex(name: "m");
        KAsyncMutex.Releaser first = m.Acquire();
        first.Release();
        using KAsyncMutex.Releaser second = m.Acquire();
        first.Dispose();

        Assert.True(m.IsHeld);
        LockdepReport report = lab.Single();
        Assert.Equal(ReportKind.UnbalancedRelease, report.Kind);
        Assert.Equal("m", report.Subject?.Name);
    }

    [Fact]
    public void BlockedAcquire_IsListedAndCounted()
    {
        using var lab = new Lab();
        var m = new KAsyncMutex(name: "m");
        KAsyncMutex.Releaser held = m.Acquire();
        Actor.Job waiting = lab.Thread("waiter").Begin(() => m.Acquire().Release());
        Patience.Until(() => lab.Validator.BlockedTasks.Count == 1, "the acquire did not block");
        held.Release();
        waiting.Finish();

        Assert.Equal(1, m.Map!.Class!.Contention.Exclusive.Count);
        Assert.Empty(lab.Validator.BlockedTasks);
        lab.IsQuiet();
    }

    [Fact]
    public void AcquireThatGivesUp_IsListedNoMoreAndNotCounted()
    {
        using var lab = new Lab();
        var m = new KAsyncMutex(name: "m");
        using KAsyncMutex.Releaser held = m.Acquire();

        Assert.False(lab.Thread("waiter").Do(() => m.TryAcquire(TimeSpan.FromMilliseconds(10))).IsAcquired);
        Assert.Empty(lab.Validator.BlockedTasks);
        Assert.Equal(0, m.Map!.Class!.Contention.Exclusive.Count);
    }

    [Fact]
    public void AcquireBlockedBeyondTheThreshold_IsReported()
    {
        using var lab = new Lab(new LockdepOptions { HungWaitThreshold = TimeSpan.FromMilliseconds(20) });
        var m = new KAsyncMutex(name: "m");
        KAsyncMutex.Releaser held = m.Acquire();
        Actor.Job waiting = lab.Thread("waiter").Begin(() => m.Acquire().Release());
        Patience.Until(() => lab.Reports.Count > 0, "The watchdog was silent.");
        held.Release();
        waiting.Finish();

        LockdepReport hung = lab.Single();
        Assert.Equal(ReportKind.HungWait, hung.Kind);
        Assert.Equal("m", hung.Subject?.Name);
        Assert.StartsWith("waiter/", hung.Task, StringComparison.Ordinal);
    }

    [Fact]
    public void RingThatTheReleasersNewOwnerCanOpen_IsNotCalledClosed()
    {
        using var lab = new Lab();
        var m = new KAsyncMutex(name: "m");
        var gate = new KMutex(name: "gate");
        Actor first = lab.Thread("first"), second = lab.Thread("second");
        KAsyncMutex.Releaser handedOn = first.Do(() => m.Acquire());
        second.Do(() => gate.Acquire());
        Actor.Job wantsGate = first.Begin(() => gate.Acquire());
        Patience.Until(() => lab.Validator.BlockedTasks.Count == 1, "the acquire did not block");
        Actor.Job wantsM = second.Begin(() => m.Acquire().Release());
        Patience.Until(() => lab.Validator.BlockedTasks.Count == 2, "the acquire did not block");
        handedOn.Release();
        wantsM.Finish();
        second.Do(() => gate.Release());
        wantsGate.Finish();
        first.Do(() => gate.Release());

        LockdepReport report = lab.Single();
        Assert.Equal(ReportKind.Circular, report.Kind);
        Assert.NotEqual(Confidence.Closed, report.Confidence);
    }

    [Fact]
    public async Task ManyFlows_AreNeverInsideTogether()
    {
        const int Flows = 8, Each = 300;
        var m = new KAsyncMutex();
        int inside = 0, total = 0;
        await Task.WhenAll(Enumerable.Range(0, Flows).Select(i => Task.Run(async () =>
        {
            for (int n = 0; n < Each; n++)
            {
                using KAsyncMutex.Releaser held = (n % 3) switch
                {
                    0 => await m.AcquireAsync(),
                    1 => m.Acquire(),
                    _ => await m.TryAcquireAsync(TimeSpan.FromMilliseconds(i)),
                };
                if (held.IsAcquired)
                {
                    Assert.Equal(1, Interlocked.Increment(ref inside));
                    await Task.Yield();
                    Interlocked.Decrement(ref inside);
                    total++;
                }
            }
        }))).WaitAsync(Patience.Limit);

        Assert.InRange(total, Flows * Each * 2 / 3, Flows * Each);
        Assert.False(m.IsHeld);
    }
}
