using KThreadRuntime;
using KThreadRuntime.Context;

namespace Stress.Fuzz;

/// <summary>
/// Plays random events of a few threads on a validator and on its naive twin, and compares what is held, what was learned
/// and what was reported. Ends with an exception that names the seed, the round and the last events at the first difference.
/// </summary>
/// <remarks>Single-shot: the threads take turns, so a seed repeats a run exactly.</remarks>
internal sealed partial class ContextFuzz(int seed)
{
    private const int Threads = 3;
    private const int MaxHeld = 6;

    private readonly Random _random = new(seed);
    private readonly NaiveContext[] _twins = new NaiveContext[Threads];
    private readonly List<(int Thread, string What, string Name, long Instance)> _log = [];
    private FuzzProfile _profile = FuzzProfile.Of(0, new Random(0));
    private LockdepValidator _validator = new();
    private NaiveWorld _world = new();
    private NaiveRules _rules = new(LockdepPolicy.Default, new NaiveWorld(), FuzzProfile.Of(0, new Random(0)));
    private List<Subject> _locks = [];
    private List<Awaited> _completions = [];
    private Step[][] _laps = [];
    private int _limit;
    private int _roundEnd;

    internal int Operations { get; private set; }

    internal int Rounds { get; private set; }

    internal int Rings { get; private set; }

    internal int Dependencies { get; private set; }

    internal long WarmAcquires { get; private set; }

    /// <summary>Reports whose confidence was compared.</summary>
    internal int Ranked { get; private set; }

    internal int HandlersEntered { get; private set; }

    /// <summary>Classes that were found inconsistent with regard to handlers.</summary>
    internal int Inconsistent { get; private set; }

    internal void Run(int operations)
    {
        _limit = operations;
        Begin();
        Relay.Run(Threads, Turn);
        Finish();
    }

    private int Turn(int self)
    {
        if (Operations == _limit)
        {
            return -1;
        }

        if (Operations == _roundEnd)
        {
            Finish();
            Begin();
        }

        Operations++;
        Play(self, _twins[self]);
        Compare(_twins[self]);
        return _random.Next(8) == 0 ? _random.Next(Threads) : self;
    }

