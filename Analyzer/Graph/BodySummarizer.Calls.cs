using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

// Calls: the callee's summary in the frame of the caller.
internal sealed partial class BodySummarizer
{
    private const int MaxLikelyTargets = 3;

    private FlowState Run(Call call, FlowState state)
    {
        Value receiver = Evaluate(call.Receiver, state);
        ImmutableArray<Value> arguments = EvaluateAll(call.Arguments, state);
        ImmutableArray<BodyFacts> targets = _program.Targets(call, receiver);
        if (targets.IsEmpty && call.IsExact)
        {
            targets = _pointsTo.Targets(call);
        }
        else if (targets.IsEmpty && _program.IsTooWide(call.Method))
        {
            _program.Budgets.Hit(_body, Budget.Width);
        }

        // Users of a library may put other objects there: which of its own types answers stays as likely as it was.
        ImmutableArray<BodyFacts> answering = targets;
        targets = _pointsTo.Narrowed(call, targets);
        answering = _program.HasEntry ? targets : answering;
        if (!targets.IsEmpty)
        {
            _answered.Add(call.Result.Key);
        }

        if (state.Held.Any(static held => held.Iterator is not null) && Enumerated.TryGetValue(call, out string? sequence))
        {
            state = state with { Held = state.Held.RemoveAll(held => held.Iterator == sequence) };
        }

        if (call.IsCreation && receiver.Kind == ValueKind.Allocation)
        {
            state = state with { Unpublished = state.Unpublished.Add(receiver.Key) };
        }

        state = PublishArguments(targets, receiver, arguments, state);
        if (call.IsOpen)
        {
            // A member with a body of its own is there to be overridden; one without has been given a body here.
            state = RunOpenCode(call.Span, state, targets.IsEmpty || targets.Any(target => target.Id == call.Method) ? Event.OpenCode : Event.AnsweredCode);
        }

        if (receiver.Kind != ValueKind.This && !call.IsExact && GuessOf(call, receiver, answering) is var guess and not Guess.None)
        {
            _guesses[call.Span] = guess;
        }

        state = RunAll(targets, body => Binding(body, receiver, arguments), call.Span, call.Result, call.IsAwaited, state);
        return call.IsOpen ? ForgetTask(call.Result, state) : state;
    }

    // A wrapper hands on to the object in it, both of one interface (a base's own body that does nothing is none); and the more types may
    // answer, the less likely does each of them.
    private Guess GuessOf(Call call, Value receiver, ImmutableArray<BodyFacts> targets) =>
        targets.Length > MaxLikelyTargets || (call.IsVirtual && IsNowhereSet(receiver)) || (targets.Length > 1 && targets.Any(target => target.Type == _body.Type && !_summaryOf(target).Events.IsEmpty)) ? Guess.OneOfMany
        : _program.HasWrapper(call.Method, targets) ? Guess.Wrapper
        : Guess.None;

    // A helper that the own object may be given, and that nobody in sight gives it.
    private bool IsNowhereSet(Value receiver) => receiver is { Kind: ValueKind.Member, Base.Kind: ValueKind.This, Id: var member } && !_body.IsExternal
        && DelegateHolders.DeclaringType(member) is { } owner && _body.Type == "T:" + owner
        && _names.IsNowhereSet(member) && !(LockNames.AccessorOf(member) is { } accessor && _pointsTo.CallsAny(accessor));

    private Trace Behind(TextSpan call, Trace inner) => new(new Site(_body, call), inner, GuessAt(call));

    private Guess GuessAt(TextSpan call) => _guesses.TryGetValue(call, out Guess guess) ? guess : Guess.None;

    private FlowState RunOpenCode(TextSpan span, FlowState state, Value code)
    {
        Record(NewEvent(EventKind.RunOpenCode, new LockRef(code, null), span, state), state, out FlowState after);
        return LeaveRunning(Value.Unknown, after);
    }

