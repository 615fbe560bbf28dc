using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Surface;

// Values, effects, and each kind of instruction.
internal sealed partial class FactsReader
{
    private Instruction Instruction()
    {
        InstructionTag tag = (InstructionTag)Code(LastOf<InstructionTag>.Code);
        TextSpan span = Span();
        switch (tag)
        {
            case InstructionTag.AssignLocal:
                return new AssignLocal(span, Place(), Value());
            case InstructionTag.StoreMember:
                return new StoreMember(span, Value(), Value()) { Number = OptionalId() };
            case InstructionTag.ReturnValue:
                return ReturnValue(span, Value(), _source.Number());
            case InstructionTag.Call:
                return Call(span, Value(), Id(), Value(), List(Value), _source.Number());
            case InstructionTag.Invoke:
                return new Invoke(span, Value(), Value(), List(Value), IsAwaited: Has(_source.Number(), 0));
            case InstructionTag.Move:
                return Move(span, Value(), List(Value), List(Value), _source.Number());
            case InstructionTag.Affect:
                return Affect(span);
            case InstructionTag.Register:
                return new Register(span, Value(), Value(), IsLazy: Has(_source.Number(), 0));
            case InstructionTag.Claim:
                return new Claim(span, Value(), Value(), Text(), WinsWhenTrue: Has(_source.Number(), 0));
            case InstructionTag.Take:
                return new Take(span, Value(), Value());
            case InstructionTag.Test:
                return new Test(span, Value(), Value(), Text(), EqualsWhenTrue: Has(_source.Number(), 0)) { Others = List(Text) };
            case InstructionTag.Compare:
                return new Compare(span, Value(), Value(), Value(), EqualsWhenTrue: Has(_source.Number(), 0));
            case InstructionTag.SetFlag:
                return new SetFlag(span, Value(), Text());
            case InstructionTag.Poll:
                return Poll(span, Value(), _source.Number(), Text());
            case InstructionTag.Touch:
                return new Touch(span, Id());
            case InstructionTag.Reach:
                return new Reach(span);
            case InstructionTag.Await:
                return Await(span, Value(), Text(), _source.Number());
            case InstructionTag.YieldElement:
                return new YieldElement(span, Value());
            case InstructionTag.Throw:
                return Throw(span, List(Id), _source.Number());
            case InstructionTag.Birth:
                return new Birth(span, Value(), Text()) { ClassKey = OptionalValue() };
            case InstructionTag.Provide:
                return new Provide(span, (Lifetime)Code(LastOf<Lifetime>.Code), Id(), OptionalId(), Value(), OptionalId());
            case InstructionTag.Inject:
                return new Inject(span, Value(), Id(), OptionalId());
            case InstructionTag.LockCondition:
                return LockCondition(span, (LockConditionKind)Code(LastOf<LockConditionKind>.Code), Value(), OptionalId(), Text(), _source.Number());
            default:
                return new AssignConstant(span, Place(), _source.Byte() switch { 0 => null, 1 => false, _ => true });
        }
    }

    private static Poll Poll(TextSpan span, Value answer, int flags, string text) =>
        new(span, answer, EndsWhenTrue: Has(flags, 0), IsAwaited: Has(flags, 1), text);

    private static Call Call(TextSpan span, Value result, string method, Value receiver, ImmutableArray<Value> arguments, int flags) =>
        new(span, result, method, receiver, arguments, IsVirtual: Has(flags, 0), IsExact: Has(flags, 1), IsOpen: Has(flags, 2), IsAwaited: Has(flags, 3), IsCreation: Has(flags, 4));

    private Move Move(TextSpan span, Value result, ImmutableArray<Value> from, ImmutableArray<Value> into, int flags) => new(span, result, from, into)
    {
        MayThrow = Has(flags, 0),
        IsAtomic = Has(flags, 1),
        Empties = Has(flags, 2),
        Loses = Has(flags, 4),
        IsKeyed = Has(flags, 5),
        Puts = Has(flags, 6),
        Takes = Has(flags, 7),
        IsCompletedTask = Has(flags, 3),
        Keeping = (Keeping)Code(LastOf<Keeping>.Code),
        At = OptionalId(),
    };

    private static Await Await(TextSpan span, Value target, string text, int flags) =>
        new(span, target, KeepsContext: Has(flags, 0), text) { MayThrow = Has(flags, 1), IsIndirect = Has(flags, 2) };

    private static ReturnValue ReturnValue(TextSpan span, Value value, int flags) => new(span, value) { IsTask = Has(flags, 0), IsCompleted = Has(flags, 1), Truth = Has(flags, 2) ? Has(flags, 3) : null, IsNull = Has(flags, 4) };

    private static Throw Throw(TextSpan span, ImmutableArray<string> types, int flags) =>
        new(span, types, IsProgrammingError: Has(flags, 0)) { IsNullCheck = Has(flags, 1) };

