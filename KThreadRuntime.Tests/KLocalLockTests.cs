namespace KThreadRuntime.Tests;

public class KLocalLockTests
{
    [Fact]
    public void EachThreadHasItsOwn()
    {
        using var local = new KLocalLock();
        using var other = new Actor("other");
        using (local.EnterScope())
        {
            Assert.True(local.IsHeldByCurrentThread);
            other.Do(() =>
            {
                Assert.False(local.IsHeldByCurrentThread);
                local.Acquire();
                local.Release();
                Assert.True(local.TryAcquire());
                Assert.False(local.TryAcquire());
                local.Release();
            });
            Assert.True(local.IsHeldByCurrentThread);
        }

        Assert.False(local.IsHeldByCurrentThread);
    }

    [Fact]
    public void AcquireAgainOnOneThread_IsReportedAndRefused()
    {
        using var lab = new Lab();
        using var local = new KLocalLock(name: "local");
        local.Acquire();

        Assert.Throws<LockRecursionException>(() => local.Acquire());
        Assert.Equal(ReportKind.Recursive, lab.Single().Kind);
        local.Release();
        Assert.False(Lockdep.IsHeld(local.Map!));
    }

    [Fact]
    public void ReleaseOnAnotherThread_IsReportedAndRefused()
    {
        using var lab = new Lab();
        using var local = new KLocalLock(name: "local");
        local.Acquire();

        Assert.Throws<SynchronizationLockException>(() => lab.Thread("other").Do(() => local.Release()));
        Assert.Equal(ReportKind.UnbalancedRelease, lab.Single().Kind);
        local.Release();
    }

    [Fact]
    public void InstancesOfTwoThreads_AreOfOneClass()
    {
        using var lab = new Lab();
        using var local = new KLocalLock(name: "local");
        LockClass? Used()
        {
            using (local.EnterScope())
            {
                return local.Map!.Class;
            }
        }

        LockClass? first = lab.Thread("T1").Do(Used), second = lab.Thread("T2").Do(Used);
        Assert.NotNull(first);
        Assert.Same(first, second);
    }

    [Theory]
    [InlineData(LockdepPolicy.Default, false)]
    [InlineData(LockdepPolicy.Kernel, true)]
    public void RingThroughIt_IsQuietSinceNoAcquireBlocks(LockdepPolicy policy, bool reports)
    {
        using var lab = new Lab(new LockdepOptions { Policy = policy });
        using var local = new KLocalLock(name: "local");
        using var mutex = new KMutex(name: "m");
        lab.Thread("T1").Do(() =>
        {
            using (local.EnterScope())
            using (mutex.EnterScope())
            {
            }
        });
        lab.Thread("T2").Do(() =>
        {
            using (mutex.EnterScope())
            using (local.EnterScope())
            {
            }
        });

        Assert.Equal(reports, lab.Reports.Any(r => r.Kind == ReportKind.Circular));
    }

    [Fact]
    public void DisposeOfAHeldLock_Reports()
    {
        using var lab = new Lab();
        var local = new KLocalLock(name: "local");
        local.Acquire();
        local.Dispose();
        local.Dispose();

        Assert.Equal(ReportKind.HeldLockFreed, lab.Single().Kind);
        Assert.Throws<ObjectDisposedException>(() => local.Acquire());
    }
}
