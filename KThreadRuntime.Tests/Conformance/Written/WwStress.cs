namespace KThreadRuntime.Tests.Conformance.Written;

/// <summary>
/// Threads that each take many of a set of wound/wait mutexes, in orders of their own, and count under each: a count that was
/// lost is a lock that did not exclude. Bounded by rounds, where the kernel's runs for two seconds.
/// </summary>
/// <param name="lab">Where.</param>
/// <param name="algorithm">Who gives way.</param>
/// <param name="locks">How many locks there are.</param>
/// <param name="depth">How many of them a context takes, chosen at random.</param>
/// <param name="rounds">How often each thread does it.</param>
internal sealed class WwStress(Lab lab, WwAlgorithm algorithm, int locks, int depth, int rounds)
{
    private readonly WwClass _class = new(algorithm: algorithm);
    private readonly List<Action<Random>> _plays = [];
    private readonly int[] _counts = new int[locks];
    private readonly List<Actor> _threads = [];
    private WwMutex[] _mutexes = [];
    private int _expected;

    internal WwStress InOrder(int threads) => Add(threads, depth, random => TakeAll(random, moveToFront: false));

    internal WwStress Reorder(int threads) => Add(threads, depth, random => TakeAll(random, moveToFront: true));

    internal WwStress One(int threads) => Add(threads, 1, TakeOne);

    internal void Run()
    {
        _mutexes = [.. Enumerable.Range(0, locks).Select(_ => new WwMutex(_class))];
        var jobs = _plays.Select((play, i) => _threads[i].Begin(() =>
        {
            var random = new Random(i);
            for (int round = 0; round < rounds; round++)
            {
                play(random);
            }
        })).ToList();
        jobs.ForEach(j => j.Finish());
        Assert.Equal(_expected, _counts.Sum());
    }

    private WwStress Add(int threads, int countsPerRound, Action<Random> play)
    {
        for (int i = 0; i < threads; i++)
        {
            _plays.Add(play);
            _threads.Add(lab.Thread($"stress {_threads.Count}"));
            _expected += countsPerRound * rounds;
        }

        return this;
    }

    private void TakeOne(Random random)
    {
        int chosen = random.Next(locks);
        _mutexes[chosen].Acquire();
        _counts[chosen]++;
        _mutexes[chosen].Release();
    }

    private void TakeAll(Random random, bool moveToFront)
    {
        int[] all = [.. Enumerable.Range(0, locks)];
        random.Shuffle(all);
        var order = all.Take(depth).ToList();
        using var context = new WwAcquireContext(_class);
        int contended = -1;
        while (true)
        {
            int refused = AcquireAllBut(contended, order, context, out int taken);
            if (refused < 0)
            {
                break;
            }

            // Back off: all that was taken, the one that was waited for included, unless it lies among them already.
            ReleaseAll(order.Take(taken).Where(m => m != contended).Concat(contended >= 0 ? [contended] : []));
            contended = refused;
            _mutexes[contended].AcquireSlow(context);
            if (moveToFront)
            {
                order.Remove(contended);
                order.Insert(0, contended);
            }
        }

        foreach (int taken in order)
        {
            _counts[taken]++;
        }

        ReleaseAll(order);
    }

    /// <summary>Acquires in order, but for the one that is held already.</summary>
    /// <returns>The one that said to back off, or -1 when all are held.</returns>
    private int AcquireAllBut(int held, List<int> order, WwAcquireContext context, out int taken)
    {
        for (taken = 0; taken < order.Count; taken++)
        {
            if (order[taken] != held && _mutexes[order[taken]].Acquire(context) == WwResult.Deadlock)
            {
                return order[taken];
            }
        }

        return -1;
    }

    private void ReleaseAll(IEnumerable<int> held)
    {
        foreach (int each in held)
        {
            _mutexes[each].Release();
        }
    }
}
