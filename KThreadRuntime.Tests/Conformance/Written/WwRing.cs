namespace KThreadRuntime.Tests.Conformance.Written;

/// <summary>
/// Each of n threads holds a lock and wants its neighbour's: whoever is told to back off lets go, waits for what it wanted,
/// and comes back for its own.
/// </summary>
internal sealed class WwRing
{
    private readonly Lab _lab;
    private readonly WwClass _class;
    private readonly WwMutex[] _mutexes;
    private readonly Barrier _allHold;
    private int _toldToBackOff;

    internal WwRing(Lab lab, WwAlgorithm algorithm, int size)
    {
        _lab = lab;
        _class = new WwClass(algorithm: algorithm);
        _mutexes = [.. Enumerable.Range(0, size).Select(_ => new WwMutex(_class))];
        _allHold = new Barrier(size);
    }

    /// <summary>Whether the first lock is tried for.</summary>
    internal bool Tries { get; init; }

    /// <summary>Whether a thread that was told to back off comes back.</summary>
    internal bool Resolves { get; init; } = true;

    /// <summary>Runs all threads to their end.</summary>
    /// <returns>How often one was told to back off.</returns>
    internal int Run()
    {
        var jobs = _mutexes.Select((_, k) => _lab.Thread($"ring {k}").Begin(() => Play(k))).ToList();
        jobs.ForEach(j => j.Finish());
        Assert.All(_mutexes, m => Assert.True(m.TryAcquire(), "A lock was left held."));
        foreach (WwMutex mutex in _mutexes)
        {
            mutex.Release();
        }

        return _toldToBackOff;
    }

    private void Play(int k)
    {
        WwMutex own = _mutexes[k], wanted = _mutexes[(k + 1) % _mutexes.Length];
        using var context = new WwAcquireContext(_class);
        Assert.True(Tries ? own.TryAcquire(context) : own.Acquire(context) == WwResult.Acquired);
        Assert.True(_allHold.SignalAndWait(Patience.Limit), "Not all came to hold their lock.");
        WwMutex held = own;
        WwResult result = wanted.Acquire(context);
        while (result == WwResult.Deadlock)
        {
            Interlocked.Increment(ref _toldToBackOff);
            held.Release();
            if (!Resolves)
            {
                return;
            }

            wanted.AcquireSlow(context);
            (held, wanted) = (wanted, held);
            result = wanted.Acquire(context);
        }

        Assert.Equal(WwResult.Acquired, result);
        held.Release();
        wanted.Release();
    }
}
