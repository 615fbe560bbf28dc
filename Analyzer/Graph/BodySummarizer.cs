using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Computes the summary of one body from those of the bodies it runs: a forward analysis over its blocks to a fixpoint,
/// then one more pass that records the critical pairs. The file is long because it is the transfer function, one method
/// an instruction; the fixpoint is <see cref="FlowSolver"/>'s.
/// </summary>
internal sealed class BodySummarizer
{
    /// <summary>A body with more critical pairs keeps those that hold most; see docs/limits.</summary>
    private const int MaxEvents = 192;
    private const int MaxTrace = 12;
    private const int NearTrace = 3;
    private const int MaxExpansions = 4;

    private static readonly Value _openCode = Value.Static("open code");

    private readonly Program _program;
    private readonly PointsTo _pointsTo;
    private readonly Func<BodyFacts, Summary> _summaryOf;
    private readonly BodyFacts _body;
    private readonly Dictionary<string, Affect> _effects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Instruction> _answers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Event> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Event> _events = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SignalEvent> _signals = new(StringComparer.Ordinal);
    private readonly Dictionary<Site, Reentry> _reentries = [];
    private readonly Dictionary<string, ImmutableArray<Event>> _started = new(StringComparer.Ordinal);
    private readonly HashSet<BodyFacts> _callees = [];
    private readonly HashSet<BodyFacts> _detached = [];
    private readonly Stack<BodyFacts> _expanding = new();
    private (ImmutableHashSet<string>? Keys, int Seen, ImmutableArray<Event> Events) _known;
    private Value? _returned;
    private bool _idles;
    private bool _installsContext;
    private Trace? _needsContext;
    private bool _recording;
    private bool _tracksBefore;
    private Block _block = null!;

    private BodySummarizer(Program program, PointsTo pointsTo, Func<BodyFacts, Summary> summaryOf, BodyFacts body)
    {
        _program = program;
        _pointsTo = pointsTo;
        _summaryOf = summaryOf;
        _body = body;
    }

    public static BodySummary Summarize(Program program, PointsTo pointsTo, Func<BodyFacts, Summary> summaryOf, BodyFacts body)
    {
        var summarizer = new BodySummarizer(program, pointsTo, summaryOf, body);
        return new BodySummary(summarizer.Run(), summarizer._callees, summarizer._detached, [.. summarizer._reentries.Values]);
    }

    private Summary Run()
    {
        FlowState?[] states = Analyze();
        if (_signals.Count > 0)
        {
            // Only a body that signals owes anything: what comes before is tracked for those alone.
            _tracksBefore = true;
            states = Analyze();
        }

        FlowState exit = states[states.Length - 1] ?? FlowState.Entry;
        if (_body.Blocks.Length == 1)
        {
            exit = Transfer(_body.Blocks[0], FlowState.Entry);
        }

        return new Summary(
            Budgeted(),
            [.. _signals.Values],
            exit.Held.RemoveAll(static held => held.Scope is not null || held.Lock.Path.Root.Kind == ValueKind.Unknown),
            exit.Released,
            _returned ?? Value.Unknown,
            FieldsOfNewObjects(exit),
            _idles,
            exit.Resumed)
        {
            NeedsContext = _needsContext,
            InstallsContext = _installsContext,
        };
    }

    private FlowState?[] Analyze()
    {
        _recording = false;
        _signals.Clear();
        FlowState?[] states = FlowSolver.Solve(_body.Blocks, Transfer, Assume);
        _recording = true;
        for (int i = 0; i < states.Length; i++)
        {
            if (states[i] is { } state)
            {
                Transfer(_body.Blocks[i], state);
            }
        }

        return states;
    }

    private ImmutableArray<Event> Budgeted()
    {
        IEnumerable<Event> events = _events.Values;
        if (_body.IsConstructor)
        {
            // Nobody else can lock the parts of an object under construction.
            events = events.Where(static found => found.Kind != EventKind.Acquire || found.Target.Path.Root.Kind != ValueKind.This)
                .Select(static found => found with { Held = found.Held.RemoveAll(static held => held.Lock.Path.Root.Kind == ValueKind.This) });
        }

        return events.Count() <= MaxEvents
            ? [.. events]
            : [.. events.OrderByDescending(static found => Math.Min(found.Held.Length, 1)).ThenBy(static found => found.Trace.Length).Take(MaxEvents)];
    }

