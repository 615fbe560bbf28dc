using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

// Delegates: the bodies that may run, and the frames that they run in.
internal sealed partial class BodySummarizer
{
    private FlowState Run(Invoke invoke, FlowState state) =>
        RunDelegate(Evaluate(invoke.Delegate, state), invoke.Delegate, EvaluateAll(invoke.Arguments, state), invoke.Span, invoke.Result, invoke.IsAwaited, state);

    private FlowState RunDelegate(
        Value @delegate, Value place, ImmutableArray<Value> arguments, TextSpan span, Value result, bool isAwaited, FlowState state)
    {
        // What a lambda that runs in a context of its own has captured, no caller of it will say.
        bool isForCaller = @delegate.Kind == ValueKind.Parameter && IsOwnParameter(@delegate)
            && !(IsCaptured(@delegate) && _pointsTo.SpawnedBodies.ContainsKey(_body.Id));
        if (isForCaller)
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

        if (targets.IsEmpty || IsTooMuch(targets.Length))
        {
            return RunOpenCode(span, state, Event.OpenCode);
        }

        // A delegate that is handed on to itself runs its body once here.
        return RunAll(targets.RemoveAll(_expanding.Contains), body => DelegateBinding(body, @delegate, place, arguments), span, result, isAwaited, state);
    }

    // Who waits for the end of a task that another runs waits for whatever that one does before.
    private FlowState RunHere(Affect affect, LockRef task, FlowState state)
    {
        ImmutableArray<BodyFacts> bodies = _pointsTo.RunHere(task.Path);
        if (bodies.IsEmpty || IsTooMuch(bodies.Length))
        {
            return LeaveRunning(task.Path, state);
        }

        state = RunAll(bodies.RemoveAll(_expanding.Contains), body => Binding(body, Value.Unknown, []), affect.Span, affect.Result, true, state);
        AddSignal(affect.Span, task, false, state);
        return state;
    }

    // Too many bodies, or too deep in each other, to be followed.
    private bool IsTooMuch(int bodies)
    {
        Budget? hit = bodies > _program.WidthLimit ? Budget.Width : _expanding.Count > MaxExpansions ? Budget.Delegates : null;
        if (hit is { } budget)
        {
            _program.Budgets.Hit(_body, budget);
        }

        return hit is not null;
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

    private Func<Value, Value?> DelegateBinding(BodyFacts body, Value @delegate, Value place, ImmutableArray<Value> arguments)
    {
        if (@delegate is { Kind: ValueKind.Function, Base: { } bound })
        {
            return Binding(body, bound, arguments);
        }

        // A function found through a field was made in some other frame: its object is some instance of its type.
        (Value? holder, string? holderType) = HolderOf(@delegate);
        (holder, holderType) = holder is null ? HolderOf(place) : (holder, holderType);
        if (holder is null || body.Type is not { } type || _pointsTo.Holders.Of(body, holderType) is not { } held)
        {
            return Binding(body, Value.Unknown, arguments);
        }

        Value receiver = held.Root.Kind == ValueKind.This ? Value.Owner(holder, held, type) : Value.Unknown;
        Func<Value, Value?> bind = Binding(body, receiver, arguments);
        return held.Kind is ValueKind.Local or ValueKind.Static ? root => root.Equals(held) ? holder : bind(root) : bind;
    }

    // The object that a delegate was handed to, and its type: by way of a member, or of a parameter that a lambda has captured.
    private (Value? Holder, string? Type) HolderOf(Value @delegate)
    {
        Value path = @delegate.WithoutElements;
        return path switch
        {
            { Kind: ValueKind.Member, Base: { } holder } => (holder, DelegateHolders.DeclaringType(path.Id)),
            { Kind: ValueKind.Parameter } when IsCaptured(path) && !_body.IsStatic => (Value.This, _body.Type?.Substring(2)),
            _ => (null, null),
        };
    }

    private bool IsCaptured(Value parameter) => parameter.Id != _body.Id && IsOwnParameter(parameter);

    // A delegate that the callee ran under its locks is known here: its body runs under both frames' locks, and after these have been taken.
    private FlowState RunLater(Event invocation, TextSpan span, FlowState entry, FlowState state)
    {
        ImmutableHashSet<string> before = entry.Before;
        foreach (Event taken in invocation.Held.Length > entry.Held.Length ? Known(state.Before) : [])
        {
            before = taken.Kind == EventKind.Acquire && invocation.Held.Any(held => held.Lock.Path.Equals(taken.Target.Path)) ? before.Add(taken.TargetKey) : before;
        }

        FlowState inside = entry with { Held = invocation.Held, Before = before };
        FlowState after = RunDelegate(invocation.Target.Path, invocation.Target.Path, invocation.Arguments, span, Value.Unknown, true, inside);
        return AddBefore(state, after);
    }
}
