namespace KThreadRuntime.Tests;

public class KThreadWorkerTests
{
    [Fact]
    public void Queue_RunsInOrderOnTheWorkersThread()
    {
        using var worker = KThreadWorker.Create("worker");
        var ran = new List<int>();
        KThreadWork[] works = [.. Enumerable.Range(0, 20).Select(i => new KThreadWork(_ =>
        {
            Assert.True(worker.IsCurrent);
            ran.Add(i);
        }))];
        Assert.All(works, w => Assert.True(worker.Queue(w)));
        worker.Flush();

        Assert.Equal(Enumerable.Range(0, 20), ran);
        Assert.False(worker.IsCurrent);
        Assert.Same(worker, works[0].Worker);
    }

    /// <summary>Who asks whether there is something to wait for has not queued it.</summary>
    [Fact]
    public void WorkThatNobodyQueued_BelongsToNobody()
    {
        using var first = KThreadWorker.Create();
        using var second = KThreadWorker.Create();
        var work = new KThreadDelayedWork(_ => { });

        Assert.False(first.FlushWork(work));
        Assert.False(first.CancelSync(work));
        Assert.Null(work.Worker);
        Assert.True(second.QueueDelayed(work, Patience.Limit));
        Assert.Throws<InvalidOperationException>(() => first.FlushWork(work));
        Assert.Throws<InvalidOperationException>(() => first.CancelSync(work));
        Assert.True(second.CancelSync(work));
    }

    [Fact]
    public void Queue_OfAPendingWorkDoesNothing()
    {
        using var worker = KThreadWorker.Create();
        using var plug = new Plug(worker);
        int runs = 0;
        var work = new KThreadWork(_ => runs++);
        Assert.True(worker.Queue(work));
        Assert.True(work.IsPending);
        Assert.False(worker.Queue(work));

        using var flusher = new Actor("flusher");
        Actor.Job flush = flusher.Begin(() => Assert.True(worker.FlushWork(work)));
        Patience.Until(() => work.Maps!.Done.Waits!.Any, "The flush did not begin.");
        plug.Pull();

        flush.Finish();
        Assert.Equal(1, runs);
        Assert.False(work.IsPending);
    }

    [Fact]
    public void Queue_ByTheRunningWorkRunsItAgain()
    {
        using var worker = KThreadWorker.Create();
        int runs = 0;
        var work = new KThreadWork(self =>
        {
            if (++runs < 3)
            {
                Assert.True(self.Worker!.Queue(self));
            }
        });
        worker.Queue(work);
        while (worker.FlushWork(work))
        {
        }

        Assert.Equal(3, runs);
    }

    [Fact]
    public void Work_BelongsToOneWorker()
    {
        using var one = KThreadWorker.Create();
        using var two = KThreadWorker.Create();
        var work = new KThreadWork(_ => { });
        one.Queue(work);

        Assert.Throws<InvalidOperationException>(() => two.Queue(work));
        Assert.Throws<InvalidOperationException>(() => two.FlushWork(work));
        Assert.Throws<ArgumentNullException>(() => two.Queue(null!));
    }

    [Fact]
    public void FlushWork_WaitsForItsRunAndNotForWhatIsBehind()
    {
        using var worker = KThreadWorker.Create();
        using var plug = new Plug(worker);
        bool hasRun = false;
        var work = new KThreadWork(_ => Volatile.Write(ref hasRun, true));
        worker.Queue(work);
        using var behind = new Plug(worker, startsAtOnce: false);
        using var flusher = new Actor("flusher");
        Actor.Job flush = flusher.Begin(() => Assert.True(worker.FlushWork(work)));
        Patience.Until(() => work.Maps!.Done.Waits!.Any, "The flush did not begin.");
        Assert.False(flush.IsDone);
        plug.Pull();

        flush.Finish();
        Assert.True(hasRun);
        behind.Pull();
        Assert.False(worker.FlushWork(work));
    }

    [Fact]
    public async Task FlushAsync_WaitsWithoutAThread()
    {
        using var worker = KThreadWorker.Create();
        using var plug = new Plug(worker);
        var work = new KThreadWork(_ => { });
        worker.Queue(work);
        Task flush = worker.FlushAsync();
        Task<bool> flushWork = worker.FlushWorkAsync(work);
        using var cancel = new CancellationTokenSource();
        Task cancelled = worker.FlushAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(flush.IsCompleted);

        plug.Pull();
        await flush.WaitAsync(Patience.Limit);
        Assert.True(await flushWork.WaitAsync(Patience.Limit));
    }

