using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Surface;

// Values, effects, and each kind of instruction. A test finds the kind, or the property of one, that is forgotten here.
internal sealed partial class FactsWriter
{
    private void Write(Instruction instruction)
    {
        _sink.Byte((byte)TagOf(instruction));
        Span(instruction.Span);
        switch (instruction)
        {
            case AssignLocal assign:
                Place(assign.Local);
                Value(assign.Source);
                break;
            case StoreMember store:
                Value(store.Target);
                Value(store.Source);
                OptionalId(store.Number);
                break;
            case ReturnValue returned:
                Value(returned.Source);
                Flags(returned.IsTask, returned.IsCompleted, returned.Truth is not null, returned.Truth == true, returned.IsNull);
                break;
            case Call call:
                Value(call.Result);
                Id(call.Method);
                Value(call.Receiver);
                List(call.Arguments, _value ??= Value);
                Flags(call.IsVirtual, call.IsExact, call.IsOpen, call.IsAwaited, call.IsCreation);
                break;
            case Invoke invoke:
                Value(invoke.Result);
                Value(invoke.Delegate);
                List(invoke.Arguments, _value ??= Value);
                Flags(invoke.IsAwaited);
                break;
            case Move move:
                Value(move.Result);
                List(move.From, _value ??= Value);
                List(move.Into, _value ??= Value);
                Flags(move.MayThrow, move.IsAtomic, move.Empties, move.IsCompletedTask, move.Loses, move.IsKeyed, move.Puts, move.Takes);
                _sink.Byte((byte)move.Keeping);
                OptionalId(move.At);
                break;
            case Affect affect:
                WriteAffect(affect);
                break;
            case Register register:
                Value(register.Source);
                Value(register.Delegate);
                Flags(register.IsLazy);
                break;
            case Claim claim:
                Value(claim.Result);
                Value(claim.Flag);
                Text(claim.Change);
                Flags(claim.WinsWhenTrue);
                break;
            case Take take:
                Value(take.Result);
                Value(take.Place);
                break;
            case Test test:
                Value(test.Result);
                Value(test.Operand);
                Text(test.Constant);
                Flags(test.EqualsWhenTrue);
                List(test.Others, Text);
                break;
            case Compare compare:
                Value(compare.Result);
                Value(compare.Left);
                Value(compare.Right);
                Flags(compare.EqualsWhenTrue);
                break;
            case SetFlag set:
                Value(set.Flag);
                Text(set.Constant);
                break;
            case Poll poll:
                Value(poll.Answer);
                Flags(poll.EndsWhenTrue, poll.IsAwaited);
                Text(poll.Text);
                break;
            case Touch touch:
                Id(touch.Type);
                break;
            case Reach:
                break;
            case YieldElement yielded:
                Value(yielded.Element);
                break;
            case Await awaiting:
                Value(awaiting.Target);
                Text(awaiting.Text);
                Flags(awaiting.KeepsContext, awaiting.MayThrow, awaiting.IsIndirect);
                break;
            case Throw thrown:
                List(thrown.Types, Id);
                Flags(thrown.IsProgrammingError, thrown.IsNullCheck);
                break;
            case AssignConstant assign:
                Place(assign.Place);
                _sink.Byte(assign.Truth switch { null => 0, false => 1, true => 2 });
                break;
            case Birth birth:
                Value(birth.Made);
                Text(birth.Kind);
                OptionalValue(birth.ClassKey);
                break;
            case Provide provide:
                _sink.Byte((byte)provide.Lifetime);
                Id(provide.Service);
                OptionalId(provide.Implementation);
                Value(provide.Maker);
                OptionalId(provide.Key);
                break;
            case Inject inject:
                Value(inject.Result);
                Id(inject.Service);
                OptionalId(inject.Key);
                break;
            case LockCondition condition:
                _sink.Byte((byte)condition.Kind);
                Value(condition.Lock);
                OptionalId(condition.LockType);
                Text(condition.Member);
                Flags(condition.IsShared);
                break;
        }
    }

    private void WriteAffect(Affect affect)
    {
        Value(affect.Result);
        WriteEffect(affect.Effect);
        Value(affect.Target);
        OptionalId(affect.TargetType);
        Text(affect.Text);
        Flags(affect.IsTimed, affect.IsAwaited, affect.IsStatement, affect.Token is not null, affect.MayThrow, affect.Scope is not null, affect.KeepsContext, affect.IsDeclared, affect.StaysSignalled, affect.Counter is not null, affect.Cancels, affect.Scheduler is not null, affect.IsOfTask, affect.Limit is not null, affect.Antecedent is not null);
        if (affect.Token is { } token)
        {
            Value(token);
        }

        if (affect.Counter is { } counter)
        {
            Value(counter);
        }

        if (affect.Scheduler is { } scheduler)
        {
            Value(scheduler);
        }

        if (affect.Limit is { } limit)
        {
            Value(limit);
        }

        if (affect.Antecedent is { } antecedent)
        {
            Value(antecedent);
            _sink.Byte((byte)affect.Outcomes);
        }

        if (affect.Scope is { } scope)
        {
            Span(scope);
        }
    }

