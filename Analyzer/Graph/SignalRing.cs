using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>Why a signaller cannot get to its signal.</summary>
/// <param name="Lock">The waiter's lock that closes the ring; null if a completion does that the waiter owes.</param>
/// <param name="Event">What the signaller (or the context it depends on) cannot get.</param>
/// <param name="Inner">For a signaller that waits for another completion: why that is not signalled either.</param>
/// <param name="Holder">For a signaller that needs a lock of a third context: that context's dependency on ours.</param>
internal sealed record Blockage(Signaller Signaller, HeldLock? Lock, Event Event, Blockage? Inner, LockEdge? Holder)
{
    /// <summary>Whether what is waited for may as well be the end of what the signaller only wraps.</summary>
    public bool IsOfWrapper { get; init; }

    /// <summary>Whether nothing tells that the calls on the way run what they are taken to run.</summary>
    public bool IsGuess => IsOfWrapper || Event.Trace.IsGuess || Inner is { IsGuess: true } || Holder is { IsGuess: true };
}

/// <summary>
/// Tries to close a ring from one wait: is everybody who can signal the completion kept from it by what the waiter holds?
/// AND over the signallers (one that can go on lets the waiter go), OR over the ways in which one can be kept.
/// </summary>
internal sealed class SignalRing
{
    private readonly Contexts _contexts;
    private readonly LockGraph _locks;
    private readonly SignalGraph _signals;
    private readonly ImmutableArray<HeldLock> _held;
    private readonly BodyFacts _waiter;
    private readonly Event _wait;
    private readonly Lazy<HashSet<string>> _owed;
    private readonly Dictionary<(string Wait, string? Type, string? Self, int Depth), Blockage?> _behind = [];
    private readonly Lazy<HashSet<string>> _signalledByWaiter;

    public SignalRing(Contexts contexts, LockGraph locks, SignalGraph signals, BodyFacts waiter, Event wait, ImmutableArray<HeldLock> held)
    {
        _contexts = contexts;
        _waiter = waiter;
        _wait = wait;
        _owed = new(() => signals.Owed(waiter, wait));
        _locks = locks;
        _signals = signals;
        _held = held;
        _signalledByWaiter = new(() => new HashSet<string>(contexts.SummaryOf(waiter).Signals.SelectMany(signals.Completions), StringComparer.Ordinal));
    }

    /// <summary>Whether the waiter keeps anything that somebody may need.</summary>
    public bool CanClose => !_held.IsEmpty || (!_wait.IsFlowWait && _owed.Value.Count > 0);

    /// <summary>The blockage of the first signaller if all are blocked, else null.</summary>
    /// <param name="depth">How many further completions may be part of the ring.</param>
    public Blockage? Close(Event wait, IReadOnlyList<string> completions, int depth) => Close(wait, completions, depth, wait.Receiver);

    /// <param name="self">For the end of an async call, the object that it runs on, as the waiter sees it.</param>
    private Blockage? Close(Event wait, IReadOnlyList<string> completions, int depth, Value? self)
    {
        Blockage? found = null;
        foreach (string completion in completions)
        {
            Blockage? blockage = AllBlocked(Later(completion), wait, depth, self, needsAll: _contexts.PointsTo.NeedsAll(completion));
            if (blockage is null && wait.Kind == EventKind.WaitAny)
            {
                return null;
            }

            found ??= blockage is not null && completions.Count > 1 && IsWrapper(blockage.Signaller.Body, completions) ? blockage with { IsOfWrapper = true } : blockage;
        }

        return found;
    }

    // What a queue was filled with when it was made, others have taken.
    private IReadOnlyList<Signaller> Later(string completion)
    {
        IReadOnlyList<Signaller> all = _signals.For(_wait, completion);
        return _contexts.PointsTo.IsQueue(completion) && all.Where(static signaller => !signaller.Body.IsConstructor).ToArray() is { Length: > 0 } later ? later : all;
    }

    private bool IsWrapper(BodyFacts signaller, IReadOnlyList<string> completions) => signaller.IsAsync && _contexts.Program.HandsOn(
        signaller, completions.Where(AsyncEnds.IsKey).SelectMany(_contexts.PointsTo.BodiesThatEnd));

