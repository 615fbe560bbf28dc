using System.Runtime.CompilerServices;
using static KThreadRuntime.Tests.CrossReleaseTests;
using static KThreadRuntime.Tests.Context.AsyncFlowTests;

namespace KThreadRuntime.Tests.Context;

/// <summary>Work scopes that go with an async flow, and flows without one.</summary>
public class AsyncScopeTests
{
    [Fact]
    public async Task LockAfterAnotherAwait_IsClassLevelOnly()
    {
        using var lab = new Lab(Lab.Everything);
        var (m, a) = New();
        await InPool(() => TakeAfterAnAwait(m, a));
        Blocker(lab, m, a);

        LockdepReport report = lab.Single();
        Assert.Equal(Confidence.ClassLevelOnly, report.Confidence);
        Assert.True(report.Flags.HasFlag(ReportFlags.Unscoped));
    }

    [Fact]
    public async Task LockAfterAnotherAwaitInOneScope_Reports()
    {
        using var lab = new Lab();
        var (m, a) = New();
        await InPool(async () =>
        {
            using (Lockdep.BeginWork())
            {
                await TakeAfterAnAwait(m, a);
            }
        });
        Blocker(lab, m, a);

        LockdepReport report = lab.Single();
        Assert.Equal("m --> a", report.Chain);
        Assert.False(report.Flags.HasFlag(ReportFlags.Unscoped));
    }

    [Fact]
    public async Task ScopedObservationAfterAnUnscopedOne_Reports()
    {
        using var lab = new Lab();
        var (m, a) = New();
        await InPool(() => TakeAfterAnAwait(m, a));
        Blocker(lab, m, a);
        lab.IsQuiet();
        await InPool(async () =>
        {
            using (Lockdep.BeginWork())
            {
                await TakeAfterAnAwait(m, a);
            }
        });

        Assert.Equal(["a", "m"], lab.Single().Steps.Select(s => s.Held.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Scope_GoesWithTheFlowAndEndsOnWhateverThread()
    {
        using var lab = new Lab(Lab.Everything);
        var (a, c) = Pair();
        var d = new Completion(name: "d");
        await InPool(async () =>
        {
            using (Lockdep.BeginWork())
            {
                await Task.Yield();
                Pass(a);
                c.Complete();
            }

            d.Complete();
        });
        Actor waiter = lab.Thread("waiter");
        waiter.Do(() => Under(a, () => d.Wait()));
        lab.IsQuiet();
        waiter.Do(() => Under(a, () => c.Wait()));

        LockdepReport report = lab.Single();
        Assert.Equal(Confidence.Possible, report.Confidence);
        Assert.False(report.Flags.HasFlag(ReportFlags.Unscoped));
    }

    [Fact]
    public async Task AsyncLockHeldAtTheEndOfItsScope_IsReportedOnWhateverThread()
    {
        using var lab = new Lab();
        var m = new KAsyncMutex(name: "m");
        var n = new KAsyncMutex(name: "n");
        await InPool(async () =>
        {
            using KAsyncMutex.Releaser around = await n.AcquireAsync();
            KAsyncMutex.Releaser held;
            using (Lockdep.BeginWork())
            {
                held = await m.AcquireAsync();
                await Task.Yield();
            }

            held.Release();
        });

        LockdepReport report = lab.Single();
        Assert.Equal(ReportKind.HeldAtBoundary, report.Kind);
        Assert.Contains("still holds m at", report.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AsyncLockHeldAtTheEndOfItsScope_IsReportedOnAThreadNewToTheValidator()
    {
        using var lab = new Lab();
        var m = new KAsyncMutex(name: "m");
        await InPool(async () =>
        {
            KAsyncMutex.Releaser held;
            using (Lockdep.BeginWork())
            {
                held = await m.AcquireAsync();
                await new OtherPoolThread();
            }

            held.Release();
        });

        Assert.Contains("still holds m at", lab.Single().Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AsyncLockReleasedBeforeTheEndOfItsScope_IsQuietOnAThreadNewToTheValidator()
    {
        using var lab = new Lab();
        var m = new KAsyncMutex(name: "m");
        await InPool(async () =>
        {
            using (Lockdep.BeginWork())
            {
                using (await m.AcquireAsync())
                {
                    await new OtherPoolThread();
                }
            }
        });

        lab.IsQuiet();
    }

    [Fact]
    public async Task WorkOfAPoolThreadAfterAScopedFlow_IsUnscopedAgain()
    {
        using var lab = new Lab(Lab.Everything);
        var (a, c) = Pair();
        await InPool(async () =>
        {
            using (Lockdep.BeginWork())
            {
                await Task.Run(() =>
                {
                    Pass(a);
                    c.Complete();
                });
            }
        });
        lab.Thread("waiter").Do(() => Under(a, () => c.Wait()));

        Assert.Equal(Confidence.ClassLevelOnly, lab.Single().Confidence);
    }

    /// <summary>Goes on in another thread of the pool: the one that awaits is kept busy until that has begun.</summary>
    private readonly struct OtherPoolThread : INotifyCompletion
    {
        public bool IsCompleted => false;

        public OtherPoolThread GetAwaiter() => this;

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation)
        {
            using var begun = new ManualResetEventSlim();
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    begun.Set();
                    continuation();
                },
                null);
            Assert.True(begun.Wait(Patience.Limit));
        }
    }
}
