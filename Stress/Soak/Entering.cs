using KThreadRuntime;

namespace Stress.Soak;

/// <summary>Each kind of lock in one form: entering it gives what leaves it.</summary>
internal static class Entering
{
    internal static Action Enter(this KMutex mutex)
    {
        mutex.Acquire();
        return () => mutex.Release();
    }

    internal static Action EnterWrite(this KRwLock rw)
    {
        rw.AcquireWrite();
        return () => rw.ReleaseWrite();
    }

    internal static Action EnterRead(this KRwLock rw)
    {
        rw.AcquireRead();
        return () => rw.ReleaseRead();
    }

    internal static Action Enter(this KSemaphore units)
    {
        units.Acquire();
        return () => units.Release();
    }

    internal static Action Enter(this KAsyncMutex flow)
    {
        KAsyncMutex.Releaser releaser = flow.Acquire();
        return () => releaser.Dispose();
    }

    internal static Action Enter(this WwMutex mutex)
    {
        mutex.Acquire();
        return () => mutex.Release();
    }
}
