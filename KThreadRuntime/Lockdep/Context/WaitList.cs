using KThreadRuntime.Blocking;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <summary>A dependency that a wait made, kept so that it can be told again once the signaller is known.</summary>
internal readonly record struct WaitStep(LockClass From, Dependency Label);

/// <summary>A wait in progress.</summary>
/// <param name="Generation">Taken before the request was published; unique.</param>
/// <param name="Class">The class the waiter waits for.</param>
/// <param name="Site">Where it waits.</param>
/// <param name="Steps">What the wait depends on, while the signaller was unknown.</param>
internal readonly record struct WaitRecord(long Generation, LockClass Class, CodeSite Site, IReadOnlyList<WaitStep>? Steps);

/// <summary>The waits in progress on one completion, oldest first: the first and the last generation are both needed.</summary>
internal sealed class WaitList
{
    /// <summary>Stands for the list of a completion that nobody has waited for; nothing is added to it.</summary>
    internal static readonly WaitList Empty = new();

    private BriefLock _gate;
    private List<WaitRecord>? _waits;
    private int _count;

    /// <summary>Whether somebody waits; may be read without a lock, since a signaller has seen the request first.</summary>
    internal bool Any => Volatile.Read(ref _count) != 0;

    internal int Count => Volatile.Read(ref _count);

    internal void Add(in WaitRecord wait)
    {
        _gate.Enter();
        (_waits ??= []).Add(wait);
        Volatile.Write(ref _count, _waits.Count);
        _gate.Exit();
    }

    internal void Remove(long generation)
    {
        _gate.Enter();
        for (int i = 0; i < _count; i++)
        {
            if (_waits![i].Generation == generation)
            {
                _waits.RemoveAt(i);
                Volatile.Write(ref _count, _waits.Count);
                break;
            }
        }

        _gate.Exit();
    }

    internal void CopyTo(List<WaitRecord> target)
    {
        _gate.Enter();
        if (_waits is not null)
        {
            target.AddRange(_waits);
        }

        _gate.Exit();
    }
}
