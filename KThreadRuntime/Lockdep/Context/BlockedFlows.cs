using KThreadRuntime.Blocking;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <summary>
/// The threads of one validator that are blocked right now: the nodes of its wait-for graph. Whoever blocks last closes a
/// ring, and finds it, since everybody else in it is listed.
/// </summary>
/// <remarks>
/// An edge leads from a blocked flow to one that holds what it wants in a way that conflicts, or that alone signals the
/// completion it waits for, or that has all units of a semaphore. One such holder is enough to keep a waiter blocked, so each ring of listed flows is a hang that is
/// there. Flows that are not listed still run: nothing is said of them. The search goes against the edges, from what the new flow
/// holds to those who want it and on, nearest first: it costs a step for each flow that waits for it, however indirectly, and
/// one for each completion waited for.
/// </remarks>
internal sealed class BlockedFlows
{
    private BriefLock _gate;
    private readonly List<BlockedFlow> _flows = [];
    private readonly Dictionary<long, BlockedFlow> _wanting = [];
    private readonly Dictionary<int, BlockedFlow> _bySignaller = [];
    private readonly List<BlockedFlow> _reached = [];
    private int _waits;
    private int _mark;

    /// <summary>Lists a flow. Returns the ring it closes, starting with what this flow holds; null as a rule.</summary>
    internal Ring? Enter(BlockedFlow flow, in BlockedFlow.Wish wish, int top, LockdepMap[]? whollyOwed, long now)
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

            flow.Begin(wish, top, whollyOwed, now);
            Add(flow);
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
        bool isListed = flow.Place >= 0;
        if (isListed)
        {
            Remove(flow);
        }

