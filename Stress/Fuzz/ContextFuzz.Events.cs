using KThreadRuntime;
using KThreadRuntime.Context;

namespace Stress.Fuzz;

/// <content>The events, each on both sides.</content>
internal sealed partial class ContextFuzz
{
    private static readonly string[] _acquires = ["acquires", "acquires to read", "acquires to read recursively"];
    private static readonly string[] _tries = ["tries", "tries to read", "tries to read recursively"];

    private void Acquire(int self, NaiveContext twin, Step step)
    {
        (int index, LockMode mode, int subclass, bool isTry) = step;
        if (_profile.Instances > 1 && _random.Next(4) != 0)
        {
            index = (index / _profile.Instances * _profile.Instances) + _random.Next(_profile.Instances);
        }

        Subject chosen = _locks[index];
        string name = subclass == 0 ? chosen.Name : $"{chosen.Name}/{subclass}";
        Log(self, isTry ? _tries[(int)mode] : _acquires[(int)mode], name, chosen.Map);
        LockdepContext context = LockdepContext.For(_validator);
        long slow = context.SlowAcquires;
        if (isTry)
        {
            Lockdep.TryAcquired(chosen.Map, mode, subclass);
        }
        else
        {
            Lockdep.Acquire(chosen.Map, mode, subclass);
        }

        WarmAcquires += context.SlowAcquires == slow ? 1 : 0;
        twin.Acquire(chosen.Map, name, mode, isTry, _validator.Clock.Now);
    }

    private void Release(int self, NaiveContext twin)
    {
        // The newest as a rule, any other often, and now and then one that is not held at all.
        int choice = _random.Next(20);
        LockdepMap map = twin.Holds.Count == 0 || choice == 0 ? _locks[_random.Next(_locks.Count)].Map
            : choice < 6 ? twin.Holds[_random.Next(twin.Holds.Count)].Map
            : twin.Holds[^1].Map;
        Drop(self, twin, map);
    }

    private void Drop(int self, NaiveContext twin, LockdepMap map)
    {
        Log(self, "releases", "", map);
        Lockdep.Release(map);
        twin.Release(map);
    }

    private void Downgrade(int self, NaiveContext twin)
    {
        if (twin.Holds.Count > 0)
        {
            LockdepMap map = twin.Holds[_random.Next(twin.Holds.Count)].Map;
            Log(self, "downgrades", "", map);
            Lockdep.Downgrade(map);
            twin.Downgrade(map);
        }
    }

    /// <summary>Another of the classes there are for a lock that nobody else holds; what is held above it is acquired again too.</summary>
    private void Relabel(int self, NaiveContext twin)
    {
        Subject[] plain = [.. _locks.Where(l => l.Map.Kind == LockdepMapKind.Lock)];
        Subject chosen = plain[_random.Next(plain.Length)];
        if (!_twins.Any(t => t != twin && t.Holds.Exists(h => h.Map == chosen.Map)))
        {
            chosen.Key = plain[_random.Next(plain.Length)].Key;
            Log(self, "gives another class:", chosen.Name, chosen.Map);
            Lockdep.SetClass(chosen.Map, chosen.Key);
            twin.Relabel(chosen.Map, chosen.Name, _validator.Clock.Now);
        }
    }

    private void BeginWait(int self, NaiveContext twin, Awaited awaited)
    {
        if (awaited.Waits.Count == 4)
        {
            return;
        }

        bool timed = _random.Next(4) == 0, isAsync = _random.Next(4) == 0;
        Log(self, $"begins{(timed ? " timed" : "")}{(isAsync ? " async" : "")} wait", awaited.Name, awaited.Map);
        long before = _validator.Clock.Now;
        awaited.Waits.Add(LockdepContext.For(_validator).BeginWait(awaited.Map, timed, isAsync, CodeSite.Unknown));
        twin.Wait(awaited.Map, awaited.Name, timed, isAsync, before);
    }

    private void NoteWait(int self, NaiveContext twin, Awaited awaited)
    {
        bool timed = _random.Next(4) == 0;
        Log(self, $"passes{(timed ? " timed" : "")} wait", awaited.Name, awaited.Map);
        LockdepContext context = LockdepContext.For(_validator);
        if (!LockdepContext.IsQuietWait(awaited.Map, timed) && !context.HasNotedWait(awaited.Map, timed))
        {
            context.NoteWait(awaited.Map, timed, CodeSite.Unknown);
        }

        twin.Wait(awaited.Map, awaited.Name, timed, isAsync: false, _validator.Clock.Now);
    }

    private void EndWait(int self, Awaited awaited)
    {
        if (awaited.Waits.Count > 0)
        {
            int index = _random.Next(awaited.Waits.Count);
            Log(self, $"ends wait {index} on", awaited.Name, awaited.Map);
            Lockdep.EndWait(awaited.Waits[index]);
            awaited.Waits.RemoveAt(index);
        }
    }

    private void Signal(int self, NaiveContext twin, Awaited awaited)
    {
        Log(self, "signals", awaited.Name, awaited.Map);
        Lockdep.Signal(awaited.Map);
        twin.Signal(awaited.Map, awaited.Name, [.. awaited.Waits.Select(w => w.Generation)], awaited.Born, _validator.Options.Predicts);
    }
}