    [Fact]
    public void CancelSync_OfAPendingWorkTakesItBack()
    {
        using var worker = KThreadWorker.Create();
        using var plug = new Plug(worker);
        bool hasRun = false;
        var work = new KThreadWork(_ => hasRun = true);
        worker.Queue(work);
        Assert.True(worker.CancelSync(work));
        Assert.False(work.IsPending);
        plug.Pull();
        worker.Flush();

        Assert.False(hasRun);
        Assert.False(worker.CancelSync(work));
    }

    [Fact]
    public void CancelSync_OfARunningWorkWaitsAndKeepsItFromBeingQueued()
    {
        using var worker = KThreadWorker.Create();
        using var plug = new Plug(worker);
        using var canceller = new Actor("canceller");
        Actor.Job cancel = canceller.Begin(() => Assert.False(worker.CancelSync(plug.Work)));
        Patience.Until(() => plug.Work.Cancels == 1, "The cancel did not begin.");
        Assert.False(worker.Queue(plug.Work));
        Assert.False(cancel.IsDone);

        plug.Pull();
        cancel.Finish();
        Assert.True(worker.Queue(plug.Work));
    }

    [Fact]
    public void FlushWork_OfAWorkCancelledMeanwhileReturns()
    {
        using var worker = KThreadWorker.Create();
        using var plug = new Plug(worker);
        var work = new KThreadWork(_ => { });
        worker.Queue(work);
        using var flusher = new Actor("flusher");
        Actor.Job flush = flusher.Begin(() => worker.FlushWork(work));
        Patience.Until(() => work.Maps!.Done.Waits!.Any, "The flush did not begin.");
        Assert.True(worker.CancelSync(work));
        plug.Pull();

        flush.Finish();
    }

    [Fact]
    public void DelayedWork_RunsWhenItsTimeIsOver()
    {
        using var worker = KThreadWorker.Create();
        using var ran = new ManualResetEventSlim();
        var work = new KThreadDelayedWork(_ => ran.Set());
        Assert.True(worker.QueueDelayed(work, TimeSpan.FromMilliseconds(5)));

        Assert.True(ran.Wait(Patience.Limit));
        Assert.True(worker.QueueDelayed(work, TimeSpan.Zero));
        worker.Flush();
        Assert.False(work.IsPending);
    }

    [Fact]
    public void DelayedWork_WaitsForItsTimeAndIsPending()
    {
        using var worker = KThreadWorker.Create();
        int runs = 0;
        var work = new KThreadDelayedWork(_ => runs++);
        Assert.True(worker.QueueDelayed(work, TimeSpan.FromDays(1)));
        Assert.True(work.IsPending);
        Assert.False(worker.Queue(work));
        Assert.False(worker.QueueDelayed(work, TimeSpan.Zero));
        Assert.False(worker.FlushWork(work));

        Assert.True(worker.ModifyDelayed(work, TimeSpan.Zero));
        worker.Flush();
        Assert.Equal(1, runs);
        Assert.False(worker.ModifyDelayed(work, TimeSpan.FromDays(1)));
        Assert.True(worker.CancelDelayedSync(work));
        Assert.False(worker.CancelDelayedSync(work));
        Assert.Equal(1, runs);
    }

    [Fact]
    public void Delay_MustBeATime()
    {
        using var worker = KThreadWorker.Create();
        var work = new KThreadDelayedWork(_ => { });

        Assert.Throws<ArgumentOutOfRangeException>(() => worker.QueueDelayed(work, Timeout.InfiniteTimeSpan));
        Assert.Throws<ArgumentOutOfRangeException>(() => worker.ModifyDelayed(work, TimeSpan.FromDays(100)));
    }

