using static KThreadRuntime.Tests.CrossReleaseTests;
using static KThreadRuntime.Tests.Context.AsyncFlowTests;

namespace KThreadRuntime.Tests.Context;

/// <summary>Flows that were forked from one that holds an async lock: they hold nothing for sure.</summary>
public class AsyncForkTests
{
    [Fact]
    public async Task TaskStartedUnderTheLockInAScope_IsAForkEvenAfterItsAwaits()
    {
        using var lab = new Lab();
        var (m, a) = New();
        await InPool(async () =>
        {
            using (Lockdep.BeginWork())
            using (await m.AcquireAsync())
            {
                await Task.Run(async () =>
                {
                    Pass(a);
                    await Task.Yield();
                    Pass(a);
                    await Task.Yield();
                    Pass(a);
                });
            }
        });
        Blocker(lab, m, a);

        lab.IsQuiet();
        Assert.Equal(1, lab.Validator.Statistics.BelowThreshold);
    }

    [Fact]
    public async Task ThreadStartedUnderTheLockInAScope_IsAFork()
    {
        using var lab = new Lab();
        var (m, a) = New();
        await InPool(async () =>
        {
            using (Lockdep.BeginWork())
            using (await m.AcquireAsync())
            {
                var thread = new Thread(() => Pass(a)) { IsBackground = true };
                thread.Start();
                Assert.True(thread.Join(Patience.Limit));
            }
        });
        Blocker(lab, m, a);

        lab.IsQuiet();
        Assert.Equal(1, lab.Validator.Statistics.BelowThreshold);
    }

    [Fact]
    public async Task LockThatAForkTakesItself_IsItsOwn()
    {
        using var lab = new Lab();
        var (m, a) = New();
        await InPool(async () =>
        {
            using (Lockdep.BeginWork())
            {
                await Task.Yield();
                await Task.Run(async () =>
                {
                    using (await m.AcquireAsync())
                    {
                        Pass(a);
                    }
                });
            }
        });
        Blocker(lab, m, a);

        Assert.Equal("m --> a", lab.Single().Chain);
    }

    [Fact]
    public async Task LocksOfTwoBranches_AreNotHeldTogether()
    {
        using var lab = new Lab(Lab.Everything);
        var m = new KAsyncMutex(name: "m");
        var n = new KAsyncMutex(name: "n");
        await InPool(() => Task.WhenAll(Hold(m, Task.Yield), Hold(n, Task.Yield)));
        await InPool(() => Task.WhenAll(Hold(n, Task.Yield), Hold(m, Task.Yield)));

        lab.IsQuiet();
        static async Task Hold(KAsyncMutex mutex, Func<System.Runtime.CompilerServices.YieldAwaitable> pause)
        {
            using (await mutex.AcquireAsync())
            {
                await pause();
            }
        }
    }

    [Fact]
    public async Task KnownNoise_AsyncMethodThatNobodyAwaitsInAScope()
    {
        using var lab = new Lab();
        var (m, a) = New();
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task? left = null;
        await InPool(async () =>
        {
            using (Lockdep.BeginWork())
            {
                using (await m.AcquireAsync())
                {
                    left = Later();
                    go.SetResult();
                    await left;
                }
            }
        });
        Blocker(lab, m, a);

        Assert.Equal("m --> a", lab.Single().Chain);
        async Task Later()
        {
            await go.Task.ConfigureAwait(false);
            Pass(a);
        }
    }

    [Fact]
    public async Task AcquireOfWhatAFlowPerhapsHolds_IsClassLevelOnly()
    {
        using var lab = new Lab(Lab.Everything);
        var m = new KAsyncMutex(name: "m");
        await InPool(async () =>
        {
            using KAsyncMutex.Releaser held = await m.AcquireAsync();
            await Task.Yield();
            Assert.False((await m.TryAcquireAsync(TimeSpan.FromMilliseconds(1))).IsAcquired);
        });

        LockdepReport report = lab.Single();
        Assert.Equal(ReportKind.Recursive, report.Kind);
        Assert.Equal(Confidence.ClassLevelOnly, report.Confidence);
    }
}
