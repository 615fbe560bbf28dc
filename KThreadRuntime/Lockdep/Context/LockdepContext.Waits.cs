using KThreadRuntime.Reports;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <content>Both ends of the wire: waits, what is owed, and signals.</content>
internal sealed partial class LockdepContext
{
    private readonly List<WaitRecord> _waitsScratch = [];
    private List<OwedCompletion>? _owed;

    /// <summary>Where the signal in progress is given.</summary>
    private CodeSite _signalSite;

    /// <summary>Whether the context gave the first of the signals that are the one in progress before it had waited for anything.</summary>
    private bool _gaveUnasked;

    /// <summary>Notes a wait that need not block: another schedule would have let it.</summary>
    /// <param name="map">What is waited for.</param>
    /// <param name="timed">Whether the wait has a limit.</param>
    /// <param name="site">Where.</param>
    /// <param name="finds">Whether it is made, and finds its signal there.</param>
    internal void NoteWait(LockdepMap map, bool timed, in CodeSite site, bool finds = false)
    {
        if (Tracks(map, site))
        {
            if (finds)
            {
                IdleInPassing(map, site);
            }

            map.TouchedBy(Id);
            LockClass waited = map.ClassForWait(site);
            Observe(map, waited, WaitElement(waited, timed), site, steps: null);
        }
    }

    /// <summary>
    /// Begins a wait that blocks, or may: first its dependencies on what is held, with their reports; then its generation.
    /// The caller publishes its request after this, so the signaller that sees the request sees the wait too. An
    /// asynchronous wait stays out of the history: this thread goes on, and may signal something else meanwhile.
    /// </summary>
    internal WaitTicket BeginWait(LockdepMap map, bool timed, bool isAsync, in CodeSite site, bool canEnd = false)
    {
        if (!Tracks(map, site))
        {
            return default;
        }

        if (!isAsync)
        {
            IdleAt(map, site);
        }

        map.TouchedBy(Id);
        LockClass waited = map.ClassForWait(site);
        List<WaitStep>? steps = HeldCount > 0 && map.Signaller == 0 ? [] : null;
        Observe(map, waited, WaitElement(waited, timed), site, steps, remembers: !isAsync);
        long generation = _clock.Advance();
        map.AddWait(new WaitRecord(generation, waited, site, steps));
        if (isAsync)
        {
            return new WaitTicket(map, generation, null);
        }

        var ticket = new WaitTicket(map, generation, this);
        BlockOn(ticket, new BlockedFlow.Wish(map, waited, timed ? ChainMode.TimedWait : ChainMode.Wait, 0, timed || canEnd, site));
        return ticket;
    }

    /// <summary>From here on the context is responsible for signalling the completion.</summary>
    internal void Owe(LockdepMap map)
    {
        if (map.Validation != LockValidation.Full)
        {
            return;
        }

        map.SignalledBy(Id);
        List<OwedCompletion> owed = _owed ??= [];
        owed.RemoveAll(o => ReferenceEquals(o.Map, map));

        // A generation of its own: what is acquired from here on is written to the history again.
        map.AlsoOwedBy(Id);
        map.Debtor = _life;
        _givenSinceOwed = default;
        owed.Add(new OwedCompletion(map, _clock.Advance(), Units: 0, CodeSite.Unknown));
    }

    /// <summary>
    /// Commits what the signaller did since the wait began, or since it owed the signal. Call it before waiters are let go;
    /// hand the reports to <see cref="Deliver"/> after.
    /// </summary>
    internal List<LockdepReport>? Signal(LockdepMap map, in CodeSite site, int units = 1)
    {
        _withholds = true;
        try
        {
            List<LockdepReport>? reports = Learn(map, site, units);
            return _withheld is { } faults ? [.. faults, .. reports ?? []] : reports;
        }
        finally
        {
            _withholds = false;
            _withheld = null;
        }
    }

