using KThreadRuntime;
using KThreadRuntime.Context;
using KThreadRuntime.Rules;

namespace Stress.Fuzz;

/// <summary>
/// The twin of one thread's context: a list of what it holds and a list of all it ever did, walked anew at each event. No
/// cache, no hash, no slot, no generation that lets an event be skipped.
/// </summary>
internal sealed partial class NaiveContext(int id, NaiveRules rules, NaiveWorld world, LockdepPolicy policy)
{
    private readonly List<Past> _past = [];
    private readonly Dictionary<LockdepMap, (long Since, string Name)> _owed = [];
    private readonly Dictionary<long, (LockdepMap Map, bool Unasked)> _signalled = [];
    private GateSet _givenSinceOwed;
    private bool _gaveUnasked;
    private int _epoch;

    internal List<Held> Holds { get; } = [];

    internal int Unbalanced { get; private set; }

    /// <summary>Whether it is held, as far as the newest handler can see.</summary>
    internal bool IsHeld(LockdepMap map) => Find(map) >= 0;

    internal void Acquire(LockdepMap map, string name, LockMode mode, bool isTry, bool isNested, long now)
    {
        int held = Find(map);
        if (map.Kind == LockdepMapKind.ReentrantLock && held >= 0)
        {
            Holds[held] = Holds[held] with { Depth = Holds[held].Depth + 1 };
            return;
        }

        world.Touch(map, id);
        Add(new Held(map, name, mode, 0, isTry, isNested), now);
    }

    internal void Pin(LockdepMap map)
    {
        int held = Find(map);
        Holds[held] = Holds[held] with { IsPinned = true };
    }

    /// <summary>Pops down to a lock and acquires it under its new class, and what came after it, again.</summary>
    internal void Relabel(LockdepMap map, string name, long now)
    {
        int held = Find(map);
        if (held < 0)
        {
            return;
        }

        List<Held> again = Holds.GetRange(held, Holds.Count - held);
        Holds.RemoveRange(held, again.Count);
        again[0] = again[0] with { Name = name };
        again.ForEach(h => Add(h, now));
    }

    internal void Release(LockdepMap map)
    {
        int held = Find(map);
        if (held < 0)
        {
            Unbalanced++;
        }
        else if (Holds[held].Depth > 0)
        {
            Holds[held] = Holds[held] with { Depth = Holds[held].Depth - 1 };
        }
        else
        {
            if (Holds[held].IsPinned)
            {
                world.Unpinned.Add(Holds[held].Name);
            }

            Holds.RemoveAt(held);
        }
    }

    /// <summary>A read side that is downgraded is a fault, and stays what it is; so is what is not held.</summary>
    internal void Downgrade(LockdepMap map)
    {
        int held = Find(map);
        if (held < 0)
        {
            Unbalanced++;
        }
        else if (Holds[held].Mode == LockMode.Exclusive)
        {
            Holds[held] = Holds[held] with { Mode = LockMode.Shared };
        }
    }

    /// <summary>Wants to be signalled; an asynchronous wait leaves no trace in the history.</summary>
    internal void Wait(LockdepMap map, string name, bool isTimed, bool isAsync, long now)
    {
        ChainMode mode = isTimed ? ChainMode.TimedWait : ChainMode.Wait;
        world.Touch(map, id);
        Want(map, name, mode, isNested: false);
        if (!isAsync)
        {
            _past.Add(new Past(map, name, mode, now, _epoch, Gates(except: -1), _givenSinceOwed));
        }
    }

    /// <summary>What the context owes stands before what it blocks for.</summary>
    internal void Block(LockdepMap map)
    {
        _gaveUnasked = false;
        foreach ((LockdepMap owed, (long since, string name)) in _owed.Where(o => o.Key != map))
        {
            Commit(owed, name, since, since, since, isOwed: true, ReportFlags.None);
        }
    }

    internal void Owe(LockdepMap map, string name, long now)
    {
        _owed[map] = (now, name);
        _givenSinceOwed = default;
        world.Signal(map, id);
    }

    /// <summary>Commits what was done since the first wait in progress, or since it was owed, or, at this context's first signal, since its birth.</summary>
    internal void Signal(LockdepMap map, string name, IReadOnlyList<long> waits, long born, bool predicts)
    {
        Give(map.ClassFor(0).Number);
        bool hasWaited = Visible(born).Any(p => p.Mode >= ChainMode.Wait), isFirst = IsFirst(map, !hasWaited, out _gaveUnasked);
        world.FirstSignal(map, isUnit: waits.Count == 0 && !hasWaited);
        bool isOwed = _owed.Remove(map, out (long Since, string) owed);
        long owedSince = owed.Since;
        world.Signal(map, id);
        if (waits.Count > 0)
        {
            Commit(map, name, isOwed ? Math.Min(waits[0], owedSince) : waits[0], waits[0], waits[^1], isOwed, ReportFlags.None);
        }
        else if (isOwed)
        {
            Commit(map, name, owedSince, owedSince, owedSince, isOwed, ReportFlags.None);
        }
        else if (predicts && isFirst)
        {
            Commit(map, name, born, born, born, isOwed, ReportFlags.Predicted);
        }
    }

