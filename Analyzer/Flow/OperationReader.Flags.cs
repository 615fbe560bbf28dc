using System.Collections.Immutable;
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

    private Value ReadComparison(IBinaryOperation comparison)
    {
        (IOperation operand, IOperation other) = FlagReader.Constant(comparison.RightOperand) is null
            ? (comparison.RightOperand, comparison.LeftOperand)
            : (comparison.LeftOperand, comparison.RightOperand);
        Value value = Read(operand);
        Read(other);
        if (FlagReader.Constant(other) is not { } constant)
        {
            return Value.Unknown;
        }

        bool equalsWhenTrue = comparison.OperatorKind == BinaryOperatorKind.Equals;
        if (ReadContext.Unwrapped(operand) is IInvocationOperation exchange && FlagReader.IsExchange(exchange))
        {
            return FlagReader.WinsWhenEqual(exchange, constant) is { } winsWhenEqual
                ? AddClaim(exchange, winsWhenEqual == equalsWhenTrue)
                : Value.Unknown;
        }

        return AddTest(comparison, value, constant, equalsWhenTrue);
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
}
