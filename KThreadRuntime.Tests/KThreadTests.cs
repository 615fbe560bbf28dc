namespace KThreadRuntime.Tests;

public class KThreadTests
{
    [Fact]
    public void Create_DoesNotRunBeforeWake()
    {
        using var ran = new ManualResetEventSlim();
        using var thread = KThread.Create(_ =>
        {
            ran.Set();
            return 1;
        });
        Assert.False(thread.HasExited);
        Assert.False(ran.IsSet);

        thread.Wake();
        Assert.True(ran.Wait(Patience.Limit));
        Assert.Equal(1, thread.Stop());
    }

    [Fact]
    public void Stop_WaitsForTheFunctionAndReturnsItsResult()
    {
        using var thread = KThread.Run(UntilStopped);

        Assert.Equal(42, thread.Stop());
        Assert.True(thread.HasExited);
        Assert.Equal(42, thread.Stop());
    }

    [Fact]
    public void Stop_BeforeTheFirstWakeNeverRunsTheFunction()
    {
        bool ran = false;
        using var thread = KThread.Create(_ =>
        {
            ran = true;
            return 1;
        });

        Assert.Equal(KThread.NeverRan, thread.Stop());
        thread.Wake();
        Assert.True(thread.HasExited);
        Assert.False(ran);
    }

    [Fact]
    public void Stop_OfWhatWasParkedButNeverWokenNeverRunsTheFunction()
    {
        bool ran = false;
        using var thread = KThread.Create(_ =>
        {
            ran = true;
            return 1;
        });
        thread.Park();

        Assert.Equal(KThread.NeverRan, thread.Stop());
        Assert.False(ran);
    }

    [Fact]
    public void Unpark_OfWhatWasParkedBeforeItsFirstWakeRunsTheFunction()
    {
        using var thread = KThread.Create(UntilStopped);
        thread.Park();
        thread.Unpark();
        Patience.Until(() => !thread.ShouldPark, "still asked to park");
        thread.Wake();

        Assert.Equal(42, thread.Stop());
    }

    [Fact]
    public void FunctionThatThrows_IsRethrownToTheStopperWithItsStack()
    {
        var thread = KThread.Run(_ => Thrower());

        var thrown = Assert.Throws<InvalidDataException>(() => thread.Stop());
        Assert.Contains(nameof(Thrower), thrown.StackTrace, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => thread.Stop());
        thread.Dispose();
    }

    [Fact]
    public void Dispose_ThrowsWhatNoStopHasThrown()
    {
        var thread = KThread.Run(_ => Thrower());

        Assert.Throws<InvalidDataException>(thread.Dispose);
        thread.Dispose();
    }

    [Fact]
    public async Task DisposeAsync_StopsAndThrowsWhatNoStopHasThrown()
    {
        var quiet = KThread.Run(UntilStopped);
        await quiet.DisposeAsync();
        Assert.True(quiet.HasExited);

        var throwing = KThread.Run(_ => Thrower());
        await Assert.ThrowsAsync<InvalidDataException>(async () => await throwing.DisposeAsync());
    }

    [Fact]
    public void SelfStop_IsAnErrorAndNotAHang()
    {
        using var thread = KThread.Run(self =>
        {
            Assert.Throws<InvalidOperationException>(() => self.Stop());
            Assert.Throws<InvalidOperationException>(() => self.Park());
            Assert.Throws<InvalidOperationException>(self.Dispose);
            return 7;
        });

        Assert.Equal(7, thread.Stop());
    }

    [Fact]
    public void Current_IsTheThreadOnItselfAndNullElsewhere()
    {
        KThread? seen = null;
        using var thread = KThread.Run(_ =>
        {
            seen = KThread.Current;
            return 0;
        });
        thread.Stop();

        Assert.Same(thread, seen);
        Assert.Null(KThread.Current);
    }

    [Fact]
    public void MembersOfTheThreadItself_RefuseOthers()
    {
        using var thread = KThread.Run(UntilStopped);

        Assert.Throws<InvalidOperationException>(() => thread.ParkMe());
        Assert.Throws<InvalidOperationException>(thread.WaitForWake);
    }

    [Fact]
    public void StopToken_IsCancelledByStop()
    {
        using var thread = KThread.Run(self =>
        {
            Assert.True(self.StopToken.WaitHandle.WaitOne(Patience.Limit));
            return self.ShouldStop ? 1 : 2;
        });

        Assert.Equal(1, thread.Stop());
        Assert.True(thread.StopToken.IsCancellationRequested);
    }

    [Fact]
    public void StopTokenRegistrationThatThrows_DoesNotKeepStopFromWaiting()
    {
        var thread = KThread.Run(UntilStopped);
        thread.StopToken.Register(() => throw new InvalidDataException());

        Assert.Throws<AggregateException>(() => thread.Stop());
        Assert.True(thread.HasExited);
    }

