using static KThreadRuntime.Tests.KThreadWorkerTests;

namespace KThreadRuntime.Tests;

/// <summary>Works that throw, and what else one may leave behind on its worker.</summary>
public class KThreadWorkerFailureTests
{
    [Fact]
    public void ThrownByAWork_IsThrownByEachFlushAndByDestroyOnce()
    {
        var worker = KThreadWorker.Create();
        var work = new KThreadWork(_ => Thrower());
        var other = new KThreadWork(_ => { });
        worker.Queue(work);
        worker.Queue(other);

        var thrown = Assert.Throws<InvalidDataException>(() => worker.FlushWork(work));
        Assert.Contains(nameof(Thrower), thrown.StackTrace, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => worker.FlushWork(work));
        worker.FlushWork(other);
        Assert.Throws<InvalidDataException>(() => worker.Destroy());
        worker.Destroy();
    }

    [Fact]
    public async Task ThrownBySeveralWorks_IsAnAggregate()
    {
        var worker = KThreadWorker.Create();
        worker.Queue(new KThreadWork(_ => Thrower()));
        worker.Queue(new KThreadWork(_ => Thrower()));

        var thrown = await Assert.ThrowsAsync<AggregateException>(async () => await worker.DisposeAsync());
        Assert.Equal(2, thrown.InnerExceptions.Count);
    }

    [Fact]
    public void WorkFailed_IsToldAndThenDestroyThrowsNothing()
    {
        var worker = KThreadWorker.Create();
        KThreadWorkFailedEventArgs? told = null;
        worker.WorkFailed += (_, e) => told = e;
        var work = new KThreadWork(_ => Thrower());
        worker.Queue(work);
        worker.Destroy();

        Assert.Same(work, told?.Work);
        Assert.IsType<InvalidDataException>(told?.Exception);
    }

    [Fact]
    public void WorkFailedHandlerThatThrows_IsThrownByDestroy()
    {
        var worker = KThreadWorker.Create();
        worker.WorkFailed += (_, _) => throw new NotSupportedException();
        worker.Queue(new KThreadWork(_ => Thrower()));

        Assert.Throws<NotSupportedException>(() => worker.Destroy());
    }

    [Fact]
    public void InterruptThatAWorkLeft_DoesNotEndTheWorker()
    {
        using var worker = KThreadWorker.Create();
        int runs = 0;
        var work = new KThreadWork(_ => runs++);
        worker.Queue(new KThreadWork(_ => Thread.CurrentThread.Interrupt()));
        worker.Flush();
        for (int i = 0; i < 3; i++)
        {
            worker.Queue(work);
            worker.FlushWork(work);
        }

        Assert.Equal(3, runs);
    }
}
