using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Computes the summary of one body from those of the bodies it runs: a forward analysis over its blocks to a fixpoint,
/// then one more pass that records the critical pairs. The transfer function has one method an instruction; its parts are in the files named
/// after this one. The fixpoint is <see cref="FlowSolver"/>'s.
/// </summary>
internal sealed partial class BodySummarizer
{
    /// <summary>A body with more critical pairs keeps those that hold most; see docs/limits.</summary>
    public const int MaxEvents = 192;
    public const int MaxTrace = 12;
    private const int NearTrace = 3;
    public const int MaxExpansions = 4;

    private readonly Program _program;
    private readonly PointsTo _pointsTo;
    private readonly LockNames _names;
    private readonly Func<BodyFacts, Summary> _summaryOf;
    private readonly BodyFacts _body;
    private readonly IReadOnlyCollection<BodyFacts> _knot;
    private readonly bool _isSingleThreaded;
    private readonly Dictionary<string, Affect> _effects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Instruction> _answers = new(StringComparer.Ordinal);
    private readonly List<Event> _unsorted = [];
    private readonly Dictionary<string, Event> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Event> _events = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SignalEvent> _signals = new(StringComparer.Ordinal);
    private readonly Dictionary<Site, Reentry> _reentries = [];
    private readonly Dictionary<string, Value> _begun = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Home> _makers = new(StringComparer.Ordinal);
    private readonly HashSet<BodyFacts> _callees = [];
    private readonly HashSet<BodyFacts> _detached = [];
    private readonly Stack<BodyFacts> _expanding = new();
    private bool _isAtOnce;
    private readonly Dictionary<TextSpan, Guess> _guesses = [];
    private readonly HashSet<TextSpan> _passed = [];
    private readonly HashSet<TextSpan> _doubleChecked = [];
    private (ImmutableHashSet<string>? Keys, int Seen, ImmutableArray<Event> Events) _known;
    private readonly Dictionary<string, HeldLock> _yieldHeld = new(StringComparer.Ordinal);
    private Dictionary<Call, string>? _enumerated;
    private Value? _returned;
    private bool _returnedLetsPass;
    private Test? _answer;
    private bool _idles;
    private bool _installsContext;
    private ImmutableHashSet<string> _heldForContext = [];
    private readonly FlowState _entry;
    private bool _recording;
    private bool _tracksBefore;
    private Block _block = null!;

    private BodySummarizer(Program program, PointsTo pointsTo, LockNames names, Func<BodyFacts, Summary> summaryOf, BodyFacts body, IReadOnlyCollection<BodyFacts> knot)
    {
        _knot = knot;
        _program = program;
        _pointsTo = pointsTo;
        _names = names;
        _summaryOf = summaryOf;
        _body = body;

        // Nobody else can lock the parts of an object under construction before it is published.
        _entry = body is { IsConstructor: true, IsStatic: false } ? FlowState.Entry with { Unpublished = FlowState.Entry.Unpublished.Add(Value.This.Key) } : FlowState.Entry;
        _isSingleThreaded = program.IsSingleThreaded(body);
    }

    /// <param name="knot">The bodies of a large recursion that the body belongs to.</param>
    public static BodySummary Summarize(Program program, PointsTo pointsTo, LockNames names, Func<BodyFacts, Summary> summaryOf, BodyFacts body, IReadOnlyCollection<BodyFacts> knot)
    {
        if (body.Instructions.IsEmpty && FlowSolver.IsForward(body.Blocks) && !program.EntersType(body) && !pointsTo.IsOnUiThread(body))
        {
            return BodySummary.Nothing;
        }

        var summarizer = new BodySummarizer(program, pointsTo, names, summaryOf, body, knot);
        return new BodySummary(summarizer.Run(), summarizer._callees, summarizer._detached, [.. summarizer._reentries.Values], summarizer.Breaches, summarizer._passed);
    }