    [Fact]
    public void Destroy_RunsWhatIsQueuedAndForgetsWhatWaitsForItsTime()
    {
        var worker = KThreadWorker.Create();
        var plug = new Plug(worker);
        int runs = 0;
        var work = new KThreadWork(_ => runs++);
        var delayed = new KThreadDelayedWork(_ => runs += 100);
        worker.Queue(work);
        worker.QueueDelayed(delayed, TimeSpan.FromDays(1));
        using var destroyer = new Actor("destroyer");
        Actor.Job destroy = destroyer.Begin(() => worker.Destroy());
        Patience.Until(() => !delayed.IsPending, "The destruction did not begin.");
        Assert.False(worker.Queue(delayed));
        plug.Pull();
        destroy.Finish();

        Assert.Equal(1, runs);
        Assert.False(worker.Queue(work));
        Assert.False(worker.QueueDelayed(delayed, TimeSpan.Zero));
        worker.Dispose();
    }

    [Fact]
    public void WorkThatWaitsForItself_IsAnErrorAndNotAHang()
    {
        using var worker = KThreadWorker.Create();
        bool isRefused = false;
        var behind = new KThreadWork(_ => { });
        var work = new KThreadWork(self =>
        {
            worker.FlushWork(behind);
            worker.Queue(behind);
            Assert.Throws<InvalidOperationException>(() => worker.FlushWork(self));
            Assert.Throws<InvalidOperationException>(() => worker.FlushWork(behind));
            Assert.Throws<InvalidOperationException>(() => worker.Flush());
            Assert.Throws<InvalidOperationException>(() => worker.CancelSync(self));
            Assert.Throws<InvalidOperationException>(worker.Dispose);
            isRefused = worker.CancelSync(behind);
        });
        worker.Queue(work);
        worker.FlushWork(work);

        Assert.True(isRefused);
    }

    [Fact]
    public void Flow_IsTheQueuers()
    {
        var local = new AsyncLocal<string> { Value = "creator" };
        var seen = new List<string?>();
        using var worker = KThreadWorker.Create();
        var work = new KThreadWork(_ => seen.Add(local.Value));
        var delayed = new KThreadDelayedWork(_ => seen.Add(local.Value));
        local.Value = "queuer";
        worker.Queue(work);
        worker.Flush();
        worker.QueueDelayed(delayed, TimeSpan.FromMilliseconds(1));
        Patience.Until(() => !delayed.IsPending, "The time did not pass.");
        worker.Flush();

        Assert.Equal(["queuer", "queuer"], seen);
    }

    [Fact]
    public void QueuersFlushersAndCancellersAtOnce_LoseNothing()
    {
        const int Each = 300;
        int runs = 0, cancelled = 0, queued = 0;
        var worker = KThreadWorker.Create();
        KThreadWork[] works = [.. Enumerable.Range(0, 4).Select(_ => new KThreadWork(_ => Interlocked.Increment(ref runs)))];
        Actor[] actors = [.. Enumerable.Range(0, 4).Select(i => new Actor($"A{i}"))];
        Actor.Job[] jobs = [.. actors.Select((actor, i) => actor.Begin(() =>
        {
            var random = new Random(i);
            for (int n = 0; n < Each; n++)
            {
                KThreadWork work = works[random.Next(works.Length)];
                switch (random.Next(4))
                {
                    case 0: worker.FlushWork(work); break;
                    case 1: Interlocked.Add(ref cancelled, worker.CancelSync(work) ? 1 : 0); break;
                    default: Interlocked.Add(ref queued, worker.Queue(work) ? 1 : 0); break;
                }
            }
        }))];
        Array.ForEach(jobs, j => j.Finish());
        Array.ForEach(actors, a => a.Dispose());
        worker.Destroy();

        Assert.Equal(queued, runs + cancelled);
    }

    internal static void Thrower() => throw new InvalidDataException("from the work");

    /// <summary>A work that keeps its worker busy until it is pulled.</summary>
    internal sealed class Plug : IDisposable
    {
        private readonly ManualResetEventSlim _pulled = new();

        internal Plug(KThreadWorker worker, bool startsAtOnce = true)
        {
            using var runs = new ManualResetEventSlim();
            bool isAwaited = startsAtOnce;
            Work = new KThreadWork(_ =>
            {
                if (Volatile.Read(ref isAwaited))
                {
                    Volatile.Write(ref isAwaited, false);
                    runs.Set();
                }

                Assert.True(_pulled.Wait(Patience.Limit), "Nobody pulled the plug.");
            });
            worker.Queue(Work);
            Assert.True(!startsAtOnce || runs.Wait(Patience.Limit), "The plug did not run.");
        }

        internal KThreadWork Work { get; }

        internal void Pull() => _pulled.Set();

        public void Dispose() => Pull();
    }
}
