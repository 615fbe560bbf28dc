using KThreadRuntime.Context;

namespace KThreadRuntime.Tests;

public class LockdepMapTests
{
    /// <summary>Most of what building one costs is its room (64 bits).</summary>
    [Fact]
    public void WhatIsBuilt_TakesLittleRoom()
    {
        using var lab = new Lab();
        Assert.InRange(BytesOf(static () => new LockdepMap("m")), 1, 144);
        Assert.InRange(BytesOf(static () => new Completion()), 1, 192);
    }

    [Fact]
    public void FirstWaitsOfTwoThreads_AreBothKept()
    {
        using var lab = new Lab();
        Actor first = lab.Thread("T1"), second = lab.Thread("T2");
        for (int i = 0; i < 200; i++)
        {
            var map = new LockdepMap("c", kind: LockdepMapKind.Completion);
            Assert.False(map.IsWaitedFor);
            using var both = new Barrier(2);
            WaitTicket one = default, other = default;
            Actor.Job begun = first.Begin(() => one = Begin(map, both));
            second.Do(() => other = Begin(map, both));
            begun.Finish();
            Assert.Equal(2, map.Waits!.Count);

            Lockdep.EndWait(one);
            Assert.True(map.IsWaitedFor);
            Lockdep.EndWait(other);
            Assert.False(map.IsWaitedFor);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public void SidesOfALock_AreToldApartHoweverWarm(int instances)
    {
        using var lab = new Lab();
        LockdepMap[] maps = [.. Enumerable.Range(0, instances).Select(_ => new LockdepMap("m"))];
        lab.Thread("T1").Do(() =>
        {
            for (int lap = 0; lap < 12; lap++)
            {
                LockMode mode = lap / 3 % 2 == 0 ? LockMode.Exclusive : LockMode.Shared;
                foreach (LockdepMap map in maps)
                {
                    Lockdep.Acquire(map, mode);
                    Assert.Equal(mode, Assert.Single(LockdepContext.For(lab.Validator).SnapshotHeld()).Mode);
                    Lockdep.Release(map);
                    Assert.False(Lockdep.IsHeld(map));
                }
            }
        });
        lab.IsQuiet();
    }

    [Fact]
    public void LockAcquiredTwice_IsHeldUntilTheSecondReleaseHoweverWarm()
    {
        using var lab = new Lab();
        var map = new LockdepMap("m", kind: LockdepMapKind.ReentrantLock);
        lab.Thread("T1").Do(() =>
        {
            for (int lap = 0; lap < 4; lap++)
            {
                Lockdep.Acquire(map);
                Lockdep.Acquire(map);
                Lockdep.Release(map);
                Assert.True(Lockdep.IsHeld(map));
                Lockdep.Release(map);
                Assert.False(Lockdep.IsHeld(map));
            }
        });
        lab.IsQuiet();
    }

    private static WaitTicket Begin(LockdepMap map, Barrier both)
    {
        both.SignalAndWait();
        return Lockdep.BeginWait(map);
    }

    private static long BytesOf(Func<object> build)
    {
        const int Count = 100;
        build();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Count; i++)
        {
            build();
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / Count;
    }
}