    private Blockage? AllBlocked(IReadOnlyList<Signaller> signallers, Event wait, int depth, Value? self, bool needsAll)
    {
        Blockage? first = null;
        foreach (Signaller signaller in signallers)
        {
            Blockage? blockage = Blocked(signaller, wait, depth, self);
            if (blockage is null && !needsAll)
            {
                return null;
            }

            first ??= blockage;
        }

        return first;
    }

    private Blockage? Blocked(Signaller signaller, Event wait, int depth, Value? self)
    {
        // The most direct way makes the shortest story.
        Event[] needed = [.. signaller.Before.Where(found => !found.IsTimed && !(signaller.IsAsyncEnd && ((found.IsElsewhere && found.Kind != EventKind.Wait) || IsAwaitedHere(found, wait) || IsTakenBack(found))) && !found.Claims.Meets(_wait.Claims)).OrderBy(static found => found.Trace.IsGuess).ThenBy(static found => found.Trace.Length)];
        IEnumerable<Event> taken = needed.Where(static found => found.Kind == EventKind.Acquire)
            .Concat(_held.IsEmpty ? [] : _signals.InOtherTurns(signaller, found => !found.Claims.Meets(_wait.Claims) && Conflict(found, signaller) is not null));
        foreach (Event acquire in taken)
        {
            if (Conflict(acquire, signaller) is { } mine && !IsGated(acquire, mine) && !IsOfAnother(signaller.Body, acquire, wait, mine) && !IsOfOtherObject(signaller, acquire, self, mine)
                && !HandedWork.IsOfOthers(_contexts, signaller.Body, acquire, _wait)
                && !(wait.Home is { } home && _contexts.PointsTo.IsOfLoop(home.Type, signaller.Body.Type) && HandedWork.OfAnotherLoop(_contexts, signaller.Body, acquire.Trace, home.Object) is not null))
            {
                return new Blockage(signaller, mine, acquire, null, null);
            }
        }

        if (needed.FirstOrDefault(found => !(signaller.IsAsyncEnd && found.IsElsewhere) && IsOwed(signaller, found)) is { } owed)
        {
            return new Blockage(signaller, null, owed, null, null);
        }

        if (depth == 0)
        {
            return null;
        }

        foreach (Event before in needed)
        {
            // That another run of the waiter's own body waits is no proof that this one does.
            if (before.Kind is EventKind.Wait or EventKind.WaitCondition
                && BlockedBehind(before, depth, signaller.Body.IsAsync ? self : null) is { } inner
                && (inner.Lock is not null || signaller.Body != _waiter)
                && !(signaller.IsAsyncEnd && before.IsElsewhere && inner.Signaller.Body == _waiter))
            {
                return new Blockage(signaller, inner.Lock, before, inner, null);
            }

            if (before.Kind == EventKind.Acquire && HolderThatNeedsOurs(before, wait) is { } holder)
            {
                return new Blockage(signaller, Conflict(holder.Event)!, before, null, holder);
            }
        }

        return null;
    }

    // Both hold another lock there, and never at once: whom that one keeps waiting is told so by its own acquire, if it waits.
    private bool IsGated(Event acquire, HeldLock mine) => acquire.Held.Any(gate => _held.Any(held => held != mine && held.Excludes(gate)));

    // What an awaited call awaits before anything else, the waiter awaits itself.
    private static bool IsAwaitedHere(Event found, Event wait) => wait.IsFlowWait && found is { IsFlowWait: true, IsAfterAwait: false };

    // An async call that gives its caller's lock back for a while takes back what the caller does not hold meanwhile.
    private static bool IsTakenBack(Event acquire) => acquire.Kind == EventKind.Acquire
        && acquire.Released.Any(released => LockClass.Of(released).Equals(LockClass.Of(acquire.Target)));

    // The signaller waits for what the waiter would signal only after its own wait. A context that waits for another one of
    // its own kind does so only where it is seen to wait for several.
    private bool IsOwed(Signaller signaller, Event before)
    {
        // What an async flow awaits it may have awaited on another way through: only threads that block make such a ring.
        if (_wait.IsFlowWait || _owed.Value.Count == 0 || before.IsFlowWait || before.Kind is not (EventKind.Wait or EventKind.WaitCondition) || SharesGate(before))
        {
            return false;
        }

        string[] completions = [.. _signals.Completions(before)];
        return completions.Length > 0
            && completions.All(_owed.Value.Contains)
            && !_signals.LetsPass(_wait)
            && !(IsOlder(_waiter, _wait) && IsOlder(signaller.Body, before))
            && (signaller.Body != _waiter || (_wait.PassesOwn && (IsElement(_wait.Target.Path) || !_signals.Completions(_wait).Intersect(completions).Any())));
    }