    private static LockCondition LockCondition(TextSpan span, LockConditionKind kind, Value @lock, string? type, string member, int flags) =>
        new(span, kind, @lock, type, IsShared: Has(flags, 0), member);

    private Affect Affect(TextSpan span)
    {
        Value result = Value();
        Effect effect = Effect();
        Value target = Value();
        string? type = OptionalId();
        string text = Text();
        int flags = _source.Number();
        return new Affect(span, result, effect, target, type, IsTimed: Has(flags, 0), IsAwaited: Has(flags, 1), text)
        {
            IsStatement = Has(flags, 2),
            Token = Has(flags, 3) ? Value() : null,
            Counter = Has(flags, 9) ? Value() : null,
            Scheduler = Has(flags, 11) ? Value() : null,
            Limit = Has(flags, 13) ? Value() : null,
            Antecedent = Has(flags, 14) ? Value() : null,
            Outcomes = Has(flags, 14) ? Outcomes() : TaskOutcomes.All,
            Cancels = Has(flags, 10),
            IsOfTask = Has(flags, 12),
            MayThrow = Has(flags, 4),
            Scope = Has(flags, 5) ? Span() : null,
            KeepsContext = Has(flags, 6),
            IsDeclared = Has(flags, 7),
            StaysSignalled = Has(flags, 8),
        };
    }

    private TaskOutcomes Outcomes() => (TaskOutcomes)_source.Byte() & TaskOutcomes.All;

    private Effect Effect()
    {
        int number = _source.Number();
        if (number > 0)
        {
            return number <= _effects.Count ? _effects[number - 1] : throw ByteSource.Damaged();
        }

        EffectKind kind = (EffectKind)Code(LastOf<EffectKind>.Code);
        int target = _source.Signed();
        LockMode mode = (LockMode)Code(LastOf<LockMode>.Code);
        SpawnFate fate = (SpawnFate)Code(LastOf<SpawnFate>.Code);
        TaskOutcomes outcome = Outcomes();
        int flags = _source.Number();
        int unless = _source.Signed();
        var effect = new Effect(kind, target < 0 ? EffectTarget.Receiver : EffectTarget.OfParameter(target), mode, IsKThread: Has(flags, 0))
        {
            IsOnce = Has(flags, 1),
            UnlessArgument = Has(flags, 2) ? unless : null,
            Fate = fate,
            IsOnContext = Has(flags, 3),
            NeedsStart = Has(flags, 4),
            IsClosing = Has(flags, 5),
            Outcome = outcome,
        };
        _effects.Add(effect);
        return effect;
    }

    private Value Value()
    {
        int number = _source.Number();
        if (number > 0)
        {
            return number <= _values.Count ? _values[number - 1] : throw ByteSource.Damaged();
        }

        if (number < 0 || ++_nesting > MaxNesting)
        {
            throw ByteSource.Damaged();
        }

        Value value = (ValueKind)Code(LastOf<ValueKind>.Code) switch
        {
            ValueKind.Unknown => Flow.Value.Unknown,
            ValueKind.This => Flow.Value.This,
            ValueKind.Parameter => Flow.Value.Parameter(Id(), ParameterNumber()),
            ValueKind.Local => Flow.Value.Local(Id()),
            ValueKind.Static => Flow.Value.Static(Id()),
            ValueKind.Member => Flow.Value.Member(Value(), Id()),
            ValueKind.Element => Flow.Value.Element(Value(), OptionalValue()),
            ValueKind.Allocation => Flow.Value.Allocation(Id(), OptionalId()),
            ValueKind.CallResult => Flow.Value.CallResult(Id()),
            ValueKind.Function => Flow.Value.Function(Id(), OptionalValue()),
            ValueKind.Scope => Flow.Value.Scope(Value()),
            ValueKind.Instance => Flow.Value.Instance(Id()),
            ValueKind.Constant => Constant(Id()),
            _ => Flow.Value.Owner(Value(), Value(), Id()),
        };
        _nesting--;
        _values.Add(value);
        return value;
    }

    private static Value Constant(string text) =>
        text == Flow.Value.Null.Id ? Flow.Value.Null : text == bool.TrueString ? Flow.Value.True : text == bool.FalseString ? Flow.Value.False
        : text == Flow.Value.Whole.Id ? Flow.Value.Whole : Flow.Value.ConstantKey(text);

    private Value? OptionalValue() => Has(_source.Number(), 0) ? Value() : null;

    // An index that no method has would only waste room.
    private int ParameterNumber()
    {
        int number = _source.Number();
        return number is >= 0 and <= ushort.MaxValue ? number : throw ByteSource.Damaged();
    }

    private string Place() => _source.Byte() == 0 ? Text() : Value().Key;
}
