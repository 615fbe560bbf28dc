using System.Diagnostics;
using KThreadRuntime.Context;

namespace KThreadRuntime.Tests;

/// <summary>How long locks are held: one hold for each time somebody has a lock, whatever else happens meanwhile.</summary>
public class HoldTimesTests
{
    private static LockdepOptions Timing => new() { HoldTimes = true };

    [Fact]
    public void WithoutTheOption_NothingIsCounted()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        Pass(a, times: 3);
        Assert.Equal(0, a.Class!.Holds.Exclusive.Count);
    }

    [Fact]
    public void EachHold_IsCountedOnItsSide()
    {
        using var lab = new Lab(Timing);
        var a = new LockdepMap("a");
        var clock = Stopwatch.StartNew();
        Pass(a, times: 3);
        Pass(a, times: 2, LockMode.Shared);
        TimeSpan all = clock.Elapsed;

        (LockTimes write, LockTimes read) = (a.Class!.Holds.Exclusive, a.Class.Holds.Shared);
        Assert.Equal((3, 2), (write.Count, read.Count));
        Assert.InRange(write.Total + read.Total, TimeSpan.Zero, all);
        Assert.True(write.Min <= write.Average && write.Average <= write.Max && write.Max <= write.Total);
        Assert.Equal(0, a.Class.Contention.Exclusive.Count);
    }

    [Fact]
    public void KnownPlace_StaysKnown()
    {
        using var lab = new Lab(Timing);
        LockdepMap[] many = Maps.Many(4, "many");
        LockdepContext context = LockdepContext.For(lab.Validator);
        foreach (LockdepMap map in many)
        {
            Pass(map, times: 2);
        }

        long slow = context.SlowAcquires, history = context.HistoryWritten;
        foreach (LockdepMap map in many)
        {
            Pass(map, times: 2);
        }

        Assert.Equal((slow, history), (context.SlowAcquires, context.HistoryWritten));
        Assert.Equal(16, many[0].Class!.Holds.Exclusive.Count);
        Assert.Equal(0, context.HeldCount);
    }

    [Fact]
    public void ReentrantAcquires_AreOneHold()
    {
        using var lab = new Lab(Timing);
        var a = new LockdepMap("a", kind: LockdepMapKind.ReentrantLock);
        Maps.Under(a, () => Pass(a, times: 3));
        Assert.Equal(1, a.Class!.Holds.Exclusive.Count);
        Assert.False(Lockdep.IsHeld(a));
    }

    [Fact]
    public void ReleaseInAnyOrder_CountsFromEachAcquire()
    {
        using var lab = new Lab(Timing);
        var a = new LockdepMap("a");
        var b = new LockdepMap("b");
        Lockdep.Acquire(a);
        Lockdep.Acquire(b);
        Lockdep.Release(a);
        Lockdep.Release(b);

        Assert.Equal((1, 1), (a.Class!.Holds.Exclusive.Count, b.Class!.Holds.Exclusive.Count));
    }

    [Fact]
    public void HoldOfALockThatMoved_BeganWhereItWasAcquired()
    {
        using var lab = new Lab(Timing);
        var a = new LockdepMap("a");
        var b = new LockdepMap("b");
        Lockdep.Acquire(a);
        Lockdep.Acquire(b);
        TimeSpan least = Burn();
        Lockdep.Release(a);
        Lockdep.Release(b);

        Assert.True(b.Class!.Holds.Exclusive.Min >= least);
    }

    [Fact]
    public void Downgrade_EndsTheWriteAndBeginsTheRead()
    {
        using var lab = new Lab(Timing);
        var a = new LockdepMap("a");
        Lockdep.Acquire(a);
        TimeSpan least = Burn();
        Lockdep.Downgrade(a);
        var clock = Stopwatch.StartNew();
        Assert.Equal((1, 0), (a.Class!.Holds.Exclusive.Count, a.Class.Holds.Shared.Count));
        clock.Stop();
        Lockdep.Release(a);

        Assert.Equal((1, 1), (a.Class.Holds.Exclusive.Count, a.Class.Holds.Shared.Count));
        Assert.True(a.Class.Holds.Exclusive.Min >= least && a.Class.Holds.Shared.Min >= clock.Elapsed);
    }

    [Fact]
    public void TimeBlocked_IsNoTimeHeld()
    {
        using var lab = new Lab(Timing);
        var a = new LockdepMap("a");
        Lockdep.Acquire(a);
        Lockdep.Contended(a);
        TimeSpan blocked = Burn();
        var clock = Stopwatch.StartNew();
        Lockdep.Acquired(a);
        Lockdep.Release(a);

        Assert.InRange(a.Class!.Holds.Exclusive.Max, TimeSpan.Zero, clock.Elapsed);
        Assert.True(a.Class.Contention.Exclusive.Min >= blocked);
    }

    [Fact]
    public void PinnedLock_IsCountedAndStaysPinned()
    {
        using var lab = new Lab(Timing);
        var a = new LockdepMap("a");
        Lockdep.Acquire(a);
        PinCookie pin = Lockdep.Pin(a);
        Lockdep.Release(a);

        Assert.Equal(ReportKind.Pinned, lab.Single().Kind);
        Assert.Equal(1, a.Class!.Holds.Exclusive.Count);
        Assert.NotEqual(default, pin);
    }

    [Fact]
    public async Task HoldOfAnAsyncLock_GoesOverTheAwait()
    {
        LockdepValidator validator = new(Timing);
        using LockdepValidator.Scope scope = validator.Enter();
        var mutex = new KAsyncMutex(name: "m");
        TimeSpan least;
        using (await mutex.AcquireAsync())
        {
            await Task.Yield();
            least = Burn();
        }

        Assert.Equal(1, mutex.Map!.Class!.Holds.Exclusive.Count);
        Assert.True(mutex.Map.Class.Holds.Exclusive.Min >= least);
    }

    [Fact]
    public void Mutex_TellsBothHalves()
    {
        using var lab = new Lab(Timing);
        var mutex = new KMutex(name: "m");
        mutex.Acquire();
        Actor.Job other = lab.Thread("other").Begin(() => { mutex.Acquire(); mutex.Release(); });
        Patience.Until(() => lab.Validator.BlockedTasks.Count == 1, "The other thread did not block.");
        mutex.Release();
        other.Finish();

        Assert.Equal((1, 2), (mutex.Map!.Class!.Contention.Exclusive.Count, mutex.Map.Class.Holds.Exclusive.Count));
    }

    private static void Pass(LockdepMap map, int times, LockMode mode = LockMode.Exclusive)
    {
        for (int i = 0; i < times; i++)
        {
            Lockdep.Acquire(map, mode);
            Lockdep.Release(map);
        }
    }

    /// <summary>Some time that has passed for certain, in whole units of what is counted.</summary>
    private static TimeSpan Burn()
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromMilliseconds(1))
        {
        }

        return TimeSpan.FromMilliseconds(1);
    }
}
