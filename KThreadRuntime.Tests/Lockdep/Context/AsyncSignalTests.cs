using static KThreadRuntime.Tests.CrossReleaseTests;
using static KThreadRuntime.Tests.Context.AsyncFlowTests;

namespace KThreadRuntime.Tests.Context;

/// <summary>Signals given, and waited for, by flows that use async locks.</summary>
public class AsyncSignalTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task KnownMiss_SignalAfterAnAwaitedCompletion(bool awaits)
    {
        using var lab = new Lab(Lab.Everything);
        Completion c = new(name: "c"), d = new(name: "d");
        Actor.Job relay = lab.Thread("relay").Begin(() =>
        {
            d.Wait();
            c.Complete();
        });
        Patience.Until(() => d.Map!.Waits!.Any, "The relay did not wait.");
        Task flow = Task.Run(async () =>
        {
            if (awaits)
            {
                await c.WaitAsync().ConfigureAwait(false);
            }
            else
            {
                c.Wait();
            }

            d.Complete();
        });
        Patience.Until(() => c.Map!.Waits!.Any, "The flow did not wait.");
        lab.Thread("helper").Do(() => c.Complete());
        await flow.WaitAsync(Patience.Limit);
        relay.Finish();

        Assert.Equal(awaits ? 0 : 1, lab.Reports.Count);
    }

    [Fact]
    public async Task WaitUnderAnAsyncLockThatTheSignallersFlowTakesFirst_Reports()
    {
        using var lab = new Lab();
        var m = new KAsyncMutex(name: "m");
        var c = new Completion(name: "c");
        Task waited = c.WaitAsync();
        await InPool(async () =>
        {
            using (await m.AcquireAsync())
            {
            }

            using (Lockdep.BeginWork())
            {
                (await m.AcquireAsync()).Release();
                c.Complete();
            }
        });
        await waited.WaitAsync(Patience.Limit);
        lab.IsQuiet();
        await InPool(async () =>
        {
            using (await m.AcquireAsync())
            {
                Task again = c.WaitAsync();
                c.Complete();
                await again;
            }
        });

        Assert.Equal("(completion)c --> m", lab.Single().Chain);
    }

    [Fact]
    public async Task SignallerThatWaitedForTheAsyncLock_Reports()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        var m = new KAsyncMutex(name: "m");
        var c = new Completion(name: "c");
        Actor waiter = lab.Thread("waiter");
        KAsyncMutex.Releaser held = lab.Thread("holder").Do(() => m.Acquire());
        Actor.Job wait = waiter.Begin(() => c.Wait());
        Patience.UntilWaited(c);
        Task flow = InPool(async () =>
        {
            using (Lockdep.BeginWork())
            {
                (await m.AcquireAsync()).Release();
                c.Complete();
            }
        });
        Patience.Until(() => m.WaiterCount == 1, "The flow did not wait.");
        held.Release();
        await flow;
        wait.Finish();
        waiter.Do(() =>
        {
            using (m.Acquire())
            {
                Assert.False(c.WaitAsync().IsCompleted);
            }
        });

        Assert.Equal("(completion)c --> m", lab.Single().Chain);
    }
}