    // Of objects that stay behind a caller never learns the name: their fields would only pile up on the way to the entries.
    private ImmutableArray<KeyValuePair<string, Value>> FieldsOfNewObjects(FlowState exit)
    {
        List<KeyValuePair<string, Value>> fields = [.. exit.Places.Where(static place =>
            place.Key.StartsWith("new@", StringComparison.Ordinal) || place.Key.StartsWith("this.", StringComparison.Ordinal))];
        if (fields.Count == 0)
        {
            return [];
        }

        var found = ImmutableArray.CreateBuilder<KeyValuePair<string, Value>>();
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var roots = new Queue<string>();
        Reach(Value.This);
        Reach(_returned ?? Value.Unknown);
        foreach (HeldLock held in exit.Held)
        {
            Reach(held.Lock.Path);
        }

        while (roots.Count > 0)
        {
            string root = roots.Dequeue();
            foreach (KeyValuePair<string, Value> field in fields)
            {
                if (IsPathFrom(field.Key, root))
                {
                    found.Add(field);
                    Reach(field.Value);
                }
            }
        }

        return found.ToImmutable();

        void Reach(Value value)
        {
            Value root = value.Root;
            while (root is { Kind: ValueKind.Function, Base: { } bound })
            {
                root = bound.Root;
            }

            if (root.Kind is ValueKind.This or ValueKind.Allocation && reached.Add(root.Key))
            {
                roots.Enqueue(root.Key);
            }
        }
    }

    private static bool IsPathFrom(string path, string root) =>
        path.Length > root.Length && (path[root.Length] is '.' or '[') && path.StartsWith(root, StringComparison.Ordinal);

    // ---- control flow ----

    private FlowState Assume(Value? condition, FlowState state, bool isTrue)
    {
        if (condition is null)
        {
            return state;
        }

        Value tested = Evaluate(condition, state);
        if (tested.Equals(Value.IsOwnContext) || tested.Equals(Value.IsOtherContext))
        {
            return tested.Equals(isTrue ? Value.IsOtherContext : Value.IsOwnContext) ? state with { IsElsewhere = true } : state;
        }

        if (_answers.TryGetValue(tested.Key, out Instruction? answer))
        {
            return Learn(answer, isTrue, state);
        }

        if (!_effects.TryGetValue(tested.Key, out Affect? affect))
        {
            return tested.Kind == ValueKind.Parameter ? state with { Guards = state.Guards.Add(new FlagGuard(tested, isTrue)) }
                : tested.Kind is ValueKind.Member or ValueKind.Static ? LearnFlag(tested, bool.TrueString, isTrue, state)
                : state;
        }

        Value target = Evaluate(affect.Target, state);
        if (affect.Effect.Kind == EffectKind.IsSignalled)
        {
            return isTrue ? state with { Signalled = state.Signalled.Add(target.Key) } : state;
        }

        bool mayFail = affect.Effect.Kind is EffectKind.TryAcquire or EffectKind.Acquire or EffectKind.SemaphoreWait;
        return isTrue || !mayFail ? state : state with { Held = state.Held.RemoveAll(held => held.Lock.Path.Equals(target)) };
    }

    // ---- flags ----

    private FlowState Learn(Instruction answer, bool isTrue, FlowState state)
    {
        switch (answer)
        {
            case Claim claim:
                return isTrue == claim.WinsWhenTrue ? Win(Evaluate(claim.Flag, state), claim.Change, state) : state;
            case Test test:
                Value operand = Evaluate(test.Operand, state);
                bool equals = isTrue == test.EqualsWhenTrue;
                return _answers.TryGetValue(operand.Key, out Instruction? known)
                    ? known is Take take && test.Constant == "null" && !equals ? Win(Evaluate(take.Place, state), "null", state)
                        : known is Claim ? Learn(known, equals == (test.Constant == bool.TrueString), state)
                        : state
                    : LearnFlag(operand, test.Constant, equals, state);
            default:
                return state;
        }
    }

    private static FlowState Win(Value flag, string change, FlowState state) => state with { Claims = state.Claims.Add(ClaimKey(flag) + change) };

    private static string ClaimKey(Value flag) => LockClass.Of(new LockRef(flag, null)).Key + "=";

    // What a flag is matters only until the lock that guards it is released.
    private static FlowState LearnFlag(Value flag, string constant, bool equals, FlowState state) =>
        state.Held.IsEmpty || flag.Kind is not (ValueKind.Member or ValueKind.Static)
            ? state
            : state with { Tested = state.Tested.Add(flag.Key + (equals ? "==" : "!=") + constant) };

    private static FlowState Apply(SetFlag set, Value flag, FlowState state)
    {
        string key = ClaimKey(flag);
        bool isTransition = state.Tested.Contains(flag.Key + "!=" + set.Constant)
            || state.Tested.Any(known => known.StartsWith(flag.Key + "==", StringComparison.Ordinal)
                && string.CompareOrdinal(known, flag.Key.Length + 2, set.Constant, 0, int.MaxValue) != 0);
        ImmutableHashSet<string> others = state.Claims.Except(state.Claims.Where(claim => claim.StartsWith(key, StringComparison.Ordinal)));
        return state with { Claims = isTransition ? others.Add(key + set.Constant) : others };
    }

    private FlowState Answer(Instruction answer, FlowState state)
    {
        _answers[answer.Result.Key] = answer;
        return state;
    }

    // ---- instructions ----