    private Summary Run()
    {
        FlowState?[] states = Analyze();
        if (_signals.Count > 0)
        {
            // Only a body that signals owes anything: what comes before is tracked for those alone.
            _tracksBefore = true;
            SeeUnsorted();
            states = Analyze();
        }

        FlowState exit = states[states.Length - 1] ?? _entry;
        if (_body.Blocks.Length == 1)
        {
            exit = Transfer(_body.Blocks[0], _entry);
        }

        return new Summary(
            Budgeted(),
            [.. _signals.Values],
            exit.Held.RemoveAll(static held => !OutlivesBody(held)),
            exit.Released,
            _returned ?? Value.Unknown,
            FieldsOfNewObjects(exit),
            _idles,
            exit.Resumed)
        {
            NeedsContext = _needsContext,
            HeldForContext = _heldForContext,
            InstallsContext = _installsContext,
            RunsQueued = _runsQueued,
            ExitHeldIf = exit.HeldIf.RemoveAll(static hold => !OutlivesBody(hold.Held) || !hold.When.All(static when => IsKnownToCaller(when.Parameter))),
            Made = [.. _pending.Where(static task => !task.Value.IsEmpty && task.Key.StartsWith("new@", StringComparison.Ordinal)).OrderBy(static task => task.Key, StringComparer.Ordinal)],
            YieldHeld = [.. _yieldHeld.Values],
            Suspends = _suspends,
            ReturnsTask = _returnsTask,
            Demands = [.. _demands.Values],
            Running = exit.Running,
            Given = exit.Given,
            Wins = WinsOfAnswers(),
            Publishes = [.. _publishes],
            Answer = _answer,
            ReturnedHome = _returned is { } returned && _makers.TryGetValue(returned.Root.Key, out Home? home) ? home : null,
        };
    }

    private void GiveUp() => _program.Budgets.Hit(_body, Budget.Visits);

