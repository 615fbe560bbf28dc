using System.Runtime.CompilerServices;

namespace KThreadRuntime.Tests;

public class KThreadParkingTests
{
    [Fact]
    public void Park_ReturnsWhenTheThreadHasParked()
    {
        int laps = 0;
        using var thread = KThread.Run(self => Count(self, ref laps));
        Patience.Until(() => Volatile.Read(ref laps) > 0, "the thread did not run");
        thread.Park();
        int parkedAt = Volatile.Read(ref laps);
        Assert.True(thread.ShouldPark);
        Assert.False(SpinWait.SpinUntil(() => Volatile.Read(ref laps) != parkedAt, TimeSpan.FromMilliseconds(50)));

        thread.Unpark();
        Patience.Until(() => Volatile.Read(ref laps) > parkedAt, "the thread did not go on");
    }

    [Fact]
    public void Park_OfAParkedThreadReturnsAtOnce()
    {
        using var thread = KThread.Run(KThreadTests.UntilStopped);
        thread.Park();
        thread.Park();
        thread.Unpark();

        Assert.Equal(42, thread.Stop());
    }

    [Fact]
    public void ParkAndUnpark_ManyTimesNeverLosesARequest()
    {
        using var thread = KThread.Run(KThreadTests.UntilStopped);
        using var actor = new Actor("parker");
        actor.Do(() =>
        {
            for (int i = 0; i < 500; i++)
            {
                thread.Park();
                thread.Unpark();
            }
        });

        Assert.Equal(42, thread.Stop());
    }

    [Fact]
    public void ParkersAndUnparkersAtOnce_AllReturn()
    {
        using var thread = KThread.Run(KThreadTests.UntilStopped);
        using (var first = new Actor("first"))
        using (var second = new Actor("second"))
        {
            Actor.Job[] jobs = [.. new[] { first, second }.Select(a => a.Begin(() =>
            {
                for (int i = 0; i < 250; i++)
                {
                    thread.Park();
                    thread.Unpark();
                }
            }))];
            Array.ForEach(jobs, j => j.Finish());
        }

        Assert.Equal(42, thread.Stop());
    }

    [Fact]
    public void ParkMe_WithoutARequestReturnsAtOnce()
    {
        using var thread = KThread.Run(self =>
        {
            self.ParkMe();
            return 3;
        });

        Assert.Equal(3, thread.Stop());
    }

    [Fact]
    public void Stop_OfAParkedThreadUnparksIt()
    {
        using var thread = KThread.Run(KThreadTests.UntilStopped);
        thread.Park();

        Assert.Equal(42, thread.Stop());
        Assert.False(thread.ShouldPark);
    }

    [Fact]
    public void Unpark_BeforeTheThreadObeysLetsTheParkerGo()
    {
        using var release = new ManualResetEventSlim();
        using KThread thread = Running(_ =>
        {
            Assert.True(release.Wait(Patience.Limit));
            return 5;
        });
        using var parker = new Actor("parker");
        Actor.Job park = parker.Begin(() => thread.Park());
        Patience.Until(() => thread.ShouldPark, "nobody asked");
        thread.Unpark();
        park.Finish();
        release.Set();

        Assert.Equal(5, thread.Stop());
    }

    [Fact]
    public void ThreadThatExitsInstead_IsAnErrorAndNotAHang()
    {
        using var release = new ManualResetEventSlim();
        using KThread thread = Running(_ =>
        {
            Assert.True(release.Wait(Patience.Limit));
            return 5;
        });
        using var parker = new Actor("parker");
        Actor.Job park = parker.Begin(() => thread.Park());
        Patience.Until(() => thread.ShouldPark, "nobody asked");
        release.Set();

        Assert.Throws<InvalidOperationException>(park.Finish);
        Assert.Throws<InvalidOperationException>(() => thread.Park());
        Assert.Equal(5, thread.Stop());
    }

