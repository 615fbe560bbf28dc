using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

// What tests and flags tell of the state.
internal sealed partial class BodySummarizer
{
    // Marks what a flag is known not to be, by its class: who has set it so under a lock that is held here is not under way at the same time.
    private const string Excluded = "~";

    // Marks what a test told before a lock was taken.
    private const string Peeked = "?";

    /// <summary>What is known where the condition has this outcome; null where it cannot have it.</summary>
    private FlowState? Assume(Value? condition, FlowState state, bool isTrue) =>
        condition is null ? state
        : AssumeValue(Evaluate(condition, state), state, isTrue) is { } known ? ConditionalHold.Settle(known)
        : null;

    private FlowState? AssumeValue(Value tested, FlowState state, bool isTrue)
    {
        state = Tell(FlagGuard.OfTruth(tested, isTrue), state);
        if (tested.Equals(Value.IsOwnContext) || tested.Equals(Value.IsOtherContext))
        {
            return tested.Equals(isTrue ? Value.IsOtherContext : Value.IsOwnContext) ? state with { IsElsewhere = true } : state;
        }

        if (tested.Holding is { } holding)
        {
            return AssumeHeld(holding.Lock, holding.IsHeld == isTrue, state);
        }

        if (_answers.TryGetValue(tested.Key, out Instruction? answer))
        {
            return Learn(answer, isTrue, state);
        }

        if (_wins.TryGetValue(tested.Key, out (ImmutableHashSet<string> WhenTrue, ImmutableHashSet<string> WhenFalse) wins))
        {
            return state with { Claims = state.Claims.With(isTrue ? wins.WhenTrue : wins.WhenFalse) };
        }

        if (!_effects.TryGetValue(tested.Key, out Affect? affect))
        {
            return tested.Kind == ValueKind.Parameter ? state with { Guards = state.Guards.Add(FlagGuard.OfTruth(tested, isTrue)) }
                : tested.Kind is ValueKind.Member or ValueKind.Static ? LearnFlag(tested, bool.TrueString, isTrue, state)
                : state;
        }

        Value target = Evaluate(affect.Target, state);
        if (affect.Effect.Kind == EffectKind.IsSignalled || affect is { IsTimed: true, StaysSignalled: true })
        {
            return isTrue ? state with { Signalled = state.Signalled.Add(target.Key) } : state;
        }

        // A wait without limit that came back has got what it waited for.
        bool isAcquire = affect.Effect.Kind is EffectKind.Acquire or EffectKind.SemaphoreWait;
        if (isAcquire && !affect.IsTimed && !isTrue)
        {
            return null;
        }

        bool mayFail = isAcquire || affect.Effect.Kind == EffectKind.TryAcquire;
        return isTrue || !mayFail ? state : state with { Held = state.Held.RemoveAll(held => held.Lock.Path.Equals(target)) };
    }

    // The lock that a test is about, held by some caller of this body or by this flow itself.
    private FlowState? AssumeHeld(Value @lock, bool isHeld, FlowState state)
    {
        bool isKnown = state.Holds(@lock.Key);
        return isHeld
            ? isKnown ? state : state with { Held = state.Held.Add(new HeldLock(new LockRef(@lock, null), LockMode.Exclusive, false, new Trace(new Site(_body, _body.Span))) { IsAssumed = true }) }
            : isKnown ? null : state with { IsElsewhere = true, Guards = state.Guards.Add(FlagGuard.OfTruth(Value.IsHeld(@lock), false)) };
    }

    private FlowState? Learn(Instruction answer, bool isTrue, FlowState state)
    {
        switch (answer)
        {
            case Claim claim:
                return isTrue == claim.WinsWhenTrue ? Win(Evaluate(claim.Flag, state), claim.Change, state) : state;
            case Test test:
                Value operand = Evaluate(test.Operand, state);
                bool equals = isTrue == test.EqualsWhenTrue;
                if (FlagReader.IsTruth(test.Constant) && (operand.Equals(Value.IsOwnContext) || operand.Equals(Value.IsOtherContext) || operand.Holding is not null))
                {
                    return Assume(operand, state, equals == (test.Constant == bool.TrueString));
                }

                if (!test.Others.IsEmpty)
                {
                    return equals ? state : test.Others.Add(test.Constant).Aggregate(state, (current, constant) => LearnFlag(operand, constant, equals: false, current));
                }

                return _answers.TryGetValue(operand.Key, out Instruction? known)
                    ? known is Take take && test.Constant == "null" && !equals ? Win(Evaluate(take.Place, state), "null", state)
                        : known is Claim ? Learn(known, equals == (test.Constant == bool.TrueString), state)
                        : state
                    : _effects.ContainsKey(operand.Key) && FlagReader.IsTruth(test.Constant) ? Assume(operand, state, equals == (test.Constant == bool.TrueString))
                    : LearnFlag(operand, test.Constant, equals, state);
            default:
                return state;
        }
    }

    private static FlowState Win(Value flag, string change, FlowState state) => state with { Claims = state.Claims.Add(ClaimKey(flag) + change) };

    // The same test once more under a lock that was taken because of it: whoever asks for that lock here does so only until the flag has changed.
    private void NoteCheck(string fact, FlowState state)
    {
        if (state.Held[state.Held.Length - 1].Trace is { Inner: null } own && state.Tested.Contains(Peeked + fact))
        {
            _doubleChecked.Add(own.Site.Span);
        }
    }

    private Event MarkDoubleChecked(Event found) =>
        found is { Kind: EventKind.Acquire, Trace: { Inner: null, Site.Span: var span } } && _doubleChecked.Contains(span) ? found with { IsUntilInitialized = true } : found;

    private static string ClaimKey(Value flag) => LockClass.Of(new LockRef(flag, null)).Key + "=";