    private FlowState Transfer(Block block, FlowState state)
    {
        _block = block;
        if (ReferenceEquals(block, _body.Blocks[0]) && _program.EntersType(_body))
        {
            state = EnterType(_body.Type!, _body.Span, state, runsInitializers: _body.IsInternal || _body.IsEntry);
        }

        foreach (Instruction instruction in block.Instructions)
        {
            state = instruction switch
            {
                AssignLocal assign => Assign(assign, state),
                StoreMember store => Store(store, state),
                ReturnValue returned => Return(returned, state),
                Move move => Make(move, move.From.Aggregate(state, (current, value) => Publish(current, Evaluate(value, current)))),
                Call call => Run(call, state),
                Invoke invoke => Run(invoke, state),
                Affect affect => Apply(affect, state),
                Reach reach => state with { Held = state.Held.RemoveAll(held => held.Scope is { } scope && !scope.Contains(reach.Span)) },
                Await awaiting => Resume(awaiting, Wait(
                    awaiting.Span, new LockRef(Evaluate(awaiting.Target, state), null), EventKind.Wait, false, true, false, awaiting.Text, state)),
                Touch touch => touch.Type == _body.Type ? state : EnterType(touch.Type, touch.Span, state, runsInitializers: true),
                SetFlag set => Apply(set, Evaluate(set.Flag, state), state),
                Claim or Take or Test => Answer(instruction, state),
                _ => state,
            };
        }

        return state;
    }

    private FlowState Resume(Await awaiting, FlowState state)
    {
        if (_recording && awaiting.KeepsContext && !state.HasLeftContext)
        {
            NeedContext(new Trace(new Site(_body, awaiting.Span)));
        }

        return state with
        {
            Resumed = [Continuation.SiteOf(_body, awaiting.Span)],
            HasLeftContext = state.HasLeftContext || !awaiting.KeepsContext,
        };
    }

    private void NeedContext(Trace trace) => _needsContext = _needsContext is { } known && known.Length <= trace.Length ? known : trace;

    // A lock or completion kept in a variable goes by the variable: lambdas that capture it know it by no other name.
    private FlowState Assign(AssignLocal assign, FlowState state)
    {
        Value source = Evaluate(assign.Source, state);
        if (!source.IsSynchronizer || !Value.IsVariable(assign.Local))
        {
            return Set(state, assign.Local, source);
        }

        bool isUnpublished = state.Unpublished.Contains(source.Key);
        state = Set(state, assign.Local, Value.Unknown);
        return isUnpublished ? state with { Unpublished = state.Unpublished.Add(assign.Local) } : state;
    }

    private static FlowState Make(Move move, FlowState state) =>
        move.Result.Kind == ValueKind.Allocation ? state with { Unpublished = state.Unpublished.Add(move.Result.Key) } : state;

    private static FlowState Set(FlowState state, string place, Value value) =>
        value.Kind == ValueKind.Unknown
            ? state with { Places = state.Places.Remove(place) }
            : state with { Places = state.Places.SetItem(place, value) };

    private FlowState Store(StoreMember store, FlowState state)
    {
        Value source = Evaluate(store.Source, state);
        Value target = Evaluate(store.Target, state);
        bool isNew = target.Kind == ValueKind.Member
            && (state.Unpublished.Contains(target.Root.Key) || (_body.IsConstructor && target.Root.Kind == ValueKind.This));
        return isNew ? Set(state, target.Key, source) : Publish(state, source);
    }

    private FlowState Return(ReturnValue returned, FlowState state)
    {
        if (_recording)
        {
            Value value = Evaluate(returned.Source, state);
            _returned = _returned is null || _returned.Equals(value) ? value : Value.Unknown;
        }

        return state;
    }

    private static FlowState Publish(FlowState state, Value value)
    {
        if (value.Kind == ValueKind.Function)
        {
            // The function may have captured any local.
            return state.Unpublished.IsEmpty ? state : state with { Unpublished = state.Unpublished.Clear() };
        }

        return state.Unpublished.Contains(value.Root.Key) ? state with { Unpublished = state.Unpublished.Remove(value.Root.Key) } : state;
    }

    private Value Evaluate(Value value, FlowState state)
    {
        switch (value.Kind)
        {
            case ValueKind.Local or ValueKind.Parameter or ValueKind.CallResult:
                return state.Places.Find(value.Key) ?? value;
            case ValueKind.Member:
                Value owner = Evaluate(value.Base!, state);
                Value member = ReferenceEquals(owner, value.Base) ? value : Value.Member(owner, value.Id);
                return state.Places.Find(member.Key) ?? member;
            case ValueKind.Element:
                Value element = Value.Element(Evaluate(value.Base!, state), value.At is { } at ? Evaluate(at, state) : null);
                return state.Places.Find(element.Key) ?? element;
            case ValueKind.Scope:
                return Value.Scope(Evaluate(value.Base!, state));
            case ValueKind.Function when value.Base is not null:
                return Value.Function(value.Id, Evaluate(value.Base, state));
            case ValueKind.Owner:
                return Value.Owner(Evaluate(value.Part!, state), value.Held!, value.Type!);
            default:
                return value;
        }
    }

    private ImmutableArray<Value> EvaluateAll(ImmutableArray<Value> values, FlowState state)
    {
        ImmutableArray<Value>.Builder result = ImmutableArray.CreateBuilder<Value>(values.Length);
        foreach (Value value in values)
        {
            result.Add(Evaluate(value, state));
        }

        return result.MoveToImmutable();
    }