    private FlowState?[] Analyze()
    {
        _signals.Clear();

        // Where each block is visited once, that visit sees what the fixpoint says. What precedes a signal needs all of it beforehand.
        _recording = !_tracksBefore && FlowSolver.IsForward(_body.Blocks);
        if (_recording)
        {
            return FlowSolver.Solve(_body.Blocks, _entry, Transfer, Assume, GiveUp);
        }

        FlowState?[] states = FlowSolver.Solve(_body.Blocks, _entry, Transfer, Assume, GiveUp);
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
        IEnumerable<Event> seen = WithoutSeen(_events.Values);
        IEnumerable<Event> events = _doubleChecked.Count == 0 ? seen : seen.Select(MarkDoubleChecked);
        if (events.Count() <= MaxEvents)
        {
            return [.. events];
        }

        _program.Budgets.Hit(_body, Budget.Pairs);
        return [.. events.OrderByDescending(static found => Math.Min(found.Held.Length, 1)).ThenBy(static found => found.Trace.Length).Take(MaxEvents)];
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

    private FlowState Transfer(Block block, FlowState state)
    {
        _block = block;
        if (ReferenceEquals(block, _body.Blocks[0]) && _program.EntersType(_body))
        {
            state = EnterType(_body.Type!, _body.Span, state, runsInitializers: _body.IsInternal || _body.IsEntry);
        }

        if (ReferenceEquals(block, _body.Blocks[0]) && _pointsTo.IsOnUiThread(_body))
        {
            state = EnterUiThread(state);
        }

        foreach (Instruction instruction in block.Instructions)
        {
            state = instruction switch
            {
                AssignLocal assign => Assign(assign, Forget(assign.Local, state)),
                AssignConstant { Truth: { } truth } set => Tell(set.Place, truth, state),
                StoreMember store => Store(store, state),
                ReturnValue returned => Return(returned, state),
                Move move => HandOver(move, Make(move, IsOwnCall(move) ? state : move.From.Aggregate(state, (current, value) => Publish(current, Evaluate(value, current))))),
                Call call => Run(call, state),
                Invoke invoke => Run(invoke, state),
                Affect affect => IsSeen(affect) ? state : Apply(affect, state),
                LockCondition condition => Apply(condition, state),
                Reach reach => state with { Held = state.Held.RemoveAll(held => held.Scope is { } scope && !scope.Contains(reach.Span)) },
                Await awaiting => Await(awaiting, state),
                YieldElement => HandOut(state),
                Touch touch => touch.Type == _body.Type ? state : EnterType(touch.Type, touch.Span, state, runsInitializers: true),
                SetFlag set => Set(set, Evaluate(set.Flag, state), state),
                Poll poll => Apply(poll, state),
                Claim or Take or Test => Answer(instruction, state),
                _ => state,
            };
        }

        return state;
    }

    private FlowState Resume(Await awaiting, FlowState state) => Resume(awaiting.Span, awaiting.KeepsContext, state);

    private FlowState Resume(TextSpan span, bool keepsContext, FlowState state)
    {
        NeedContext(span, keepsContext, state);
        return state with
        {
            Resumed = [Continuation.SiteOf(_body, span)],
            HasLeftContext = state.HasLeftContext || !keepsContext,
        };
    }

    // A lock or completion kept in a variable goes by the variable: lambdas that capture it know it by no other name.
    private FlowState Assign(AssignLocal assign, FlowState state)
    {
        Value source = Evaluate(assign.Source, state);
        NoteGiven(assign.Local, source, state);
        if (!source.IsSynchronizer || !Value.IsVariable(assign.Local))
        {
            state = state.Signalled.Contains(assign.Local) ? state with { Signalled = state.Signalled.Remove(assign.Local) } : state;
            return Set(state, assign.Local, source);
        }

        bool isUnpublished = state.Unpublished.Contains(source.Key);
        bool isSignalled = state.Signalled.Contains(source.Key);
        state = Set(state, assign.Local, Value.Unknown);
        if (isSignalled != state.Signalled.Contains(assign.Local))
        {
            state = state with { Signalled = isSignalled ? state.Signalled.Add(assign.Local) : state.Signalled.Remove(assign.Local) };
        }

        return isUnpublished ? state with { Unpublished = state.Unpublished.Add(assign.Local) } : state;
    }

    private static FlowState Make(Move move, FlowState state)
    {
        state = move.IsCompletedTask ? state with { Signalled = state.Signalled.Add(move.Result.Key) } : state;
        return move.Result.Kind == ValueKind.Allocation ? state with { Unpublished = state.Unpublished.Add(move.Result.Key) } : state;
    }

    private static FlowState Set(FlowState state, string place, Value value)
    {
        PlaceMap places = value.Kind == ValueKind.Unknown ? state.Places.Remove(place) : state.Places.SetItem(place, value);
        return ReferenceEquals(places, state.Places) ? state : state with { Places = places };
    }

    private FlowState Store(StoreMember store, FlowState state)
    {
        Value source = Evaluate(store.Source, state);
        Value target = Evaluate(store.Target, state);
        NoteMaker(source, target);
        KeepStarted(source, target);
        if (IsOfNewObject(target, state))
        {
            return Set(state, target.Key, source);
        }

        SignalStates(store, target, state);
        return Publish(state, source);
    }

    // Nobody else has the object yet.
    private bool IsOfNewObject(Value member, FlowState state) => member.Kind == ValueKind.Member
        && (state.Unpublished.Contains(member.Root.Key) || (_body.IsConstructor && member.Root.Kind == ValueKind.This));

    private FlowState Return(ReturnValue returned, FlowState state)
    {
        state = NoteAnswer(returned, state);
        if (_recording)
        {
            Value value = Evaluate(returned.Source, state);
            ReturnTask(returned, value, state);
            NoteAnswer(returned, value, state);
            NoteComparison(value, state);

            // Who waits for what is returned waits for the task that has not completed, where there is one; nobody waits for null.
            bool letsPass = returned is { IsTask: true, IsCompleted: true } or { IsNull: true } || value.IsNull;
            if (_returned is null || (_returnedLetsPass && !letsPass))
            {
                (_returned, _returnedLetsPass) = (value, letsPass);
            }
            else if (letsPass == _returnedLetsPass)
            {
                _returned = _returned.Equals(value) ? _returned.Common(value) : Value.Unknown;
            }
        }

        return state;
    }

    private Value Evaluate(Value value, FlowState state)
    {
        switch (value.Kind)
        {
            case ValueKind.Local or ValueKind.Parameter or ValueKind.CallResult:
                return state.Places.Find(value) ?? value;
            case ValueKind.Member:
                Value owner = Evaluate(value.Base!, state);
                Value member = ReferenceEquals(owner, value.Base) ? value : Value.Member(owner, value.Id);
                return state.Places.Find(member) ?? member;
            case ValueKind.Element:
                Value container = Evaluate(value.Base!, state);
                Value? key = value.At is { } at ? Evaluate(at, state) : null;
                Value element = ReferenceEquals(container, value.Base) && ReferenceEquals(key, value.At) ? value : Value.Element(container, key);
                return state.Places.Find(element) ?? element;
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
}
