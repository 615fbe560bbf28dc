using System.Collections.Immutable;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Flow;

// Tests and changes of flags.
internal sealed partial class OperationReader
{
    /// <summary>The outcome of the block's condition in every run: of a constant, or a read-only field that was declared with one. Null for any other.</summary>
    public bool? Outcome(BasicBlock block)
    {
        if (block.ConditionKind == ControlFlowConditionKind.None)
        {
            return null;
        }

        bool isNegated = false;
        IOperation? condition = ReadContext.Unwrapped(block.BranchValue);
        while (condition is IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, OperatorMethod: null } not)
        {
            isNegated = !isNegated;
            condition = ReadContext.Unwrapped(not.Operand);
        }

        bool? truth = condition switch
        {
            { ConstantValue: { HasValue: true, Value: bool constant } } => constant,
            IFieldReferenceOperation { Field: { IsStatic: true, IsReadOnly: true } field } => _context.ReadOnlyTruth(field),
            _ => null,
        };
        return truth ^ isNegated;
    }

    /// <summary>The loops that poll; see <see cref="PollingLoops.Of"/>.</summary>
    public IReadOnlyDictionary<int, PollingLoop> Polls(ControlFlowGraph graph) => new PollingLoops(_context.IsOwn).Of(graph);

    /// <summary>The wait of a loop that asks until the condition has this outcome, and what it asks; empty where the condition says nothing of the program's state.</summary>
    public ImmutableArray<Instruction> Poll(IOperation condition, Value answer, PollingLoop loop)
    {
        TextSpan span = condition.Syntax.Span;
        TextSpan place = loop.Pause ?? span;
        if (_instructions.OfType<Affect>().LastOrDefault() is { Effect.Kind: EffectKind.Wait, IsTimed: true, IsAwaited: false } timed && timed.Span == ReadContext.Unwrapped(condition)!.Syntax.Span)
        {
            return [new Poll(place, timed.Result, loop.EndsWhenTrue, loop.IsAwaited, timed.Text)];
        }

        IOperation asked = condition switch
        {
            IBinaryOperation comparison => FlagReader.Constant(comparison.RightOperand) is null ? comparison.RightOperand : comparison.LeftOperand,
            IIsPatternOperation pattern => pattern.Value,
            IIsNullOperation isNull => isNull.Operand,
            IPropertyReferenceOperation { Property: var property, Instance: { } completion } when !_context.Models.Of(property, ReceiverType(completion)).IsEmpty => completion,
            _ => condition,
        };
        asked = ReadContext.Unwrapped(asked) is IInvocationOperation { TargetMethod: { Name: "Read", ContainingType.Name: "Volatile" } } read && FlagReader.Argument(read, 0) is { } member ? member : asked;
        if (IsSetByOthers(asked))
        {
            return [];
        }

        // A count of what is still under way.
        if (condition is IBinaryOperation bounded && FlagReader.IsZeroWhen(bounded) is { } isZeroWhen && (PlaceOf(asked) ?? PropertyOf(asked)) is { Kind: ValueKind.Member or ValueKind.Static } counter)
        {
            var test = new Test(span, Value.CallResult(NewSite()), counter, "0", isZeroWhen);
            return [test, new Poll(place, test.Result, loop.EndsWhenTrue, loop.IsAwaited, TextOf(asked))];
        }

        return answer.Kind == ValueKind.Unknown ? [] : [new Poll(place, answer, loop.EndsWhenTrue, loop.IsAwaited, TextOf(asked))];
    }

    // SpinWait.SpinUntil without a limit: the loop is inside.
    private void AddSpin(IInvocationOperation call)
    {
        if (call is { TargetMethod: { Name: "SpinUntil", Parameters.Length: 1, ContainingType.Name: "SpinWait" } }
            && _instructions.OfType<Affect>().LastOrDefault() is { Effect.Kind: EffectKind.Callback } asked)
        {
            _instructions.Add(new Poll(call.Syntax.Span, asked.Result, EndsWhenTrue: true, IsAwaited: false, TextOf(FlagReader.Argument(call, 0), call.TargetMethod)));
        }
    }

    // What code of other assemblies can set, code that nobody sees may set.
    private static bool IsSetByOthers(IOperation asked) => ReadContext.Unwrapped(asked) switch
    {
        IFieldReferenceOperation { Field: var field } => ReadContext.IsVisibleOutside(field),
        IPropertyReferenceOperation { Property.SetMethod: { } setter } => ReadContext.IsVisibleOutside(setter),
        _ => false,
    };

    // Counted up or down: a change to something that is not known here.
    private Value ReadCount(IOperation target, bool isUpwards, TextSpan span)
    {
        Read(target);
        if (target is IFieldReferenceOperation or IPropertyReferenceOperation && PlaceOf(target) is { Kind: ValueKind.Member or ValueKind.Static } place)
        {
            _instructions.Add(new StoreMember(span, place, Value.Unknown) { Number = isUpwards ? StoreMember.More : null });
        }

        return Value.Unknown;
    }

    // What a volatile access reads or writes is read or written.
    private Value? ReadVolatile(IInvocationOperation call)
    {
        if (call.TargetMethod is not { Name: var name, ContainingType: { Name: "Volatile", ContainingNamespace.Name: "Threading" } } || FlagReader.Argument(call, 0) is not { } place)
        {
            return null;
        }

        if (name == "Write" && FlagReader.Argument(call, 1) is { } written)
        {
            Value source = Read(written);
            Assign(place, source, call.Syntax.Span);
            AddConstant(place, written);
            SetFlag(place, written, call.Syntax.Span);
            return Value.Unknown;
        }

        return name == "Read" ? Read(place) : null;
    }

    private Value ReadComparison(IBinaryOperation comparison)
    {
        (IOperation operand, IOperation other) = FlagReader.Constant(comparison.RightOperand) is null
            ? (comparison.RightOperand, comparison.LeftOperand)
            : (comparison.LeftOperand, comparison.RightOperand);
        Value value = Read(operand);
        Read(other);
        bool equalsWhenTrue = comparison.OperatorKind == BinaryOperatorKind.Equals;
        if (FlagReader.Constant(other) is not { } constant)
        {
            return comparison.OperatorMethod is null ? CompareObjects(comparison, operand, other, equalsWhenTrue) : Value.Unknown;
        }

        if (ReadContext.Unwrapped(operand) is IInvocationOperation exchange && FlagReader.IsExchange(exchange))
        {
            return FlagReader.WinsWhenEqual(exchange, constant) is { } winsWhenEqual
                ? AddClaim(exchange, winsWhenEqual == equalsWhenTrue)
                : Value.Unknown;
        }

        return AddTest(comparison, value, constant, equalsWhenTrue);
    }

    private Value CompareObjects(IOperation comparison, IOperation? left, IOperation? right, bool equalsWhenTrue)
    {
        if (ReadContext.Unwrapped(left) is not { Type.IsReferenceType: true } one || PlaceOf(one) is not { Kind: ValueKind.Local or ValueKind.Parameter } first
            || PlaceOf(right) is not { Kind: ValueKind.Local or ValueKind.Parameter } second)
        {
            return Value.Unknown;
        }

        var result = Value.CallResult(NewSite());
        _instructions.Add(new Compare(comparison.Syntax.Span, result, first, second, equalsWhenTrue));
        return result;
    }

    private Value AddTest(IOperation test, Value operand, string constant, bool equalsWhenTrue, ImmutableArray<string> others = default)
    {
        if (operand.Kind == ValueKind.Unknown)
        {
            return operand;
        }

        var result = Value.CallResult(NewSite());
        _instructions.Add(new Test(test.Syntax.Span, result, operand, constant, equalsWhenTrue) { Others = others.IsDefault ? [] : others });
        return result;
    }

    private Value AddClaim(IInvocationOperation exchange, bool winsWhenTrue)
    {
        var result = Value.CallResult(NewSite());
        string change = FlagReader.Constant(FlagReader.Argument(exchange, 1)) ?? "claimed";
        _instructions.Add(new Claim(exchange.Syntax.Span, result, Read(FlagReader.Argument(exchange, 0)), change, winsWhenTrue));
        return result;
    }

    // A property with accessors of its own goes by its name; what it is kept in, its getter tells.
    private Value? PropertyOf(IOperation target) =>
        target is IPropertyReferenceOperation { Property: { IsStatic: false, IsIndexer: false, IsVirtual: false, IsAbstract: false, IsOverride: false } property } reference
        && _context.IsSource(property.ContainingType)
        && PlaceOf(reference.Instance) is { } instance
            ? Value.Member(instance, _context.Id(property))
            : null;

    private void SetFlag(IOperation target, IOperation value, TextSpan span)
    {
        if (target is IFieldReferenceOperation or IPropertyReferenceOperation && FlagReader.Constant(value) is { } constant)
        {
            if ((PlaceOf(target) ?? PropertyOf(target)) is { Kind: ValueKind.Member or ValueKind.Static } flag)
            {
                _instructions.Add(new SetFlag(span, flag, constant));
            }
        }
    }

    // The question whether a token has been cancelled.
    private Value? CancellationOf(IOperation subject) =>
        subject is IPropertyReferenceOperation { Property: { Name: "IsCancellationRequested", ContainingType: { Name: "CancellationToken" or "CancellationTokenSource", ContainingNamespace.Name: "Threading" } }, Instance: { } token }
        && PlaceOf(token is IPropertyReferenceOperation { Instance: { } source } tokenOf && ReadContext.GivesReceiverItself(tokenOf.Property) ? source : token) is { } place
            ? Value.Cancellation(place)
            : null;

    // The answer of a timed wait is no object that was kept in what is waited for.
    private static bool TellsWhetherSignalled(ImmutableArray<Effect> effects, ISymbol member) =>
        member is IMethodSymbol { ReturnType.SpecialType: SpecialType.System_Boolean } && StaysSignalled(member.ContainingType) && effects.All(static effect => effect.Kind == EffectKind.Wait);

    private static bool StaysSignalled(INamedTypeSymbol? type) =>
        type is { Name: "Task" or "ValueTask", ContainingNamespace.Name: "Tasks" } or { Name: "Thread" or "ManualResetEventSlim" or "CountdownEvent", ContainingNamespace.Name: "Threading" };

    // Of a handle whose type does not tell, it is taken for granted.
    private static bool IsHandleThatStays(ITypeSymbol? type) => type is { Name: "ManualResetEvent" or "EventWaitHandle" or "WaitHandle", ContainingNamespace.Name: "Threading" };
}