    private FlowState RunAll(
        ImmutableArray<BodyFacts> targets, Func<BodyFacts, Func<Value, Value?>> binding, TextSpan span, Value result, bool isAwaited, FlowState state)
    {
        if (targets.IsEmpty)
        {
            return state;
        }

        if (_knot.Count > 0 && targets.Any(_knot.Contains))
        {
            _guesses[span] = GuessAt(span) is var known and not Guess.None ? known : Guess.Knot;
        }

        FlowState? joined = null;
        ImmutableArray<HeldLock> taken = [];
        bool isTaken = true;
        foreach (BodyFacts target in targets)
        {
            _expanding.Push(target);
            FlowState after = Inline(target, _summaryOf(target), binding(target), span, result, isAwaited, state);
            _expanding.Pop();
            joined = joined is null ? after : FlowState.Join(joined, after);
            ImmutableArray<HeldLock> more = targets.Length == 1 ? [] : after.Held.RemoveAll(held => state.Holds(held.Key));
            taken = taken.AddRange(more);
            isTaken &= !more.IsEmpty;
        }

        if (targets.Length > 1 && targets.Any(target => _summaryOf(target).Wins is null))
        {
            _wins.Remove(result.Key);
        }

        // Several types implement one lock: whichever it is, its lock is held now.
        FlowState given = isTaken && targets.Length > 1 ? joined! with { Held = joined!.Held.AddRange(taken.Where(held => !joined.Holds(held.Key))) } : joined!;
        return targets.Length == 1 && result.Kind == ValueKind.CallResult && _summaryOf(targets[0]).Answer is { } answer
            ? TakeComparison(answer, binding(targets[0]), result, given)
            : given;
    }

    private static Func<Value, Value?> Binding(BodyFacts body, Value receiver, ImmutableArray<Value> arguments)
    {
        Value self = receiver.Kind == ValueKind.Unknown && body.Type is { } type ? Value.Instance(type) : receiver;
        return root => root.Kind switch
        {
            ValueKind.This => self,
            ValueKind.Parameter when root.Id == body.Id && root.Index < arguments.Length => arguments[root.Index],
            _ => null,
        };
    }

    private FlowState Inline(
        BodyFacts target, Summary summary, Func<Value, Value?> bind, TextSpan span, Value result, bool isAwaited, FlowState state)
    {
        if (summary.Idles && state.Held.IsEmpty && _block.IsInCycle)
        {
            state = state with { Before = state.Before.Clear() };
        }

        // What an async method does after its first suspension is not done in this context, unless it is awaited.
        ImmutableHashSet<FlagGuard>? suspends = summary.Suspends is { } when ? FlagGuard.InCaller(when, bind, state) : null;
        bool isDetached = target.GoesOn && !isAwaited && suspends is not null;
        if (_recording)
        {
            (isDetached ? _detached : _callees).Add(target);
            if (!state.HasLeftContext && summary.NeedsContext is { Length: < MaxTrace } inner)
            {
                NeedContext(result, isAwaited, Behind(span, inner));
            }
        }

        FlowState entry = state;
        var frame = new Frame(bind, span, entry);
        if (isAwaited && result.Kind == ValueKind.CallResult)
        {
            _ranAwaited.Add(result.Key);
        }

        if (target is { IsAsync: true, IsStatic: false } && result.Kind == ValueKind.CallResult)
        {
            _begun[result.Key] = bind(Value.This) ?? Value.Unknown;
        }

        if (_recording && isDetached && result.Kind == ValueKind.CallResult)
        {
            NoteStarted(result, summary, frame);
        }

        if (_recording || _tracksBefore)
        {
            Dictionary<string, ImmutableHashSet<string>>? ran = null;
            foreach (Event inner in InvocationsLast(summary.Events))
            {
                // A flow of its own waits for itself alone; the lock that it asks for first it may get at once.
                bool isElsewhere = isDetached && (inner.IsAfterAwait || inner is { IsFlowWait: true, Kind: not EventKind.Acquire });
                if (!isElsewhere && !IsDeniedWait(target, inner) && IsNear(inner.Trace))
                {
                    ImmutableHashSet<string> before = state.Before;
                    Event run = suspends is null && inner.IsAfterAwait ? inner with { Resumed = [] }
                        : isAwaited && inner.IsHandedOn ? inner with { IsFlowWait = true, IsHandedOn = false }
                        : inner;
                    state = Inline(run, frame, state, isBlocking: !(isDetached && inner.IsFlowWait));
                    if (inner.Kind == EventKind.Invoke && _tracksBefore)
                    {
                        ran ??= new(StringComparer.Ordinal);
                        ran[inner.TargetKey] = state.Before.Except(before);
                    }
                }
            }

            Inline(summary.Demands, bind, span, isDetached, entry);
            foreach (SignalEvent signal in isDetached ? [] : summary.Signals)
            {
                Inline(signal, frame, ran);
            }
        }

        _runsQueued |= summary.RunsQueued;
        state = ApplyExit(summary, bind, span, state);
        state = summary.ExitHeldIf.IsEmpty ? state : KeepConditionally(summary, frame, target.IsAsync ? Value.Element(result) : result, state);
        state = isDetached ? LeaveRunning(result, state) : summary.Given.IsEmpty ? state : state with { Given = state.Given.With(summary.Given) };
        Value returned = target.IsAsync ? Value.Unknown : summary.Returned.Substitute(bind);
        foreach (KeyValuePair<string, Value> field in summary.Fields)
        {
            string? place = !field.Key.StartsWith("this.", StringComparison.Ordinal) ? field.Key
                : target.IsConstructor && bind(Value.This) is { } self && (self.Kind == ValueKind.Allocation || (self.Kind == ValueKind.This && _body.IsConstructor)) ? self.Key + field.Key.Substring(4)
                : null;
            if (place is not null)
            {
                // That nothing was passed says what the object has only if nobody gives it something later.
                Value stored = field.Value.Substitute(bind);
                state = Set(state, place, stored.IsNull && !field.Value.IsNull && !_names.IsSettled(field.Key.Substring(5)) ? Value.Unknown : stored);
            }
        }

        state = summary.Made.Aggregate(state, (current, made) => NoteMade(made.Key, FlagGuard.InCaller(made.Value, bind, entry), current));
        if (result.Kind != ValueKind.CallResult)
        {
            return state;
        }

        NoteWins(result, summary);
        if (!summary.YieldHeld.IsEmpty && IsEnumeratedHere(result))
        {
            state = Enumerate(summary, bind, span, result, state);
        }

        // What an object returns of itself it has not made.
        if (returned.Root.Kind is ValueKind.Local or ValueKind.Allocation && target is { Type: { } type, IsStatic: false } && bind(Value.This) is var maker && maker?.Root.Equals(returned.Root) != true)
        {
            _makers[returned.Root.Key] = summary.ReturnedHome is { } home
                ? home with { Object = Evaluate(home.Object.Substitute(bind), entry) }
                : new Home(maker ?? Value.Unknown, type, IsReturned: true);
        }

        // What the caller gets of an async method by awaiting it.
        state = target.IsAsync && (isAwaited || suspends is null) ? Set(state, Value.Element(result).Key, summary.Returned.Substitute(bind)) : state;
        state = GivesTask(target, summary) ? NoteTask(result, returned, suspends, state) : state;

        // Who has won goes by the call, not by what it was answered.
        return summary.Wins is null ? Set(state, result.Key, returned) : state;
    }

