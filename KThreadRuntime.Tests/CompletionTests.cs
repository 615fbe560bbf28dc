namespace KThreadRuntime.Tests;

public class CompletionTests
{
    [Fact]
    public void Complete_IsCountedAndEachWaitUsesOneUp()
    {
        var c = new Completion();
        c.Complete();
        c.Complete();
        Assert.True(c.IsDone);
        c.Wait();
        Assert.True(c.TryWait());
        Assert.False(c.IsDone);
        Assert.False(c.TryWait());
    }

    [Fact]
    public void Complete_LetsTheFirstWaiterGo()
    {
        var c = new Completion();
        using var first = new Actor("first");
        using var second = new Actor("second");
        Actor.Job one = first.Begin(() => c.Wait());
        UntilQueued(c, 1);
        Actor.Job two = second.Begin(() => c.Wait());
        UntilQueued(c, 2);

        c.Complete();
        one.Finish();
        Assert.False(two.IsDone);
        Assert.False(c.IsDone);
        c.Complete();
        two.Finish();
    }

    [Fact]
    public void CompleteAll_LetsEverybodyPassUntilReinitialize()
    {
        var c = new Completion();
        using var waiter = new Actor("waiter");
        Actor.Job wait = waiter.Begin(() => c.Wait());
        UntilQueued(c, 1);
        c.CompleteAll();
        wait.Finish();
        c.Wait();
        c.Complete();
        Assert.True(c.TryWait());
        Assert.True(c.IsDone);

        c.Reinitialize();
        Assert.False(c.TryWait());
    }

    [Fact]
    public void TimedWait_GivesUpAndUsesNothingUp()
    {
        var c = new Completion();
        Assert.False(c.Wait(TimeSpan.FromMilliseconds(20)));
        Assert.False(c.Wait(TimeSpan.Zero));
        c.Complete();
        Assert.True(c.Wait(TimeSpan.FromMilliseconds(20)));
        Assert.False(c.IsDone);
    }

