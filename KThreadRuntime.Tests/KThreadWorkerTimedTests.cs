using static KThreadRuntime.Tests.CrossReleaseTests;

namespace KThreadRuntime.Tests;

/// <summary>Waits for a worker that may give up, or block nobody, and what stands of the request.</summary>
public sealed class KThreadWorkerTimedTests : IDisposable
{
    private static readonly TimeSpan _brief = TimeSpan.FromMilliseconds(20);

    private readonly ManualResetEventSlim _running = new();
    private readonly ManualResetEventSlim _gate = new();
    private int _runs;

    public void Dispose()
    {
        _running.Dispose();
        _gate.Dispose();
    }

    [Fact]
    public void FlushThatGivesUp_LeavesTheWorkAlone()
    {
        using var worker = KThreadWorker.Create();
        KThreadWork work = Block(worker);
        Assert.False(worker.TryFlushWork(work, _brief));
        Assert.False(worker.TryFlush(_brief));
        Assert.False(worker.TryFlushWork(work, TimeSpan.Zero));
        Assert.False(worker.TryFlush(TimeSpan.Zero));
        using var source = new CancellationTokenSource(_brief);
        Assert.ThrowsAny<OperationCanceledException>(() => worker.FlushWork(work, source.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => worker.Flush(source.Token));
        _gate.Set();

        Assert.True(worker.TryFlushWork(work, Patience.Limit));
        Assert.True(worker.TryFlush(Patience.Limit));
        Assert.True(worker.TryFlush(TimeSpan.Zero));
        Assert.False(worker.FlushWork(work, CancellationToken.None));
        Assert.Equal(1, _runs);
    }

    [Fact]
    public void TimedFlush_ThrowsWhatTheWorkThrew()
    {
        using var worker = KThreadWorker.Create();
        worker.WorkFailed += (_, _) => { };
        var work = new KThreadWork(_ => throw new InvalidDataException("lost"));
        worker.Queue(work);

        Assert.Throws<InvalidDataException>(() => worker.TryFlushWork(work, Patience.Limit));
        Assert.Throws<InvalidDataException>(() => worker.TryFlushWork(work, TimeSpan.Zero));
    }

    [Fact]
    public void CancelThatGivesUp_HasTakenTheWorkBack()
    {
        using var worker = KThreadWorker.Create();
        KThreadWork work = Block(worker);
        Assert.True(worker.Queue(work));
        Assert.False(worker.TryCancelSync(work, _brief, out bool wasPending));
        Assert.True(wasPending);
        Assert.False(work.IsPending);
        Assert.False(worker.TryCancelSync(work, TimeSpan.Zero, out wasPending));
        Assert.False(wasPending);
        using var source = new CancellationTokenSource(_brief);
        Assert.True(worker.Queue(work));
        Assert.ThrowsAny<OperationCanceledException>(() => worker.CancelSync(work, source.Token));
        Assert.False(work.IsPending);
        _gate.Set();

        Assert.True(worker.TryCancelSync(work, Patience.Limit, out _));
        Assert.False(worker.CancelSync(work, CancellationToken.None));
        Assert.Equal(1, _runs);
        Assert.True(worker.Queue(work));
    }

    [Fact]
    public void DestroyThatGivesUp_TakesNoMoreWorks_AndCanBeEndedLater()
    {
        var worker = KThreadWorker.Create();
        KThreadWork work = Block(worker);
        var behind = new KThreadWork(_ => _runs++);
        worker.Queue(behind);
        Assert.False(worker.TryDestroy(_brief));
        Assert.False(worker.TryDestroy(TimeSpan.Zero));
        Assert.False(worker.Queue(work));
        using var source = new CancellationTokenSource(_brief);
        Assert.ThrowsAny<OperationCanceledException>(() => worker.Destroy(source.Token));
        _gate.Set();

        Assert.True(worker.TryDestroy(Patience.Limit));
        Assert.Equal(2, _runs);
        worker.Destroy();
    }

    [Fact]
    public void DestroyWithACancelledToken_DoesNothing()
    {
        using var worker = KThreadWorker.Create();

        Assert.ThrowsAny<OperationCanceledException>(() => worker.Destroy(new CancellationToken(canceled: true)));
        Assert.True(worker.Queue(new KThreadWork(_ => { })));
    }

    [Fact]
    public async Task CancelSyncAsync_WaitsForTheRun_AndKeepsItFromBeingQueued()
    {
        using var worker = KThreadWorker.Create();
        KThreadWork work = Block(worker);
        worker.Queue(work);
        Task<bool> cancel = worker.CancelSyncAsync(work);
        Assert.False(cancel.IsCompleted);
        Assert.False(worker.Queue(work));
        _gate.Set();

        Assert.True(await cancel.WaitAsync(Patience.Limit));
        Assert.False(await worker.CancelSyncAsync(work));
        Assert.Equal(1, _runs);
        Assert.True(worker.Queue(work));
    }

    [Fact]
    public async Task DestroyAsync_RunsWhatIsQueued()
    {
        var worker = KThreadWorker.Create();
        Block(worker);
        using var source = new CancellationTokenSource(_brief);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => worker.DestroyAsync(source.Token));
        Task destroy = worker.DestroyAsync();
        Assert.False(destroy.IsCompleted);
        _gate.Set();
        await destroy.WaitAsync(Patience.Limit);

        Assert.Equal(1, _runs);
        Assert.False(worker.Queue(new KThreadWork(_ => { })));
        worker.Dispose();
    }

