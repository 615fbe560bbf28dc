using System.Runtime.CompilerServices;
using KThreadRuntime.Context;
using Stress.Memory;

namespace KThreadRuntime.Tests.Trust;

/// <summary>Many threads, many locks, and finalizers; the long runs are <c>Stress memory</c>.</summary>
[Collection(AloneCollection.Name)]
public class LifetimeTests
{
    [Fact]
    public void ShortLivedInstances_LeaveNothing()
    {
        Growth growth = Growth.OfInstances(200_000);

        Assert.True(growth.IsBounded, growth.ToString());
    }

    [Fact]
    public void ThreadsThatEnded_LeaveNothing()
    {
        Growth growth = Growth.OfThreads(2_000);

        Assert.True(growth.IsBounded, growth.ToString());
    }

    [Fact]
    public void ContextOfAThreadThatEnded_IsCollected()
    {
        using var lab = new Lab();
        var map = new LockdepMap("map");
        WeakReference context = UseOnAThread(lab, map);
        Patience.Until(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return !context.IsAlive;
            },
            "The context of a thread that ended is kept.");
    }

    [Fact]
    public void Finalizers_MayUseTrackedLocks()
    {
        using var lab = new Lab();
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        lab.Thread("T1").Do(() => CircularRuleTests.Nest(b, a));
        var released = new CountdownEvent(100);
        MakeGarbage(a, b, released);
        Patience.Until(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return released.IsSet;
            },
            "The finalizers did not run.");

        Assert.Equal("b --> a", lab.Single().Chain);
        Assert.Equal(0, lab.Validator.Statistics.UnbalancedReleases);
        lab.Thread("T2").Do(() => CrossReleaseTests.Pass(a));
    }

    [Fact]
    public void ReleaseByAnother_IsReportedAndTheHolderHoldsOn()
    {
        using var lab = new Lab();
        var map = new LockdepMap("map");
        Actor holder = lab.Thread("holder");
        holder.Do(() => Lockdep.Acquire(map));
        lab.Thread("other").Do(() => Lockdep.Release(map));
        holder.Do(() =>
        {
            Assert.True(Lockdep.IsHeld(map));
            Lockdep.Release(map);
            Assert.Equal(0, LockdepContext.For(lab.Validator).HeldCount);
        });

        Assert.Equal(ReportKind.UnbalancedRelease, lab.Single().Kind);
        Assert.Equal(1, lab.Validator.Statistics.UnbalancedReleases);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference UseOnAThread(Lab lab, LockdepMap map)
    {
        WeakReference? context = null;
        var thread = new Thread(() =>
        {
            Lockdep.Acquire(map);
            Lockdep.Release(map);
            context = new WeakReference(LockdepContext.For(lab.Validator));
        });
        thread.Start();
        Assert.True(thread.Join(Patience.Limit), "The thread did not end.");
        return context!;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MakeGarbage(KMutex a, KMutex b, CountdownEvent released)
    {
        for (int i = 0; i < 100; i++)
        {
            _ = new LocksWhenFinalized(a, b, released);
        }
    }

    private sealed class LocksWhenFinalized(KMutex a, KMutex b, CountdownEvent released)
    {
        ~LocksWhenFinalized()
        {
            CircularRuleTests.Nest(a, b);
            released.Signal();
        }
    }
}