    // Whoever's delegate runs inside is told what the callee has taken before.
    private static IEnumerable<Event> InvocationsLast(ImmutableArray<Event> events) =>
        events.Any(static found => found.Kind == EventKind.Invoke) ? events.OrderBy(static found => found.Kind == EventKind.Invoke) : events;

    private FlowState Inline(Event inner, Frame frame, FlowState state, bool isBlocking = true)
    {
        // A callback that runs while it is registered comes from a token that has been cancelled: the registrations that it disposes were others' before.
        (Func<Value, Value?> bind, FlowState entry) = (frame.Bind, frame.Entry);
        if ((_isAtOnce && inner.PassesOwn) || FlagGuard.InCaller(inner.Guards, bind, entry) is not { } guards)
        {
            return state;
        }

        LockRef target = Resolve(inner.Target.Substitute(bind), entry);
        MovedLocks locks = LocksOf(inner, frame);
        if (target.Path.IsNull || locks.HasNull)
        {
            return state;
        }

        Value? limit = inner.Limit?.Substitute(bind);
        guards = inner.Kind == EventKind.Wait ? guards.With(Pending(target.Path)) : guards;
        Event moved = inner with
        {
            Target = target,
            Held = locks.Held,
            Trace = Behind(frame, inner.Trace),
            IsDeclared = false,
            Resumed = inner.IsAfterAwait ? inner.Resumed : entry.Resumed,
            IsTimed = inner.IsTimed && !(limit is not null && TimeLimits.IsNone(limit)),
            Limit = limit is { Kind: ValueKind.Parameter } ? limit : null,
            IsElsewhere = inner.IsElsewhere || entry.IsElsewhere,
            IsInContext = inner.IsInContext && !entry.HasLeftContext,
            IsAlone = inner.IsAlone && entry.Running.IsEmpty,
            Claims = inner.Claims.With(ClaimsAt(frame)),
            Guards = guards.With(entry.Guards),
            Given = inner.Given.With(entry.Given),
            Released = locks.Released,
            Home = inner.Home is { } home ? home with { Object = Evaluate(home.Object.Substitute(bind), entry) }
                : inner.Kind is EventKind.Wait or EventKind.WaitAny ? HomeOf(target.Path)
                : null,
            Receiver = inner.Receiver is { } receiver ? Evaluate(receiver.Substitute(bind), entry) : null,
            Token = TokenOf(inner.Token?.Substitute(bind), entry),
            Arguments = inner.Arguments.IsDefaultOrEmpty ? inner.Arguments : SubstituteAll(inner.Arguments, bind),
        };
        moved.TakeKeys(inner);
        if (inner.Kind == EventKind.Invoke)
        {
            return RunLater(moved, frame.Span, entry, state);
        }

        if (inner.Kind is (EventKind.Wait or EventKind.WaitAny) && !entry.Signalled.IsEmpty && entry.Signalled.Contains(target.Path.Key))
        {
            return state;
        }

        if (isBlocking)
        {
            NoteReentries(moved, entry);
        }

        Record(moved, entry, out FlowState recorded);

        // What came before the call is there already; with each event of the callee a union would go through all of it.
        return ReferenceEquals(recorded, entry) || state.Before.Contains(moved.TargetKey) ? state : state with { Before = state.Before.Add(moved.TargetKey) };
    }