    [Fact]
    public async Task DestroyAsync_ThrowsWhatNobodyWasTold()
    {
        var worker = KThreadWorker.Create();
        worker.Queue(new KThreadWork(_ => throw new InvalidDataException("lost")));

        await Assert.ThrowsAsync<InvalidDataException>(() => worker.DestroyAsync());
    }

    [Fact]
    public void WrongCalls_AreThrownByTheCall_NotByTheTask()
    {
        using var worker = KThreadWorker.Create();
        using var other = KThreadWorker.Create();
        var others = new KThreadWork(_ => { });
        other.Queue(others);
        Action[] without = [() => worker.Queue(null!), () => worker.FlushWork(null!), () => worker.FlushWorkAsync(null!), () => worker.CancelSync(null!), () => worker.CancelSyncAsync(null!)];
        Action[] foreign = [() => worker.Queue(others), () => worker.FlushWork(others), () => worker.FlushWorkAsync(others), () => worker.CancelSyncAsync(others)];
        Assert.All(without, call => Assert.Equal("work", Assert.Throws<ArgumentNullException>(call).ParamName));
        Assert.All(foreign, call => Assert.Throws<InvalidOperationException>(call));
    }

    [Fact]
    public void OwnWork_IsRefusedByEveryForm()
    {
        using var worker = KThreadWorker.Create();
        var refused = new List<Exception>();
        var work = new KThreadWork(self =>
        {
            Action[] calls =
            [
                () => worker.TryFlush(_brief), () => worker.FlushAsync(), () => worker.TryFlushWork(self, _brief), () => worker.FlushWorkAsync(self),
                () => worker.TryCancelSync(self, _brief, out _), () => worker.CancelSyncAsync(self), () => worker.TryDestroy(_brief), () => worker.DestroyAsync(),
            ];
            refused.AddRange(calls.Select(call => Assert.Throws<InvalidOperationException>(call)));
        });
        worker.Queue(work);
        worker.FlushWork(work);

        Assert.Equal(8, refused.Count);
    }

    [Theory]
    [InlineData("TryFlush", true)]
    [InlineData("TryFlushWork", true)]
    [InlineData("TryCancelSync", true)]
    [InlineData("TryDestroy", true)]
    [InlineData("Flush", false)]
    [InlineData("FlushWork", false)]
    [InlineData("CancelSync", false)]
    [InlineData("Destroy", false)]
    public void WaitUnderALockThatTheWorkTakes_StallsIfItIsTimed(string how, bool stalls)
    {
        using var lab = new Lab(Lab.Everything);
        var a = new KMutex(name: "a");
        var worker = KThreadWorker.Create("w");
        var work = new KThreadWork(_ => Pass(a), "work");
        worker.Queue(work);
        worker.Flush();
        lab.Thread("other").Do(() => Under(a, () => Ask(worker, work, how, Patience.Limit)));
        worker.Destroy();

        Assert.NotEmpty(lab.Reports);
        Assert.All(lab.Reports, r => Assert.Equal(stalls, r.Flags.HasFlag(ReportFlags.Stall)));
    }

    [Theory]
    [InlineData("TryFlush")]
    [InlineData("TryFlushWork")]
    [InlineData("TryCancelSync")]
    [InlineData("TryDestroy")]
    public void WaitOfNoTime_IsNone(string how)
    {
        using var lab = new Lab(Lab.Everything);
        var a = new KMutex(name: "a");
        var worker = KThreadWorker.Create("w");
        var work = new KThreadWork(_ => Pass(a), "work");
        worker.Queue(work);
        worker.Flush();
        lab.Thread("other").Do(() => Under(a, () => Ask(worker, work, how, TimeSpan.Zero)));
        worker.Destroy();

        lab.IsQuiet();
    }

    private static void Ask(KThreadWorker worker, KThreadWork work, string how, TimeSpan timeout)
    {
        switch (how)
        {
            case "TryFlush":
                worker.TryFlush(timeout);
                break;
            case "TryFlushWork":
                worker.TryFlushWork(work, timeout);
                break;
            case "TryCancelSync":
                worker.TryCancelSync(work, timeout, out _);
                break;
            case "TryDestroy":
                worker.TryDestroy(timeout);
                break;
            case "Flush":
                worker.Flush(CancellationToken.None);
                break;
            case "FlushWork":
                worker.FlushWork(work, CancellationToken.None);
                break;
            case "CancelSync":
                worker.CancelSync(work, CancellationToken.None);
                break;
            default:
                worker.Destroy(CancellationToken.None);
                break;
        }
    }

    /// <summary>A work that runs until the gate is open.</summary>
    private KThreadWork Block(KThreadWorker worker)
    {
        var work = new KThreadWork(_ =>
        {
            _runs++;
            _running.Set();
            _gate.Wait(Patience.Limit);
        });
        worker.Queue(work);
        Assert.True(_running.Wait(Patience.Limit));
        return work;
    }
}
