using System.Diagnostics;
using KThreadRuntime.Reports;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <content>The moments in which the thread really blocks.</content>
internal sealed partial class LockdepContext
{
    private BlockedFlow? _blocked;

    /// <summary>An announced acquire did not succeed at once. Reports the hang if this one closes a ring of blocked threads.</summary>
    internal void Contended(LockdepMap map, bool canEnd, in CodeSite site)
    {
        if (_busy != 0 || map.Validation == LockValidation.NoTrack)
        {
            return;
        }

        int index = IndexOf(map);
        if (index == 0)
        {
            Issue(new Fault(ReportKind.UnbalancedContention, map.ClassFor(0), site, "tells of contention on a lock that it has not announced."));
            return;
        }

        uint element = _held[index].Element;
        Block(new BlockedFlow.Wish(map, _held[index].Class!, ChainKey.ModeOf(element), index, canEnd, site));
    }

    /// <summary>The thread goes on. Counts the time when it has the lock.</summary>
    internal void Unblock(bool succeeded)
    {
        if (_blocked is not { } flow)
        {
            return;
        }

        LockClass wanted = flow.Class;
        ChainMode mode = flow.Mode;
        int index = flow.WantedIndex;
        long since = Validator.Blocked.Leave(flow);
        if (succeeded && since != 0)
        {
            RestartHold(index);
            wanted.Contention.Add(mode, Stopwatch.GetTimestamp() - since);
        }
    }

    /// <summary>
    /// The wait has lasted longer than the watchdog allows: tells it, with this thread's own stack and everybody's sites. Of those that hang
    /// at one place the first tells it, the second, the fourth and so on.
    /// </summary>
    internal void ReportHung()
    {
        if (_busy != 0 || _blocked is not { Place: >= 0 } flow)
        {
            return;
        }

        long now = Stopwatch.GetTimestamp();
        int alike = Validator.Blocked.CountAlike(flow, now - Validator.Options.HungWaitMilliseconds * Stopwatch.Frequency / 1000);
        int round = 0;
        for (int more = alike; more > 1; more /= 2)
        {
            round++;
        }

        string detail = HungText.Of(flow, now, alike, Validator.Blocked.Snapshot(except: flow));
        DeliverSafely(Validator.Issuer.Issue(this, new Fault(ReportKind.HungWait, flow.Class, flow.Site, detail, Confidence: Confidence.Possible, Round: round)));
    }

    /// <summary>The same for a wait that no thread is blocked for, on a thread of the timer's.</summary>
    internal void ReportHung(LockdepMap map, in CodeSite site, string beganBy)
    {
        if (_busy == 0)
        {
            LockClass waited = map.Class ?? map.ClassFor(0);
            string detail = HungText.OfAsync(waited, Validator.Options.HungWaitThreshold, Validator.Blocked.Snapshot());
            DeliverSafely(Validator.Issuer.Issue(this, new Fault(ReportKind.HungWait, waited, site, detail, Confidence: Confidence.Possible, Task: beganBy)));
        }
    }

    /// <summary>The number of what lies on the held stack.</summary>
    internal long HeldIdAt(int index) => _held[index].Id;

    /// <summary>Where a blocked flow holds what another wants, in a way that keeps it waiting; 0 when it does not.</summary>
    internal int IndexOfConflict(BlockedFlow flow, BlockedFlow waiter, BlockedFlows flows)
    {
        for (int i = flow.Top; i > 0; i--)
        {
            ref HeldLock held = ref _held[i];
            if (held.Id != waiter.Wants.Id || i == flow.WantedIndex)
            {
                continue;
            }

            bool bothRead = ChainKey.ModeOf(held.Element) != ChainMode.Exclusive && waiter.Mode != ChainMode.Exclusive;
            if (!bothRead || (waiter.Mode == ChainMode.Shared && flows.WriterQueuesFor(waiter.Wants)))
            {
                return i;
            }
        }

        return 0;
    }

    /// <summary>A blocked flow's part in a closed ring: what it has that the one before wants, and what it wants itself.</summary>
    internal Dependency StepOfBlocked(BlockedFlow flow, BlockedFlow waiter, BlockedFlows flows)
    {
        bool owes = waiter.Wants.Kind == LockdepMapKind.Completion;
        int index = owes ? 0 : IndexOfConflict(flow, waiter, flows);
        bool hasUnits = BlockedFlows.HasAllUnits(flow, waiter.Wants);
        ChainMode fromMode = owes ? ChainMode.Owed : ChainKey.ModeOf(_held[index].Element);
        return new Dependency
        {
            Kinds = DependencyKinds.EN,
            From = waiter.Wants,
            To = flow.Wants,
            Thread = Id,
            Signaller = flow.Wants.Signaller,
            Flags = hasUnits ? ReportFlags.NotGivenBack : ReportFlags.None,
            Evidence = new Evidence(
                NameOf(flow.Thread), hasUnits ? SiteOfUnits(waiter.Wants) : owes ? waiter.Site : ChainAt(index)?.Site ?? CodeSite.Unknown, flow.Site, fromMode, flow.Mode, null),
        };
    }

    internal LockdepBlockedTask DescribeBlocked(BlockedFlow flow)
    {
        var held = new List<LockdepHeldLock>();
        for (int i = 1; i <= flow.Top; i++)
        {
            if (i != flow.WantedIndex && !_held[i].IsBoundary)
            {
                held.Add(new LockdepHeldLock(
                    _held[i].Class!, ChainKey.LockModeOf(_held[i].Element), ChainAt(i)?.Site ?? CodeSite.Unknown));
            }
        }

        double seconds = (Stopwatch.GetTimestamp() - flow.Since) / (double)Stopwatch.Frequency;
        return new LockdepBlockedTask(NameOf(flow.Thread), flow.Class, flow.Site, TimeSpan.FromSeconds(seconds), held);
    }

    private static string NameOf(Thread thread) =>
        $"{(!string.IsNullOrEmpty(thread.Name) ? thread.Name : thread.IsThreadPoolThread ? "pool" : "thread")}/{thread.ManagedThreadId}";

    /// <summary>The same for a wait that has begun; a sink that throws leaves none.</summary>
    private void BlockOn(WaitTicket ticket, in BlockedFlow.Wish wish)
    {
        try
        {
            Block(wish);
        }
        catch
        {
            Lockdep.EndWait(ticket);
            throw;
        }
    }

    private void Block(in BlockedFlow.Wish wish)
    {
        BlockedFlow flow = _blocked ??= new BlockedFlow(this);
        if (Validator.Blocked.Enter(flow, wish, _top, WhollyOwed(), Stopwatch.GetTimestamp()) is { } ring)
        {
            _findings.Add(ring);
        }

        try
        {
            CommitDebts(wish);
            Deliver(Validator.Issuer.Issue(this, _findings));
        }
        catch
        {
            Unblock(succeeded: false);
            throw;
        }
    }
}