    // ---- calls ----

    private FlowState Run(Call call, FlowState state)
    {
        Value receiver = Evaluate(call.Receiver, state);
        ImmutableArray<Value> arguments = EvaluateAll(call.Arguments, state);
        ImmutableArray<BodyFacts> targets = _program.Targets(call, receiver);
        if (targets.IsEmpty && call.IsExact)
        {
            targets = _pointsTo.Targets(call);
        }

        if (call.IsCreation && receiver.Kind == ValueKind.Allocation)
        {
            state = state with { Unpublished = state.Unpublished.Add(receiver.Key) };
        }

        foreach (Value argument in arguments)
        {
            state = Publish(state, argument);
        }

        if (call.IsOpen)
        {
            state = RunOpenCode(call.Span, state);
        }

        return RunAll(targets, body => Binding(body, receiver, arguments), call.Span, call.Result, call.IsAwaited, state);
    }

    private FlowState Run(Invoke invoke, FlowState state) =>
        RunDelegate(Evaluate(invoke.Delegate, state), invoke.Delegate, EvaluateAll(invoke.Arguments, state), invoke.Span, invoke.Result, invoke.IsAwaited, state);

    private FlowState RunDelegate(
        Value @delegate, Value place, ImmutableArray<Value> arguments, TextSpan span, Value result, bool isAwaited, FlowState state)
    {
        if (@delegate.Kind == ValueKind.Parameter && IsOwnParameter(@delegate))
        {
            // Which body runs is the caller's to say: the summary stays polymorphic.
            Event open = NewEvent(EventKind.Invoke, new LockRef(@delegate, null), span, state) with { Arguments = arguments };
            Record(open, state, out state);
            return state;
        }

        ImmutableArray<BodyFacts> targets = @delegate.Kind == ValueKind.Function ? _pointsTo.Functions(@delegate) : _pointsTo.Functions(place);
        if (targets.IsEmpty && @delegate.Kind != ValueKind.Function)
        {
            targets = _pointsTo.Functions(@delegate);
        }

        if (targets.IsEmpty || targets.Length > Program.WidthLimit || _expanding.Count > MaxExpansions)
        {
            return RunOpenCode(span, state);
        }

        // A delegate that is handed on to itself runs its body once here.
        return RunAll(targets.RemoveAll(_expanding.Contains), body => DelegateBinding(body, @delegate, place, arguments), span, result, isAwaited, state);
    }

    private FlowState RunOpenCode(TextSpan span, FlowState state)
    {
        Record(NewEvent(EventKind.RunOpenCode, new LockRef(_openCode, null), span, state), state, out FlowState after);
        return after;
    }

    private bool IsOwnParameter(Value parameter)
    {
        for (BodyFacts? body = _body; body is not null; body = body.Outer is null ? null : _program.Body(body.Outer))
        {
            if (parameter.Id == body.Id)
            {
                return true;
            }
        }

        return false;
    }

