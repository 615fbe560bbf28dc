namespace KThreadRuntime.Tests;

public class KMutexTests
{
    [Fact]
    public void Acquire_ExcludesOthersUntilRelease()
    {
        var mutex = new KMutex();
        using var other = new Actor("other");
        mutex.Acquire();
        Assert.True(mutex.IsHeldByCurrentThread);
        Assert.False(other.Do(() => mutex.TryAcquire()));
        Actor.Job waiting = other.Begin(() => mutex.Acquire());
        Assert.False(waiting.IsDone);

        mutex.Release();
        waiting.Finish();
        Assert.False(mutex.TryAcquire());
        other.Do(() => mutex.Release());
        Assert.True(mutex.TryAcquire());
        mutex.Release();
    }

    [Fact]
    public void AcquireByTheHolder_IsAnErrorAndNotAHang()
    {
        var mutex = new KMutex();
        using (mutex.EnterScope())
        {
            Assert.Throws<LockRecursionException>(() => mutex.Acquire());
            Assert.False(mutex.TryAcquire());
            Assert.True(mutex.IsHeldByCurrentThread);
        }

        Assert.False(mutex.IsHeldByCurrentThread);
    }

    [Fact]
    public void ReleaseByAnother_IsRefused()
    {
        var mutex = new KMutex();
        using var other = new Actor("other");
        mutex.Acquire();

        Assert.Throws<SynchronizationLockException>(() => other.Do(() => mutex.Release()));
        mutex.Release();
        Assert.Throws<SynchronizationLockException>(() => mutex.Release());
    }

    [Fact]
    public void InterruptedAcquire_HoldsNothing()
    {
        using var lab = new Lab(Lab.Everything);
        var mutex = new KMutex(name: "a");
        var next = new KMutex(name: "b");
        Actor other = lab.Thread("other");
        mutex.Acquire();
        Actor.Job waiting = other.Begin(() => mutex.Acquire());
        Patience.Until(() => lab.Validator.Statistics.Chains == 2, "the acquire was not announced");
        other.Thread.Interrupt();

        Assert.Throws<ThreadInterruptedException>(waiting.Finish);
        other.Do(() => CrossReleaseTests.Pass(next));
        mutex.Release();
        Assert.Equal(0, lab.Validator.Statistics.Dependencies);
        lab.IsQuiet();
    }
}