    private List<LockdepReport>? Learn(LockdepMap map, in CodeSite site, int units)
    {
        if (!Tracks(map, site))
        {
            return null;
        }

        NoteGiver(map, units);
        NoteGiven(map);

        SignalMemory memory = _signalled ??= new SignalMemory();
        bool isKnown = map.IsCounted && memory.Remembers(map), isFirst = memory.IsFirst(map);
        if (isFirst && !isKnown)
        {
            memory.SetUnasked(map, !HasWaitedSince(map.Born));
        }

        _gaveUnasked = memory.WasUnasked(map);
        if (map.IsFresh)
        {
            map.FirstSignalled(isCredit: !map.IsWaitedFor && _gaveUnasked);
        }

        map.SignalledBy(Id);
        if (!map.IsWaitedFor && _owed is null && !Validator.Options.Predicts)
        {
            return null;
        }

        _signalSite = site;
        bool predicts = isFirst && Validator.Options.Predicts;
        Findings findings = _findings;
        List<WaitRecord> waits = _waitsScratch;
        waits.Clear();
        if (map.IsWaitedFor)
        {
            map.Waits!.CopyTo(waits);
        }

        RepeatWaits(map, waits, findings);
        int owedUnits = UnitsOwed(map);
        long owedSince = TakeOwed(map, units);
        if (waits.Count > 0)
        {
            CommitByClass(map, waits, owedSince, predicts, findings);
        }
        else if (owedSince >= 0)
        {
            Commit(map, map.ClassFor(0), SignalWindow.Owed(owedSince), site, findings);
        }
        else if (predicts && PredictedClass(map) is LockClass predicted)
        {
            Commit(map, predicted, SignalWindow.Predicted(map.Born) with { From = map.IsLifetime ? 0 : _idleSince }, site, findings);
        }

        waits.Clear();
        NoteAnswer(owedUnits);
        return Validator.Issuer.Issue(this, findings);
    }

    private bool Tracks(LockdepMap completion, in CodeSite site) =>
        _busy == 0 && completion.Validation == LockValidation.Full
        && (completion.Key is not { IsDisposed: true } || IsAlive(completion.ClassFor(0), site));

    private static uint WaitElement(LockClass waited, bool timed) =>
        ChainKey.Element(waited.Index, (int)(timed ? ChainMode.TimedWait : ChainMode.Wait), isTry: false);

    private static LockClass? PredictedClass(LockdepMap map) => map.Policy == ClassPolicy.WaitSite ? map.Class : map.ClassFor(0);

    /// <summary>
    /// Now that the signaller is known, the waits' dependencies say so: two completions of one class that one context signals
    /// are no longer told apart.
    /// </summary>
    private void RepeatWaits(LockdepMap map, List<WaitRecord> waits, Findings findings)
    {
        foreach (WaitRecord wait in waits)
        {
            if (wait.Steps is null)
            {
                continue;
            }

            foreach (WaitStep step in wait.Steps)
            {
                Validator.Learn(step.From, wait.Class, step.Label.SignalledBy(map.Signaller), findings);
            }
        }
    }

    /// <summary>
    /// One commit per class waited for: overlapping waits at several sites may have several. A thread owes its own
    /// parking and end from the first, so for those it is predicted that the wait might have begun earlier.
    /// </summary>
    private void CommitByClass(LockdepMap map, List<WaitRecord> waits, long owedSince, bool predicts, Findings findings)
    {
        for (int i = 0; i < waits.Count; i++)
        {
            LockClass waited = waits[i].Class;
            if (IndexOfClass(waits, waited) < i)
            {
                continue;
            }

            long first = waits[i].Generation, last = LastOfClass(waits, waited);
            SignalWindow window = owedSince >= 0 ? new(Math.Min(first, owedSince), first, last, ReportFlags.None) { IsOwed = true }
                : predicts && map.IsOwedFromBirth ? new(map.Born, first, last, ReportFlags.Predicted)
                : new(first, first, last, ReportFlags.None);
            Commit(map, waited, window, waits[i].Site, findings);
        }
    }

    /// <summary>Loops, as all of a signal: a lambda would allocate each time.</summary>
    private static int IndexOfClass(List<WaitRecord> waits, LockClass waited)
    {
        int index = 0;
        while (!ReferenceEquals(waits[index].Class, waited))
        {
            index++;
        }

        return index;
    }

    private static long LastOfClass(List<WaitRecord> waits, LockClass waited)
    {
        int index = waits.Count - 1;
        while (!ReferenceEquals(waits[index].Class, waited))
        {
            index--;
        }

        return waits[index].Generation;
    }

    private void Commit(LockdepMap map, LockClass waited, in SignalWindow window, in CodeSite fromSite, Findings findings)
    {
        ReportFlags flags = HistoryFlags();
        for (long ordinal = _history.Next - 1; ; ordinal--)
        {
            if (ordinal < Math.Max(_historyStart, window.From))
            {
                return;
            }

            if (ordinal < _history.Oldest)
            {
                CountLoss(ordinal);
                return;
            }

            ref HistoryEntry entry = ref _history[ordinal];
            if (entry.Generation < window.Since || (entry.Epoch != _epoch && !map.IsLifetime))
            {
                return;
            }

            if (!ReferenceEquals(entry.Instance, map))
            {
                CommitEntry(map, waited, ref entry, fromSite, window.IsOwed, flags | window.Always | window.FlagsAt(entry.Generation), findings);
            }
        }
    }

