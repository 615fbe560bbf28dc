using static KThreadRuntime.Tests.CrossReleaseTests;

namespace KThreadRuntime.Tests;

/// <summary>Waits for a thread that may give up, and what stands of the request.</summary>
public class KThreadTimedTests
{
    private static readonly TimeSpan _brief = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void TryPark_GivesUp_AndTheThreadParksLater()
    {
        using var gate = new ManualResetEventSlim();
        using KThread thread = RunBlocked(gate);
        Assert.False(thread.TryPark(_brief));
        Assert.True(thread.ShouldPark);
        Assert.False(thread.TryPark(TimeSpan.Zero));
        gate.Set();

        Assert.True(thread.TryPark(Patience.Limit));
        Assert.True(thread.TryPark(TimeSpan.Zero));
        thread.Unpark();
    }

    [Fact]
    public void TryPark_GivenUpAndUnparked_LeavesNoRequest()
    {
        using var gate = new ManualResetEventSlim();
        using KThread thread = RunBlocked(gate);
        Assert.False(thread.TryPark(_brief));
        thread.Unpark();
        Assert.False(thread.ShouldPark);
        gate.Set();

        Assert.Equal(42, thread.Stop());
    }

    [Fact]
    public void Park_Cancelled_LeavesTheRequest()
    {
        using var gate = new ManualResetEventSlim();
        using var source = new CancellationTokenSource();
        using KThread thread = RunBlocked(gate);
        using var parker = new Actor("parker");
        Actor.Job park = parker.Begin(() => thread.Park(source.Token));
        Patience.Until(() => thread.ShouldPark, "nobody asked");
        source.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(park.Finish);
        Assert.True(thread.ShouldPark);
        thread.Unpark();
        Assert.ThrowsAny<OperationCanceledException>(() => thread.Park(source.Token));
        Assert.False(thread.ShouldPark);
        gate.Set();
    }

    [Fact]
    public void TryStop_GivesUp_AndTheThreadStopsLater()
    {
        using var gate = new ManualResetEventSlim();
        KThread thread = RunBlocked(gate);
        Assert.False(thread.TryStop(_brief, out int none));
        Assert.Equal(KThread.NeverRan, none);
        Assert.True(thread.ShouldStop);
        Assert.False(thread.TryStop(TimeSpan.Zero, out _));
        gate.Set();

        Assert.True(thread.TryStop(Patience.Limit, out int result));
        Assert.Equal(42, result);
        Assert.Equal(42, thread.Stop());
    }

    [Fact]
    public void TryStop_ThrowsWhatTheFunctionThrew()
    {
        KThread thread = KThread.Run(_ => throw new InvalidDataException("lost"));
        thread.WaitForExit();

        Assert.Throws<InvalidDataException>(() => thread.TryStop(TimeSpan.Zero, out _));
        Assert.Throws<InvalidDataException>(() => thread.TryStop(Patience.Limit, out _));
        thread.Dispose();
    }

    [Fact]
    public void TryStop_BeforeTheFirstWake_NeverRuns()
    {
        KThread thread = KThread.Create(_ => 1);

        Assert.True(thread.TryStop(TimeSpan.Zero, out int result));
        Assert.Equal(KThread.NeverRan, result);
        thread.WaitForExit();
    }

    [Fact]
    public void Stop_Cancelled_LeavesTheRequest()
    {
        using var gate = new ManualResetEventSlim();
        using var source = new CancellationTokenSource();
        KThread thread = RunBlocked(gate);
        Actor stopper = new("stopper");
        Actor.Job stop = stopper.Begin(() => thread.Stop(source.Token));
        Patience.Until(() => thread.ShouldStop, "nobody asked");
        source.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(stop.Finish);
        Assert.ThrowsAny<OperationCanceledException>(() => thread.Stop(source.Token));
        gate.Set();
        Assert.Equal(42, thread.Stop());
        stopper.Dispose();
    }

    [Fact]
    public void Stop_WithACancelledToken_AsksForNothing()
    {
        KThread thread = KThread.Run(KThreadTests.UntilStopped);

        Assert.ThrowsAny<OperationCanceledException>(() => thread.Stop(new CancellationToken(canceled: true)));
        Assert.False(thread.ShouldStop);
        thread.Stop();
    }

    [Fact]
    public void WaitForExit_DoesNotAsk()
    {
        using var gate = new ManualResetEventSlim();
        KThread thread = KThread.Run(_ =>
        {
            gate.Wait(Patience.Limit);
            return 7;
        });
        using var source = new CancellationTokenSource(_brief);
        Assert.False(thread.WaitForExit(_brief));
        Assert.False(thread.WaitForExit(TimeSpan.Zero));
        Assert.ThrowsAny<OperationCanceledException>(() => thread.WaitForExit(source.Token));
        Assert.False(thread.ShouldStop);
        gate.Set();
        thread.WaitForExit();

        Assert.True(thread.HasExited);
        Assert.True(thread.WaitForExit(TimeSpan.Zero));
        Assert.Equal(7, thread.Stop());
    }

    [Fact]
    public async Task WaitForExitAsync_DoesNotThrowWhatTheFunctionThrew()
    {
        KThread thread = KThread.Run(_ => throw new InvalidDataException("lost"));
        await thread.WaitForExitAsync().WaitAsync(Patience.Limit);

        Assert.Throws<InvalidDataException>(() => thread.Stop());
    }