    internal void Cut() => _epoch++;

    /// <summary>What is signalled under a lock, or while something is owed, is so until that ends.</summary>
    private void Give(long completion)
    {
        if (Handlers == 0 && _owed.Count > 0)
        {
            _givenSinceOwed = _givenSinceOwed.With(completion, exclusive: true);
        }

        for (int i = Floor; i < Holds.Count; i++)
        {
            Holds[i] = Holds[i] with { Given = Holds[i].Given.With(completion, exclusive: true) };
        }
    }

    /// <summary>Two completions that share a place forget each other, and a forgotten signal is the first again.</summary>
    private bool IsFirst(LockdepMap map, bool isUnasked, out bool wasUnasked)
    {
        long place = map.Id % SignalMemory.Places;
        bool isFirst = !_signalled.TryGetValue(place, out (LockdepMap Map, bool Unasked) last) || last.Map != map;
        wasUnasked = isFirst ? isUnasked : last.Unasked;
        _signalled[place] = (map, wasUnasked);
        return isFirst;
    }

    private int Find(LockdepMap map) => Holds.FindLastIndex(h => h.Map == map) is int found && found >= Floor ? found : -1;

    /// <summary>What a signal can look back on, newest first.</summary>
    private IEnumerable<Past> Visible(long since) => _past.Skip(PastStart).Where(p => p.Generation >= since && p.Epoch == _epoch).Reverse();

    private void Add(Held added, long now)
    {
        MarkUse(added);
        if (!added.IsTry)
        {
            Want(added.Map, added.Name, (ChainMode)added.Mode, added.IsNested);
            _past.Add(new Past(added.Map, added.Name, (ChainMode)added.Mode, now, _epoch, Gates(except: -1), default));
        }

        Holds.Add(added);
    }

    private void Want(LockdepMap map, string name, ChainMode mode, bool isNested)
    {
        for (int i = Floor; i < Holds.Count; i++)
        {
            Held held = Holds[i];
            if (isNested && held.Name == name && held.Map != map)
            {
                continue;
            }

            bool exclusive = held.Mode == LockMode.Exclusive, recursive = mode == ChainMode.SharedRecursive;

            // By default the same lock under another subclass is itself all the same.
            bool isItself = held.Map == map && policy != LockdepPolicy.Kernel;
            rules.Learn(isItself ? name : held.Name, name, new Dependency
            {
                Kinds = exclusive ? recursive ? DependencyKinds.ER : DependencyKinds.EN : recursive ? DependencyKinds.SR : DependencyKinds.SN,
                From = held.Map,
                To = map,
                Gates = Gates(except: i),
                Given = mode >= ChainMode.Wait ? held.Given : default,
                Thread = id,
                Flags = mode == ChainMode.TimedWait ? ReportFlags.Stall : ReportFlags.None,
                Evidence = Seen((ChainMode)held.Mode, mode),
            });
        }
    }

    /// <summary>What lies between the first wait and the last says so; what was owed before there was a wait stands between all of them and the signal.</summary>
    private void Commit(LockdepMap map, string name, long since, long firstWait, long lastWait, bool isOwed, ReportFlags flags)
    {
        foreach (Past past in Visible(since).Where(p => p.Map != map))
        {
            ReportFlags more = past.Generation >= firstWait && past.Generation < lastWait ? ReportFlags.FirstWaitOnly : ReportFlags.None;
            more |= past.Mode == ChainMode.TimedWait ? ReportFlags.Stall : ReportFlags.None;
            rules.Learn(name, past.Name, new Dependency
            {
                Kinds = past.Mode == ChainMode.SharedRecursive ? DependencyKinds.ER : DependencyKinds.EN,
                From = map,
                To = past.Map,
                Gates = past.Gates,
                Given = isOwed ? past.Given : default,
                Thread = id,
                GivesBack = isOwed,
                GivesFirst = _gaveUnasked,
                Flags = flags | more,
                Evidence = Seen(ChainMode.Owed, past.Mode),
            });
        }
    }

    private GateSet Gates(int except)
    {
        GateSet gates = default;
        for (int i = Floor; i < Holds.Count; i++)
        {
            if (i != except)
            {
                gates = gates.With(Holds[i].Map.Id, Holds[i].Mode == LockMode.Exclusive);
            }
        }

        return gates;
    }

    private Evidence Seen(ChainMode from, ChainMode to) => new($"T{id}", default, default, from, to, null);

    /// <summary>A lock held, and how many more times it was acquired by its holder.</summary>
    internal readonly record struct Held(LockdepMap Map, string Name, LockMode Mode, int Depth, bool IsTry, bool IsNested, bool IsPinned = false, GateSet Given = default);

    private readonly record struct Past(LockdepMap Map, string Name, ChainMode Mode, long Generation, int Epoch, GateSet Gates, GateSet Given);
}
