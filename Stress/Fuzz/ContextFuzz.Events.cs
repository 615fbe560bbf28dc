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
        LockdepMap? nestLock = NestLock(twin, chosen);
        Log(self, (isTry ? _tries[(int)mode] : _acquires[(int)mode]) + (nestLock is null ? "" : $" under {nestLock.Id}"), name, chosen.Map);
        LockdepContext context = LockdepContext.For(_validator);
        long slow = context.SlowAcquires;
        if (nestLock is not null)
        {
            if (isTry)
            {
                Lockdep.TryAcquired(chosen.Map, nestLock, mode, subclass);
            }
            else
            {
                Lockdep.AcquireNested(chosen.Map, nestLock, mode, subclass);
            }
        }
        else if (isTry)
        {
            Lockdep.TryAcquired(chosen.Map, mode, subclass);
        }
        else
        {
            Lockdep.Acquire(chosen.Map, mode, subclass);
        }

        WarmAcquires += context.SlowAcquires == slow ? 1 : 0;
        twin.Acquire(chosen.Map, name, mode, isTry, nestLock is not null, _validator.Clock.Now);
    }

    /// <summary>Now and then a lock is acquired under another that is held; the kernel's rules for it have tests of their own.</summary>
    private LockdepMap? NestLock(NaiveContext twin, Subject chosen)
    {
        if (_profile.Policy == LockdepPolicy.Kernel || twin.Holds.Count == 0 || _random.Next(8) != 0)
        {
            return null;
        }

        LockdepMap map = twin.Holds[_random.Next(twin.Holds.Count)].Map;
        return map == chosen.Map ? null : map;
    }

    /// <summary>A held lock must not be released while it is pinned. It is all the same, and told.</summary>
    private void Pin(int self, NaiveContext twin)
    {
        if (twin.Holds.Count > 0 && twin.Holds[^1].Map is var map && twin.IsHeld(map))
        {
            Log(self, "pins", "", map);
            Lockdep.Pin(map);
            twin.Pin(map);
        }
    }

    private void PlayHandler(int self, NaiveContext twin)
    {
        LockdepContext context = LockdepContext.For(_validator);
        HandlerLevel level = _random.Next(2) == 0 ? HandlerLevel.Soft : HandlerLevel.Hard;
        int choice = _random.Next(8);
        if (choice < 3 && twin.Handlers < 3)
        {
            Log(self, $"enters a {level} handler", "", null);
            twin.Enter(level, context.EnterHandler(level, isThreaded: true, CodeSite.Unknown));
            HandlersEntered++;
        }
        else if (choice < 6 && twin.Handlers > 0)
        {
            Log(self, "leaves its handler", "", null);
            context.ExitHandler(twin.NewestHandler);
            twin.Exit();
        }
        else if (choice == 6)
        {
            Log(self, $"lets no {level} handler in", "", null);
            context.HandlersOff(level);
            twin.HandlersOff(level);
        }
        else
        {
            Log(self, $"lets {level} handlers in", "", null);
            context.HandlersOn(level, CodeSite.Unknown);
            twin.HandlersOn(level);
        }
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

        bool timed = _random.Next(4) == 0, isAsync = twin.Handlers > 0 || _random.Next(4) == 0;
        Log(self, $"begins{(timed ? " timed" : "")}{(isAsync ? " async" : "")} wait", awaited.Name, awaited.Map);
        long before = _validator.Clock.Now;
        awaited.Waits.Add(LockdepContext.For(_validator).BeginWait(awaited.Map, timed, isAsync, CodeSite.Unknown));
        twin.Wait(awaited.Map, awaited.Name, timed, isAsync, before);
        if (!isAsync)
        {
            twin.Block(awaited.Map);
        }
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
