using KThreadRuntime.Blocking;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <summary>
/// The threads of one validator that are blocked right now: the nodes of its wait-for graph. Whoever blocks last closes a
/// ring, and finds it, since everybody else in it is listed.
/// </summary>
/// <remarks>
/// An edge leads from a blocked flow to one that holds what it wants in a way that conflicts, or that alone signals the
/// completion it waits for. One such holder is enough to keep a waiter blocked, so each ring of listed flows is a hang that is
/// there. Flows that are not listed still run: nothing is said of them. Entering costs a walk over the listed flows.
/// </remarks>
internal sealed class BlockedFlows
{
    private BriefLock _gate;
    private readonly List<BlockedFlow> _flows = [];
    private readonly List<BlockedFlow> _path = [];
    private int _mark;

    /// <summary>Lists a flow. Returns the ring it closes, starting with what this flow holds; null as a rule.</summary>
    internal Ring? Enter(BlockedFlow flow, in BlockedFlow.Wish wish, int top, long now)
    {
        _gate.Enter();
        try
        {
            if (flow.Place >= 0)
            {
                // A second wait began before the first ended: it waits for either, and either may come.
                flow.CanEnd = true;
                return null;
            }

            flow.Begin(wish, top, now);
            flow.Place = _flows.Count;
            _flows.Add(flow);
            return wish.CanEnd ? null : FindRing(flow);
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Takes a flow off the list. Returns since when it was blocked; 0 when it was not listed.</summary>
    internal long Leave(BlockedFlow flow)
    {
        _gate.Enter();
        int place = flow.Place;
        if (place >= 0)
        {
            BlockedFlow last = _flows[_flows.Count - 1];
            _flows[place] = last;
            last.Place = place;
            _flows.RemoveAt(_flows.Count - 1);
            flow.Place = -1;
        }

        _gate.Exit();
        return place >= 0 ? flow.Since : 0;
    }

    /// <summary>Who is blocked, in no order.</summary>
    internal List<LockdepBlockedTask> Snapshot()
    {
        var snapshot = new List<LockdepBlockedTask>();
        _gate.Enter();
        try
        {
            foreach (BlockedFlow flow in _flows)
            {
                snapshot.Add(flow.Context.DescribeBlocked(flow));
            }
        }
        finally
        {
            _gate.Exit();
        }

        return snapshot;
    }

    private Ring? FindRing(BlockedFlow start)
    {
        _mark++;
        _path.Clear();
        return Follow(start, start) ? Describe() : null;
    }

    /// <summary>Depth first along one blocker after the other; true leaves the ring in the path.</summary>
    private bool Follow(BlockedFlow flow, BlockedFlow goal)
    {
        flow.Mark = _mark;
        _path.Add(flow);
        foreach (BlockedFlow other in _flows)
        {
            if (other.CanEnd || (other.Mark == _mark && other != goal) || !Blocks(other, flow))
            {
                continue;
            }

            if (other == goal || Follow(other, goal))
            {
                return true;
            }
        }

        _path.RemoveAt(_path.Count - 1);
        return false;
    }

    private bool Blocks(BlockedFlow holder, BlockedFlow waiter)
    {
        LockdepMap wanted = waiter.Wants;
        return wanted.Kind == LockdepMapKind.Completion
            ? wanted.SoleSignaller == holder.Context.Id
            : holder.Context.IndexOfConflict(holder, waiter, this) > 0;
    }

    /// <summary>Whether a listed flow wants the write side. Call it under the lock only. A loop: a lambda would allocate on every wait.</summary>
    internal bool WriterQueuesFor(LockdepMap wanted)
    {
        foreach (BlockedFlow flow in _flows)
        {
            if (ReferenceEquals(flow.Wants, wanted) && flow.Mode == ChainMode.Exclusive)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The ring in the order of reports: step 0 is that of the flow that closed it.</summary>
    private Ring Describe()
    {
        var steps = new List<Dependency>(_path.Count);
        var classes = new List<LockClass>(_path.Count);
        for (int i = 0; i < _path.Count; i++)
        {
            BlockedFlow holder = _path[i], waiter = _path[(i + _path.Count - 1) % _path.Count];
            steps.Add(holder.Context.StepOfBlocked(holder, waiter, this));
            classes.Add(waiter.Class);
        }

        return new Ring(steps.Count == 1 ? ReportKind.Recursive : ReportKind.Circular, classes, steps, IsClosed: true);
    }
}
