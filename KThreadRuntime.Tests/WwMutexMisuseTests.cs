namespace KThreadRuntime.Tests;

/// <summary>The rules of contexts, as the kernel's debug checks and selftests have them; foreign contexts are faked.</summary>
public class WwMutexMisuseTests
{
    private readonly LockdepOptions _kernel = new() { Policy = LockdepPolicy.Kernel, Threshold = Confidence.ClassLevelOnly };

    [Fact]
    public void RightUse_IsQuiet()
    {
        using WwLab ww = Create();
        using (var context = new WwAcquireContext(ww.Class))
        {
            Assert.Equal(WwResult.Acquired, ww.Mutexes[0].Acquire(context));
            Assert.Equal(WwResult.Acquired, ww.Mutexes[1].Acquire(context));
            Assert.True(ww.Mutexes[2].TryAcquire(context));
            context.Done();
            WwLab.ReleaseAll(ww.Mutexes);
        }

        ww.Lab.IsQuiet();
    }

    [Fact]
    public void RefusedAcquire_ReleasedAndTakenAgain_IsQuiet()
    {
        foreach (bool slow in new[] { false, true })
        {
            using WwLab ww = Create();
            using var context = new WwAcquireContext(ww.Class);
            using ForeignHolder holder = RefuseSecond(ww, context);
            holder.Release();
            ww.Mutexes[0].Release();
            Take(ww.Mutexes[1], context, slow);

            ww.Mutexes[1].Release();
            ww.Lab.IsQuiet();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RefusedAcquire_TakenAgainWithoutReleasingTheOthers_Reports(bool slow)
    {
        using WwLab ww = Create();
        var context = new WwAcquireContext(ww.Class);
        using ForeignHolder holder = RefuseSecond(ww, context);
        holder.Release();
        Take(ww.Mutexes[1], context, slow);

        Assert.Equal(["acquires the mutex that was refused before all others were released."], ww.Misuses);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void RefusedAcquire_FollowedByAnotherMutex_Reports(bool slow, bool releases)
    {
        using WwLab ww = Create();
        var context = new WwAcquireContext(ww.Class);
        using ForeignHolder holder = RefuseSecond(ww, context);
        if (releases)
        {
            ww.Mutexes[0].Release();
        }

        Take(ww.Mutexes[2], context, slow);
        Assert.Equal(["acquires another mutex than the one that was refused."], ww.Misuses);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RefusedAcquire_FollowedByAnotherRefusal_Reports(bool slow)
    {
        using WwLab ww = Create();
        var context = new WwAcquireContext(ww.Class);
        using ForeignHolder holder = RefuseSecond(ww, context), third = new(ww.Mutexes[2], Fake(ww, context, -1));
        if (slow)
        {
            Assert.Throws<InvalidOperationException>(() => ww.Mutexes[2].AcquireSlow(context));
        }
        else
        {
            Assert.Equal(WwResult.Deadlock, ww.Mutexes[2].Acquire(context));
        }

        Assert.Equal(["acquires another mutex than the one that was refused."], ww.Misuses);
    }

    [Fact]
    public void SlowAcquireThatNothingCalledFor_Reports()
    {
        using WwLab ww = Create();
        using var context = new WwAcquireContext(ww.Class);
        ww.Mutexes[0].AcquireSlow(context);

        Assert.Equal(["acquires the slow way though nothing was refused."], ww.Misuses);
        ww.Mutexes[0].Release();
    }

    [Theory]
    [InlineData(LockdepPolicy.Default)]
    [InlineData(LockdepPolicy.Kernel)]
    public void TwoContextsInOneThread_Report(LockdepPolicy policy)
    {
        using var ww = new WwLab(WwAlgorithm.WoundWait, 1, new LockdepOptions { Policy = policy });
        using var first = new WwAcquireContext(ww.Class);
        using var second = new WwAcquireContext(ww.Class);

        Assert.Equal(["begins a second context of a class under the first."], ww.Misuses);
    }

    [Fact]
    public void ContextsOneAfterTheOther_OrOfTwoClasses_AreQuiet()
    {
        using WwLab ww = Create();
        var other = new WwClass("other");
        for (int i = 0; i < 2; i++)
        {
            using var first = new WwAcquireContext(ww.Class);
            using var second = new WwAcquireContext(other);
        }

        ww.Lab.IsQuiet();
    }

    [Fact]
    public void ContextOfAnotherClass_IsReportedAndRefused()
    {
        using WwLab ww = Create();
        using var context = new WwAcquireContext(new WwClass("other"));

        Assert.Throws<ArgumentException>(() => ww.Mutexes[0].Acquire(context));
        Assert.Equal(["acquires a mutex of ww under a context of other."], ww.Misuses);
    }

    [Fact]
    public void ContextOfAnotherThread_IsReportedAndRefused()
    {
        using WwLab ww = Create();
        using var context = new WwAcquireContext(ww.Class);

        Assert.Throws<InvalidOperationException>(() => ww.Lab.Thread("other").Do(() => ww.Mutexes[0].Acquire(context)));
        Assert.Equal(["uses a context of another thread."], ww.Misuses);
    }

    [Fact]
    public void DoneTwice_Reports()
    {
        using WwLab ww = Create();
        using var context = new WwAcquireContext(ww.Class);
        context.Done();
        ww.Lab.IsQuiet();
        context.Done();

        Assert.Equal(["says a second time that all is acquired."], ww.Misuses);
    }

    [Fact]
    public void DisposedTwice_Reports()
    {
        using WwLab ww = Create();
        var context = new WwAcquireContext(ww.Class);
        context.Dispose();
        ww.Lab.IsQuiet();
        context.Dispose();

        Assert.Equal([ReportKind.UnbalancedRelease], ww.Kinds);
        Assert.Throws<ObjectDisposedException>(() => ww.Mutexes[0].Acquire(context));
        Assert.Equal(["uses a context that has ended."], ww.Misuses);
    }

    [Fact]
    public void DisposedWhileItHolds_Reports()
    {
        using WwLab ww = Create();
        var context = new WwAcquireContext(ww.Class);
        ww.Mutexes[0].Acquire(context);
        context.Dispose();

        Assert.Equal(["ends a context that still holds locks."], ww.Misuses);
    }

    [Fact]
    public void AcquireAfterDone_Reports()
    {
        using WwLab ww = Create();
        using var context = new WwAcquireContext(ww.Class);
        context.Done();
        ww.Mutexes[0].Acquire(context);

        Assert.Equal(["acquires under a context that said all was acquired."], ww.Misuses);
        ww.Mutexes[0].Release();
    }

    [Fact]
    public void ReleaseTwice_IsReportedAndRefused()
    {
        using WwLab ww = Create();
        ww.Mutexes[0].Acquire();
        ww.Mutexes[0].Release();

        Assert.Throws<SynchronizationLockException>(() => ww.Mutexes[0].Release());
        Assert.Equal([ReportKind.UnbalancedRelease], ww.Kinds);
    }

    [Fact]
    public void ReleaseUnderAContextThatHoldsNone_Reports()
    {
        using WwLab ww = Create();
        using var context = new WwAcquireContext(ww.Class);
        ww.Mutexes[0].Acquire(context);
        context.Acquired = 0;
        ww.Mutexes[0].Release();

        Assert.Equal(["releases a mutex under a context that holds none."], ww.Misuses);
    }

    [Fact]
    public void StaleContextOnAFreeMutex_Reports()
    {
        using WwLab ww = Create();
        using var context = new WwAcquireContext(ww.Class);
        ww.Mutexes[0].Context = Fake(ww, context, +1);
        Assert.Equal(WwResult.Acquired, ww.Mutexes[0].Acquire(context));

        Assert.Equal(["acquires a mutex that was released without its context."], ww.Misuses);
        ww.Mutexes[0].Release();
    }

    [Fact]
    public void AcquireByTheHolder_IsReportedAndRefused()
    {
        using var ww = new WwLab(WwAlgorithm.WoundWait);
        ww.Mutexes[0].Acquire();

        Assert.Throws<LockRecursionException>(() => ww.Mutexes[0].Acquire());
        Assert.Equal([ReportKind.Recursive], ww.Kinds);
        ww.Mutexes[0].Release();
    }

    [Fact]
    public void InnerMutexByItself_LeavesTheContextAlone()
    {
        using WwLab ww = Create();
        using var context = new WwAcquireContext(ww.Class);
        WwAcquireContext poison = Fake(ww, context, +1);
        WwMutex mutex = ww.Mutexes[0];
        mutex.Context = poison;
        mutex.Acquire();
        Assert.Same(poison, mutex.Context);
        mutex.ReleaseBase();
        Assert.True(mutex.TryAcquire());
        Assert.False(mutex.TryAcquire());
        mutex.ReleaseBase();

        Assert.Same(poison, mutex.Context);
        ww.Lab.IsQuiet();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SecondMutexWithoutContextUnderOneWith_ReportsUnlessTried(bool tries)
    {
        using WwLab ww = Create();
        using var context = new WwAcquireContext(ww.Class);
        ww.Mutexes[0].Acquire(context);
        if (tries)
        {
            Assert.True(ww.Mutexes[1].TryAcquire());
        }
        else
        {
            ww.Mutexes[1].Acquire();
        }

        Assert.Equal(tries ? [] : [ReportKind.Recursive], ww.Kinds);
        WwLab.ReleaseAll(ww.Mutexes.Take(2));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void LockBothUnderAndOverAMutex_ReportsUnlessTried(bool tries, bool reports)
    {
        using WwLab ww = Create();
        var spin = new KSpinLock(name: "spin");
        WwMutex mutex = ww.Mutexes[0];
        ww.Lab.Thread("T1").Do(() =>
        {
            using var context = new WwAcquireContext(ww.Class);
            mutex.Acquire(context);
            using (spin.EnterScope())
            {
            }

            mutex.Release();
        });
        ww.Lab.Thread("T2").Do(() =>
        {
            using (spin.EnterScope())
            {
                Assert.True(tries ? mutex.TryAcquire() : mutex.TryAcquire(Patience.Limit));
                mutex.Release();
            }
        });

        Assert.Equal(reports, ww.Kinds.Contains(ReportKind.Circular));
    }

    private WwLab Create() => new(WwAlgorithm.WaitDie, 3, _kernel);

    /// <summary>A context that nobody drives, so much older or younger than another.</summary>
    private static WwAcquireContext Fake(WwLab ww, WwAcquireContext near, int age)
    {
        WwAcquireContext fake = ww.Lab.Thread("foreign").Do(() => new WwAcquireContext(ww.Class));
        fake.Stamp = near.Stamp + age;
        return fake;
    }

    /// <summary>The first mutex is acquired and the second refused, since an older context holds it.</summary>
    private static ForeignHolder RefuseSecond(WwLab ww, WwAcquireContext context)
    {
        context.Stamp += 10;
        var holder = new ForeignHolder(ww.Mutexes[1], Fake(ww, context, -1));
        Assert.Equal(WwResult.Acquired, ww.Mutexes[0].Acquire(context));
        Assert.Equal(WwResult.Deadlock, ww.Mutexes[1].Acquire(context));
        return holder;
    }

    private static void Take(WwMutex mutex, WwAcquireContext context, bool slow)
    {
        if (slow)
        {
            mutex.AcquireSlow(context);
        }
        else
        {
            Assert.Equal(WwResult.Acquired, mutex.Acquire(context));
        }
    }

    /// <summary>Holds a mutex on a thread of its own, in the name of a context.</summary>
    private sealed class ForeignHolder : IDisposable
    {
        private readonly Actor _actor = new("holder");
        private readonly WwMutex _mutex;

        internal ForeignHolder(WwMutex mutex, WwAcquireContext context)
        {
            _mutex = mutex;
            _actor.Do(() => mutex.Acquire());
            mutex.Context = context;
        }

        internal void Release()
        {
            _mutex.Context = null;
            _actor.Do(() => _mutex.Release());
        }

        public void Dispose() => _actor.Dispose();
    }
}