    private void CommitEntry(
        LockdepMap map, LockClass waited, ref HistoryEntry entry, in CodeSite fromSite, bool isOwed, ReportFlags flags, Findings findings)
    {
        ThreadChain chain = entry.Chain;
        var memo = new ThreadChain.CommitMemo(map.Id, waited.Index, entry.Instance?.Id ?? 0, entry.Instance?.Signaller ?? 0, entry.Gates, isOwed ? entry.Given : default, isOwed, _gaveUnasked, flags);
        if (chain.HasCommitted(memo))
        {
            return;
        }

        long refused = Validator.RefusedDependencies;
        Validator.Learn(waited, chain.Class, FromOwed(map, ref entry, fromSite, isOwed, flags), findings);
        if (refused == Validator.RefusedDependencies)
        {
            chain.Committed(memo);
        }
    }

    private Dependency FromOwed(LockdepMap map, ref HistoryEntry entry, in CodeSite fromSite, bool isOwed, ReportFlags flags)
    {
        ThreadChain chain = entry.Chain;
        return new Dependency
        {
            Kinds = chain.Mode == ChainMode.SharedRecursive ? DependencyKinds.ER : DependencyKinds.EN,
            From = map.Witness,
            To = entry.Instance?.Witness,
            Gates = entry.Gates,
            Given = isOwed ? entry.Given : default,
            Thread = Id,
            Signaller = chain.Mode >= ChainMode.Wait ? entry.Instance?.Signaller ?? Dependency.Several : 0,
            GivesBack = isOwed,
            GivesFirst = _gaveUnasked,
            Flags = chain.IsTimed ? flags | ReportFlags.Stall : flags,
            Evidence = new Evidence(TaskName, fromSite, chain.Site, ChainMode.Owed, chain.Mode, chain.Stack) { SignalSite = _signalSite },
        };
    }

    /// <summary>Whether the context waited for anything since a generation. What was overwritten may have been a wait.</summary>
    private bool HasWaitedSince(long generation)
    {
        for (long ordinal = _history.Next - 1; ordinal >= _historyStart; ordinal--)
        {
            if (ordinal < _history.Oldest)
            {
                return true;
            }

            ref HistoryEntry entry = ref _history[ordinal];
            if (entry.Generation < generation || entry.Epoch != _epoch)
            {
                return false;
            }

            if (entry.Chain.Mode >= ChainMode.Wait)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A walk that ran off an overwritten ring lost dependencies; it invents none.</summary>
    private void CountLoss(long ordinal)
    {
        if (ordinal >= 0)
        {
            Validator.Statistics.CountHistoryOverflow();
        }
    }

    /// <summary>Since when the context owed the signal, or -1. Of several units the rest stays owed.</summary>
    private long TakeOwed(LockdepMap map, int units)
    {
        int index = IndexOfOwed(map);
        if (index < 0)
        {
            return -1;
        }

        OwedCompletion owed = _owed![index];
        if (owed.Units > units)
        {
            _owed[index] = owed with { Units = owed.Units - units };
        }
        else
        {
            _owed.RemoveAt(index);
            map.OwedBy(0);
        }

        map.PaidBy(_life);
        return owed.Since;
    }

    /// <summary>Where among the debts a completion is, or -1. A loop: a lambda would allocate on every signal.</summary>
    private int IndexOfOwed(LockdepMap map)
    {
        int i = OwedCount - 1;
        while (i >= 0 && !ReferenceEquals(_owed![i].Map, map))
        {
            i--;
        }

        return i;
    }

    /// <summary>What the context owes.</summary>
    /// <param name="Map">The completion.</param>
    /// <param name="Since">The generation from which on it does.</param>
    /// <param name="Units">How many units of a semaphore it acquired; 0 for a completion that it declared to owe.</param>
    /// <param name="Site">Where it acquired the last of them.</param>
    /// <param name="HasAsked">Whether it has signalled something else since: who was told so may give the units back.</param>
    private readonly record struct OwedCompletion(LockdepMap Map, long Since, int Units, CodeSite Site, bool HasAsked = false)
    {
        /// <summary>Whether these are all the units there are of a semaphore used as a lock.</summary>
        internal bool IsWhole => Map.Units > 0 && Units >= Map.Units && !HasAsked && !Map.IsHandedOn;
    }
}