    [Fact]
    public void ItsOwnExit_IsRefused()
    {
        var refused = new List<Exception>();
        KThread thread = KThread.Run(self =>
        {
            refused.Add(Assert.Throws<InvalidOperationException>(() => self.WaitForExit()));
            refused.Add(Assert.Throws<InvalidOperationException>(() => self.TryStop(_brief, out _)));
            refused.Add(Assert.Throws<InvalidOperationException>(() => self.TryPark(_brief)));
            refused.Add(Assert.Throws<InvalidOperationException>(() => { _ = self.WaitForExitAsync(); }));
            return 0;
        });

        Assert.Equal(0, thread.Stop());
        Assert.All(refused, r => Assert.Contains("for ever", r.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void WaitForWake_EndsByItsTimeByATokenAndByAWake()
    {
        using var source = new CancellationTokenSource();
        using var asleep = new ManualResetEventSlim();
        var woken = new List<string>();
        KThread thread = KThread.Run(self =>
        {
            while (self.WaitForWake(TimeSpan.Zero))
            {
                // The wake that started the thread is no wake of its sleep.
            }

            woken.Add(self.WaitForWake(_brief).ToString());
            asleep.Set();
            Assert.ThrowsAny<OperationCanceledException>(() => { self.WaitForWake(Timeout.InfiniteTimeSpan, source.Token); });
            asleep.Set();
            woken.Add(self.WaitForWake(Patience.Limit).ToString());
            return 0;
        });
        asleep.Wait(Patience.Limit);
        asleep.Reset();
        source.Cancel();
        asleep.Wait(Patience.Limit);
        thread.Wake();
        thread.WaitForExit();

        Assert.Equal(0, thread.Stop());
        Assert.Equal(["False", "True"], woken);
        Assert.Throws<InvalidOperationException>(() => { thread.WaitForWake(TimeSpan.Zero); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { thread.WaitForWake(TimeSpan.FromSeconds(-2)); });
    }

    [Theory]
    [InlineData("TryPark")]
    [InlineData("TryStop")]
    [InlineData("WaitForExit")]
    public void TimedWaitUnderALockThatTheThreadTakes_Stalls(string how)
    {
        LockdepReport report = UnderALock(how);

        Assert.Equal(ReportKind.Circular, report.Kind);
        Assert.True(report.Flags.HasFlag(ReportFlags.Stall));
    }

    [Theory]
    [InlineData("Park")]
    [InlineData("Stop")]
    [InlineData("WaitForExit()")]
    public void WaitUnderALockThatTheThreadTakes_Deadlocks(string how)
    {
        LockdepReport report = UnderALock(how);

        Assert.Equal(ReportKind.Circular, report.Kind);
        Assert.False(report.Flags.HasFlag(ReportFlags.Stall));
    }

    [Theory]
    [InlineData("TryPark")]
    [InlineData("TryStop")]
    [InlineData("WaitForExit")]
    public void WaitOfNoTime_IsNone(string how)
    {
        using var lab = new Lab(Lab.Everything);
        var a = new KMutex(name: "a");
        KThread thread = KThread.Run(self => Loop(self, a));
        Patience.Until(() => a.Map!.Class is not null, "the thread did not run");
        lab.Thread("other").Do(() => Under(a, () => Ask(thread, how, TimeSpan.Zero)));
        thread.Stop();

        lab.IsQuiet();
    }

    private static LockdepReport UnderALock(string how)
    {
        using var lab = new Lab(Lab.Everything);
        var a = new KMutex(name: "a");
        KThread thread = KThread.Run(self => Loop(self, a));
        Patience.Until(() => a.Map!.Class is not null, "the thread did not run");
        if (how.StartsWith("WaitForExit", StringComparison.Ordinal))
        {
            thread.RequestStop();
            Patience.Until(() => thread.HasExited, "the thread did not exit");
        }
        else
        {
            Assert.True(thread.TryPark(Patience.Limit));
        }

        lab.Thread("other").Do(() => Under(a, () => Ask(thread, how, Patience.Limit)));
        thread.Stop();
        return lab.Reports[0];
    }

    private static void Ask(KThread thread, string how, TimeSpan timeout)
    {
        switch (how)
        {
            case "TryPark":
                thread.TryPark(timeout);
                break;
            case "TryStop":
                thread.TryStop(timeout, out _);
                break;
            case "WaitForExit":
                thread.WaitForExit(timeout);
                break;
            case "Park":
                thread.Park(CancellationToken.None);
                break;
            case "Stop":
                thread.Stop(CancellationToken.None);
                break;
            default:
                thread.WaitForExit();
                break;
        }
    }

    private static int Loop(KThread self, KMutex a)
    {
        Pass(a);
        while (!self.ShouldStop)
        {
            if (self.ShouldPark)
            {
                Pass(a);
                self.ParkMe();
            }
            else
            {
                self.WaitForWake();
            }
        }

        return 0;
    }

    /// <summary>A thread that is in its function, and obeys nobody until the gate is open.</summary>
    private static KThread RunBlocked(ManualResetEventSlim gate)
    {
        var running = new ManualResetEventSlim();
        KThread thread = KThread.Run(self =>
        {
            running.Set();
            gate.Wait(Patience.Limit);
            return KThreadTests.UntilStopped(self);
        });
        Assert.True(running.Wait(Patience.Limit));
        return thread;
    }
}
