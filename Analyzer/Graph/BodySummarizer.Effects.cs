using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

// What modelled members do.
internal sealed partial class BodySummarizer
{
    private FlowState Apply(Affect affect, FlowState state)
    {
        _effects[affect.Result.Key] = affect;
        LockRef target = Resolve(new LockRef(affect.Target, affect.TargetType), state);
        if (AlwaysHasRoom(target))
        {
            return state;
        }

        if (affect.IsAwaited)
        {
            Suspend(state, state.Guards);
        }

        switch (affect.Effect.Kind)
        {
            case EffectKind.Acquire or EffectKind.AcquireScope or EffectKind.TryAcquire or EffectKind.SemaphoreWait:
                return Acquire(affect, target, state);
            case EffectKind.Release or EffectKind.SemaphoreRelease:
                return affect.Effect.Kind == EffectKind.SemaphoreRelease ? ReleaseSemaphore(affect, target, state) : Release(target, state);
            case EffectKind.ReleaseScope:
                return target.Path.Kind == ValueKind.Scope ? Release(_names.Named(new LockRef(target.Path.Base!, affect.TargetType)), state) : state;
            case EffectKind.Wait or EffectKind.WaitOther or EffectKind.WaitAny:
                EventKind kind = affect.Effect.Kind == EffectKind.WaitAny ? EventKind.WaitAny : EventKind.Wait;
                FlowState waited = Wait(
                    affect.Span, target, kind, affect.IsTimed, affect.IsAwaited, affect.Effect.IsKThread, affect.Text, state, affect.Effect.Kind == EffectKind.WaitOther, affect.IsDeclared, affect.Token, affect.Limit);
                return affect.IsAwaited ? Resume(affect.Span, affect.KeepsContext, waited) : waited;
            case EffectKind.InstallContext:
                _installsContext |= affect.TargetType is not null;
                return state;
            case EffectKind.Force:
                return Force(affect, target, state);
            case EffectKind.ConditionWait:
                return WaitForCondition(affect, target, state);
            case EffectKind.Signal or EffectKind.Raise or EffectKind.ConditionSignal:
                AddSignal(affect.Span, target, affect.Effect.Kind == EffectKind.ConditionSignal, state, affect.IsDeclared, affect.Effect.IsFailing);
                state = affect.Cancels ? Cancel(target.Path, state) : state;
                state = affect.Effect.Kind != EffectKind.Raise && (target.Type != Value.Queue || affect.Effect.IsClosing) && GivenBy(target, affect.Effect.Kind == EffectKind.ConditionSignal) is { } given ? state with { Given = state.Given.Add(given) } : state;
                return RunContinuations(affect, target, state);
            case EffectKind.Reset:
                return state with { Signalled = state.Signalled.Remove(target.Path.Key) };
            case EffectKind.RunAtOnce when state.Held.IsEmpty:
                return state;
            case EffectKind.RunAtOnce:
                bool before = _isAtOnce;
                _isAtOnce = true;
                state = RunDelegate(target.Path, affect.Target, [], affect.Span, affect.Result, true, state);
                _isAtOnce = before;
                return state;
            case EffectKind.Callback or EffectKind.ContinueAtOnce:
                return RunDelegate(target.Path, affect.Target, [], affect.Span, affect.Result, true, state);
            case EffectKind.Spawn or EffectKind.Fork when _pointsTo.IsFollowed(affect):
                return Publish(state, target.Path);
            case EffectKind.Fork:
                state = Publish(state, target.Path);
                return Wait(affect.Span, new LockRef(affect.Result, null), EventKind.Wait, false, false, false, affect.Text, state);
            case EffectKind.Spawn:
                return Spawn(affect, Publish(state, target.Path));
            case EffectKind.Start:
                NoteScheduler(target.Path, affect, state);
                return LeaveRunning(target.Path, state);
            case EffectKind.RunQueued:
                _runsQueued = true;
                return RunHere(affect, target, state);
            case EffectKind.StartHere:
                return RunHere(affect, target, state);
            default:
                return state;
        }
    }

