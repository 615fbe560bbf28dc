using KThreadRuntime;

namespace Benchmarks;

/// <summary>The rows of <see cref="PairsBenchmark"/>.</summary>
internal static class PairRows
{
    /// <summary>Against the same code without its probes.</summary>
    internal static PairRow Mutex()
    {
        var bare = new BareMutex();
        var tracked = new KMutex();
        return new PairRow(
            "mutex", "the same without probes", 400_000,
            n =>
            {
                for (int i = 0; i < n; i++)
                {
                    bare.Acquire();
                    bare.Release();
                }

                return n;
            },
            n =>
            {
                for (int i = 0; i < n; i++)
                {
                    tracked.Acquire();
                    tracked.Release();
                }

                return n;
            });
    }

    internal static PairRow ReadSide()
    {
        var rw = new ReaderWriterLockSlim();
        var map = new LockdepMap("rw");
        return new PairRow(
            "read", "ReaderWriterLockSlim read", 200_000,
            n =>
            {
                for (int i = 0; i < n; i++)
                {
                    rw.EnterReadLock();
                    rw.ExitReadLock();
                }

                return n;
            },
            n =>
            {
                for (int i = 0; i < n; i++)
                {
                    Lockdep.Acquire(map, LockMode.Shared);
                    rw.EnterReadLock();
                    rw.ExitReadLock();
                    Lockdep.Release(map);
                }

                return n;
            });
    }

    internal static PairRow Signalled()
    {
        var bare = new SemaphoreSlim(0);
        var tracked = new Completion();
        return new PairRow(
            "signalled", "SemaphoreSlim Release+Wait", 200_000,
            n =>
            {
                for (int i = 0; i < n; i++)
                {
                    bare.Release();
                    bare.Wait();
                }

                return n;
            },
            n =>
            {
                for (int i = 0; i < n; i++)
                {
                    tracked.Complete();
                    tracked.Wait();
                }

                return n;
            });
    }

    /// <summary>On one processor each wait gives it up: nobody is signalled while it still spins.</summary>
    internal static PairRow BlockedPingPong() => PingPong("ping-pong, blocked", processor: 0, operations: 1_010);

    /// <summary>On two, the other's answer often comes while the waiter spins.</summary>
    internal static PairRow SpinningPingPong() => PingPong("ping-pong, spinning", processor: 1, operations: 20_200);

    private static PairRow PingPong(string name, int processor, int operations)
    {
        var bare = new Partners(new Completion((LockdepMap?)null), new Completion((LockdepMap?)null), processor);
        var tracked = new Partners(new Completion(name: "ping"), new Completion(name: "pong"), processor);
        return new PairRow(name, "the same without probes", operations, bare.Play, tracked.Play, () =>
        {
            bare.Dispose();
            tracked.Dispose();
        })
        {
            // Which of the two comes first changes, and with it now and then what the graph is told.
            MayAllocate = true,
        };
    }

    internal static PairRow Contended() => Threads("contended", share: true, threads: 2);

    /// <summary>The base of the slope: the same body on one thread.</summary>
    internal static PairRow OneThread() => Threads("private, 1 thread", share: false, threads: 1);

    internal static PairRow TwoThreads() => Threads("private, 2 threads", share: false, threads: 2);

    private static PairRow Threads(string name, bool share, int threads)
    {
        var crew = new Crew(threads, share);
        return new PairRow(name, "lock", 400_000, crew.Raw, crew.Tracked, crew.Dispose);
    }
}
