using System.Collections.Concurrent;
using KThreadRuntime;

namespace Stress.Soak;

/// <summary>
/// The locks and services of a program without a deadlock in it. Its rules: ranked locks are taken upwards only; two of one
/// class by their number; the inner pair in any order, but only under the gate; a service takes locks that its clients never hold; units
/// of a semaphore go back to where they came from; mutexes of one transaction give way.
/// </summary>
internal sealed class LegalWorld : IDisposable
{
    internal const int Ranks = 8;
    internal const int PerClass = 3;

    private readonly BlockingCollection<Request> _requests = [];
    private readonly Thread[] _servers;

    internal LegalWorld()
    {
        Ranked = [.. Enumerable.Range(0, Ranks).Select(rank => Make($"rank{rank}", key => new KMutex(key)))];
        Shared = [.. Enumerable.Range(0, Ranks).Select(rank => Make($"shared{rank}", key => new KRwSemaphore(key)))];
        Inner = [.. Enumerable.Range(0, 2).Select(i => new KMutex(new LockClassKey($"inner{i}")))];
        _servers = [.. Enumerable.Range(0, 2).Select(i => new Thread(() => Serve(Backend[i])) { IsBackground = true, Name = $"server{i}" })];
        Array.ForEach(_servers, s => s.Start());
    }

    /// <summary>Mutexes by rank; a lower rank is taken first, and of one rank the lower number.</summary>
    internal KMutex[][] Ranked { get; }

    /// <summary>Semaphores by rank, each taken after the mutex of its rank.</summary>
    internal KRwSemaphore[][] Shared { get; }

    /// <summary>Stands between all who take <see cref="Inner"/>.</summary>
    internal KMutex Gate { get; } = new(new LockClassKey("gate"));

    internal KMutex[] Inner { get; }

    /// <summary>Taken by the servers, and by kthreads of their own: never by a client.</summary>
    internal KMutex[] Backend { get; } = Make("backend", key => new KMutex(key));

    /// <summary>Taken innermost, the first before the second.</summary>
    internal KRwLock[][] Fast { get; } = [Make("fast0", key => new KRwLock(key: key)), Make("fast1", key => new KRwLock(key: key))];

    /// <summary>Used as locks: <see cref="Bench"/> is taken under one, and nothing else.</summary>
    internal KSemaphore[] Units { get; } = Make("units", key => new KSemaphore(1, key: key));

    internal KMutex Bench { get; } = new(new LockClassKey("bench"));

    /// <summary>Taken in this order, after ranked locks.</summary>
    internal KAsyncMutex[] Flow { get; } = [new(new LockClassKey("flow0")), new(new LockClassKey("flow1"))];

    /// <summary>Runs works that take <see cref="Shop"/>, which nobody else does.</summary>
    internal KThreadWorker Worker { get; } = KThreadWorker.Create("shopkeeper");

    internal KMutex Shop { get; } = new(new LockClassKey("shop"));

    /// <summary>Two classes, one for each way to decide who gives way.</summary>
    internal WwMutex[][] Transactional { get; } = [Transaction(WwAlgorithm.WoundWait), Transaction(WwAlgorithm.WaitDie)];

    /// <summary>What nobody ever signals: waited for with an end only.</summary>
    internal Completion Never { get; } = new(new LockClassKey("never"));

    /// <summary>Asks a server for something; it signals the completion when it is done.</summary>
    internal void Ask(Completion done, bool all) => _requests.Add(new Request(done, all));

    public void Dispose()
    {
        _requests.CompleteAdding();
        Array.ForEach(_servers, s => s.Join());
        Worker.Dispose();
    }

    private static WwMutex[] Transaction(WwAlgorithm algorithm)
    {
        var all = new WwClass($"ww{algorithm}", algorithm);
        return [.. Enumerable.Range(0, PerClass + 1).Select(_ => new WwMutex(all))];
    }

    private static T[] Make<T>(string name, Func<LockClassKey, T> create)
    {
        var key = new LockClassKey(name);
        return [.. Enumerable.Range(0, PerClass).Select(_ => create(key))];
    }

    private void Serve(KMutex backend)
    {
        foreach (Request request in _requests.GetConsumingEnumerable())
        {
            backend.Acquire();
            backend.Release();
            if (request.All)
            {
                request.Done.CompleteAll();
            }
            else
            {
                request.Done.Complete();
            }
        }
    }

    private sealed record Request(Completion Done, bool All);
}