    private void Begin()
    {
        _profile = FuzzProfile.Of(Rounds++, _random);
        _roundEnd = Operations + _profile.Length;
        _log.Clear();
        _validator.Dispose();
        _validator = new LockdepValidator(new LockdepOptions
        {
            Policy = _profile.Policy, HistoryCapacity = _profile.History, Threshold = Confidence.ClassLevelOnly, CaptureStacks = false,
            Prediction = _random.Next(2) == 0, Sinks = [new DelegateSink(_reports.Add)],
        });
        _world = new NaiveWorld();
        _rules = new NaiveRules(_profile.Policy, _world, _profile);
        for (int i = 0; i < Threads; i++)
        {
            _twins[i] = new NaiveContext(i + 1, _rules, _world, _profile.Policy);
        }

        using LockdepValidator.Scope scope = _validator.Enter();
        _locks = [.. Enumerable.Range(0, _random.Next(2, 5)).SelectMany(MakeLocks)];
        _laps = [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, _random.Next(1, 4)).Select(_ => RandomStep()).ToArray())];
        _completions = [.. Enumerable.Range(0, _profile.Completions).SelectMany(MakeCompletions)];
    }

    private IEnumerable<Subject> MakeLocks(int index)
    {
        var key = new LockClassKey($"L{index}");
        LockdepMapKind kind = index == 1 ? LockdepMapKind.ReentrantLock : LockdepMapKind.Lock;
        return Enumerable.Range(0, _profile.Instances).Select(_ => new Subject(new LockdepMap(key: key, kind: kind), key)).ToList();
    }

    private IEnumerable<Awaited> MakeCompletions(int index)
    {
        var key = new LockClassKey($"(completion)C{index}");
        return Enumerable.Range(0, _profile.Instances).Select(_ =>
        {
            var map = new LockdepMap(key: key, kind: LockdepMapKind.Completion);
            return new Awaited(map, key.Name!, _validator.Clock.Now, []);
        }).ToList();
    }

    private void Play(int self, NaiveContext twin)
    {
        int choice = _random.Next(_completions.Count > 0 ? 100 : 80);
        if (_profile.Handlers && _random.Next(8) == 0)
        {
            PlayHandler(self, twin);
        }
        else if (choice == 0 && _profile.MayRelabel && _random.Next(4) == 0)
        {
            Relabel(self, twin);
        }
        else if (choice < 30)
        {
            Lap(self, twin);
        }
        else if (choice < 50 && twin.Holds.Count < MaxHeld)
        {
            Acquire(self, twin, RandomStep());
        }
        else if (choice < 78)
        {
            Release(self, twin);
        }
        else if (choice < 79)
        {
            Downgrade(self, twin);
        }
        else if (choice < 80)
        {
            Pin(self, twin);
        }
        else
        {
            PlayCompletion(self, twin, choice);
        }
    }

    private void PlayCompletion(int self, NaiveContext twin, int choice)
    {
        Awaited awaited = _completions[_random.Next(_completions.Count)];
        switch (choice)
        {
            case < 84:
                BeginWait(self, twin, awaited);
                break;
            case < 88:
                NoteWait(self, twin, awaited);
                break;
            case < 91:
                EndWait(self, awaited);
                break;
            case < 96:
                Signal(self, twin, awaited);
                break;
            case < 98:
                Log(self, "owes", awaited.Name, awaited.Map);
                Lockdep.Owe(awaited.Map);
                twin.Owe(awaited.Map, awaited.Name, _validator.Clock.Now);
                break;
            default:
                if (twin.Handlers == 0)
                {
                    Cut(self, twin);
                }

                break;
        }
    }

    /// <summary>
    /// A nest that comes again and again, on top of whatever is held: what caches are made for. Its instances are the same
    /// each time or others.
    /// </summary>
    private void Lap(int self, NaiveContext twin)
    {
        Step[] lap = _laps[_random.Next(_laps.Length)];
        int laps = _random.Next(1, 4), before = twin.Holds.Sum(h => h.Depth + 1);
        for (int i = 0; i < laps && twin.Holds.Count < MaxHeld; i++)
        {
            foreach (Step step in lap)
            {
                Acquire(self, twin, step);
                Compare(twin);
            }

            while (twin.Holds.Sum(h => h.Depth + 1) > before)
            {
                Drop(self, twin, twin.Holds[^1].Map);
                Compare(twin);
            }
        }
    }

    private Step RandomStep() => new(
        _random.Next(_locks.Count), _random.Next(4) == 0 ? (LockMode)_random.Next(3) : LockMode.Exclusive, _random.Next(8) == 0 ? 1 : 0,
        _random.Next(10) == 0);

    private void Cut(int self, NaiveContext twin)
    {
        Log(self, "cuts", "", null);
        using LockdepValidator.Scope scope = _validator.Enter();
        if (_random.Next(2) == 0)
        {
            Lockdep.IndependencePoint();
        }
        else
        {
            using (Lockdep.BeginWork())
            {
                twin.Cut();
            }
        }

        twin.Cut();
    }

    private void Log(int self, string what, string name, LockdepMap? map) => _log.Add((self, what, name, map?.Id ?? 0));

    /// <summary>What one acquire is to do; <paramref name="Class"/> chooses the lock, and any of its instances may come.</summary>
    private readonly record struct Step(int Class, LockMode Mode, int Subclass, bool IsTry);

    private sealed class Subject(LockdepMap map, LockClassKey key)
    {
        internal LockdepMap Map => map;

        internal LockClassKey Key { get; set; } = key;

        internal string Name => Key.Name!;
    }

    /// <summary>A completion, the generation of its birth, and the waits in progress on it.</summary>
    private sealed record Awaited(LockdepMap Map, string Name, long Born, List<WaitTicket> Waits);
}