    [Fact]
    public void RequestStop_DoesNotWait()
    {
        using var release = new ManualResetEventSlim();
        using var thread = KThread.Run(self =>
        {
            self.RequestStop();
            Assert.True(self.ShouldStop);
            Assert.True(release.Wait(Patience.Limit));
            return 3;
        });
        thread.RequestStop();
        Assert.False(thread.HasExited);
        release.Set();
        Assert.Equal(3, thread.Stop());

        using var unstarted = KThread.Create(UntilStopped);
        unstarted.RequestStop();
        Assert.True(unstarted.HasExited);
        Assert.Equal(KThread.NeverRan, unstarted.Stop());
    }

    [Fact]
    public void StopWhen_LetsATokenAsk()
    {
        using var cancel = new CancellationTokenSource();
        using var thread = KThread.Run(UntilStopped);
        using var other = KThread.Run(UntilStopped);
        using CancellationTokenRegistration asks = thread.StopWhen(cancel.Token);
        other.StopWhen(cancel.Token).Dispose();
        cancel.Cancel();
        Patience.Until(() => thread.HasExited, "The thread did not stop.");

        Assert.False(other.ShouldStop);
        using var late = KThread.Create(UntilStopped);
        using CancellationTokenRegistration atOnce = late.StopWhen(cancel.Token);
        Assert.True(late.HasExited);
    }

    [Fact]
    public async Task StopAsync_GivesTheResultOrThrowsAsStopDoes()
    {
        using var thread = KThread.Run(UntilStopped);
        Assert.Equal(42, await thread.StopAsync().WaitAsync(Patience.Limit));
        Assert.Equal(42, await thread.StopAsync());

        var throwing = KThread.Run(_ => Thrower());
        await Assert.ThrowsAsync<InvalidDataException>(() => throwing.StopAsync());
        throwing.Dispose();

        using var unstarted = KThread.Create(UntilStopped);
        Assert.Equal(KThread.NeverRan, await unstarted.StopAsync());
    }

    [Fact]
    public async Task StopAsync_CancelledLeavesTheRequest()
    {
        using var release = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        using var thread = KThread.Run(_ =>
        {
            Assert.True(release.Wait(Patience.Limit));
            return 4;
        });
        Task<int> stop = thread.StopAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stop);
        Assert.True(thread.ShouldStop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => thread.StopAsync(cancel.Token));
        release.Set();

        Assert.Equal(4, thread.Stop());
    }

    [Fact]
    public void Wake_EndsTheSleepAndIsRemembered()
    {
        using var slept = new CountdownEvent(2);
        using var thread = KThread.Create(self =>
        {
            self.WaitForWake();
            slept.Signal();
            self.WaitForWake();
            slept.Signal();
            return 0;
        });
        thread.Wake();
        thread.Wake();
        Patience.Until(() => slept.CurrentCount == 1, "the first sleep did not end");
        thread.Wake();

        Assert.True(slept.Wait(Patience.Limit));
        Assert.Equal(0, thread.Stop());
    }

    [Fact]
    public void Flow_IsTheCreators()
    {
        var local = new AsyncLocal<string> { Value = "creator" };
        string? seen = null;
        using var thread = KThread.Create(_ =>
        {
            seen = local.Value;
            return 0;
        });
        local.Value = "waker";
        thread.Wake();
        thread.Stop();

        Assert.Equal("creator", seen);
    }

    [Fact]
    public void Name_IsTheThreadsAndDefaultsToTheCreator()
    {
        string? seen = null;
        using var thread = KThread.Run(
            _ =>
            {
                seen = Thread.CurrentThread.Name;
                return 0;
            },
            "worker");
        thread.Stop();
        Assert.Equal("worker", seen);

        using var unnamed = KThread.Create(UntilStopped);
        Assert.Contains(nameof(Name_IsTheThreadsAndDefaultsToTheCreator), unnamed.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void Bind_IsBestEffortAndOnlyBeforeTheStart()
    {
        using var thread = KThread.Create(UntilStopped);
        Assert.Throws<ArgumentOutOfRangeException>(() => thread.Bind(-1));
        thread.Bind(0);
        thread.Wake();

        Assert.Throws<InvalidOperationException>(() => thread.Bind(0));
        Assert.Equal(42, thread.Stop());
    }

    [Fact]
    public void Function_MustBeThere() => Assert.Throws<ArgumentNullException>(() => KThread.Create(null!));

    internal static int UntilStopped(KThread self)
    {
        while (!self.ShouldStop)
        {
            if (self.ShouldPark)
            {
                self.ParkMe();
            }
            else
            {
                self.WaitForWake();
            }
        }

        return 42;
    }

    private static int Thrower() => throw new InvalidDataException("from the function");
}
