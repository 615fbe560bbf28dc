using KThreadRuntime;

namespace Stress.Memory;

/// <summary>Live memory after a tenth of the work and after all of it: what grows with the work is a leak.</summary>
/// <param name="Early">Live bytes after a tenth.</param>
/// <param name="Late">Live bytes at the end.</param>
internal readonly record struct Growth(long Early, long Late)
{
    private const long Allowed = 4 << 20;
    private const int AtOnce = 100;

    /// <summary>Whether nine tenths of the work left less than 4 MiB.</summary>
    internal bool IsBounded => Late - Early < Allowed;

    /// <summary>Mutexes, semaphores and completions that are used once, nested, by one thread.</summary>
    internal static Growth OfInstances(int count)
    {
        using var validator = new LockdepValidator();
        using LockdepValidator.Scope scope = validator.Enter();
        return Measure(count / 4, UseFour);
    }

    /// <summary>Threads that take two locks each and end; a hundred at a time.</summary>
    internal static Growth OfThreads(int count)
    {
        using var validator = new LockdepValidator();
        using LockdepValidator.Scope scope = validator.Enter();
        var outer = new KMutex(new LockClassKey("outer"));
        var inner = new KMutex(new LockClassKey("inner"));
        return Measure(count / AtOnce, () =>
        {
            Thread[] batch = [.. Enumerable.Range(0, AtOnce).Select(_ => new Thread(() => Nest(outer, inner), maxStackSize: 256 * 1024))];
            Array.ForEach(batch, t => t.Start());
            Array.ForEach(batch, t => t.Join());
        });
    }

    public override string ToString() => $"{Early / 1024:N0} KiB live after a tenth, {Late / 1024:N0} KiB at the end";

    private static Growth Measure(int times, Action action)
    {
        long early = 0;
        for (int i = 0; i < times; i++)
        {
            action();
            if (i == times / 10)
            {
                early = Live();
            }
        }

        return new Growth(early, Live());
    }

    private static void UseFour()
    {
        var outer = new KMutex(name: "outer");
        var middle = new KRwSemaphore(name: "middle");
        var inner = new KMutex(name: "inner");
        var done = new Completion(name: "done");
        outer.Acquire();
        middle.AcquireRead();
        inner.Acquire();
        done.Complete();
        inner.Release();
        middle.ReleaseRead();
        outer.Release();
        done.Wait();
    }

    private static void Nest(KMutex outer, KMutex inner)
    {
        outer.Acquire();
        inner.Acquire();
        inner.Release();
        outer.Release();
    }

    /// <summary>Twice, since what a finalizer releases is collected by the next collection only.</summary>
    private static long Live()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