    private void WriteEffect(Effect effect)
    {
        bool isKnown = _effects.TryGetValue(effect, out int number);
        _sink.Number(isKnown ? number + 1 : 0);
        if (isKnown)
        {
            return;
        }

        _effects.Add(effect, _effects.Count);
        _sink.Byte((byte)effect.Kind);
        _sink.Signed(effect.Target.IsReceiver ? -1 : effect.Target.Parameter);
        _sink.Byte((byte)effect.Mode);
        _sink.Byte((byte)effect.Fate);
        _sink.Byte((byte)effect.Outcome);
        Flags(effect.IsKThread, effect.IsOnce, effect.UnlessArgument is not null, effect.IsOnContext, effect.NeedsStart, effect.IsClosing);
        _sink.Signed(effect.UnlessArgument ?? 0);
    }

    private void Value(Value value)
    {
        (string, string?, string) key = (value.Key, value.Type, KeysAlong(value));
        bool isKnown = _values.TryGetValue(key, out int number);
        _sink.Number(isKnown ? number + 1 : 0);
        if (isKnown)
        {
            return;
        }

        _sink.Byte((byte)value.Kind);
        switch (value.Kind)
        {
            case ValueKind.Parameter:
                Id(value.Id);
                _sink.Number(value.Index);
                break;
            case ValueKind.Member:
                Value(value.Base!);
                Id(value.Id);
                break;
            case ValueKind.Element:
                Value(value.Base!);
                OptionalValue(value.At);
                break;
            case ValueKind.Allocation:
                Id(value.Id);
                OptionalId(value.Type);
                break;
            case ValueKind.Function:
                Id(value.Id);
                OptionalValue(value.Base);
                break;
            case ValueKind.Scope:
                Value(value.Base!);
                break;
            case ValueKind.Owner:
                Value(value.Part!);
                Value(value.Held!);
                Id(value.Type!);
                break;
            case ValueKind.Local or ValueKind.Static or ValueKind.CallResult or ValueKind.Instance or ValueKind.Constant:
                Id(value.Id);
                break;
        }

        _values.Add(key, _values.Count);
    }

    // By which keys its elements were asked for: no part of a value's identity, and yet told.
    private static string KeysAlong(Value value)
    {
        string keys = "";
        for (Value? part = value; part is not null; part = part.Base)
        {
            keys = part.At is { } at ? keys + part.Depth + ":" + at.Key + KeysAlong(at) + ";" : keys;
        }

        return keys;
    }

    private void OptionalValue(Value? value)
    {
        Flags(value is not null);
        Optional(value, _value ??= Value);
    }

    // A local place is named by its key; another one as a whole, since nothing asks for what it is made of.
    private void Place(string key)
    {
        if (Flow.Value.LocalOf(key) is { } local)
        {
            _sink.Byte(1);
            Value(local);
        }
        else
        {
            _sink.Byte(0);
            Text(key);
        }
    }

    private static InstructionTag TagOf(Instruction instruction) => instruction switch
    {
        AssignLocal => InstructionTag.AssignLocal,
        StoreMember => InstructionTag.StoreMember,
        ReturnValue => InstructionTag.ReturnValue,
        Call => InstructionTag.Call,
        Invoke => InstructionTag.Invoke,
        Move => InstructionTag.Move,
        Affect => InstructionTag.Affect,
        Register => InstructionTag.Register,
        Claim => InstructionTag.Claim,
        Take => InstructionTag.Take,
        Test => InstructionTag.Test,
        SetFlag => InstructionTag.SetFlag,
        Touch => InstructionTag.Touch,
        Reach => InstructionTag.Reach,
        Await => InstructionTag.Await,
        YieldElement => InstructionTag.YieldElement,
        Throw => InstructionTag.Throw,
        AssignConstant => InstructionTag.AssignConstant,
        Birth => InstructionTag.Birth,
        LockCondition => InstructionTag.LockCondition,
        Poll => InstructionTag.Poll,
        Provide => InstructionTag.Provide,
        Inject => InstructionTag.Inject,
        Compare => InstructionTag.Compare,
        _ => throw new NotSupportedException(instruction.GetType().Name),
    };
}

/// <summary>The kinds of instructions as they are written. A new one goes to the end, and changes <see cref="SurfaceFormat.Version"/>.</summary>
internal enum InstructionTag
{
    AssignLocal,
    StoreMember,
    ReturnValue,
    Call,
    Invoke,
    Move,
    Affect,
    Register,
    Claim,
    Take,
    Test,
    SetFlag,
    Touch,
    Reach,
    Await,
    YieldElement,
    Throw,
    AssignConstant,
    Birth,
    LockCondition,
    Poll,
    Provide,
    Inject,
    Compare,
}
