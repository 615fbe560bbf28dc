namespace KThreadRuntime.Tests;

/// <summary>
/// The rule of locks and handlers in its plainest form: all uses and all dependencies are kept, and after each event every path is
/// looked at anew.
/// </summary>
internal sealed class NaiveHandlers(int classes)
{
    private readonly HashSet<(int Class, bool Hard, bool IsRead)> _usedIn = [];
    private readonly HashSet<(int Class, bool Hard, bool IsRead)> _enabled = [];
    private readonly HashSet<(int From, bool HeldRead, int To, bool WantedRead)> _edges = [];
    private readonly Stack<Flow> _flows = new([new Flow(null, false, false)]);

    internal IReadOnlyList<(int Class, bool IsRead)> Held => _flows.Peek().Held;

    internal bool? Level => _flows.Peek().Hard;

    internal int Depth => _flows.Count - 1;

    internal void Acquire(int wanted, bool isRead, bool isTry)
    {
        Flow flow = _flows.Peek();
        if (!isTry)
        {
            foreach (Flow running in _flows.Where(f => f.Hard is not null))
            {
                _usedIn.Add((wanted, running.Hard!.Value, isRead));
            }

            foreach ((int held, bool heldRead) in flow.Held.Where(h => h.Class != wanted))
            {
                _edges.Add((held, heldRead, wanted, isRead));
            }
        }

        flow.Held.Add((wanted, isRead));
        Enable(wanted, isRead, !flow.HardOff, !flow.HardOff && !flow.SoftOff);
    }

    internal void Release(int index) => _flows.Peek().Held.RemoveAt(index);

    internal void Enter(bool hard)
    {
        foreach ((int held, bool isRead) in _flows.SelectMany(f => f.Held))
        {
            Enable(held, isRead, hard, !hard);
        }

        Flow below = _flows.Peek();
        _flows.Push(new Flow(hard, below.HardOff || hard, below.SoftOff || !hard));
    }

    internal void Exit() => _flows.Pop();

    internal void Switch(bool hard, bool off)
    {
        Flow flow = _flows.Peek();
        bool wasOff = hard ? flow.HardOff : flow.SoftOff;
        (flow.HardOff, flow.SoftOff) = hard ? (off, flow.SoftOff) : (flow.HardOff, off);
        if (wasOff && !off)
        {
            foreach ((int held, bool isRead) in _flows.SelectMany(f => f.Held))
            {
                Enable(held, isRead, !flow.HardOff, !flow.HardOff && !flow.SoftOff);
            }
        }
    }

    /// <summary>Whether some class acquired in handlers leads, over a strong path, to one held while they may run, or is that one.</summary>
    internal bool HasConflict() => _usedIn.Any(used => Reaches(used.Class, used.IsRead, used.Hard));

    private bool Reaches(int start, bool isRead, bool hard)
    {
        var seen = new HashSet<(int, bool)>();
        var rest = new Stack<(int Class, bool IsRead)>([(start, isRead)]);
        while (rest.TryPop(out (int Class, bool IsRead) at))
        {
            if (!seen.Add(at))
            {
                continue;
            }

            if (_enabled.Contains((at.Class, hard, false)) || (!at.IsRead && _enabled.Contains((at.Class, hard, true))))
            {
                return true;
            }

            foreach (var edge in _edges.Where(e => e.From == at.Class && !(at.IsRead && e.HeldRead)))
            {
                rest.Push((edge.To, edge.WantedRead));
            }
        }

        return false;
    }

    private void Enable(int held, bool isRead, bool hard, bool soft)
    {
        Assert.InRange(held, 0, classes - 1);
        if (hard)
        {
            _enabled.Add((held, true, isRead));
        }

        if (soft)
        {
            _enabled.Add((held, false, isRead));
        }
    }

    private sealed class Flow(bool? hard, bool hardOff, bool softOff)
    {
        internal bool? Hard { get; } = hard;

        internal bool HardOff { get; set; } = hardOff;

        internal bool SoftOff { get; set; } = softOff;

        internal List<(int Class, bool IsRead)> Held { get; } = [];
    }
}