    [Theory]
    [InlineData(-2)]
    [InlineData((double)int.MaxValue + 1)]
    public void TimeoutOutOfRange_IsRefused(double milliseconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Completion().Wait(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void CancelledWait_ThrowsAndTheNextWaiterIsServed()
    {
        var c = new Completion();
        using var cancel = new CancellationTokenSource();
        using var first = new Actor("first");
        using var second = new Actor("second");
        Actor.Job one = first.Begin(() => c.Wait(cancel.Token));
        UntilQueued(c, 1);
        Actor.Job two = second.Begin(() => c.Wait());
        UntilQueued(c, 2);

        cancel.Cancel();
        Assert.Equal(cancel.Token, Assert.Throws<OperationCanceledException>(one.Finish).CancellationToken);
        c.Complete();
        two.Finish();
        Assert.Throws<OperationCanceledException>(() => c.Wait(TimeSpan.FromSeconds(1), cancel.Token));
    }

    [Fact]
    public void InterruptedWait_ThrowsAndUsesNothingUp()
    {
        var c = new Completion();
        using var waiter = new Actor("waiter");
        Actor.Job wait = waiter.Begin(() => c.Wait());
        UntilQueued(c, 1);
        waiter.Thread.Interrupt();

        Assert.Throws<ThreadInterruptedException>(wait.Finish);
        c.Complete();
        Assert.True(c.TryWait());
    }

    [Fact]
    public async Task WaitAsync_SharesTheQueueWithSyncWaits()
    {
        var c = new Completion();
        Task first = c.WaitAsync();
        using var waiter = new Actor("waiter");
        Actor.Job second = waiter.Begin(() => c.Wait());
        UntilQueued(c, 2);

        c.Complete();
        await first.WaitAsync(Patience.Limit);
        Assert.False(second.IsDone);
        c.Complete();
        second.Finish();
    }

    [Fact]
    public async Task WaitAsync_CancelledUsesNothingUp()
    {
        var c = new Completion();
        using var cancel = new CancellationTokenSource();
        Task wait = c.WaitAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        Assert.True(c.WaitAsync(cancel.Token).IsCanceled);

        c.Complete();
        Assert.True(c.WaitAsync().IsCompletedSuccessfully);
        Assert.False(c.IsDone);
    }

    [Fact]
    public async Task WaitAsync_TimedGivesUpAndUsesNothingUp()
    {
        var c = new Completion();
        Assert.False(await c.WaitAsync(TimeSpan.FromMilliseconds(10)).WaitAsync(Patience.Limit));
        Assert.False(await c.WaitAsync(TimeSpan.Zero));
        Assert.Equal(0, c.Map!.Waits!.Count);
        c.Complete();
        Assert.True(await c.WaitAsync(TimeSpan.FromMilliseconds(10)));
        Assert.False(c.IsDone);

        Task<bool> pending = c.WaitAsync(Patience.Limit);
        using var cancel = new CancellationTokenSource();
        Task<bool> cancelled = c.WaitAsync(Patience.Limit, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        c.Complete();
        Assert.True(await pending.WaitAsync(Patience.Limit));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => c.WaitAsync(TimeSpan.FromMilliseconds(-2)));
    }

    [Fact]
    public void WaitAsync_TimedIsAStall()
    {
        using var lab = new Lab();
        var (a, c) = CrossReleaseTests.Pair();
        lab.Thread("signaller").Do(() =>
        {
            CrossReleaseTests.Pass(a);
            c.Complete();
        });
        lab.Thread("waiter").Do(() => CrossReleaseTests.Under(a, () => Assert.True(c.WaitAsync(Patience.Limit).IsCompletedSuccessfully)));

        Assert.True(lab.Single().Flags.HasFlag(ReportFlags.Stall));
    }

    [Fact]
    public void Owe_BindsWhatIsDoneBeforeAnyoneWaits()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        var (a, c) = CrossReleaseTests.Pair();
        Actor signaller = lab.Thread("signaller"), waiter = lab.Thread("waiter");
        signaller.Do(() =>
        {
            CrossReleaseTests.Pass(a);
            c.Owe();
            c.Complete();
        });
        waiter.Do(() => CrossReleaseTests.Under(a, () => c.Wait()));
        lab.IsQuiet();
        signaller.Do(() =>
        {
            c.Owe();
            CrossReleaseTests.Pass(a);
            c.Complete();
        });

        Assert.Equal(["(completion)c", "a"], lab.Single().Steps.Select(s => s.Held.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(ClassPolicy.CreationSite, 1)]
    [InlineData(ClassPolicy.WaitSite, 2)]
    [InlineData(ClassPolicy.Instance, 2)]
    [InlineData(ClassPolicy.Kind, 1)]
    public void Policy_OfEachCompletionDecidesItsClass(ClassPolicy policy, int classes)
    {
        using var lab = new Lab();
        Completion[] made = [.. Enumerable.Range(0, 2).Select(_ => new Completion(policy: policy))];
        Array.ForEach(made, c => c.CompleteAll());
        made[0].Wait();
        made[1].Wait();

        Assert.Equal(classes, lab.Validator.LockClasses.Count);
    }

    [Fact]
    public async Task WaitAsync_NeverRunsItsContinuationInTheSignaller()
    {
        var c = new Completion();
        using var signaller = new Actor("signaller");
        Task<int> after = c.WaitAsync().ContinueWith(
            _ => Environment.CurrentManagedThreadId, TaskContinuationOptions.ExecuteSynchronously);
        signaller.Do(() => c.Complete());

        Assert.NotEqual(signaller.Thread.ManagedThreadId, await after.WaitAsync(Patience.Limit));
    }

    [Fact]
    public void SignalsAndWaits_AreNeitherLostNorInvented()
    {
        const int Threads = 4, Each = 1_000;
        var c = new Completion();
        Actor[] actors = [.. Enumerable.Range(0, Threads * 2).Select(i => new Actor($"A{i}"))];
        Actor.Job[] jobs = [.. actors.Select((actor, i) => actor.Begin(() =>
        {
            for (int n = 0; n < Each; n++)
            {
                if (i % 2 == 0)
                {
                    c.Complete();
                }
                else if (n % 3 == 0)
                {
                    while (!c.Wait(TimeSpan.FromMilliseconds(1)))
                    {
                    }
                }
                else
                {
                    c.Wait();
                }
            }
        }))];
        Array.ForEach(jobs, j => j.Finish());
        Array.ForEach(actors, a => a.Dispose());

        Assert.False(c.IsDone);
        Assert.Equal(0, c.Map!.Waits!.Count);
    }

    private static void UntilQueued(Completion c, int waits) => Patience.UntilWaited(c, waits);
}
