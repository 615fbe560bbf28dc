namespace KThreadRuntime.Tests;

/// <summary>Completions whose signaller has failed or given up.</summary>
public class CompletionFaultTests
{
    [Fact]
    public void Fail_IsThrownToEveryWaiter_AndToWhoeverComesLater()
    {
        var c = new Completion();
        var thrown = new InvalidDataException("lost");
        using Actor first = new("first"), second = new("second");
        Actor.Job[] waits = [first.Begin(() => c.Wait()), second.Begin(() => c.Wait(Patience.Limit))];
        Patience.UntilWaited(c, 2);
        c.Fail(thrown);

        Assert.All(waits, w => Assert.Same(thrown, Assert.Throws<InvalidDataException>(w.Finish)));
        Assert.True(c.IsDone);
        Assert.Same(thrown, Assert.Throws<InvalidDataException>(() => c.Wait()));
        Assert.Same(thrown, Assert.Throws<InvalidDataException>(() => { c.Wait(TimeSpan.FromSeconds(1)); }));
        Assert.Same(thrown, Assert.Throws<InvalidDataException>(() => { c.Wait(TimeSpan.Zero); }));
        Assert.Same(thrown, Assert.Throws<InvalidDataException>(() => { c.TryWait(); }));
    }

    [Fact]
    public async Task Fail_EndsTheTasks()
    {
        var c = new Completion();
        using var source = new CancellationTokenSource();
        Task[] tasks = [c.WaitAsync(), c.WaitAsync(source.Token), c.WaitAsync(Patience.Limit)];
        Assert.False(await c.WaitAsync(TimeSpan.Zero));
        c.Fail(new InvalidDataException("lost"));

        foreach (Task task in tasks.Append(c.WaitAsync()).Append(c.WaitAsync(Patience.Limit)).Append(c.WaitAsync(TimeSpan.Zero)))
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => task).WaitAsync(Patience.Limit);
            Assert.True(task.IsFaulted);
        }
    }

    [Fact]
    public async Task Cancel_CancelsThreadsAndTasks()
    {
        var c = new Completion();
        using var waiter = new Actor("waiter");
        Actor.Job wait = waiter.Begin(() => c.Wait());
        Patience.UntilWaited(c);
        Task queued = c.WaitAsync(), timed = c.WaitAsync(Patience.Limit);
        c.Cancel();

        Assert.Throws<TaskCanceledException>(wait.Finish);
        foreach (Task task in new[] { queued, timed, c.WaitAsync() })
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task).WaitAsync(Patience.Limit);
            Assert.True(task.IsCanceled);
        }

        Assert.Throws<TaskCanceledException>(() => { c.TryWait(); });
    }

    [Fact]
    public void LastWord_IsTheOneThatCounts()
    {
        var c = new Completion();
        c.Fail(new InvalidDataException());
        c.CompleteAll();
        c.Wait();
        c.Cancel();
        Assert.Throws<TaskCanceledException>(() => c.Wait());
        c.Complete();
        Assert.Throws<TaskCanceledException>(() => c.Wait());
        c.Reinitialize();
        Assert.False(c.TryWait());
        c.Complete();
        Assert.True(c.TryWait());
    }

    [Fact]
    public void WaitLetGoByASignalBefore_Passes()
    {
        var c = new Completion();
        using var waiter = new Actor("waiter");
        Actor.Job wait = waiter.Begin(() => c.Wait());
        Patience.UntilWaited(c);
        c.Complete();
        c.Fail(new InvalidDataException());

        wait.Finish();
    }

    [Fact]
    public void WaitThatGivesUpFirst_IsNotTold()
    {
        var c = new Completion();
        Assert.False(c.Wait(TimeSpan.FromMilliseconds(10)));
        c.Fail(new InvalidDataException());
        c.Reinitialize();
        Assert.False(c.Wait(TimeSpan.FromMilliseconds(10)));
    }

    [Fact]
    public void InterruptHandedOver_IsThrownOnce()
    {
        // The waiter's thread is not interrupted: the exception is somebody else's.
        var c = new Completion();
        using var waiter = new Actor("waiter");
        Actor.Job wait = waiter.Begin(() => c.Wait());
        Patience.UntilWaited(c);
        c.Fail(new ThreadInterruptedException("another's"));

        Assert.Equal("another's", Assert.Throws<ThreadInterruptedException>(wait.Finish).Message);
        waiter.Do(() => Thread.Sleep(1));
        Assert.Equal(0, c.Map!.Waits!.Count);
    }

    [Fact]
    public void NoException_IsRefused() => Assert.Throws<ArgumentNullException>(() => new Completion().Fail(null!));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TaskThatFails_CommitsAsASignalDoes(bool cancels)
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        var a = new KMutex(name: "a");
        var c = new Completion(name: "c");
        Task waiting = c.WaitAsync();
        lab.Thread("signaller").Do(() =>
        {
            CrossReleaseTests.Pass(a);
            End(c, cancels);
        });
        await Assert.ThrowsAnyAsync<Exception>(() => waiting);
        lab.IsQuiet();
        c.Reinitialize();
        Actor waiter = lab.Thread("waiter");
        Actor.Job wait = waiter.Begin(() => CrossReleaseTests.Under(a, () => c.Wait()));
        Patience.UntilWaited(c);
        c.Complete();
        wait.Finish();

        Assert.Equal(ReportKind.Circular, lab.Single().Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SinkThatThrows_LetsTheSignalThrough(bool cancels)
    {
        using var lab = new Lab(new LockdepOptions { Sinks = [new ThrowingSink()], Prediction = false });
        var a = new KMutex(name: "a");
        var c = new Completion(name: "c");
        Actor waiter = lab.Thread("waiter");
        Actor.Job wait = waiter.Begin(() => CrossReleaseTests.Under(a, () => Assert.ThrowsAny<Exception>(() => c.Wait(Patience.Limit))));
        Patience.UntilWaited(c);
        c.Owe();
        Actor signaller = lab.Thread("signaller");
        Actor.Job signal = signaller.Begin(() =>
        {
            Assert.False(a.TryAcquire(TimeSpan.FromMilliseconds(10)));
            Assert.Throws<LockdepException>(() => End(c, cancels));
        });
        signal.Finish();
        wait.Finish();
    }

    private static void End(Completion c, bool cancels)
    {
        if (cancels)
        {
            c.Cancel();
        }
        else
        {
            c.Fail(new InvalidDataException("lost"));
        }
    }
}
