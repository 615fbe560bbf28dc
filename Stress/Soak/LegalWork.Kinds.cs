using KThreadRuntime;

namespace Stress.Soak;

/// <content>What the other primitives do, each with a rule of its own in <see cref="LegalWorld"/>.</content>
internal sealed partial class LegalWork
{
    /// <summary>Spinning locks lie innermost: a read or a write of the first, then of the second.</summary>
    private void Spin()
    {
        KRwLock first = world.Fast[0][random.Next(LegalWorld.PerClass)], second = world.Fast[1][random.Next(LegalWorld.PerClass)];
        bool writes = random.Next(2) == 0;
        if (writes)
        {
            first.AcquireWrite();
        }
        else
        {
            first.AcquireRead();
        }

        using (second.EnterReadScope())
        {
            Thread.SpinWait(random.Next(20));
        }

        if (writes)
        {
            first.ReleaseWrite();
        }
        else
        {
            first.ReleaseRead();
        }
    }

    /// <summary>A semaphore as a lock: whoever takes the unit gives it back, and takes the bench in between.</summary>
    private void UseUnit()
    {
        KSemaphore units = world.Units[random.Next(LegalWorld.PerClass)];
        using (units.EnterScope())
        {
            world.Bench.Acquire();
            world.Bench.Release();
        }
    }

    private void TakeFlowLocks()
    {
        using KAsyncMutex.Releaser first = world.Flow[0].Acquire();
        using KAsyncMutex.Releaser second = world.Flow[1].Acquire();
    }

    /// <summary>The same in a flow that changes threads while it holds them.</summary>
    private async Task TakeFlowLocksAsync()
    {
        using (await world.Flow[0].AcquireAsync())
        {
            await Task.Yield();
            using (await world.Flow[1].AcquireAsync())
            {
                await Task.Yield();
            }
        }
    }

    /// <summary>The works take what nobody holds who waits for them.</summary>
    private void UseWorker()
    {
        KMutex shop = world.Shop;
        var work = new KThreadWork(_ =>
        {
            shop.Acquire();
            shop.Release();
        }, "work");
        world.Worker.Queue(work);
        switch (random.Next(4))
        {
            case 0:
                world.Worker.Flush();
                break;
            case 1:
                world.Worker.CancelSync(work);
                break;
            default:
                world.Worker.FlushWork(work);
                break;
        }
    }

    /// <summary>Some mutexes of one class in any order, giving way as often as it takes.</summary>
    private void Transact()
    {
        WwMutex[] all = world.Transactional[random.Next(world.Transactional.Length)];
        WwMutex[] order = [.. all.OrderBy(_ => random.Next()).Take(random.Next(1, all.Length + 1))];
        using var context = new WwAcquireContext(order[0].Class);
        WwMutex? contended = null;
        int refused;
        while ((refused = FirstRefused(context, order, contended)) >= 0)
        {
            Array.ForEach(order[..refused], m => m.Release());
            if (contended is not null && !order[..refused].Contains(contended))
            {
                contended.Release();
            }

            contended = order[refused];
            contended.AcquireSlow(context);
        }

        context.Done();
        Array.ForEach(order, m => m.Release());
    }

    private static int FirstRefused(WwAcquireContext context, WwMutex[] order, WwMutex? held) =>
        Array.FindIndex(order, m => m != held && m.Acquire(context) == WwResult.Deadlock);
}