    [Fact]
    public void InterruptedWhileParked_IsNotParkedAnyLonger()
    {
        Thread? system = null;
        using var interrupted = new ManualResetEventSlim();
        using KThread thread = Running(self =>
        {
            system = Thread.CurrentThread;
            UntilAskedToPark(self);
            Assert.Throws<ThreadInterruptedException>(() => self.ParkMe());
            interrupted.Set();
            return KThreadTests.UntilStopped(self);
        });
        thread.Park();
        system!.Interrupt();

        Assert.True(interrupted.Wait(Patience.Limit));
        Assert.Equal(42, thread.Stop());
    }

    [Fact]
    public void ParkUnderALockThatTheThreadTakesFirst_Reports()
    {
        using var lab = new Lab();
        var a = new KMutex(name: "a");
        using KThread thread = Running(self => TakeThenPark(self, a));
        Actor parker = lab.Thread("parker");
        parker.Do(() =>
        {
            thread.Park();
            thread.Unpark();
        });
        lab.IsQuiet();
        using var quiet = KThread.Run(KThreadTests.UntilStopped);
        parker.Do(() => CrossReleaseTests.Under(a, () => quiet.Park()));
        lab.IsQuiet();

        // The thread takes the lock only before its first parking: this schedule does not hang.
        parker.Do(() => CrossReleaseTests.Under(a, () => thread.Park()));
        LockdepReport report = lab.Single();
        Assert.Equal("(kthread completion)->parked --> a", report.Chain);
        Assert.Equal(Confidence.Certain, report.Confidence);
    }

    [Fact]
    public void ExitAfterALockTakenBeforeAnIdlePoint_IsPredicted()
    {
        // Exited is a lifetime completion: the return from ParkMe does not cut its history.
        using var lab = new Lab();
        var a = new KMutex(name: "a");
        KThread thread = Running(self => TakeParkAndExit(self, a));
        Actor stopper = lab.Thread("stopper");
        stopper.Do(() =>
        {
            thread.Park();
            thread.Unpark();
        });
        Patience.Until(() => CrossReleaseTests.HasExited(lab), "the thread did not exit");
        stopper.Do(() => CrossReleaseTests.Under(a, () => thread.Stop()));

        LockdepReport report = lab.Single();
        Assert.Equal("(kthread completion)->exited --> a", report.Chain);
        Assert.True(report.Flags.HasFlag(ReportFlags.Predicted));
    }

    private static int TakeParkAndExit(KThread self, KMutex a)
    {
        CrossReleaseTests.Pass(a);
        UntilAskedToPark(self);
        self.ParkMe();
        return 0;
    }

    /// <summary>A thread whose function has begun: one that is asked to park earlier parks before it.</summary>
    private static KThread Running(
        Func<KThread, int> function, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        using var runs = new ManualResetEventSlim();
        var thread = KThread.Run(
            self =>
            {
                runs.Set();
                return function(self);
            },
            file: file, line: line, member: member);
        Assert.True(runs.Wait(Patience.Limit), "The thread did not run.");
        return thread;
    }

    /// <summary>Ends with the thread too, or a failed test would leave it running.</summary>
    private static void UntilAskedToPark(KThread self)
    {
        while (!self.ShouldPark && !self.ShouldStop)
        {
            self.WaitForWake();
        }
    }

    private static int TakeThenPark(KThread self, KMutex a)
    {
        bool isFirst = true;
        while (!self.ShouldStop)
        {
            if (!self.ShouldPark)
            {
                self.WaitForWake();
                continue;
            }

            if (isFirst)
            {
                CrossReleaseTests.Pass(a);
                isFirst = false;
            }

            self.ParkMe();
        }

        return 0;
    }

    private static int Count(KThread self, ref int laps)
    {
        while (!self.ShouldStop)
        {
            Interlocked.Increment(ref laps);
            self.ParkMe();
            Thread.Yield();
        }

        return 0;
    }
}
