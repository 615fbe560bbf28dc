using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

// Loops that ask until a member has changed: whoever changes it signals.
internal sealed partial class BodySummarizer
{
    private FlowState Apply(Poll poll, FlowState state)
    {
        if (AskedFor(poll, state) is not { } target)
        {
            return state;
        }

        return Wait(poll.Span, target, EventKind.Wait, isTimed: false, poll.IsAwaited, isKThread: false, poll.Text, state);
    }

    // What ends the loop: a completion that is asked for by itself, or the state of a member.
    private LockRef? AskedFor(Poll poll, FlowState state)
    {
        Value asked = Evaluate(poll.Answer, state);
        bool isTrue = poll.EndsWhenTrue;
        while (_answers.TryGetValue(asked.Key, out Instruction? answer))
        {
            if (answer is not Test { Others.IsEmpty: true } test)
            {
                return null;
            }

            asked = Evaluate(test.Operand, state);
            bool equals = isTrue == test.EqualsWhenTrue;
            if (!FlagReader.IsTruth(test.Constant))
            {
                return OfState(asked, test.Constant, equals);
            }

            isTrue = equals == (test.Constant == bool.TrueString);
        }

        return !_effects.TryGetValue(asked.Key, out Affect? affect) ? OfState(asked, isTrue ? bool.TrueString : bool.FalseString, equals: true)
            : isTrue && affect is { Effect.Kind: EffectKind.IsSignalled } or { Effect.Kind: EffectKind.Wait, IsTimed: true } ? Resolve(new LockRef(affect.Target, affect.TargetType), state)
            : null;
    }

    private LockRef? OfState(Value asked, string constant, bool equals) =>
        asked.Kind is ValueKind.Member or ValueKind.Static ? new LockRef(StateOf(_program.States.KeptIn(asked), constant, equals), null) : null;

    private FlowState Set(SetFlag set, Value flag, FlowState state)
    {
        if (Polled(flag, state) is { Count: > 0 } polled)
        {
            SignalStates(set.Span, flag, polled, set.Constant, state);
        }

        return Apply(set, flag, state);
    }

    // What is stored is not known, where no flag is set by it.
    private void SignalStates(StoreMember store, Value member, FlowState state)
    {
        if (Polled(member, state) is { Count: > 0 } polled && !_block.Instructions.Any(other => other is SetFlag && other.Span == store.Span))
        {
            SignalStates(store.Span, member, polled, store.Number, state);
        }
    }

    // The constants that loops ask for, where the change of the member is one that they can see.
    private IReadOnlyCollection<string> Polled(Value member, FlowState state) =>
        !_recording || member.Kind is not (ValueKind.Member or ValueKind.Static) || IsOfNewObject(member, state) ? [] : _program.States.PolledOf(_program.States.KeptIn(member).Id);

    private void SignalStates(TextSpan span, Value member, IReadOnlyCollection<string> polled, string? stored, FlowState state)
    {
        member = _program.States.KeptIn(member);
        foreach (string constant in polled.OrderBy(static constant => constant, StringComparer.Ordinal))
        {
            // Counted upwards, a number may come to any but the first.
            if (stored is null || stored == constant || (stored == StoreMember.More && constant != "0"))
            {
                AddSignal(span, new LockRef(StateOf(member, constant, equals: true), null), isCondition: false, state);
            }

            if (stored is null || stored != constant)
            {
                AddSignal(span, new LockRef(StateOf(member, constant, equals: false), null), isCondition: false, state);
            }
        }
    }

    private static Value StateOf(Value member, string constant, bool equals) => !equals && FlagReader.IsTruth(constant)
        ? Value.State(member, constant == bool.TrueString ? bool.FalseString : bool.TrueString, equals: true)
        : Value.State(member, constant, equals);
}