    // What a flag is matters only until the lock that guards it is released.
    private FlowState LearnFlag(Value flag, string constant, bool equals, FlowState state)
    {
        var told = FlagGuard.Of(flag, constant, equals);
        state = flag.Kind == ValueKind.Parameter ? state with { Guards = state.Guards.Add(told) } : Tell(told, state);
        if (flag.Kind is not (ValueKind.Member or ValueKind.Static))
        {
            return state;
        }

        string fact = flag.Key + (equals ? "==" : "!=") + constant;
        if (state.Held.IsEmpty)
        {
            return state with { Tested = state.Tested.Add(Peeked + fact) };
        }

        NoteCheck(fact, state);
        ImmutableHashSet<string> tested = state.Tested.Add(fact);
        string[] excluded = equals ? [.. _program.States.ConstantsOf(flag.Id).Where(other => other != constant)] : [constant];
        return state with { Tested = tested.Union(excluded.SelectMany(other => UnderLocks(ClaimKey(flag) + other, state)).Select(static claim => Excluded + claim)) };
    }

    /// <summary>The flags that the context has won, and those that it has seen, under locks that it still holds, not to be won.</summary>
    private static ImmutableHashSet<string> ClaimsAt(FlowState state) => state.Tested.IsEmpty || state.Held.IsEmpty ? state.Claims
        : state.Claims.Union(state.Tested.Where(static known => known.StartsWith(Excluded, StringComparison.Ordinal)).Select(static known => known.Substring(Excluded.Length)));

    private static IEnumerable<string> UnderLocks(string claim, FlowState state) =>
        state.Held.Where(static held => held.Mode != LockMode.Read).Select(held => claim + "@" + LockClass.Of(held.Lock).Key);

    private FlowState Apply(SetFlag set, Value place, FlowState state)
    {
        Value flag = _program.States.KeptIn(place);
        string key = ClaimKey(flag);
        bool isTransition = state.Tested.Contains(flag.Key + "!=" + set.Constant)
            || state.Tested.Any(known => known.StartsWith(flag.Key + "==", StringComparison.Ordinal)
                && string.CompareOrdinal(known, flag.Key.Length + 2, set.Constant, 0, int.MaxValue) != 0);
        ImmutableHashSet<string> others = state.Claims.Except(state.Claims.Where(claim => claim.StartsWith(key, StringComparison.Ordinal)));
        ImmutableHashSet<string> tested = state.Tested.Except(state.Tested.Where(known =>
            known.StartsWith(Excluded + key, StringComparison.Ordinal) || known.StartsWith(flag.Key + "==", StringComparison.Ordinal) || known.StartsWith(flag.Key + "!=", StringComparison.Ordinal)));
        return state with { Claims = isTransition ? others.Add(key + set.Constant).Union(UnderLocks(key + set.Constant, state)) : others, Tested = tested };
    }

    // A body that only tells how one place compares: whoever branches on its result branches on that.
    private void NoteComparison(Value returned, FlowState state)
    {
        Test? answer = _answers.TryGetValue(returned.Key, out Instruction? known) && known is Test test
            && Evaluate(test.Operand, state) is { Kind: ValueKind.Member or ValueKind.Static, Root.Kind: ValueKind.This or ValueKind.Parameter or ValueKind.Static } operand
                ? test with { Operand = operand }
                : null;
        _answer = _returned is null ? answer : null;
    }

    private FlowState TakeComparison(Test answer, Func<Value, Value?> bind, Value result, FlowState state)
    {
        _answers[result.Key] = answer with { Result = result, Operand = answer.Operand.Substitute(bind) };
        return Set(state, result.Key, Value.Unknown);
    }

    // ---- answers that tell who won ----

    private readonly Dictionary<string, (ImmutableHashSet<string> WhenTrue, ImmutableHashSet<string> WhenFalse)> _wins = new(StringComparer.Ordinal);
    private ImmutableHashSet<string>? _winsWhenTrue;
    private ImmutableHashSet<string>? _winsWhenFalse;

    // A method that answers in different states: what it has won in each of those in which it answers true, and false.
    private void NoteAnswer(ReturnValue returned, Value value, FlowState state)
    {
        ImmutableHashSet<string>? whenTrue = returned.Truth == false ? null : returned.Truth is null ? Assume(value, state, true)?.Claims : state.Claims;
        ImmutableHashSet<string>? whenFalse = returned.Truth == true ? null : returned.Truth is null ? Assume(value, state, false)?.Claims : state.Claims;
        _winsWhenTrue = whenTrue is null ? _winsWhenTrue : _winsWhenTrue?.Common(whenTrue) ?? whenTrue;
        _winsWhenFalse = whenFalse is null ? _winsWhenFalse : _winsWhenFalse?.Common(whenFalse) ?? whenFalse;
    }

    private (ImmutableHashSet<string>, ImmutableHashSet<string>)? WinsOfAnswers() =>
        _winsWhenTrue is { IsEmpty: false } || _winsWhenFalse is { IsEmpty: false } ? (_winsWhenTrue ?? [], _winsWhenFalse ?? []) : null;

    // Of several bodies that may have answered, all must have won.
    private void NoteWins(Value result, Summary summary)
    {
        if (summary.Wins is { } wins)
        {
            _wins[result.Key] = _wins.TryGetValue(result.Key, out (ImmutableHashSet<string> WhenTrue, ImmutableHashSet<string> WhenFalse) known)
                ? (known.WhenTrue.Common(wins.WhenTrue), known.WhenFalse.Common(wins.WhenFalse))
                : wins;
        }
    }

    private FlowState Answer(Instruction answer, FlowState state)
    {
        _answers[answer.Result.Key] = answer;
        return state;
    }
}
