namespace KThreadRuntime.Tests;

public class KThreadWorkerReportTests
{
    [Fact]
    public void FlushUnderALockThatTheWorkTakes_Reports()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        var a = new KMutex(name: "a");
        using var worker = KThreadWorker.Create("w");
        var work = new KThreadWork(_ => CrossReleaseTests.Pass(a), "work");
        worker.Queue(work);
        worker.FlushWork(work);
        lab.IsQuiet();
        Actor flusher = lab.Thread("flusher");
        flusher.Do(() => CrossReleaseTests.Under(a, () => worker.FlushWork(work)));

        LockdepReport report = lab.Single();
        Assert.Equal("(work completion)work --> a", report.Chain);
        Assert.Equal(Confidence.Certain, report.Confidence);
        Assert.Equal("(work completion)work", report.Wanted.Name);
    }

    [Fact]
    public void WorkThatTakesTheLockAfterTheFlush_Reports()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        var a = new KMutex(name: "a");
        using var worker = KThreadWorker.Create("w");
        var work = new KThreadWork(_ => CrossReleaseTests.Pass(a), "work");
        lab.Thread("flusher").Do(() => CrossReleaseTests.Under(a, () => worker.FlushWork(work)));
        lab.IsQuiet();
        worker.Queue(work);
        worker.Flush();

        Assert.Equal(["(work completion)work", "a"], lab.Single().Steps.Select(s => s.Held.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void FlushThatWouldHang_IsReportedBeforeTheWorkBlocks()
    {
        // Hold a lock, start a worker, wait for it; the worker takes the lock.
        using var lab = new Lab();
        var a = new KAsyncMutex(name: "a");
        using var cancel = new CancellationTokenSource();
        using var worker = KThreadWorker.Create("w");
        var work = new KThreadWork(_ => Assert.Throws<OperationCanceledException>(() => a.Acquire(cancel.Token)), "work");
        lab.Thread("flusher").Do(() =>
        {
            using KAsyncMutex.Releaser held = a.Acquire();
            worker.Queue(work);
            Patience.Until(() => a.WaiterCount == 1, "The work did not want the lock.");
            Task<bool> flush = worker.FlushWorkAsync(work);
            Assert.Single(lab.Reports);
            cancel.Cancel();
            Assert.True(flush.Wait(Patience.Limit));
        });

        Assert.Equal(["(work completion)work", "a"], lab.Single().Steps.Select(s => s.Held.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void FlushUnderALockThatNoWorkTakes_IsQuiet()
    {
        using var lab = new Lab(Lab.Everything);
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        using var worker = KThreadWorker.Create("w");
        var work = new KThreadWork(_ => CrossReleaseTests.Pass(b), "work");
        worker.Queue(work);
        lab.Thread("flusher").Do(() => CrossReleaseTests.Under(a, () =>
        {
            worker.FlushWork(work);
            worker.Flush();
            worker.CancelSync(work);
        }));
        worker.Queue(work);
        worker.Flush();

        lab.IsQuiet();
    }

    [Fact]
    public void FlushUnderALockThatAWorkInFrontTakes_Reports()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        var a = new KMutex(name: "a");
        using var worker = KThreadWorker.Create("w");
        var front = new KThreadWork(_ => CrossReleaseTests.Pass(a), "front");
        var work = new KThreadWork(_ => { }, "work");
        QueueBoth(worker, front, work);
        worker.Flush();
        lab.Thread("flusher").Do(() => CrossReleaseTests.Under(a, () => worker.FlushWork(work)));

        LockdepReport report = lab.Single();
        Assert.Equal(["(work completion)work", "(worker turn)w", "a"], report.Steps.Select(s => s.Held.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void CancelUnderALockThatAWorkInFrontTakes_IsQuiet()
    {
        // A cancel waits for no turn: what has not begun is taken back.
        using var lab = new Lab(Lab.Everything);
        var a = new KMutex(name: "a");
        using var worker = KThreadWorker.Create("w");
        var front = new KThreadWork(_ => CrossReleaseTests.Pass(a), "front");
        var work = new KThreadWork(_ => { }, "work");
        QueueBoth(worker, front, work);
        worker.Flush();
        lab.Thread("canceller").Do(() => CrossReleaseTests.Under(a, () => worker.CancelSync(work)));

        lab.IsQuiet();
    }

    [Fact]
    public void CancelUnderALockThatTheWorkTakes_Reports()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        var a = new KMutex(name: "a");
        using var worker = KThreadWorker.Create("w");
        var work = new KThreadWork(_ => CrossReleaseTests.Pass(a), "work");
        lab.Thread("canceller").Do(() => CrossReleaseTests.Under(a, () => worker.CancelSync(work)));
        worker.Queue(work);
        worker.Flush();

        Assert.Equal(["(work run)work", "a"], lab.Single().Steps.Select(s => s.Held.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void CancelUnderALockThatAnotherWorkOfItsClassTakes_IsClassLevelOnly()
    {
        using var lab = new Lab(Lab.Everything);
        var a = new KMutex(name: "a");
        using var worker = KThreadWorker.Create("w");
        KThreadWork Make(Action body) => new(_ => body(), "work");
        KThreadWork takes = Make(() => CrossReleaseTests.Pass(a)), other = Make(() => { });
        worker.Queue(takes);
        worker.Queue(other);
        worker.Flush();
        lab.Thread("canceller").Do(() => CrossReleaseTests.Under(a, () => worker.CancelSync(other)));

        LockdepReport report = lab.Single();
        Assert.Equal(Confidence.ClassLevelOnly, report.Confidence);
        Assert.Equal(ClassPolicy.Instance, report.Split?.By);
    }

    [Fact]
    public void FlushOfTheWorkerUnderALockThatAWorkTakes_Reports()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        var a = new KMutex(name: "a");
        using var worker = KThreadWorker.Create("w");
        worker.Queue(new KThreadWork(_ => CrossReleaseTests.Pass(a), "work"));
        worker.Flush();
        lab.Thread("flusher").Do(() => CrossReleaseTests.Under(a, () => worker.Flush()));

        Assert.Equal("(worker turn)w --> a", lab.Single().Chain);
    }

    [Fact]
    public void DestroyUnderALockThatAWorkTakes_Reports()
    {
        using var lab = new Lab();
        var a = new KMutex(name: "a");
        var worker = KThreadWorker.Create("w");
        worker.Queue(new KThreadWork(_ => CrossReleaseTests.Pass(a), "work"));
        worker.Flush();
        lab.Thread("destroyer").Do(() => CrossReleaseTests.Under(a, () => worker.Destroy()));

        Assert.Contains(lab.Reports, r => r.Chain == "(worker turn)w --> a");
        Assert.All(lab.Reports, r => Assert.Contains("a", r.Steps.Select(s => s.Held.Name)));
    }

    [Fact]
    public void WorkThatFlushesItself_ReportsAClosedRing()
    {
        using var lab = new Lab();
        using var worker = KThreadWorker.Create("w");
        var work = new KThreadWork(self => Assert.Throws<InvalidOperationException>(() => self.Worker!.FlushWork(self)), "work");
        worker.Queue(work);
        worker.FlushWork(work);

        LockdepReport report = Assert.Single(lab.Reports, r => r.Kind == ReportKind.Recursive);
        Assert.Equal(Confidence.Closed, report.Confidence);
        Assert.Equal("(work completion)work", report.Wanted.Name);
        Assert.Equal(["(worker turn)w", "(work completion)work", "(work run)work"], report.Held.Select(h => h.Class.Name));
    }

    [Fact]
    public void WorkThatFlushesItsWorkerOrWhatIsBehind_ReportsAClosedRing()
    {
        using var lab = new Lab();
        using var worker = KThreadWorker.Create("w");
        var behind = new KThreadWork(_ => { }, "behind");
        var work = new KThreadWork(
            _ =>
            {
                worker.Queue(behind);
                Assert.Throws<InvalidOperationException>(() => worker.FlushWork(behind));
                Assert.Throws<InvalidOperationException>(() => worker.Flush());
            },
            "work");
        worker.Queue(work);
        worker.FlushWork(work);

        LockdepReport report = Assert.Single(lab.Reports, r => r.Kind == ReportKind.Recursive);
        Assert.Equal(Confidence.Closed, report.Confidence);
        Assert.Equal("(worker turn)w", report.Wanted.Name);
    }

    [Fact]
    public void WaitQueuedInFrontOfItsSignal_Reports()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        var c = new Completion(name: "c");
        using var worker = KThreadWorker.Create("w");
        var waits = new KThreadWork(_ => c.Wait(), "waits");
        var signals = new KThreadWork(_ => c.Complete(), "signals");
        Actor other = lab.Thread("other");
        QueueBoth(worker, waits, signals, () =>
        {
            Patience.UntilWaited(c);
            other.Do(() => c.Complete());
        });
        worker.Flush();
        c.Reinitialize();

        // The signaller waits for its turn behind something while c is waited for: had that been the waiter, it would hang.
        using var plug = new KThreadWorkerTests.Plug(worker);
        worker.Queue(signals);
        Actor.Job wait = other.Begin(() => c.Wait());
        Patience.UntilWaited(c);
        plug.Pull();
        wait.Finish();
        worker.Flush();

        LockdepReport report = lab.Single();
        Assert.Equal(["(completion)c", "(worker turn)w"], report.Steps.Select(s => s.Held.Name).Order(StringComparer.Ordinal));
        Assert.Equal(Confidence.Possible, report.Confidence);
    }

    [Fact]
    public void SignalQueuedInFrontOfItsWait_IsPredicted()
    {
        using var lab = new Lab();
        var c = new Completion(name: "c");
        using var worker = KThreadWorker.Create("w");
        var signals = new KThreadWork(_ => c.Complete(), "signals");
        var waits = new KThreadWork(_ => c.Wait(), "waits");
        QueueBoth(worker, signals, waits);
        worker.Flush();

        LockdepReport report = lab.Single();
        Assert.True(report.Flags.HasFlag(ReportFlags.Predicted));
        Assert.Equal(Confidence.Possible, report.Confidence);
    }

    [Fact]
    public void WaitAndSignalOnTwoWorkers_IsQuiet()
    {
        using var lab = new Lab();
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

        // The one way from c to a leads over the turn, since the work that takes a may be in front.
        Assert.DoesNotContain(lab.Reports, r => r.Steps.Count == 2);
    }

    [Fact]
    public void WorkersAndWorksOfOneKey_AreOneClass()
    {
        using var lab = new Lab();
        var key = new LockClassKey("mine");
        using var worker = KThreadWorker.Create(key: key);
        worker.Queue(new KThreadWork(_ => { }, key: key));
        worker.Flush();
        worker.Queue(new KThreadWork(_ => { }, key: key));
        worker.Flush();

        Assert.Single(lab.Validator.LockClasses, c => c.Name == "(work completion)mine");
        Assert.Single(lab.Validator.LockClasses, c => c.Name == "(worker turn)mine");
    }

    /// <summary>Queues two works, the second behind the first for sure.</summary>
    private static void QueueBoth(KThreadWorker worker, KThreadWork first, KThreadWork second, Action? meanwhile = null)
    {
        using var plug = new KThreadWorkerTests.Plug(worker);
        worker.Queue(first);
        worker.Queue(second);
        plug.Pull();
        meanwhile?.Invoke();
        worker.Flush();
    }
}
