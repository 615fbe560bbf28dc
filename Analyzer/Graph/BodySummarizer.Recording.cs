using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

// What is kept for callers: critical pairs and signals.
internal sealed partial class BodySummarizer
{
    private Event NewEvent(EventKind kind, LockRef target, TextSpan span, FlowState state) => new(
        kind, target, LockMode.Exclusive, false, false, false, false, state.Resumed, [], state.Held, "", new Trace(new Site(_body, span)))
    {
        Claims = ClaimsAt(state),
        Guards = state.Guards,
        Given = state.Given,
        Released = state.Released,
        IsElsewhere = state.IsElsewhere,
        IsInContext = !state.HasLeftContext,
        IsAlone = state.Running.IsEmpty,
    };

    private void NoteReentry(Event acquire, ImmutableArray<HeldLock> held)
    {
        if (_recording && acquire is { Kind: EventKind.Acquire, IsTimed: false, IsElsewhere: false }
            && Reentry.Of(acquire, held, _program, _pointsTo, _names) is { } reentry
            && (!_reentries.TryGetValue(acquire.Trace.Leaf, out Reentry? known) || known.Length > reentry.Length))
        {
            _reentries[acquire.Trace.Leaf] = reentry;
        }
    }

    private void NoteReentries(Event acquire, FlowState state)
    {
        NoteReentry(acquire, acquire.Held);
        foreach ((ImmutableArray<HeldLock> held, ImmutableHashSet<FlagGuard> guards) in ConditionalHold.Cases(state, acquire.Guards))
        {
            NoteReentry(acquire with { Guards = guards }, held);
        }
    }

    private void Record(Event found, FlowState state, out FlowState after)
    {
        RecordOne(found, state, out after);
        foreach ((ImmutableArray<HeldLock> held, ImmutableHashSet<FlagGuard> guards) in _recording ? ConditionalHold.Cases(state, found.Guards) : [])
        {
            RecordOne(found with { Held = found.Held.AddRange(held.Where(more => !FlowState.Holds(found.Held, more.Key))), Guards = guards }, state, out _);
        }
    }

    private void RecordOne(Event found, FlowState state, out FlowState after)
    {
        after = state;
        if (!_recording && !_tracksBefore)
        {
            return;
        }

        if (found.Kind == EventKind.Acquire && !(state.Held.IsEmpty && found.Held.IsEmpty)
            && (IsHeld(state.Held, found.Target.Path) || IsHeld(found.Held, found.Target.Path) || found.Held.Any(held => IsSameByWayBack(held, found.Target.Path))))
        {
            // The flow has it already: a monitor lets it in, and whether another lock does is the self-deadlock rule's concern.
            return;
        }

        if (found.Kind == EventKind.Acquire && IsUnpublished(found.Target.Path, state))
        {
            return;
        }

        if (_tracksBefore)
        {
            See(found);
            string key = found.TargetKey;
            after = state.Before.Contains(key) ? state : state with { Before = state.Before.Add(key) };
        }
        else
        {
            _unsorted.Add(found);
        }

        // Far from the event, its class says enough: paths to it multiply with every call on the way.
        string slot = found.Trace.Length > NearTrace ? found.ClassKey : found.Key;
        if (_recording)
        {
            Event published = state.Unpublished.IsEmpty || found.Held.IsEmpty ? found : WithoutUnpublished(found, state);
            _events[slot] = _events.TryGetValue(slot, out Event? recorded) ? Merge(recorded, published) : published;
        }
    }

    // An element at another key is another lock.
    private static bool IsHeld(ImmutableArray<HeldLock> all, Value path)
    {
        foreach (HeldLock held in all)
        {
            if (held.Key == path.Key && !held.Lock.Path.IsAtOtherKey(path))
            {
                return true;
            }
        }

        return false;
    }

    // A part that has got its owner's lock by way of the owner.
    private bool IsSameByWayBack(HeldLock held, Value path) =>
        held.Mode == LockMode.Exclusive && held.Lock.Path is { Kind: ValueKind.Member, Id: var member } && path.Kind == ValueKind.Member && path.Id == member
        && _pointsTo.WaysBack.Shortened(held.Lock.Path) is var own && _pointsTo.WaysBack.Shortened(path) is var other && own.Equals(other) && !own.IsAtOtherKey(other);

    private static Event WithoutUnpublished(Event found, FlowState state)
    {
        ImmutableArray<HeldLock> held = found.Held.RemoveAll(held => IsUnpublished(held.Lock.Path, state));
        return held == found.Held ? found : found with { Held = held };
    }

    private void See(Event found) => _seen[found.TargetKey] = _seen.TryGetValue(found.TargetKey, out Event? known) ? Merge(known, found) : found;

    // What was found before it was known that the body signals.
    private void SeeUnsorted()
    {
        foreach (Event found in _unsorted)
        {
            See(found);
        }

        _unsorted.Clear();
    }

