namespace KThreadRuntime.Tests;

public class KRtMutexTests
{
    [Fact]
    public void MostUrgentWaiter_IsServedFirst()
    {
        using var lab = new Lab();
        using var mutex = new KRtMutex(name: "a");
        ThreadPriority[] arrival = [ThreadPriority.Lowest, ThreadPriority.Normal, ThreadPriority.Highest, ThreadPriority.Normal, ThreadPriority.AboveNormal];

        Assert.Equal([2, 4, 1, 3, 0], ServedOrder(lab, mutex, arrival));
    }

    [Fact]
    public void EquallyUrgentWaiters_AreServedInOrder()
    {
        using var lab = new Lab();
        using var mutex = new KRtMutex(name: "a");

        Assert.Equal([0, 1, 2, 3], ServedOrder(lab, mutex, [.. Enumerable.Repeat(ThreadPriority.Normal, 4)]));
    }

    /// <summary>Queues one waiter after the other behind the calling thread; says in which order they got the mutex.</summary>
    private static List<int> ServedOrder(Lab lab, KRtMutex mutex, ThreadPriority[] arrival)
    {
        List<int> served = [];
        List<Actor.Job> jobs = [];
        mutex.Acquire();
        for (int i = 0; i < arrival.Length; i++)
        {
            int number = i;
            Actor actor = lab.Thread($"W{i}");
            actor.Thread.Priority = arrival[i];
            jobs.Add(actor.Begin(() =>
            {
                mutex.Acquire();
                served.Add(number);
                mutex.Release();
            }));
            Patience.Until(() => mutex.WaiterCount == number + 1, "the waiter did not queue");
        }

        mutex.Release();
        jobs.ForEach(j => j.Finish());
        return served;
    }
}