    // What was read, or given, before the context was started is none that was started since: of two that wait for older ones only, one does not wait for the other.
    private bool IsOlder(BodyFacts body, Event wait) => body.Outer is { } outer && wait.Target.Path is var captured && captured.Kind switch
    {
        ValueKind.Parameter => captured.Id == outer,
        ValueKind.Local => _contexts.Program.Body(outer)?.Instructions.OfType<AssignLocal>().Where(assign => assign.Local == captured.Key).ToArray() is { Length: 1 } only
            && only[0].Source.Kind is ValueKind.Member or ValueKind.Static or ValueKind.Parameter && only[0].Span.End <= body.Span.Start,
        _ => false,
    };

    private bool SharesGate(Event before)
    {
        foreach (HeldLock held in before.Held)
        {
            if (IsExcluded(held, _wait.Held))
            {
                return true;
            }
        }

        return false;
    }

    private Blockage? BlockedBehind(Event wait, int depth, Value? self)
    {
        Value? inner = self is null ? null : wait.Receiver?.Substitute(root => root.Kind == ValueKind.This ? self : null);
        // Many ways lead to one wait: what is behind it is looked for once.
        (string, string?, string?, int) key = (wait.TargetKey, wait.Target.Type, inner?.Key, depth);
        if (!_behind.TryGetValue(key, out Blockage? blockage))
        {
            string[] completions = [.. _signals.Completions(wait)];

            // What the waiter itself signals on its way (it enqueued the work it now waits for) keeps nobody waiting.
            blockage = completions.Any(_signalledByWaiter.Value.Contains) ? null : Close(wait, completions, depth - 1, inner);
            _behind.Add(key, blockage);
        }

        return blockage;
    }

    private LockEdge? HolderThatNeedsOurs(Event acquire, Event wait)
    {
        LockClass needed = LockClass.Of(acquire.Target);
        return _held.SelectMany(mine => _locks.Between(needed.Key, LockClass.Of(mine.Lock).Key))
            .Where(edge => edge.From.Key != edge.To.Key && !SharesGate(edge) && !edge.Event.Claims.Meets(_wait.Claims) && !_signals.IsCancelledBefore(_wait, edge.Event) && Conflict(edge.Event) is { } mine && !IsOfAnother(edge.Root, edge.Event, wait, mine))
            .OrderBy(static edge => edge.Length)
            .FirstOrDefault();
    }