    private FlowState RunAll(
        ImmutableArray<BodyFacts> targets, Func<BodyFacts, Func<Value, Value?>> binding, TextSpan span, Value result, bool isAwaited, FlowState state)
    {
        if (targets.IsEmpty)
        {
            return state;
        }

        FlowState? joined = null;
        foreach (BodyFacts target in targets)
        {
            _expanding.Push(target);
            FlowState after = Inline(target, _summaryOf(target), binding(target), span, result, isAwaited, state);
            _expanding.Pop();
            joined = joined is null ? after : FlowState.Join(joined, after);
        }

        return joined!;
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

    private Func<Value, Value?> DelegateBinding(BodyFacts body, Value @delegate, Value place, ImmutableArray<Value> arguments)
    {
        if (@delegate is { Kind: ValueKind.Function, Base: { } bound })
        {
            return Binding(body, bound, arguments);
        }

        // A function found through a field was made in some other frame: its object is some instance of its type.
        Value path = @delegate is { Kind: ValueKind.Member } ? @delegate : place;
        if (path is not { Kind: ValueKind.Member, Base: { } holder } || body.Type is not { } type || _pointsTo.Holders.Of(body, path.Id) is not { } held)
        {
            return Binding(body, Value.Unknown, arguments);
        }

        Value receiver = held.Root.Kind == ValueKind.This ? Value.Owner(holder, held, type) : Value.Unknown;
        Func<Value, Value?> bind = Binding(body, receiver, arguments);
        return held.Kind is ValueKind.Local or ValueKind.Static ? root => root.Equals(held) ? holder : bind(root) : bind;
    }

    private FlowState Inline(
        BodyFacts target, Summary summary, Func<Value, Value?> bind, TextSpan span, Value result, bool isAwaited, FlowState state)
    {
        if (summary.Idles && state.Held.IsEmpty && _block.IsInCycle)
        {
            state = state with { Before = state.Before.Clear() };
        }

        // What an async method does after its first suspension is not done in this context, unless it is awaited.
        bool isDetached = target.IsAsync && !isAwaited;
        if (_recording)
        {
            (isDetached ? _detached : _callees).Add(target);
            if (target.IsAsync && isAwaited && !state.HasLeftContext && summary.NeedsContext is { Length: < MaxTrace } inner)
            {
                NeedContext(new Trace(new Site(_body, span), inner));
            }
        }

        FlowState entry = state;
        if (_recording && isDetached && result.Kind == ValueKind.CallResult)
        {
            // Whoever waits for the task that is returned waits for these.
            _started[result.Key] =
            [
                .. summary.Events.Where(static found => found.Kind == EventKind.Acquire && (found.IsAfterAwait || found.IsFlowWait))
                    .Select(found => found with { Target = Resolve(found.Target.Substitute(bind), entry), Trace = new Trace(new Site(_body, span), found.Trace) }),
            ];
        }

        if (_recording || _tracksBefore)
        {
            foreach (Event inner in summary.Events)
            {
                if (!(isDetached && inner.IsAfterAwait) && inner.Trace.Length < MaxTrace)
                {
                    state = Inline(inner, bind, span, entry, state, isBlocking: !(isDetached && inner.IsFlowWait));
                }
            }

            foreach (SignalEvent signal in isDetached ? [] : summary.Signals)
            {
                Inline(signal, bind, span, entry);
            }
        }

        state = ApplyExit(summary, bind, span, state);
        Value returned = target.IsAsync ? Value.Unknown : summary.Returned.Substitute(bind);
        foreach (KeyValuePair<string, Value> field in summary.Fields)
        {
            string? place = field.Key.StartsWith("this.", StringComparison.Ordinal)
                ? bind(Value.This) is { Kind: ValueKind.Allocation } created && target.IsConstructor ? created.Key + field.Key.Substring(4) : null
                : field.Key;
            if (place is not null)
            {
                state = Set(state, place, field.Value.Substitute(bind));
            }
        }

        if (result.Kind != ValueKind.CallResult)
        {
            return state;
        }

        // What the caller gets of an async method by awaiting it.
        state = target.IsAsync && isAwaited ? Set(state, Value.Element(result).Key, summary.Returned.Substitute(bind)) : state;
        return Set(state, result.Key, returned);
    }

    private FlowState Inline(Event inner, Func<Value, Value?> bind, TextSpan span, FlowState entry, FlowState state, bool isBlocking = true)
    {
        if (FlagGuard.InCaller(inner.Guards, bind) is not { } guards)
        {
            return state;
        }

        LockRef target = Resolve(inner.Target.Substitute(bind), entry);
        ImmutableArray<HeldLock> held = entry.Held.IsEmpty && inner.Held.IsEmpty
            ? []
            : entry.Held.AddRange(inner.Held.Select(lockHeld => Move(lockHeld, bind, span, entry)).Where(moved => !entry.Holds(moved.Key)));
        var trace = new Trace(new Site(_body, span), inner.Trace);
        Event moved = inner with
        {
            Target = target,
            Held = held,
            Trace = trace,
            Resumed = inner.IsAfterAwait ? inner.Resumed : entry.Resumed,
            IsElsewhere = inner.IsElsewhere || entry.IsElsewhere,
            Claims = inner.Claims.Union(entry.Claims),
            Guards = guards.Union(entry.Guards),
            Arguments = inner.Arguments.IsDefaultOrEmpty ? inner.Arguments : [.. inner.Arguments.Select(value => value.Substitute(bind))],
        };
        if (inner.Kind == EventKind.Invoke)
        {
            return RunLater(moved, span, entry, state);
        }

        if (inner.Kind is (EventKind.Wait or EventKind.WaitAny) && entry.Signalled.Contains(target.Path.Key))
        {
            return state;
        }

        if (isBlocking)
        {
            NoteReentry(moved, held);
        }

        Record(moved, entry, out FlowState recorded);
        return state with { Before = state.Before.Union(recorded.Before) };
    }

    // A delegate that the callee ran under its locks is known here: its body runs under both frames' locks.
    private FlowState RunLater(Event invocation, TextSpan span, FlowState entry, FlowState state)
    {
        FlowState inside = entry with { Held = invocation.Held };
        FlowState after = RunDelegate(invocation.Target.Path, invocation.Target.Path, invocation.Arguments, span, Value.Unknown, true, inside);
        return state with { Before = state.Before.Union(after.Before) };
    }

    private LockRef Resolve(LockRef target, FlowState state) => new(Evaluate(target.Path, state), target.Type);

    private HeldLock Move(HeldLock held, Func<Value, Value?> bind, TextSpan span, FlowState state) =>
        held with { Scope = null, Lock = Resolve(held.Lock.Substitute(bind), state), Trace = new Trace(new Site(_body, span), held.Trace) };

    private void Inline(SignalEvent signal, Func<Value, Value?> bind, TextSpan span, FlowState entry)
    {
        if (!_recording || signal.Trace.Length >= MaxTrace)
        {
            return;
        }

        LockRef target = Resolve(signal.Target.Substitute(bind), entry);
        if (entry.Held.Any(held => held.IsSemaphore && held.Lock.Path.Equals(target.Path)))
        {
            // The callee gives back a unit that is held here: a release.
            return;
        }

        ImmutableArray<Event> inner = [.. signal.Before.Where(found => FlagGuard.InCaller(found.Guards, bind) is not null).Select(found => found with
        {
            Target = Resolve(found.Target.Substitute(bind), entry),
            Claims = found.Claims.Union(entry.Claims),
            Guards = FlagGuard.InCaller(found.Guards, bind)!.Union(entry.Guards),
            Trace = new Trace(new Site(_body, span), found.Trace),
        })];
        AddSignal(new SignalEvent(
            target, signal.IsCondition, Known(entry.Before).AddRange(inner), new Trace(new Site(_body, span), signal.Trace)));
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
            state = state.Holds(moved.Key) ? state : state with { Held = state.Held.Add(moved) };
        }

        return state;
    }

