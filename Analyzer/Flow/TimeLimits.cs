using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers.Flow;

/// <summary>How long a call may wait.</summary>
internal enum TimeLimit
{
    /// <summary>Until it is let go, however long that takes.</summary>
    None,

    /// <summary>Some time.</summary>
    Finite,

    /// <summary>Not at all.</summary>
    Zero,
}

internal static class TimeLimits
{
    /// <summary>The limit that a blocking call's arguments set. One that is not a constant counts as finite.</summary>
    public static TimeLimit Of(ISymbol member, ImmutableArray<IArgumentOperation> arguments)
    {
        foreach (IArgumentOperation argument in arguments)
        {
            if (argument.Parameter is { } parameter && IsLimit(parameter))
            {
                return OfArgument(argument.Value);
            }
        }

        // BlockingCollection.TryTake() and its like: tries, and without a limit to wait for never waits.
        return member.Name.StartsWith("Try", StringComparison.Ordinal) ? TimeLimit.Zero : TimeLimit.None;
    }

    private static bool IsLimit(IParameterSymbol parameter) =>
        parameter.Type is { Name: "TimeSpan" }
        || (parameter.Type.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64
            && (parameter.Name == "milliseconds" || parameter.Name.IndexOf("timeout", StringComparison.OrdinalIgnoreCase) >= 0));

    private static TimeLimit OfArgument(IOperation value)
    {
        while (value is IConversionOperation conversion)
        {
            value = conversion.Operand;
        }

        if (value.ConstantValue is { HasValue: true, Value: IConvertible constant })
        {
            long milliseconds = constant.ToInt64(System.Globalization.CultureInfo.InvariantCulture);
            return milliseconds < 0 ? TimeLimit.None : milliseconds == 0 ? TimeLimit.Zero : TimeLimit.Finite;
        }

        return value is IFieldReferenceOperation { Field.Name: var name }
            ? name switch
            {
                "InfiniteTimeSpan" => TimeLimit.None,
                "Zero" => TimeLimit.Zero,
                _ => TimeLimit.Finite,
            }
            : TimeLimit.Finite;
    }
}
