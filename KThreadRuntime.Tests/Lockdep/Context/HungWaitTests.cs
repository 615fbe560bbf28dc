namespace KThreadRuntime.Tests.Context;

/// <summary>The watchdog: who is told of, and how often.</summary>
public sealed class HungWaitTests
{
    [Fact]
    public void OfThoseThatHangAtOnePlace_TheFirstTheSecondAndTheFourthAreTold()
    {
        using var lab = new Lab(new LockdepOptions { HungWaitThreshold = TimeSpan.Zero });
        var c = new LockdepMap("c", kind: LockdepMapKind.Completion);
        Actor[] actors = [.. Enumerable.Range(1, 4).Select(i => lab.Thread($"W{i}"))];
        WaitTicket[] tickets = [.. actors.Select(a => a.Do(() => Hang(c)))];

        Assert.Equal(["W1", "W2", "W4"], lab.Reports.Select(r => r.Task.Split('/')[0]));
        Assert.DoesNotContain("more at this place", lab.Reports[0].Detail, StringComparison.Ordinal);
        Assert.Contains("So have 1 more at this place. Blocked meanwhile: W1/", lab.Reports[1].Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("W4/", lab.Reports[2].Detail, StringComparison.Ordinal);
        Array.ForEach(tickets, Lockdep.EndWait);
    }

    [Fact]
    public void WhoHangsAloneAtAPlaceThatWasTold_IsQuiet()
    {
        using var lab = new Lab(new LockdepOptions { HungWaitThreshold = TimeSpan.Zero });
        var c = new LockdepMap("c", kind: LockdepMapKind.Completion);
        foreach (string name in new[] { "W1", "W1", "W2" })
        {
            Lockdep.EndWait(lab.Thread(name).Do(() => Hang(c)));
        }

        Assert.StartsWith("W1/", lab.Single().Task, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("completion")]
    [InlineData("timed completion")]
    [InlineData("semaphore")]
    [InlineData("timed semaphore")]
    [InlineData("async mutex")]
    [InlineData("worker")]
    [InlineData("cancelled work")]
    [InlineData("destroyed worker")]
    [InlineData("exit")]
    public async Task AsynchronousWaitBeyondTheThreshold_IsTold(string kind)
    {
        using var lab = new Lab(new LockdepOptions { HungWaitThreshold = TimeSpan.FromMilliseconds(20) });
        (Func<Task> begin, Action end, string wanted) = Waitable(kind);
        Task wait = lab.Thread("beginner").Do(begin);
        Patience.Until(() => lab.Reports.Count > 0, "The watchdog was silent.");
        end();
        await wait.WaitAsync(Patience.Limit);

        LockdepReport report = lab.Single();
        Assert.Equal((ReportKind.HungWait, Confidence.Possible), (report.Kind, report.Confidence));
        Assert.StartsWith("beginner/", report.Task, StringComparison.Ordinal);
        Assert.Equal(wanted, report.Subject!.Name);
        Assert.StartsWith("began an asynchronous", report.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AsynchronousWaitsThatEndInTime_AreQuiet()
    {
        var threshold = TimeSpan.FromMilliseconds(100);
        using var lab = new Lab(new LockdepOptions { HungWaitThreshold = threshold });
        var c = new Completion(name: "c");
        var last = new Completion(name: "last");
        using var cancel = new CancellationTokenSource();
        Task granted = c.WaitAsync(), cancelled = c.WaitAsync(cancel.Token);
        Task<bool> expired = c.WaitAsync(TimeSpan.FromMilliseconds(1));
        c.Complete();
        await cancel.CancelAsync();
        await granted;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(await expired);
        Task hung = last.WaitAsync();
        Patience.Until(() => lab.Reports.Count > 0, "The watchdog was silent.");
        last.Complete();
        await hung;

        Assert.Equal("(completion)last", lab.Single().Subject!.Name);
    }

    private static WaitTicket Hang(LockdepMap map)
    {
        WaitTicket ticket = Lockdep.BeginWait(map);
        Lockdep.StillBlocked(map);
        return ticket;
    }

    private static (Func<Task> Begin, Action End, string Wanted) Waitable(string kind)
    {
        switch (kind)
        {
            case "semaphore":
                var s = new KSemaphore(0, name: "s");
                return (() => s.AcquireAsync(), () => s.Release(), "(completion)s");
            case "timed semaphore":
                var t = new KSemaphore(0, name: "t");
                return (() => t.TryAcquireAsync(Patience.Limit), () => t.Release(), "(completion)t");
            case "async mutex":
                var m = new KAsyncMutex(name: "m");
                KAsyncMutex.Releaser held = m.TryAcquire();
                return (() => m.AcquireAsync().AsTask(), () => held.Release(), "m");
            case "worker":
                return Served((worker, _) => worker.FlushAsync(), "(worker turn)w");
            case "cancelled work":
                return Served((worker, work) => worker.CancelSyncAsync(work), "(work run)r");
            case "destroyed worker":
                return Served((worker, _) => worker.DestroyAsync(), "(worker turn)w");
            case "exit":
                KThread thread = KThread.Run(self => self.StopToken.WaitHandle.WaitOne() ? 0 : 1, name: "k");
                return (() => thread.WaitForExitAsync(), thread.RequestStop, "(kthread completion)->exited");
            default:
                var c = new Completion(name: "c");
                return (() => kind == "completion" ? c.WaitAsync() : c.WaitAsync(Patience.Limit), () => c.Complete(), "(completion)c");
        }
    }
    /// <summary>A wait for a worker while one of its works runs.</summary>
    private static (Func<Task> Begin, Action End, string Wanted) Served(Func<KThreadWorker, KThreadWork, Task> begin, string wanted)
    {
        var worker = KThreadWorker.Create(name: "w");
        var runs = new ManualResetEventSlim();
        var goOn = new ManualResetEventSlim();
        var work = new KThreadWork(
            _ =>
            {
                runs.Set();
                goOn.Wait();
            },
            name: "r");
        worker.Queue(work);
        runs.Wait();
        return (() => begin(worker, work), goOn.Set, wanted);
    }
}