        _gate.Exit();
        return isListed ? flow.Since : 0;
    }

    /// <summary>How many are blocked at the same place for the same class, the flow among them, since a moment or longer.</summary>
    internal int CountAlike(BlockedFlow flow, long moment)
    {
        int count = 0;
        _gate.Enter();
        foreach (BlockedFlow other in _flows)
        {
            count += other == flow || (other.Class == flow.Class && other.Since <= moment && other.Site == flow.Site) ? 1 : 0;
        }

        _gate.Exit();
        return count;
    }

    /// <summary>Who is blocked, in no order.</summary>
    internal List<LockdepBlockedTask> Snapshot(BlockedFlow? except = null)
    {
        var snapshot = new List<LockdepBlockedTask>();
        _gate.Enter();
        try
        {
            foreach (BlockedFlow flow in _flows)
            {
                if (flow != except)
                {
                    snapshot.Add(flow.Context.DescribeBlocked(flow));
                }
            }
        }
        finally
        {
            _gate.Exit();
        }

        return snapshot;
    }

    /// <summary>Whether a listed flow wants the write side. Call it under the lock only.</summary>
    internal bool WriterQueuesFor(LockdepMap wanted)
    {
        for (BlockedFlow? flow = FirstWanting(wanted.Id); flow is not null; flow = flow.Next)
        {
            if (flow.Mode == ChainMode.Exclusive)
            {
                return true;
            }
        }

        return false;
    }

    private void Add(BlockedFlow flow)
    {
        flow.Place = _flows.Count;
        _flows.Add(flow);
        flow.Previous = null;
        flow.Next = FirstWanting(flow.Wants.Id);
        flow.Next?.Previous = flow;
        _wanting[flow.Wants.Id] = flow;
        _waits += flow.Wants.Kind == LockdepMapKind.Completion ? 1 : 0;
    }

    private void Remove(BlockedFlow flow)
    {
        BlockedFlow last = _flows[_flows.Count - 1];
        _flows[flow.Place] = last;
        last.Place = flow.Place;
        _flows.RemoveAt(_flows.Count - 1);
        flow.Place = -1;
        flow.Next?.Previous = flow.Previous;
        if (flow.Previous is { } previous)
        {
            previous.Next = flow.Next;
        }
        else if (flow.Next is { } next)
        {
            _wanting[flow.Wants.Id] = next;
        }
        else
        {
            _wanting.Remove(flow.Wants.Id);
        }

        flow.Next = flow.Previous = flow.NextOfSignaller = flow.Holder = null;
        _waits -= flow.Wants.Kind == LockdepMapKind.Completion ? 1 : 0;
    }

    private BlockedFlow? FirstWanting(long map) => _wanting.TryGetValue(map, out BlockedFlow? first) ? first : null;

    private Ring? FindRing(BlockedFlow start)
    {
        _mark++;
        SortBySignaller();
        _reached.Clear();
        _reached.Add(start);
        bool closes = false;
        for (int head = 0; head < _reached.Count && !closes; head++)
        {
            closes = Reach(_reached[head], start);
        }

        Ring? ring = closes ? Describe(start) : null;
        _reached.Clear();
        _bySignaller.Clear();
        return ring;
    }

    /// <summary>Who signals changes while others wait, so this is looked up anew for each search.</summary>
    private void SortBySignaller()
    {
        for (int i = 0; i < _flows.Count && _waits > 0; i++)
        {
            BlockedFlow flow = _flows[i];
            if (flow.Wants.Kind == LockdepMapKind.Completion && flow.Wants.SoleSignaller is > 0 and int signaller)
            {
                flow.NextOfSignaller = _bySignaller.TryGetValue(signaller, out BlockedFlow? first) ? first : null;
                _bySignaller[signaller] = flow;
            }
        }
    }

    /// <summary>Adds those whom a flow keeps blocked. True when the goal is among them.</summary>
    private bool Reach(BlockedFlow holder, BlockedFlow goal)
    {
        for (int i = holder.Top; i > 0; i--)
        {
            for (BlockedFlow? waiter = FirstWanting(holder.Context.HeldIdAt(i)); waiter is not null; waiter = waiter.Next)
            {
                if (Keeps(holder, waiter, goal))
                {
                    return true;
                }
            }
        }

        foreach (LockdepMap owed in holder.WhollyOwed ?? [])
        {
            for (BlockedFlow? waiter = FirstWanting(owed.Id); waiter is not null; waiter = waiter.Next)
            {
                if (Keeps(holder, waiter, goal))
                {
                    return true;
                }
            }
        }

        for (BlockedFlow? waiter = FirstSignalledBy(holder); waiter is not null; waiter = waiter.NextOfSignaller)
        {
            if (Keeps(holder, waiter, goal))
            {
                return true;
            }
        }

        return false;
    }

    private BlockedFlow? FirstSignalledBy(BlockedFlow holder) =>
        _bySignaller.TryGetValue(holder.Context.Id, out BlockedFlow? first) ? first : null;

    private bool Keeps(BlockedFlow holder, BlockedFlow waiter, BlockedFlow goal)
    {
        if (waiter.CanEnd || waiter.Mark == _mark || !Blocks(holder, waiter))
        {
            return false;
        }

        waiter.Mark = _mark;
        waiter.Holder = holder;
        _reached.Add(waiter);
        return waiter == goal;
    }

    private bool Blocks(BlockedFlow holder, BlockedFlow waiter)
    {
        LockdepMap wanted = waiter.Wants;
        return wanted.Kind == LockdepMapKind.Completion
            ? wanted.SoleSignaller == holder.Context.Id || HasAllUnits(holder, wanted)
            : holder.Context.IndexOfConflict(holder, waiter, this) > 0;
    }

    /// <summary>Whether a flow took all units of a semaphore, which nobody has given who did not take one. Anybody still may.</summary>
    internal static bool HasAllUnits(BlockedFlow holder, LockdepMap wanted) =>
        wanted.Units > 0 && !wanted.IsHandedOn && holder.WhollyOwed is { } owed && Array.IndexOf(owed, wanted) >= 0;

    /// <summary>The ring in the order of reports: step 0 is that of the flow that closed it, then comes who holds what that wants.</summary>
    private Ring Describe(BlockedFlow start)
    {
        var steps = new List<Dependency>();
        var classes = new List<LockClass>();
        BlockedFlow waiter = start;
        bool canBeEnded = false;
        do
        {
            BlockedFlow holder = waiter.Holder!;
            steps.Add(holder.Context.StepOfBlocked(holder, waiter, this));
            classes.Add(waiter.Class);
            canBeEnded |= HasAllUnits(holder, waiter.Wants);
            waiter = holder;
        }
        while (waiter != start);

        // The step of the flow that closed the ring was met last.
        steps.Insert(0, steps[steps.Count - 1]);
        steps.RemoveAt(steps.Count - 1);
        classes.Insert(0, classes[classes.Count - 1]);
        classes.RemoveAt(classes.Count - 1);
        return new Ring(steps.Count == 1 ? ReportKind.Recursive : ReportKind.Circular, classes, steps, IsClosed: true, canBeEnded);
    }
}
