using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

// What tests and flags tell of the state.
internal sealed partial class BodySummarizer
{
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
                    : _effects.ContainsKey(operand.Key) && FlagReader.IsTruth(test.Constant) ? Assume(operand, state, equals == (test.Constant == bool.TrueString))
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
}