    // Two ways to one event: the better one tells it, and it needs only what both need.
    private static Event Merge(Event known, Event found)
    {
        Event shorter = (known.IsDeclared != found.IsDeclared ? known.IsDeclared : found.Trace.IsBetterThan(known.Trace)) ? found : known;
        bool isUntilInitialized = known.IsUntilInitialized && found.IsUntilInitialized;
        shorter = shorter.IsUntilInitialized == isUntilInitialized ? shorter : shorter with { IsUntilInitialized = isUntilInitialized };
        bool isSame = known.IsAlone == found.IsAlone && known.IsInContext == found.IsInContext && known.Resumed.IsSameAs(found.Resumed) && known.Guards.IsSameAs(found.Guards) && known.Claims.IsSameAs(found.Claims) && known.Given.IsSameAs(found.Given) && Equals(known.Token, found.Token) && known.Released.IsEmpty && found.Released.IsEmpty;
        return isSame ? shorter : shorter with
        {
            Resumed = known.Resumed.With(found.Resumed),
            Guards = known.Guards.Common(found.Guards),
            Claims = known.Claims.Common(found.Claims),
            Given = known.Given.Common(found.Given),
            Token = Equals(known.Token, found.Token) ? known.Token : null,
            Released = known.Released.RemoveAll(released => !found.Released.Contains(released)),
            IsAlone = known.IsAlone && found.IsAlone,
            IsInContext = known.IsInContext || found.IsInContext,
        };
    }

    private ImmutableArray<Event> Known(ImmutableHashSet<string> keys)
    {
        if (!ReferenceEquals(keys, _known.Keys) || _known.Seen != _seen.Count)
        {
            ImmutableArray<Event> events = [.. keys.OrderBy(static key => key, StringComparer.Ordinal).Where(_seen.ContainsKey).Select(key => _seen[key])];
            _known = (keys, _seen.Count, events);
        }

        return _known.Events;
    }

    // A countdown lets nobody pass before the last of its signals, nor does a queue for good before it is closed.
    private string? GivenBy(LockRef target, bool isCondition) =>
        target.Type is null or Value.Queue && WholeOf(target) is { Kind: ValueKind.Member, Id: var member } whole && _names.IsSettled(member) && !_pointsTo.Objects(whole).Any(_pointsTo.NeedsAll) ? isCondition ? "condition " + member : member : null;

    // One end of a channel stands for the channel.
    private Value WholeOf(LockRef target) =>
        target is { Type: Value.Queue, Path: { Kind: ValueKind.Element, Base: { Kind: ValueKind.Member } channel } } && _pointsTo.Objects(channel) is { Count: 1 } objects && objects.All(_pointsTo.IsQueue) ? channel : target.Path;

    // Whoever waits with a token of the source waits no more.
    private static FlowState Cancel(Value source, FlowState state) =>
        source.Kind is ValueKind.Member or ValueKind.Static ? state with { Given = state.Given.Add(Event.CancelledMark + source.Id) } : state;

    // Two ways to one signal: what may come before on either, on the terms that both have in common.
    private static ImmutableArray<Event> Both(ImmutableArray<Event> left, ImmutableArray<Event> right)
    {
        if (left == right || right.IsEmpty)
        {
            return left;
        }

        ImmutableArray<Event>.Builder both = left.ToBuilder();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < left.Length; i++)
        {
            places[left[i].TargetKey] = i;
        }

        foreach (Event found in right)
        {
            if (!places.TryGetValue(found.TargetKey, out int place))
            {
                places.Add(found.TargetKey, both.Count);
                both.Add(found);
            }
            else if (!ReferenceEquals(both[place], found))
            {
                both[place] = Merge(both[place], found);
            }
        }

        return both.ToImmutable();
    }

    private void AddSignal(TextSpan span, LockRef target, bool isCondition, FlowState state, bool isDeclared = false, bool isFailing = false)
    {
        // A signal that is seen tells better what comes before it than the word that there is one.
        if (_recording && !(isDeclared && _signals.ContainsKey(SignalEvent.KeyOf(target, isCondition: false))))
        {
            AddSignal(new SignalEvent(target, isCondition, Known(state.Before), new Trace(new Site(_body, span))) { IsFailing = isFailing });
        }
    }

    // What the flow comes by only after it has signalled once keeps nobody from that first signal.
    private void AddSignal(SignalEvent signal)
    {
        string? member = GivenBy(signal.Target, signal.IsCondition);
        if (member is not null && signal.Before.Any(found => found.Given.Contains(member)))
        {
            signal = signal with { Before = signal.Before.RemoveAll(found => found.Given.Contains(member)) };
        }

        if (_signals.TryGetValue(signal.Key, out SignalEvent? known))
        {
            signal = known with { Before = Both(known.Before, signal.Before), IsFailing = known.IsFailing && signal.IsFailing };
        }

        _signals[signal.Key] = signal;
    }
}