    private bool AlwaysHasRoom(LockRef target) => target.Path.QueueOfRoom is { } queue && !_pointsTo.BoundedQueues(queue).Any();

    private FlowState Acquire(Affect affect, LockRef target, FlowState state)
    {
        if (_isSingleThreaded)
        {
            // Nobody else asks for it.
            return state;
        }

        bool isSemaphore = affect.Effect.Kind == EffectKind.SemaphoreWait;
        bool mayFail = affect.Effect.Kind == EffectKind.TryAcquire || affect.IsTimed;
        var held = new HeldLock(target, affect.Effect.Mode, isSemaphore, new Trace(new Site(_body, affect.Span)), affect.Scope);
        if (!mayFail)
        {
            Event acquire = NewEvent(EventKind.Acquire, target, affect.Span, state) with
            {
                Mode = affect.Effect.Mode,
                IsSemaphore = isSemaphore,
                IsFlowWait = affect.IsAwaited,
                IsHandedOn = isSemaphore && !affect.IsAwaited && _body.Instructions.Any(other => other is ReturnValue { IsTask: true } returned && returned.Source.Equals(affect.Result)),
                IsKThread = affect.Effect.IsKThread,
                IsOnce = affect.Effect.IsOnce || isSemaphore,
                Text = affect.Text,
                Token = TokenOf(affect.Token, state),
            };
            NoteReentries(acquire, state);
            Record(acquire, state, out state);
        }

        if (affect.IsAwaited)
        {
            // Where the lock is free the flow goes on as it came, and has not left its context.
            NeedContext(affect.Span, affect.KeepsContext, state);
            state = state with { Resumed = [Continuation.SiteOf(_body, affect.Span)] };
        }

        // Beside a hold of the caller's there is one of our own: its release is not the caller's.
        bool isHeld = state.Held.Any(known => known.Key == held.Key && !known.IsPresumed);
        return isHeld ? state : state with { Held = state.Held.Add(held) };
    }

    private FlowState Release(LockRef target, FlowState state)
    {
        state = state.Tested.IsEmpty ? state : state with { Tested = state.Tested.Clear() };

        // What the caller holds, by declaration or as a test has told, it holds no more.
        int index = HeldIndex(target, state);
        bool isCallers = index < 0 ? !state.HeldIf.Any(hold => AreOne(hold.Held, target)) : state.Held[index].IsAssumed || state.Held[index].IsPresumed;
        state = index < 0 ? state : state with { Held = state.Held.RemoveAt(index) };
        state = state.HeldIf.IsEmpty ? state : state with { HeldIf = state.HeldIf.RemoveAll(hold => AreOne(hold.Held, target)) };
        return !isCallers || state.Released.Length >= MaxExitLocks || state.Released.Contains(target) ? state
            : state with { Released = state.Released.Add(target) };
    }

    private static bool AreOne(HeldLock held, LockRef released) => held.Lock.Path.Equals(released.Path) || LockClass.Of(held.Lock).Equals(LockClass.Of(released));

    // Which of the held locks a release means; -1 for none.
    private int HeldIndex(LockRef target, FlowState state)
    {
        for (int i = state.Held.Length - 1; i >= 0; i--)
        {
            if (state.Held[i].Lock.Path.Equals(target.Path))
            {
                return i;
            }
        }

        if (state.Held.IsEmpty)
        {
            return -1;
        }

        // The path may have been lost on the way: the one lock of the same class must be it.
        LockClass released = LockClass.Of(target);
        HeldLock[] candidates = [.. state.Held.Where(held => LockClass.Of(held.Lock).Equals(released))];
        if (candidates.Length == 0)
        {
            // Who releases may know the lock by another member: a scope object keeps what its maker took.
            IReadOnlyCollection<string> objects = _pointsTo.Objects(target.Path);
            candidates = objects.Count == 0 ? [] : [.. state.Held.Where(held => _pointsTo.Objects(held.Lock.Path).Any(known => PointsTo.IsCompletion(known) && objects.Contains(known)))];
            candidates = candidates.Length > 1 ? [.. candidates.Where(held => held.Lock.Path.Base is { } owner && IsPathFrom(target.Path.Key, owner.Key))] : candidates;
        }

        return candidates.Length == 1 ? state.Held.IndexOf(candidates[0]) : -1;
    }

