using KThreadRuntime;

namespace Stress.Fuzz;

/// <summary>What the twins of all threads know together: who had an instance in hand, who signals it, and how classes meet handlers.</summary>
internal sealed class NaiveWorld
{
    private readonly Dictionary<LockdepMap, HashSet<int>> _touched = [];
    private readonly Dictionary<LockdepMap, HashSet<int>> _signallers = [];
    private readonly Dictionary<LockdepMap, bool> _units = [];
    private readonly HashSet<(string Name, HandlerLevel Level, LockMode Mode)> _wanted = [];
    private readonly HashSet<(string Name, HandlerLevel Level, LockMode Mode)> _open = [];

    /// <summary>The classes that a handler may want from the flow it interrupts.</summary>
    internal HashSet<string> Inconsistent { get; } = [];

    /// <summary>The classes of which a pinned lock was released.</summary>
    internal HashSet<string> Unpinned { get; } = [];

    internal void Touch(LockdepMap map, int thread) => Of(_touched, map).Add(thread);

    /// <summary>Of several instances in one label, null, nothing is known.</summary>
    internal bool IsPrivate(LockdepMap? map, int thread) => map is not null && Of(_touched, map).All(t => t == thread);

    internal void Signal(LockdepMap map, int thread) => Of(_signallers, map).Add(thread);

    internal int Signallers(LockdepMap? map) => map is null ? 0 : Of(_signallers, map).Count;

    /// <summary>The first signal alone says whether a unit was there before.</summary>
    internal void FirstSignal(LockdepMap map, bool isUnit) => _units.TryAdd(map, isUnit);

    internal bool HadUnit(LockdepMap? map) => map is not null && _units.GetValueOrDefault(map);

    /// <summary>A handler of a level acquires a lock.</summary>
    internal void Want(LockdepMap map, string name, HandlerLevel level, LockMode mode)
    {
        _wanted.Add((name, level, mode));
        Judge(map, name);
    }

    /// <summary>A lock is held while handlers of a level may run.</summary>
    internal void LeaveOpen(LockdepMap map, string name, HandlerLevel level, LockMode mode)
    {
        _open.Add((name, level, mode));
        Judge(map, name);
    }

    internal bool IsWanted(string name) => _wanted.Any(w => w.Name == name);

    internal bool IsOpen(string name) => _open.Any(o => o.Name == name);

    /// <summary>Only a read that passes queued writers passes a held read; and who may acquire again is let in.</summary>
    private void Judge(LockdepMap map, string name)
    {
        bool blocks = _wanted.Any(w => w.Name == name
            && _open.Any(o => o.Name == name && o.Level == w.Level && (w.Mode != LockMode.SharedRecursive || o.Mode == LockMode.Exclusive)));
        if (blocks && map.Kind != LockdepMapKind.ReentrantLock)
        {
            Inconsistent.Add(name);
        }
    }

    private static HashSet<int> Of(Dictionary<LockdepMap, HashSet<int>> all, LockdepMap map)
    {
        if (!all.TryGetValue(map, out HashSet<int>? known))
        {
            all[map] = known = [];
        }

        return known;
    }
}
