using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Finds waits for a monitor's condition while another lock is held: the wait lets go the monitor, and nothing else, so
/// that whoever should pulse it may be kept out by the other lock.
/// </summary>
internal sealed class NestedWaitFinder
{
    private readonly Contexts _contexts;
    private readonly SignalGraph _signals;
    private readonly Dictionary<Site, Finding> _found = [];

    private NestedWaitFinder(Contexts contexts, SignalGraph signals)
    {
        _contexts = contexts;
        _signals = signals;
    }

    /// <param name="found">Rings: the wait of one is not reported again.</param>
    public static IEnumerable<Finding> Find(Contexts contexts, SignalGraph signals, IEnumerable<Finding> found, CancellationToken cancellation)
    {
        var reported = new HashSet<Site>(found.Where(static ring => ring.Fault == Fault.CrossReleaseCycle).Select(static ring => ring.Place));
        var finder = new NestedWaitFinder(contexts, signals);
        foreach (BodyFacts root in contexts.With(ContextParts.Wait))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (Event wait in contexts.SummaryOf(root).Events)
            {
                if (wait is { Kind: EventKind.WaitCondition, IsTimed: false } && !reported.Contains(wait.Trace.Place))
                {
                    finder.Check(wait);
                }
            }
        }

        return finder._found.Values;
    }

    private void Check(Event wait)
    {
        // A monitor that is held twice is let go altogether.
        LockClass monitor = LockClass.Of(wait.Target);
        ImmutableArray<HeldLock> held = wait.Held.RemoveAll(candidate => LockClass.Of(candidate.Lock).Key == monitor.Key);
        if (held.IsEmpty)
        {
            return;
        }

        Signaller[] known = [.. _signals.Completions(wait).SelectMany(_signals.Of)];
        Signaller[] pulsers = [.. known.Where(pulser => !held.Any(mine => HasItsTurn(pulser, mine, wait)))];
        if (known.Length > 0 && pulsers.Length == 0)
        {
            return;
        }

        (HeldLock Lock, Signaller Pulser)[] kept = [.. held.SelectMany(mine => pulsers.Where(pulser => Needs(pulser, mine)).Select(pulser => (mine, pulser)))];
        HeldLock @lock = kept.Length > 0 ? kept[0].Lock : held[held.Length - 1];
        string name = LockClass.Of(@lock.Lock).Name;
        string why = kept.Length > 0 ? $"'{kept[0].Pulser.Body.Name}', which pulses it, needs '{name}' first"
            : pulsers.Length > 0 ? $"whoever needs '{name}' meanwhile waits as well"
            : $"nobody is seen to pulse it without '{name}'";
        Site place = wait.Trace.Place;
        var finding = new Finding(
            Fault.NestedMonitorWait,
            place,
            [place.Body.Name, monitor.Name, name, why],
            [.. @lock.Trace.Sites.Concat(wait.Trace.Sites).Concat(kept.Length > 0 ? [kept[0].Pulser.Signal] : []).Where(step => step != place).Distinct()],
            IsSuggestion: pulsers.Length > 0 && (kept.Length == 0 || pulsers.Any(pulser => IsOfMonitor(pulser.Body, wait) && !held.Any(mine => Needs(pulser, mine)))));
        if (!_found.TryGetValue(place, out Finding? other)
            || (finding.IsSuggestion, finding.Steps.Length).CompareTo((other.IsSuggestion, other.Steps.Length)) < 0)
        {
            _found[place] = finding;
        }
    }

    // A lock made of the condition: who gives it back has come by the same wait, and has kept the other lock since. While the waiter has that one, it is somebody else's turn.
    private bool HasItsTurn(Signaller pulser, HeldLock mine, Event wait) => Needs(pulser, mine) && _contexts.SummaryOf(pulser.Body).Events.Any(found =>
        found.Kind == EventKind.WaitCondition && found.Trace.Leaf == wait.Trace.Leaf && found.Held.Any(held => held.Excludes(mine)));

    // A context of the monitor's own object: each monitor has one.
    private bool IsOfMonitor(BodyFacts pulser, Event wait) => _contexts.IsSpawned(pulser)
        && wait.Target.Path is { Kind: ValueKind.Member, Id: var monitor } && pulser.Type?.Substring(2) == DelegateHolders.DeclaringType(monitor);

    // Before its pulse, or in another turn of the loop that pulses.
    private bool Needs(Signaller pulser, HeldLock mine)
    {
        string needed = LockClass.Of(mine.Lock).Key;
        bool IsIt(Event found) => found is { Kind: EventKind.Acquire, IsTimed: false } && LockClass.Of(found.Target).Key == needed;
        return pulser.Before.Any(IsIt) || _signals.InOtherTurns(pulser, IsIt).Any();
    }
}
