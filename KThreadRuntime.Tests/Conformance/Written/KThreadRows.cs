namespace KThreadRuntime.Tests.Conformance.Written;

/// <summary>The mail that started it all, on real kernel threads; the lock is a map, so that no schedule hangs.</summary>
internal static class KThreadRows
{
    [Plays("kthread parked/exited shared class (seed mail; 4.15-rc false positive)")]
    internal static void UnrelatedThreads(Lab lab)
    {
        LockdepMap a = new("A");
        Actor t1 = lab.Thread("T1"), t2 = lab.Thread("T2");
        bool isUnderWay = false;
        using KThread first = KThread.Run(Idle, "K1");
        using KThread second = KThread.Run(TakeAndPark, "K2");

        // Asked before it has begun, it would park before its function, and never take the lock on the way.
        Patience.Until(() => Volatile.Read(ref isUnderWay), "The thread did not begin.");
        t2.Do(() => second.Park());
        t1.Do(() =>
        {
            Lockdep.Acquire(a);
            first.Park();
            Lockdep.Release(a);
        });
        t1.Do(() => first.Stop());
        t2.Do(() => second.Stop());
        Assert.True(lab.Validator.Statistics.Dependencies >= 2, "Neither side of the story was learned.");

        int TakeAndPark(KThread self)
        {
            Volatile.Write(ref isUnderWay, true);
            Patience.Until(() => self.ShouldPark, "Nobody asked the thread to park.");
            Pass(a);
            return Idle(self);
        }
    }

    [Plays("kthread stop under a lock the thread takes, same site")]
    internal static void StopUnderTheThreadsLock(Lab lab)
    {
        LockdepMap a = new("A");
        using KThread thread = KThread.Run(
            self =>
            {
                Assert.True(self.StopToken.WaitHandle.WaitOne(Patience.Limit), "Nobody asked the thread to stop.");
                Pass(a);
                return 0;
            },
            "K1");
        lab.Thread("T1").Do(() =>
        {
            Lockdep.Acquire(a);
            thread.Stop();
            Lockdep.Release(a);
        });
    }

    private static void Pass(LockdepMap a)
    {
        Lockdep.Acquire(a);
        Lockdep.Release(a);
    }

    private static int Idle(KThread self)
    {
        while (!self.ShouldStop)
        {
            self.ParkMe();
            Thread.Yield();
        }

        return 0;
    }
}
