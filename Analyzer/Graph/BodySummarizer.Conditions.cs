using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

// Locks that are held under a condition.
internal sealed partial class BodySummarizer
{
    /// <summary>A body leaves no more locks taken, or given back, to its callers: through wrappers in recursion they would pile up.</summary>
    private const int MaxExitLocks = 16;

    private static bool OutlivesBody(HeldLock held) =>
        held is { Scope: null, IsAssumed: false, IsPresumed: false } && held.Lock.Path.Root.Kind != ValueKind.Unknown && !held.Lock.Path.Equals(Value.UiThread);

    // Guards that never change from the start of the body on, or belong to its end.
    private static bool IsKnownToCaller(Value told) => told.Kind == ValueKind.Parameter || told.Equals(Value.Answer) || told is { Kind: ValueKind.Member, Root.Kind: ValueKind.This };

    // Of a body that leaves a lock held on some of its ways, the answer may tell which.
    private static FlowState NoteAnswer(ReturnValue returned, FlowState state) => returned switch
    {
        { Truth: { } truth } => state with { Told = state.Told.Add(FlagGuard.OfTruth(Value.Answer, truth)) },
        { IsNull: true } or { Source.Kind: ValueKind.Allocation } => state with { Told = state.Told.Add(new FlagGuard(Value.Answer, Value.Null.Id, returned.IsNull)) },
        _ => state,
    };

    private static FlowState Tell(string place, bool truth, FlowState state)
    {
        if (Value.LocalOf(place) is not { Kind: ValueKind.Local } variable)
        {
            return state;
        }

        state = Forget(variable, state);
        return state with { Told = state.Told.Add(FlagGuard.OfTruth(variable, truth)) };
    }

    // What a test says is worth knowing of what never changes, and where something that is held depends on it.
    private FlowState Tell(FlagGuard told, FlowState state) =>
        told.Parameter is { Kind: ValueKind.Member, Base.Kind: ValueKind.This, Id: var member } ? _names.IsSettled(member) ? state with { Told = state.Told.Add(told) } : state
        : state.HeldIf.Any(hold => hold.When.Any(when => when.Parameter.Equals(told.Parameter))) ? state with { Told = state.Told.Add(told) }
        : state;

    private static FlowState Forget(string variable, FlowState state) =>
        (state.Told.IsEmpty && state.HeldIf.IsEmpty) || Value.LocalOf(variable) is not { } local ? state : Forget(local, state);

    private static FlowState Forget(Value told, FlowState state) => state.Told.IsEmpty && state.HeldIf.IsEmpty ? state : state with
    {
        Told = state.Told.Except(state.Told.Where(known => known.Parameter.Equals(told))),
        HeldIf = state.HeldIf.RemoveAll(hold => hold.When.Any(when => when.Parameter.Equals(told))),
    };

    /// <param name="answer">What the callee's answer is called here.</param>
    private FlowState KeepConditionally(Summary callee, Frame frame, Value answer, FlowState state)
    {
        answer = callee.Returned.Kind == ValueKind.Unknown ? answer : callee.Returned.Substitute(frame.Bind);

        // What an earlier turn was answered tells nothing of this one.
        state = Forget(answer, state);
        foreach (ConditionalHold hold in callee.ExitHeldIf)
        {
            HeldLock held = Move(hold.Held, frame.Bind, frame.Span, state);
            if (!state.Holds(held.Key) && !held.Lock.Path.IsNull && held.Lock.Path.Root.Kind != ValueKind.Unknown && state.Held.Length + state.HeldIf.Length < MaxExitLocks && GuardsHere(hold.When, frame, answer) is { } when)
            {
                state = state with { HeldIf = state.HeldIf.Add(new ConditionalHold(held, when)) };
            }
        }

        return ConditionalHold.Settle(state);
    }

    // What it goes with here; null where nothing tells.
    private static ImmutableHashSet<FlagGuard>? GuardsHere(ImmutableHashSet<FlagGuard> when, Frame frame, Value answer)
    {
        ImmutableHashSet<FlagGuard> moved = [];
        foreach (FlagGuard guard in when)
        {
            Value passed = guard.Parameter.Equals(Value.Answer) ? answer : guard.Parameter.Substitute(frame.Bind);
            if (!passed.Equals(answer) && (passed.Kind is not (ValueKind.Parameter or ValueKind.Constant or ValueKind.Member) || guard.IsDeniedBy(passed)))
            {
                return null;
            }

            moved = passed.Kind == ValueKind.Constant ? moved : moved.Add(guard with { Parameter = passed });
        }

        return moved;
    }
}