    private static ImmutableArray<Value> SubstituteAll(ImmutableArray<Value> values, Func<Value, Value?> bind) => [.. values.Select(value => value.Substitute(bind))];

    // What is further away is no part of this body's summary.
    private bool IsNear(Trace trace)
    {
        if (trace.Length < MaxTrace)
        {
            return true;
        }

        _program.Budgets.Hit(_body, Budget.Chain);
        return false;
    }

    private static FlowState AddBefore(FlowState state, FlowState inner)
    {
        ImmutableHashSet<string> before = state.Before.With(inner.Before);
        return ReferenceEquals(before, state.Before) ? state : state with { Before = before };
    }

    private LockRef Resolve(LockRef target, FlowState state)
    {
        Value path = Evaluate(target.Path, state);
        return _names.Named(path.AwaitedInQueue is { } awaited ? new(awaited, Value.Queue) : new(path, target.Type));
    }

    private HeldLock Move(HeldLock held, Func<Value, Value?> bind, TextSpan span, FlowState state) =>
        held with { Scope = null, Lock = Resolve(held.Lock.Substitute(bind), state), Trace = Behind(span, held.Trace) };

    /// <param name="ran">What the delegates that the callee runs have done, by the event of their invocation.</param>
    private void Inline(SignalEvent signal, Frame frame, Dictionary<string, ImmutableHashSet<string>>? ran = null)
    {
        if (!_recording || !IsNear(signal.Trace))
        {
            return;
        }

        FlowState entry = frame.Entry;
        LockRef target = Resolve(signal.Target.Substitute(frame.Bind), entry);
        if (target.Path.IsNull)
        {
            return;
        }

        if ((HeldIndex(target, entry) is >= 0 and var index && entry.Held[index].IsSemaphore) || MayHaveTaken(target, entry))
        {
            // The callee gives back a unit that is held here: a release.
            return;
        }

        ImmutableArray<Event> inner = BeforeOf(signal, frame);
        if (ran is not null)
        {
            inner = inner.AddRange(signal.Before.Where(found => found.Kind == EventKind.Invoke && ran.ContainsKey(found.TargetKey)).SelectMany(found => Known(ran[found.TargetKey])));
        }

        AddSignal(new SignalEvent(
            target, signal.IsCondition, Known(entry.Before).AddRange(inner), Behind(frame, signal.Trace)) { IsFailing = signal.IsFailing });
    }

    private FlowState ApplyExit(Summary summary, Func<Value, Value?> bind, TextSpan span, FlowState state)
    {
        foreach (LockRef released in summary.ExitReleased)
        {
            state = Release(Resolve(released.Substitute(bind), state), state);
        }

        foreach (HeldLock held in summary.ExitHeld)
        {
            HeldLock moved = Move(held, bind, span, state);
            state = state.Held.Length >= MaxExitLocks || state.Holds(moved.Key) || moved.Lock.Path.IsNull ? state : state with { Held = state.Held.Add(moved) };
        }

        foreach (Value running in summary.Running)
        {
            state = LeaveRunning(Evaluate(running.Substitute(bind), state), state);
        }

        return state;
    }
}