    // A lock that the third context and the waiter both hold keeps them from being here at once.
    private bool SharesGate(LockEdge edge)
    {
        foreach (HeldLock held in edge.Event.Held)
        {
            if (IsExcluded(held, _held) && held != edge.Held)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsExcluded(HeldLock held, ImmutableArray<HeldLock> others)
    {
        foreach (HeldLock other in others)
        {
            if (held.Excludes(other))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsOfAnother(BodyFacts body, Event acquire, Event wait, HeldLock mine) =>
        IsOwnLockOfPart(body, acquire, wait, mine) || IsOneOfMany(body, acquire, wait, mine) || IsOfNext(body, acquire, wait, mine);

    // The waiter waits for something of one of its parts (a child of its own type, say), and the part takes its own lock:
    // of one class with the waiter's, and another object.
    private bool IsOwnLockOfPart(BodyFacts body, Event acquire, Event wait, HeldLock mine)
    {
        if (mine.Lock.Path is not { Kind: ValueKind.Member, Base: { } whole, Id: var own }
            || acquire.Target.Path is not { Kind: ValueKind.Member, Base.Kind: ValueKind.This, Id: var taken }
            || taken != own
            || body.Type is not { } type)
        {
            return false;
        }

        for (Value? path = _contexts.PointsTo.WaysBack.Shortened(wait.Target.Path); path is { Base: { } part }; path = part)
        {
            if (path.Kind == ValueKind.Member && Reentry.Leads(whole, part) && _contexts.Program.AreRelated(DelegateHolders.DeclaringType(path.Id), type.Substring(2)))
            {
                return true;
            }
        }

        return false;
    }

    // Lock and completion are of one object, whose own thread takes the lock of one that it keeps among others: of one class with the waiter's, and another object.
    private bool IsOneOfMany(BodyFacts body, Event acquire, Event wait, HeldLock mine) =>
        mine.Lock.Path is { Kind: ValueKind.Member, Base: { } whole, Id: var own }
        && acquire.Target.Path is { Kind: ValueKind.Member, Base.Kind: ValueKind.Element, Root.Kind: ValueKind.This, Id: var taken } && taken == own
        && Reentry.Leads(whole, wait.Target.Path)
        && body.Type is { } type && _contexts.Program.AreRelated(type.Substring(2), DelegateHolders.DeclaringType(own));

    // The same, of one that it has a member of its own class for: its parent, or the next one in a row.
    private bool IsOfNext(BodyFacts body, Event acquire, Event wait, HeldLock mine) =>
        mine.Lock.Path is { Kind: ValueKind.Member, Base: { } whole, Id: var own }
        && wait.Target.Path.Base is { } waited && waited.Equals(whole)
        && _contexts.PointsTo.WaysBack.Shortened(acquire.Target.Path) is { Kind: ValueKind.Member, Base: { Kind: ValueKind.Member, Base.Kind: ValueKind.This, Id: var next }, Id: var taken } && taken == own
        && _contexts.Program.AreRelated(DelegateHolders.DeclaringType(next), DelegateHolders.DeclaringType(own))
        && body.Type is { } type && _contexts.Program.AreRelated(type.Substring(2), DelegateHolders.DeclaringType(own));

    // An async call on an object that this one keeps takes that object's lock: a decorator's inner one has a lock of its own. So has one
    // that the flow itself has made: it is none of those that the flow came with.
    private bool IsOfOtherObject(Signaller signaller, Event acquire, Value? self, HeldLock mine)
    {
        if (self is null || !signaller.Body.IsAsync)
        {
            return false;
        }

        // A path too long to keep leads further away still.
        if (IsCut(self) || IsCut(acquire.Target.Path) || IsCut(mine.Lock.Path))
        {
            return true;
        }

        if (acquire.Target.Path.Root.Kind != ValueKind.This || (self.Root.Kind != ValueKind.This && self.Kind != ValueKind.Allocation))
        {
            return false;
        }

        WaysBack waysBack = _contexts.PointsTo.WaysBack;
        Value theirs = waysBack.Shortened(acquire.Target.Path.Substitute(root => root.Kind == ValueKind.This ? self : null));
        Value ours = waysBack.Shortened(mine.Lock.Path);
        return self.Kind == ValueKind.Allocation
            ? theirs is { Kind: ValueKind.Member, Base: { } made } && made.Equals(self)
                && ours is { Kind: ValueKind.Member, Base.Kind: ValueKind.This or ValueKind.Parameter } && ours.Id == theirs.Id && _contexts.KeepsOwn(ours.Id)
            : ours.Root.Kind == ValueKind.This && !_contexts.AreOne(theirs, ours);
    }

    private static bool IsCut(Value path) => path.Kind == ValueKind.Member && path.Root.Kind == ValueKind.Unknown;

    // For whatever key the waiter holds a lock, a loop that takes messages of all keys comes to that key as well.
    private HeldLock? Conflict(Event acquire, Signaller? signaller = null)
    {
        LockClass needed = LockClass.Of(acquire.Target);
        foreach (HeldLock mine in _held)
        {
            if (LockClass.Of(mine.Lock).Equals(needed)
                && (!AreElements(mine.Lock.Path, acquire.Target.Path) || (signaller is not null && _signals.IsOfOneLoop(signaller)))
                && !_contexts.AreApart(mine.Lock.Path, acquire.Target.Path)
                && _locks.KeepsOut(needed, mine.Mode, acquire.Mode))
            {
                return mine;
            }
        }

        return null;
    }

    // Two locks out of collections are the same object only for the same key.
    private static bool AreElements(Value left, Value right) => IsElement(left) && IsElement(right) && !(left.Equals(right) && left.IsAtConstantKeys && right.IsAtConstantKeys && left.ConstantKeys == right.ConstantKeys);

    private static bool IsElement(Value path)
    {
        for (Value? value = path; value is not null; value = value.Base)
        {
            if (value.Kind == ValueKind.Element)
            {
                return true;
            }
        }

        return false;
    }
}
