using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers.Flow;

/// <summary>What the condition of a block asks of one place.</summary>
/// <param name="Subject">The tested place.</param>
/// <param name="IsNullTest">Whether it asks for null; else it asks for true.</param>
/// <param name="IsNegated">Whether the condition holds where the answer is no.</param>
/// <param name="IsStable">Whether only assignments of this body change the answer: a local, a parameter, what is read-only.</param>
/// <param name="Part">The variable that the subject gets as one of a narrower type; null for a test of no type. Where such a test fails, the subject may as well be of another type.</param>
internal sealed record BranchTest(Value Subject, bool IsNullTest, bool IsNegated, bool IsStable, Value? Part = null)
{
    /// <summary>Whether the subject is null where the condition has this outcome; null if that says nothing.</summary>
    public bool? IsNull(bool outcome) => IsNullTest && Says(outcome) ? outcome ^ IsNegated : null;

    /// <summary>Whether the outcome tells what is asked: no answer to a test for a type does not mean null.</summary>
    public bool Says(bool outcome) => Part is null || !(outcome ^ IsNegated);

    /// <summary>What a condition's operation tests; null for one that is no plain test of a place.</summary>
    /// <param name="place">Names the operand's place without reading it again.</param>
    /// <param name="variable">Names a local variable.</param>
    public static BranchTest? Of(IOperation condition, Func<IOperation, Value?> place, Func<ILocalSymbol, Value> variable)
    {
        bool isNegated = false;
        while (true)
        {
            switch (condition)
            {
                case IConversionOperation { OperatorMethod: null } conversion:
                    condition = conversion.Operand;
                    continue;
                case IParenthesizedOperation parenthesized:
                    condition = parenthesized.Operand;
                    continue;
                case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, OperatorMethod: null } not:
                    isNegated = !isNegated;
                    condition = not.Operand;
                    continue;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison:
                    isNegated ^= comparison.OperatorKind == BinaryOperatorKind.NotEquals;
                    return OfComparison(comparison.LeftOperand, comparison.RightOperand, isNegated, place)
                        ?? OfComparison(comparison.RightOperand, comparison.LeftOperand, isNegated, place);
                case IIsPatternOperation pattern:
                    return OfPattern(pattern.Value, pattern.Pattern, isNegated, place, variable);
                case IIsNullOperation isNull:
                    return New(isNull.Operand, isNullTest: true, isNegated, place);
                default:
                    return New(condition, isNullTest: false, isNegated, place);
            }
        }
    }

    private static BranchTest? OfComparison(IOperation operand, IOperation constant, bool isNegated, Func<IOperation, Value?> place) =>
        ReadContext.Unwrapped(constant)?.ConstantValue is { HasValue: true, Value: var value }
            ? value switch
            {
                null => New(operand, isNullTest: true, isNegated, place),
                bool truth => New(operand, isNullTest: false, isNegated ^ !truth, place),
                _ => null,
            }
            : null;

    private static BranchTest? OfPattern(
        IOperation operand, IPatternOperation pattern, bool isNegated, Func<IOperation, Value?> place, Func<ILocalSymbol, Value> variable)
    {
        while (pattern is INegatedPatternOperation negated)
        {
            isNegated = !isNegated;
            pattern = negated.Pattern;
        }

        return pattern switch
        {
            IConstantPatternOperation constant => OfComparison(operand, constant.Value, isNegated, place),
            IRecursivePatternOperation { DeconstructionSubpatterns.IsEmpty: true, PropertySubpatterns.IsEmpty: true } recursive =>
                New(operand, isNullTest: true, !isNegated, place) is { } test ? test with { Part = PartOf(recursive.InputType, recursive.NarrowedType, recursive.DeclaredSymbol, variable) } : null,
            IDeclarationPatternOperation declaration =>
                New(operand, isNullTest: true, !isNegated, place) is { } test ? test with { Part = PartOf(declaration.InputType, declaration.NarrowedType, declaration.DeclaredSymbol, variable) } : null,
            ITypePatternOperation type =>
                New(operand, isNullTest: true, !isNegated, place) is { } test ? test with { Part = PartOf(type.InputType, type.NarrowedType, null, variable) } : null,
            _ => null,
        };
    }

    private static Value? PartOf(ITypeSymbol input, ITypeSymbol narrowed, ISymbol? declared, Func<ILocalSymbol, Value> variable) =>
        SymbolEqualityComparer.Default.Equals(input, narrowed) ? null : declared is ILocalSymbol local ? variable(local) : Value.Unknown;

    private static BranchTest? New(IOperation operand, bool isNullTest, bool isNegated, Func<IOperation, Value?> place)
    {
        IOperation subject = ReadContext.Unwrapped(operand)!;
        return place(subject) is { Kind: not ValueKind.Unknown } value
            ? new BranchTest(value, isNullTest, isNegated, IsStableSubject(subject))
            : null;
    }

    private static bool IsStableSubject(IOperation subject) => subject switch
    {
        IFieldReferenceOperation field => field.Field.IsReadOnly,
        IPropertyReferenceOperation property => property.Property.SetMethod is null or { IsInitOnly: true },
        _ => true,
    };
}