    // ---- effects ----

    private FlowState Apply(Affect affect, FlowState state)
    {
        _effects[affect.Result.Key] = affect;
        var target = new LockRef(Evaluate(affect.Target, state), affect.TargetType);
        switch (affect.Effect.Kind)
        {
            case EffectKind.Acquire or EffectKind.AcquireScope or EffectKind.TryAcquire or EffectKind.SemaphoreWait:
                return Acquire(affect, target, state);
            case EffectKind.Release or EffectKind.SemaphoreRelease:
                return affect.Effect.Kind == EffectKind.SemaphoreRelease ? ReleaseSemaphore(affect, target, state) : Release(target, state);
            case EffectKind.ReleaseScope:
                return target.Path.Kind == ValueKind.Scope ? Release(new LockRef(target.Path.Base!, affect.TargetType), state) : state;
            case EffectKind.Wait or EffectKind.WaitOther or EffectKind.WaitAny:
                EventKind kind = affect.Effect.Kind == EffectKind.WaitAny ? EventKind.WaitAny : EventKind.Wait;
                FlowState waited = Wait(
                    affect.Span, target, kind, affect.IsTimed, affect.IsAwaited, affect.Effect.IsKThread, affect.Text, state, affect.Effect.Kind == EffectKind.WaitOther);
                return affect.IsAwaited ? waited with { Resumed = [Continuation.SiteOf(_body, affect.Span)] } : waited;
            case EffectKind.InstallContext:
                _installsContext |= affect.TargetType is not null;
                return state;
            case EffectKind.Force:
                return Force(affect, target, state);
            case EffectKind.ConditionWait:
                return WaitForCondition(affect, target, state);
            case EffectKind.Signal or EffectKind.Raise or EffectKind.ConditionSignal:
                AddSignal(affect.Span, target, affect.Effect.Kind == EffectKind.ConditionSignal, state);
                return RunContinuations(affect, target, state);
            case EffectKind.Callback:
                return RunDelegate(target.Path, affect.Target, [], affect.Span, affect.Result, true, state);
            case EffectKind.Fork:
                state = Publish(state, target.Path);
                return Wait(affect.Span, new LockRef(affect.Result, null), EventKind.Wait, false, false, false, affect.Text, state);
            case EffectKind.Spawn:
                return Publish(state, target.Path);
            default:
                return state;
        }
    }

