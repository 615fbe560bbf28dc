using KThreadRuntime;

namespace Stress.Soak;

/// <summary>One thread of a program without a deadlock: random actions, each of which keeps the rules of <see cref="LegalWorld"/>.</summary>
internal sealed partial class LegalWork(LegalWorld world, Random random)
{
    private static readonly TimeSpan _brief = TimeSpan.FromMilliseconds(1);

    internal long Actions { get; private set; }

    internal void Once()
    {
        switch (random.Next(140))
        {
            case < 40:
                Climb(LegalWorld.Ranks, static () => { });
                break;
            case < 55:
                SiblingsInOrder();
                break;
            case < 67:
                InnerUnderTheGate();
                break;
            case < 75:
                TryDownwards();
                break;
            case < 85:
                Climb(3, Ask);
                break;
            case < 88:
                Climb(3, WaitWithAnEnd);
                break;
            case < 91:
                Climb(3, WaitUntilCancelled);
                break;
            case < 94:
                AskWithoutBlocking();
                break;
            case < 97:
                Climb(2, ParkAndStop);
                break;
            case < 108:
                Climb(LegalWorld.Ranks, Spin);
                break;
            case < 115:
                Climb(LegalWorld.Ranks, UseUnit);
                break;
            case < 120:
                Climb(3, TakeFlowLocks);
                break;
            case < 124:
                TakeFlowLocksAsync().Wait();
                break;
            case < 130:
                Climb(3, UseWorker);
                break;
            case < 137:
                Climb(3, Transact);
                break;
            default:
                Lockdep.IndependencePoint();
                break;
        }

        Actions++;
    }

    /// <summary>Takes some locks upwards, does something, and releases them in any order.</summary>
    private void Climb(int ranks, Action atTheTop)
    {
        var releases = new List<Action>();
        for (int rank = random.Next(ranks); rank < ranks && releases.Count < 5; rank += random.Next(1, 4))
        {
            KMutex mutex = world.Ranked[rank][random.Next(LegalWorld.PerClass)];
            mutex.Acquire();
            releases.Add(() => mutex.Release());
            if (random.Next(3) == 0)
            {
                releases.Add(TakeShared(world.Shared[rank][random.Next(LegalWorld.PerClass)]));
            }
        }

        atTheTop();
        while (releases.Count > 0)
        {
            int next = random.Next(releases.Count);
            releases[next]();
            releases.RemoveAt(next);
        }
    }

    private Action TakeShared(KRwSemaphore semaphore)
    {
        switch (random.Next(4))
        {
            case 0:
                semaphore.AcquireWrite();
                return () => semaphore.ReleaseWrite();
            case 1:
                semaphore.AcquireWrite();
                semaphore.Downgrade();
                return () => semaphore.ReleaseRead();
            default:
                semaphore.AcquireRead();
                return () => semaphore.ReleaseRead();
        }
    }

    private void SiblingsInOrder()
    {
        KMutex[] siblings = world.Ranked[random.Next(LegalWorld.Ranks)];
        int first = random.Next(LegalWorld.PerClass - 1), second = random.Next(first + 1, LegalWorld.PerClass);
        siblings[first].Acquire();
        siblings[second].Acquire();
        siblings[first].Release();
        siblings[second].Release();
    }

    private void InnerUnderTheGate()
    {
        int first = random.Next(2);
        world.Gate.Acquire();
        world.Inner[first].Acquire();
        world.Inner[1 - first].Acquire();
        world.Inner[first].Release();
        world.Inner[1 - first].Release();
        world.Gate.Release();
    }

    /// <summary>A try may go against the order: it blocks nobody.</summary>
    private void TryDownwards()
    {
        int high = random.Next(1, LegalWorld.Ranks), low = random.Next(high);
        KMutex upper = world.Ranked[high][random.Next(LegalWorld.PerClass)], lower = world.Ranked[low][random.Next(LegalWorld.PerClass)];
        upper.Acquire();
        if (lower.TryAcquire())
        {
            lower.Release();
        }

        upper.Release();
    }

    private void Ask()
    {
        var done = new Completion(name: "request");
        world.Ask(done, all: random.Next(2) == 0);
        done.Wait();
    }

    private void WaitWithAnEnd() => world.Never.Wait(_brief);

    private void WaitUntilCancelled()
    {
        using var source = new CancellationTokenSource(_brief);
        try
        {
            world.Never.Wait(source.Token);
        }
        catch (OperationCanceledException)
        {
            // This is how the wait ends.
        }
    }

    private void AskWithoutBlocking()
    {
        var done = new Completion(name: "asynchronous request");
        Task wait = done.WaitAsync();
        world.Ask(done, all: false);
        wait.Wait();
    }

    private void ParkAndStop()
    {
        KMutex backend = world.Backend[random.Next(LegalWorld.PerClass)];
        using KThread thread = KThread.Run(self =>
        {
            while (!self.ShouldStop)
            {
                backend.Acquire();
                backend.Release();
                if (self.ShouldPark)
                {
                    self.ParkMe();
                }

                Thread.Yield();
            }

            return 0;
        });
        if (random.Next(2) == 0)
        {
            thread.Park();
            if (random.Next(2) == 0)
            {
                thread.Unpark();
            }
        }

        thread.Stop();
    }
}
