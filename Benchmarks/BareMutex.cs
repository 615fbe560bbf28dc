namespace Benchmarks;

/// <summary>What <see cref="KThreadRuntime.KMutex"/> does, without its probes.</summary>
internal sealed class BareMutex
{
    private readonly object _monitor = new();
    private int _owner;

    internal bool IsHeldByCurrentThread => Volatile.Read(ref _owner) == Environment.CurrentManagedThreadId;

    internal void Acquire()
    {
        if (IsHeldByCurrentThread)
        {
            throw new LockRecursionException();
        }

        Monitor.Enter(_monitor);
        _owner = Environment.CurrentManagedThreadId;
    }

    internal void Release()
    {
        if (!IsHeldByCurrentThread)
        {
            throw new SynchronizationLockException();
        }

        _owner = 0;
        Monitor.Exit(_monitor);
    }
}