    private FlowState Acquire(Affect affect, LockRef target, FlowState state)
    {
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
                IsKThread = affect.Effect.IsKThread,
                IsOnce = affect.Effect.IsOnce || isSemaphore,
                Text = affect.Text,
            };
            NoteReentry(acquire, state.Held);
            Record(acquire, state, out state);
        }

        if (affect.IsAwaited)
        {
            state = state with { Resumed = [Continuation.SiteOf(_body, affect.Span)] };
        }

        return state.Holds(held.Key) ? state : state with { Held = state.Held.Add(held) };
    }

    private static FlowState Release(LockRef target, FlowState state)
    {
        state = state.Tested.IsEmpty ? state : state with { Tested = state.Tested.Clear() };
        for (int i = state.Held.Length - 1; i >= 0; i--)
        {
            if (state.Held[i].Lock.Path.Equals(target.Path))
            {
                return state with { Held = state.Held.RemoveAt(i) };
            }
        }

        // The path may have been lost on the way: the one lock of the same class must be it.
        LockClass released = LockClass.Of(target);
        ImmutableArray<HeldLock> candidates = state.Held.RemoveAll(held => !LockClass.Of(held.Lock).Equals(released));
        return candidates.Length == 1
            ? state with { Held = state.Held.Remove(candidates[0]) }
            : state.Released.Contains(target) ? state : state with { Released = state.Released.Add(target) };
    }

    private FlowState ReleaseSemaphore(Affect affect, LockRef target, FlowState state)
    {
        FlowState after = Release(target, state);
        if (after.Held.Length == state.Held.Length)
        {
            AddSignal(affect.Span, target, isCondition: false, state);
        }

        return after;
    }

    // ---- initialisers ----

    // The first use of a type runs its initialisers under a lock of the runtime's; every other one waits for their end.
    private FlowState EnterType(string type, TextSpan span, FlowState state, bool runsInitializers)
    {
        Summary[] summaries = [.. _program.Initializers(type).Where(body => body != _body && !_expanding.Contains(body)).Select(_summaryOf)];
        LockRef @lock = LockClass.OfType(type);
        if (summaries.All(static summary => summary.Events.IsEmpty) || state.Holds(@lock.Path.Key))
        {
            return state;
        }

        Record(NewEvent(EventKind.Acquire, @lock, span, state), state, out state);
        FlowState inside = Hold(@lock, span, state);
        foreach (Summary summary in runsInitializers ? summaries : [])
        {
            state = state with { Before = state.Before.Union(RunWhole(summary, static _ => null, span, inside).Before) };
        }

        return state;
    }

    private FlowState Hold(LockRef @lock, TextSpan span, FlowState state) =>
        state with { Held = state.Held.Add(new HeldLock(@lock, LockMode.Exclusive, false, new Trace(new Site(_body, span)))) };

    private FlowState RunWhole(Summary summary, Func<Value, Value?> bind, TextSpan span, FlowState entry)
    {
        FlowState state = entry;
        foreach (Event inner in summary.Events)
        {
            if (!inner.IsAfterAwait && inner.Trace.Length < MaxTrace)
            {
                state = Inline(inner, bind, span, entry, state);
            }
        }

        foreach (SignalEvent signal in summary.Signals)
        {
            Inline(signal, bind, span, entry);
        }

        return state;
    }

    // The value of a Lazy: its factory runs under its lock, and who comes second waits for that.
    private FlowState Force(Affect affect, LockRef target, FlowState state)
    {
        BodyFacts[] factories = [.. _pointsTo.Objects(target.Path).OrderBy(static key => key, StringComparer.Ordinal)
            .SelectMany(_pointsTo.Continuations).Where(continuation => continuation.Site is null && !_expanding.Contains(continuation.Body))
            .Select(static continuation => continuation.Body).Distinct()];
        if (factories.Length is 0 or > Program.WidthLimit || state.Holds(target.Path.Key))
        {
            return state;
        }

        Record(NewEvent(EventKind.Acquire, target, affect.Span, state) with { Text = affect.Text }, state, out state);
        FlowState inside = Hold(target, affect.Span, state);
        foreach (BodyFacts factory in factories)
        {
            _expanding.Push(factory);
            FlowState after = RunWhole(_summaryOf(factory), Binding(factory, Value.Unknown, []), affect.Span, inside);
            _expanding.Pop();
            state = state with { Before = state.Before.Union(after.Before) };
        }

        return state;
    }

    // ---- continuations ----

    private FlowState RunContinuations(Affect affect, LockRef target, FlowState state)
    {
        bool isRaise = affect.Effect.Kind == EffectKind.Raise;
        string[] signalled = affect.Effect.Kind == EffectKind.ConditionSignal
            ? []
            : [.. _pointsTo.Objects(target.Path).Where(key => isRaise || _pointsTo.IsInline(key)).OrderBy(static key => key, StringComparer.Ordinal)];
        if (signalled.Length == 0 && !isRaise)
        {
            return state;
        }

        Record(NewEvent(EventKind.RunContinuations, target, affect.Span, state) with { Text = affect.Text }, state, out state);
        foreach (string completion in signalled)
        {
            state = RunContinuations(completion, isRaise, affect.Span, state);
        }

        return state;
    }

    private FlowState RunContinuations(string completion, bool isRaise, TextSpan span, FlowState state)
    {
        // What awaits something that a token was handed to goes on where that something says.
        Continuation[] continuations = [.. _pointsTo.Continuations(completion).Where(continuation => !isRaise || continuation.Site is null)];
        if (continuations.Length > Program.WidthLimit || _expanding.Count > MaxExpansions)
        {
            return RunOpenCode(span, state);
        }

        foreach (Continuation continuation in continuations)
        {
            BodyFacts body = continuation.Body;
            if (_expanding.Contains(body))
            {
                continue;
            }

            _expanding.Push(body);
            Summary summary = _summaryOf(body);
            state = Continue(continuation, summary, span, state);
            if (continuation.Site is { } site && summary.ExitResumed.Contains(site))
            {
                state = RunContinuations("async@" + body.Id, isRaise: false, span, state);
            }

            _expanding.Pop();
        }

        return state;
    }

    private FlowState Continue(Continuation continuation, Summary summary, TextSpan span, FlowState state)
    {
        Func<Value, Value?> bind = Binding(continuation.Body, Value.Unknown, []);
        FlowState entry = state;
        foreach (Event inner in summary.Events)
        {
            if (continuation.Runs(inner) && inner.Trace.Length < MaxTrace)
            {
                state = Inline(inner with { IsInContinuation = true, Resumed = entry.Resumed }, bind, span, entry, state);
            }
        }

        foreach (SignalEvent signal in summary.Signals)
        {
            Inline(signal, bind, span, entry);
        }

        return state;
    }

    private FlowState Wait(
        TextSpan span, LockRef target, EventKind kind, bool isTimed, bool isFlowWait, bool isKThread, string text, FlowState state, bool passesOwn = false)
    {
        bool idles = state.Held.IsEmpty;

        // The enumeration of a queue waits once more in each turn of the loop that follows it.
        bool isTurn = _block.IsInCycle || target.Type == Value.Queue;
        _idles |= idles;
        if (state.Signalled.Contains(target.Path.Key))
        {
            return state;
        }

        Event wait = NewEvent(kind, target, span, state) with
        {
            IsTimed = isTimed,
            IsFlowWait = isFlowWait,
            IsKThread = isKThread,
            PassesOwn = passesOwn,
            Text = text,
        };
        if (!isTimed && _started.TryGetValue(target.Path.Root.Key, out ImmutableArray<Event> started))
        {
            foreach (Event acquire in started)
            {
                NoteReentry(acquire with { IsElsewhere = acquire.IsElsewhere || state.IsElsewhere }, state.Held);
            }
        }

        Record(wait, state, out state);
        return idles && isTurn ? state with { Before = state.Before.Clear() } : state;
    }

    private FlowState WaitForCondition(Affect affect, LockRef target, FlowState state)
    {
        FlowState released = state with { Held = state.Held.RemoveAll(held => held.Lock.Path.Equals(target.Path)) };
        FlowState waited = Wait(
            affect.Span, target, EventKind.WaitCondition, affect.IsTimed, false, false, affect.Text, released);
        return waited with { Held = state.Held };
    }

    // ---- recording ----

    private Event NewEvent(EventKind kind, LockRef target, TextSpan span, FlowState state) => new(
        kind, target, LockMode.Exclusive, false, false, false, false, state.Resumed, [], state.Held, "", new Trace(new Site(_body, span)))
    {
        Claims = state.Claims,
        Guards = state.Guards,
        IsElsewhere = state.IsElsewhere,
    };

    private void NoteReentry(Event acquire, ImmutableArray<HeldLock> held)
    {
        if (_recording && acquire is { Kind: EventKind.Acquire, IsTimed: false, IsElsewhere: false }
            && Reentry.Of(acquire, held, _pointsTo.WaysBack) is { } reentry
            && (!_reentries.TryGetValue(acquire.Trace.Leaf, out Reentry? known) || known.Length > reentry.Length))
        {
            _reentries[acquire.Trace.Leaf] = reentry;
        }
    }

    private void Record(Event found, FlowState state, out FlowState after)
    {
        after = state;
        if (!_recording && !_tracksBefore)
        {
            return;
        }

        if (found.Kind == EventKind.Acquire && (state.Holds(found.Target.Path.Key) || found.Held.Any(held => held.Key == found.Target.Path.Key)))
        {
            // The flow has it already: a monitor lets it in, and whether another lock does is the self-deadlock rule's concern.
            return;
        }

        if (found.Kind == EventKind.Acquire && state.Unpublished.Contains(found.Target.Path.Root.Key))
        {
            return;
        }

        string key = found.TargetKey;
        _seen[key] = _seen.TryGetValue(key, out Event? known) ? Merge(known, found) : found;

        if (_tracksBefore && !state.Before.Contains(key))
        {
            after = state with { Before = state.Before.Add(key) };
        }

        // Far from the event, its class says enough: paths to it multiply with every call on the way.
        string slot = found.Trace.Length > NearTrace ? found.ClassKey : found.Key;
        if (_recording)
        {
            Event published = found with { Held = found.Held.RemoveAll(held => state.Unpublished.Contains(held.Lock.Path.Root.Key)) };
            _events[slot] = _events.TryGetValue(slot, out Event? recorded) ? Merge(recorded, published) : published;
        }
    }

    // Two ways to one event: the shorter one tells it, and it needs only what both need.
    private static Event Merge(Event known, Event found)
    {
        Event shorter = known.Trace.Length > found.Trace.Length ? found : known;
        bool isSame = known.Resumed.SetEquals(found.Resumed) && known.Guards.SetEquals(found.Guards) && known.Claims.SetEquals(found.Claims);
        return isSame ? shorter : shorter with
        {
            Resumed = known.Resumed.Union(found.Resumed),
            Guards = known.Guards.Intersect(found.Guards),
            Claims = known.Claims.Intersect(found.Claims),
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

    private void AddSignal(TextSpan span, LockRef target, bool isCondition, FlowState state)
    {
        if (_recording)
        {
            AddSignal(new SignalEvent(target, isCondition, Known(state.Before), new Trace(new Site(_body, span))));
        }
    }

    private void AddSignal(SignalEvent signal)
    {
        if (_signals.TryGetValue(signal.Key, out SignalEvent? known))
        {
            // Two ways to one signal: what may come before is the union.
            var old = new HashSet<string>(known.Before.Select(static found => found.TargetKey), StringComparer.Ordinal);
            signal = known with { Before = known.Before.AddRange(signal.Before.Where(found => old.Add(found.TargetKey))) };
        }

        _signals[signal.Key] = signal;
    }
}
