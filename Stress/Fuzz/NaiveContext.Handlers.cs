using KThreadRuntime;

namespace Stress.Fuzz;

/// <content>Handlers: what they interrupt is out of their reach, and what they did is gone when they end.</content>
internal sealed partial class NaiveContext
{
    private readonly Stack<Frame> _frames = [];
    private HashSet<HandlerLevel> _running = [];
    private HashSet<HandlerLevel> _off = [];

    internal int Handlers => _frames.Count;

    /// <summary>The number of the newest handler, by which the validator knows it.</summary>
    internal long NewestHandler => _frames.Peek().Serial;

    /// <summary>The first that the newest handler has acquired.</summary>
    private int Floor => _frames.Count == 0 ? 0 : _frames.Peek().Floor;

    private int PastStart => _frames.Count == 0 ? 0 : _frames.Peek().Past;

    internal void Enter(HandlerLevel level, long serial)
    {
        LeaveOpen([level]);
        _frames.Push(new Frame(serial, Holds.Count, _past.Count, [.. _running], [.. _off]));
        _running.Add(level);
        _off.Add(level);
    }

    internal void Exit()
    {
        Frame ended = _frames.Pop();
        Holds.RemoveRange(ended.Floor, Holds.Count - ended.Floor);
        _past.RemoveRange(ended.Past, _past.Count - ended.Past);
        (_running, _off) = (ended.Running, ended.Off);
    }

    internal void HandlersOff(HandlerLevel level) => _off.Add(level);

    /// <summary>To let in handlers of a level while one runs is a fault, and changes nothing.</summary>
    internal void HandlersOn(HandlerLevel level)
    {
        if (!_running.Contains(level) && _off.Remove(level))
        {
            LeaveOpen(LetIn());
        }
    }

    /// <summary>A soft handler does not run where hard ones may not.</summary>
    private IEnumerable<HandlerLevel> LetIn() =>
        _off.Contains(HandlerLevel.Hard) ? [] : new[] { HandlerLevel.Hard, HandlerLevel.Soft }.Where(l => !_off.Contains(l));

    private void LeaveOpen(IEnumerable<HandlerLevel> levels)
    {
        foreach (HandlerLevel level in levels)
        {
            Holds.ForEach(h => world.LeaveOpen(h.Map, h.Name, level, h.Mode));
        }
    }

    private void MarkUse(Held added)
    {
        if (!added.IsTry)
        {
            foreach (HandlerLevel level in _running)
            {
                world.Want(added.Map, added.Name, level, added.Mode);
            }

            // The interrupted flow cannot go on and release it, unless both read.
            bool waitsForItself = added.Map.Kind != LockdepMapKind.ReentrantLock
                && Holds.Take(Floor).Any(h => h.Map == added.Map && (h.Mode == LockMode.Exclusive || added.Mode == LockMode.Exclusive));
            if (waitsForItself)
            {
                world.Inconsistent.Add(added.Name);
            }
        }

        foreach (HandlerLevel level in LetIn())
        {
            world.LeaveOpen(added.Map, added.Name, level, added.Mode);
        }
    }

    private sealed record Frame(long Serial, int Floor, int Past, HashSet<HandlerLevel> Running, HashSet<HandlerLevel> Off);
}
