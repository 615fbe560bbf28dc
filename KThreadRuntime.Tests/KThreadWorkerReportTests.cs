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
        Assert.Equal("(work completion)front --> a", report.Chain);
        Assert.Equal(Confidence.Certain, report.Confidence);
    }

    [Fact]
    public void FlushUnderALockThatAWorkBehindTakes_IsQuiet()
    {
        using var lab = new Lab(Lab.Everything);
        var a = new KMutex(name: "a");
        using var worker = KThreadWorker.Create("w");
        var behind = new KThreadWork(_ => CrossReleaseTests.Pass(a), "behind");
        var work = new KThreadWork(_ => { }, "work");
        QueueBoth(worker, work, behind);
        worker.Flush();
        lab.Thread("flusher").Do(() => CrossReleaseTests.Under(a, () => worker.FlushWork(work)));

        lab.IsQuiet();
    }

    [Fact]
    public void WorksInBothOrders_AreQuiet()
    {
        using var lab = new Lab(Lab.Everything);
        using var worker = KThreadWorker.Create("w");
        var one = new KThreadWork(_ => { }, "one");
        var two = new KThreadWork(_ => { }, "two");
        QueueBoth(worker, one, two);
        QueueBoth(worker, two, one);
        lab.Thread("flusher").Do(() =>
        {
            worker.FlushWork(one);
            worker.FlushWork(two);
        });

        lab.IsQuiet();
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
    public void LockThatAWorkNeverReleases_IsReportedAtItsEnd()
    {
        using var lab = new Lab();
        var a = new KMutex(name: "a");
        using var worker = KThreadWorker.Create("w");
        var work = new KThreadWork(_ => a.Acquire(), "work");
        var mends = new KThreadWork(_ => a.Release(), "mends");
        worker.Queue(work);
        worker.FlushWork(work);
        worker.Queue(mends);
        worker.FlushWork(mends);

        LockdepReport report = lab.Single();
        Assert.Equal(ReportKind.HeldAtBoundary, report.Kind);
        Assert.Equal("a", report.Subject?.Name);
    }

    [Fact]
    public void FlushWhoseWorkIsBlockedByTheFlusher_IsClosed()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        using var worker = KThreadWorker.Create("w");
        var work = new KThreadWork(
            self =>
            {
                Patience.Until(() => self.Maps!.Done.Waits!.Any, "The flush did not begin.");
                Lockdep.Acquire(a);
                Lockdep.Contended(a);
                Lockdep.NotAcquired(a);
                Lockdep.Release(a);
            },
            "work");
        lab.Thread("flusher").Do(() =>
        {
            Lockdep.Acquire(a);
            worker.Queue(work);
            worker.FlushWork(work);
            Lockdep.Release(a);
        });

        LockdepReport report = Assert.Single(lab.Reports, r => r.Confidence == Confidence.Closed);
        Assert.Equal(["(work completion)work", "a"], report.Steps.Select(s => s.Held.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void FlushOfAnIdleWorkWhileItsWorkerIsBlockedByTheFlusher_IsNotClosed()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        using var worker = KThreadWorker.Create("w");
        using var blocked = new ManualResetEventSlim();
        using var flushed = new ManualResetEventSlim();
        var idle = new KThreadWork(_ => { }, "idle");
        var blocks = new KThreadWork(
            _ =>
            {
                Lockdep.Acquire(a);
                Lockdep.Contended(a);
                blocked.Set();
                Assert.True(flushed.Wait(Patience.Limit));
                Lockdep.NotAcquired(a);
                Lockdep.Release(a);
            },
            "blocks");
        lab.Thread("flusher").Do(() =>
        {
            Lockdep.Acquire(a);
            worker.Queue(blocks);
            Assert.True(blocked.Wait(Patience.Limit));
            worker.FlushWork(idle);
            flushed.Set();
            Lockdep.Release(a);
        });
        worker.Flush();

        lab.IsQuiet();
    }

    [Fact]
    public void WorkItemsInScopesOfAsyncFlowsOfTheirQueuers_InheritNothingForSure()
    {
        using var lab = new Lab();
        var m = new KAsyncMutex(name: "m");
        var a = new KMutex(name: "a");
        using var worker = KThreadWorker.Create("w");
        lab.Thread("queuer").Do(() =>
        {
            using (m.Acquire())
            {
                worker.Queue(new KThreadWork(_ => CrossReleaseTests.Pass(a), "work"));
            }
        });
        worker.Flush();
        lab.Thread("other").Do(() => CrossReleaseTests.Under(a, () => m.Acquire().Release()));

        lab.IsQuiet();
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
    internal static void QueueBoth(KThreadWorker worker, KThreadWork first, KThreadWork second, Action? meanwhile = null)
    {
        using var plug = new KThreadWorkerTests.Plug(worker);
        worker.Queue(first);
        worker.Queue(second);
        plug.Pull();
        meanwhile?.Invoke();
        worker.Flush();
    }
}
