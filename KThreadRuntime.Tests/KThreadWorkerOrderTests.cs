using static KThreadRuntime.Tests.KThreadWorkerReportTests;

namespace KThreadRuntime.Tests;

/// <summary>What follows from the order in which a worker runs its works.</summary>
public class KThreadWorkerOrderTests
{
    [Fact]
    public void WaitQueuedInFrontOfItsSignal_Reports()
    {
        using var lab = new Lab();
        var c = new Completion(name: "c");
        using var worker = KThreadWorker.Create("w");
        var waits = new KThreadWork(_ => c.Wait(), "waits");
        var signals = new KThreadWork(_ => c.Complete(), "signals");
        Actor rescuer = lab.Thread("rescuer");
        QueueBoth(worker, waits, signals, () =>
        {
            Patience.UntilWaited(c);
            rescuer.Do(() => c.Complete());
        });

        LockdepReport report = lab.Single();
        Assert.Equal(["(completion)c", "(work completion)waits"], report.Steps.Select(s => s.Held.Name).Order(StringComparer.Ordinal));
        Assert.Equal(Confidence.Possible, report.Confidence);
    }

    [Fact]
    public void TimedWaitQueuedInFrontOfItsSignal_IsAStall()
    {
        using var lab = new Lab();
        var c = new Completion(name: "c");
        using var worker = KThreadWorker.Create("w");
        var waits = new KThreadWork(_ => Assert.False(c.Wait(TimeSpan.FromMilliseconds(5))), "waits");
        var signals = new KThreadWork(_ => c.Complete(), "signals");
        QueueBoth(worker, waits, signals);

        Assert.True(lab.Single().Flags.HasFlag(ReportFlags.Stall));
    }

    [Fact]
    public void WaitQueuedInFrontOfItsSignalAgain_IsReportedBeforeItHangs()
    {
        using var lab = new Lab();
        var c = new Completion(name: "c");
        using var worker = KThreadWorker.Create("w");
        bool blocks = false;
        var waits = new KThreadWork(_ => Assert.True(!Volatile.Read(ref blocks) || c.Wait(Patience.Limit)), "waits");
        var signals = new KThreadWork(_ => c.Complete(), "signals");
        QueueBoth(worker, waits, signals);
        lab.IsQuiet();
        c.Reinitialize();
        Volatile.Write(ref blocks, true);
        worker.Queue(waits);
        Patience.UntilWaited(c);

        Assert.Single(lab.Reports);
        c.Complete();
    }

    [Fact]
    public void SignalQueuedInFrontOfItsWait_IsQuiet()
    {
        using var lab = new Lab(Lab.Everything);
        var c = new Completion(name: "c");
        using var worker = KThreadWorker.Create("w");
        var signals = new KThreadWork(_ => c.Complete(), "signals");
        var waits = new KThreadWork(_ => c.Wait(), "waits");
        QueueBoth(worker, signals, waits);
        QueueBoth(worker, signals, waits);

        lab.IsQuiet();
    }

    [Fact]
    public void WaitAndSignalOnTwoWorkers_IsQuiet()
    {
        using var lab = new Lab(Lab.Everything);
        var c = new Completion(name: "c");
        using KThreadWorker one = Make(), two = Make();
        KThreadWork waits = Work(() => c.Wait()), signals = Work(() => c.Complete());
        one.Queue(waits);
        Patience.UntilWaited(c);
        two.Queue(signals);
        one.Flush();
        two.Flush();
        lab.IsQuiet();
        two.Queue(signals);
        two.Flush();
        one.Queue(waits);
        one.Flush();

        lab.IsQuiet();

        static KThreadWorker Make() => KThreadWorker.Create("w");
        static KThreadWork Work(Action body) => new(_ => body(), "work");
    }

    [Fact]
    public void TwoOrdersOfTwoLocksOnOneWorker_AreQuietAndOnTwoReport()
    {
        using var lab = new Lab();
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        using var worker = KThreadWorker.Create("w");
        using var other = KThreadWorker.Create("v");
        worker.Queue(new KThreadWork(_ => CrossReleaseTests.Under(a, () => CrossReleaseTests.Pass(b)), "ab"));
        worker.Queue(new KThreadWork(_ => CrossReleaseTests.Under(b, () => CrossReleaseTests.Pass(a)), "ba"));
        worker.Flush();
        lab.IsQuiet();

        other.Queue(new KThreadWork(_ => CrossReleaseTests.Under(b, () => CrossReleaseTests.Pass(a)), "ba too"));
        other.Flush();
        Assert.Equal(["a", "b"], lab.Single().Steps.Select(s => s.Held.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void WorksThatFlushEachOtherOnTwoWorkers_Report()
    {
        using var lab = new Lab();
        using var one = KThreadWorker.Create("w");
        using var two = KThreadWorker.Create("v");
        KThreadWork? first = null;
        var second = new KThreadWork(_ => one.FlushWork(first!), "second");
        first = new KThreadWork(_ => two.FlushWork(second), "first");
        one.Queue(first);
        one.Flush();
        lab.IsQuiet();
        two.Queue(second);
        two.Flush();

        Assert.Contains(lab.Reports, r => r.Steps.Select(s => s.Held.Name).Order(StringComparer.Ordinal).SequenceEqual(["(work completion)first", "(work completion)second"]));
    }

    [Fact]
    public void ItemsAreIndependent_SoWhatOneTookIsNotOwedByTheNext()
    {
        using var lab = new Lab(Lab.Everything);
        var (a, c) = CrossReleaseTests.Pair();
        using var worker = KThreadWorker.Create("w");
        Actor waiter = lab.Thread("waiter");
        CrossReleaseTests.RunWait(waiter, c, () =>
        {
            worker.Queue(new KThreadWork(_ => CrossReleaseTests.Pass(a), "takes"));
            worker.Flush();
            worker.Queue(new KThreadWork(_ => c.Complete(), "signals"));
            worker.Flush();
        });
        waiter.Do(() => CrossReleaseTests.Under(a, () => c.Wait(TimeSpan.FromMilliseconds(1))));

        lab.IsQuiet();
    }

    [Fact]
    public void WorkThatFlushesAnIdleWorkItWasInFrontOf_IsQuiet()
    {
        using var lab = new Lab(Lab.Everything);
        using var worker = KThreadWorker.Create("w");
        var other = new KThreadWork(_ => { }, "other");
        var work = new KThreadWork(_ => Assert.True(other.IsPending || !worker.FlushWork(other)), "work");
        QueueBoth(worker, work, other);
        worker.Queue(work);
        worker.FlushWork(work);

        lab.IsQuiet();
    }
}
