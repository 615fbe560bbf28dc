namespace KThreadRuntime.Tests.Conformance.Written;

/// <summary>Works and their workers, on the real ones.</summary>
internal static class WorkRows
{
    /// <summary>Two workers are a concurrent queue: a work of the class that waits does not stand in the way of one that signals.</summary>
    [Plays("work items are independent (workqueue W->C->W)")]
    internal static void Independent(Lab lab)
    {
        var c = new Completion(name: "C");
        using KThreadWorker one = KThreadWorker.Create("one"), other = KThreadWorker.Create("other");
        KThreadWork waits = Work(() => c.Wait()), signals = Work(() => c.Complete());
        one.Queue(waits);
        Patience.UntilWaited(c);
        other.Queue(signals);
        one.Flush();
        other.Flush();
    }

    /// <summary>
    /// Somebody else lets the first work pass, or the queue would hang. A third waits too, so that the second work's signal is
    /// one to a waiter.
    /// </summary>
    [Plays("ordered (single-threaded) queue (4.14 missed it: pseudo locks hidden)")]
    internal static void Ordered(Lab lab)
    {
        var c = new Completion(name: "C");
        using KThreadWorker worker = KThreadWorker.Create("worker");
        worker.Queue(Work(() => c.Wait()));
        Patience.UntilWaited(c);
        Actor.Job third = lab.Thread("third").Begin(() => c.Wait());
        Patience.UntilWaited(c, 2);
        worker.Queue(Work(() => c.Complete()));
        lab.Thread("helper").Do(() => c.Complete());
        third.Finish();
        worker.Flush();
    }

    [Plays("flush of own work")]
    internal static void OwnWork(Lab lab)
    {
        using KThreadWorker worker = KThreadWorker.Create("worker");
        var work = new KThreadWork(self => Assert.Throws<InvalidOperationException>(() => self.Worker!.FlushWork(self)), "W");
        worker.Queue(work);
        worker.FlushWork(work);
    }

    /// <summary>The lock is a map, so that the work, which runs while the flusher holds it, does not hang.</summary>
    [Plays("flush under a lock the work takes")]
    internal static void UnderTheWorksLock(Lab lab)
    {
        var a = new LockdepMap("A");
        using KThreadWorker worker = KThreadWorker.Create("worker");
        KThreadWork work = Work(() =>
        {
            Lockdep.Acquire(a);
            Lockdep.Release(a);
        });
        lab.Thread("T1").Do(() =>
        {
            Lockdep.Acquire(a);
            worker.Queue(work);
            worker.FlushWork(work);
            Lockdep.Release(a);
        });
        worker.Queue(work);
        worker.Flush();
    }

    /// <summary>All works come from here, so they are of one class.</summary>
    private static KThreadWork Work(Action body) => new(_ => body(), "W");
}