    private FlowState ReleaseSemaphore(Affect affect, LockRef target, FlowState state)
    {
        FlowState after = Release(target, state);
        if (after.Held.Length == state.Held.Length && !MayHaveTaken(target, state))
        {
            AddSignal(affect.Span, target, isCondition: false, state);
        }

        return after;
    }

    // What the flow has taken on one of the ways here it gives back, and signals nobody.
    private bool MayHaveTaken(LockRef semaphore, FlowState state) =>
        Known(state.Before).Any(found => found is { Kind: EventKind.Acquire, IsSemaphore: true } && found.Target.Path.Equals(semaphore.Path));

    private FlowState Wait(
        TextSpan span, LockRef target, EventKind kind, bool isTimed, bool isFlowWait, bool isKThread, string text, FlowState state, bool passesOwn = false, bool isDeclared = false, Value? token = null, Value? limit = null)
    {
        bool idles = state.Held.IsEmpty && target.Path.QueueOfRoom is null;

        // The enumeration of a queue waits once more in each turn of the loop that follows it.
        bool isTurn = _block.IsInCycle || target.Type == Value.Queue;
        if (state.Signalled.Contains(target.Path.Key) || (target.Type == Value.Queue && GivenBy(target, isCondition: false) is { } closed && state.Given.Contains(closed)))
        {
            // Who has closed a queue waits for nobody who puts something into it.
            Pass(span);
            return state;
        }

        _idles |= idles;
        ImmutableHashSet<FlagGuard> pending = Pending(target.Path);
        Event wait = NewEvent(kind, target, span, state) with
        {
            Guards = state.Guards.With(pending),
            IsElsewhere = state.IsElsewhere || pending.Contains(FlagGuard.Elsewhere),
            IsTimed = isTimed,
            IsFlowWait = isFlowWait,
            IsKThread = isKThread,
            PassesOwn = passesOwn,
            IsDeclared = isDeclared,
            Text = text,
            Token = TokenOf(token, state),
            Limit = limit is not null && _body.Instructions.Any(instruction => instruction is AssignLocal assign && assign.Local == limit.Key) ? null : limit,
            Home = HomeOf(target.Path),
            Receiver = _begun.TryGetValue(target.Path.Root.Key, out Value? receiver) ? receiver : null,
        };
        if (!isTimed)
        {
            NoteReentriesOfStarted(target.Path, state);
        }

        Record(wait, state, out state);
        state = kind == EventKind.Wait && !isTimed ? EndOf(target.Path, state) : state;
        return idles && isTurn ? state with { Before = state.Before.Clear() } : state;
    }

    // One that nobody can cancel is none.
    private Value? TokenOf(Value? token, FlowState state) => token is not null && Evaluate(token, state) is { IsNull: false } known ? known : null;

    private void Pass(TextSpan wait)
    {
        if (_recording)
        {
            _passed.Add(wait);
        }
    }

    private FlowState WaitForCondition(Affect affect, LockRef target, FlowState state)
    {
        FlowState released = state with { Held = state.Held.RemoveAll(held => held.Lock.Path.Equals(target.Path)) };
        FlowState waited = Wait(
            affect.Span, target, EventKind.WaitCondition, affect.IsTimed, false, false, affect.Text, released, limit: affect.Limit);
        return waited with { Held = state.Held, Tested = waited.Tested.Clear() };
    }
}
