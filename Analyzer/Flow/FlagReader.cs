using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers.Flow;

/// <summary>Recognises tests and changes of flags: the plain ones that a lock guards, and those of <c>Interlocked</c>.</summary>
internal static class FlagReader
{
    /// <summary>A constant as flags are compared by; null if the operation is none.</summary>
    public static string? Constant(IOperation? operation) =>
        TextOf(operation) ?? TextOf(ReadContext.Unwrapped(operation)) ?? (ReadContext.Unwrapped(operation) is IDefaultValueOperation { Type.IsReferenceType: true } ? Value.Null.Id : null);

    private static string? TextOf(IOperation? operation) => operation?.ConstantValue switch
    {
        { HasValue: true, Value: { } value } => ConstantKeys.TextOf(value, operation.Type),
        { HasValue: true } => Value.Null.Id,
        _ => null,
    };

    /// <summary>The constants that a pattern compares a value with; empty for other patterns.</summary>
    /// <param name="matches">Whether the pattern is met by a value that equals one of them, rather than by one that equals none.</param>
    public static string[] Constants(IPatternOperation pattern, out bool matches)
    {
        matches = true;
        while (pattern is INegatedPatternOperation negated)
        {
            matches = !matches;
            pattern = negated.Pattern;
        }

        var constants = new List<string>();
        return Collect(pattern, constants) ? [.. constants] : [];
    }

    private static bool Collect(IPatternOperation pattern, List<string> constants)
    {
        switch (pattern)
        {
            case IConstantPatternOperation { Value: var value } when Constant(value) is { } constant:
                constants.Add(constant);
                return true;
            case IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.Or } either:
                return Collect(either.LeftPattern, constants) && Collect(either.RightPattern, constants);
            default:
                return false;
        }
    }

    /// <summary>Whether the constant is true or false.</summary>
    public static bool IsTruth(string constant) => constant == bool.TrueString || constant == bool.FalseString;

    /// <summary>Whether the operation is a number above zero.</summary>
    public static bool IsPositive(IOperation? operation) => ReadContext.Unwrapped(operation)?.ConstantValue is { HasValue: true, Value: > 0 or > 0L };

    /// <summary>What a call of <c>Interlocked</c> stores, as <see cref="StoreMember.Number"/> has it.</summary>
    public static string? NumberStored(IInvocationOperation call) => call.TargetMethod switch
    {
        { ContainingType: not { Name: "Interlocked", ContainingNamespace.Name: "Threading" } } => null,
        { Name: "Increment" } => StoreMember.More,
        { Name: "Add" } => IsPositive(Argument(call, 1)) ? StoreMember.More : null,
        { Name: "Exchange" or "CompareExchange" } => Constant(Argument(call, 1)),
        _ => null,
    };

    /// <summary>Whether a comparison asks if a number that is never below zero is zero: null for any other; else which outcome says so.</summary>
    public static bool? IsZeroWhen(IBinaryOperation comparison)
    {
        bool isOnRight = Constant(comparison.RightOperand) is not null;
        string? bound = isOnRight ? Constant(comparison.RightOperand) : Constant(comparison.LeftOperand);
        BinaryOperatorKind kind = isOnRight ? comparison.OperatorKind : comparison.OperatorKind switch
        {
            BinaryOperatorKind.GreaterThan => BinaryOperatorKind.LessThan,
            BinaryOperatorKind.GreaterThanOrEqual => BinaryOperatorKind.LessThanOrEqual,
            BinaryOperatorKind.LessThan => BinaryOperatorKind.GreaterThan,
            BinaryOperatorKind.LessThanOrEqual => BinaryOperatorKind.GreaterThanOrEqual,
            var other => other,
        };
        return (kind, bound) switch
        {
            (BinaryOperatorKind.GreaterThan, "0") or (BinaryOperatorKind.GreaterThanOrEqual, "1") => false,
            (BinaryOperatorKind.LessThanOrEqual, "0") or (BinaryOperatorKind.LessThan, "1") => true,
            _ => null,
        };
    }

    /// <summary>Whether the call changes a place and tells what it held before.</summary>
    public static bool IsExchange(IOperation? operation) =>
        operation is IInvocationOperation
        {
            TargetMethod: { Name: "Exchange" or "CompareExchange" or "Increment", ContainingType: { Name: "Interlocked", ContainingNamespace: { Name: "Threading" } } },
            Arguments.Length: > 0,
        };

    /// <summary>Whether the caller is the one that changed the place, if the call's answer equals the constant; null if neither is known.</summary>
    public static bool? WinsWhenEqual(IInvocationOperation exchange, string constant)
    {
        if (exchange.TargetMethod.Name == "Increment")
        {
            return constant == "1" ? true : null;
        }

        string? changed = Constant(Argument(exchange, 1));
        return exchange.TargetMethod.Name == "CompareExchange"
            ? Constant(Argument(exchange, 2)) is { } expected && expected == constant ? true : changed == constant ? false : null
            : changed is null ? null : changed != constant;
    }

    /// <summary>The new value that an exchange stores.</summary>
    public static IOperation? Argument(IInvocationOperation call, int ordinal) =>
        call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == ordinal)?.Value;
}
