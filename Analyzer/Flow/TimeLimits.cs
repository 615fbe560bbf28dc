using System.Collections.Immutable;
using System.Globalization;
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
    /// <param name="threshold">From how many milliseconds on a limit counts as none.</param>
    public static TimeLimit Of(ISymbol member, ImmutableArray<IArgumentOperation> arguments, long? threshold = null)
    {
        foreach (IArgumentOperation argument in arguments)
        {
            if (argument.Parameter is { } parameter && IsLimit(parameter))
            {
                return OfArgument(argument.Value, threshold);
            }
        }

        // BlockingCollection.TryTake() and its like: tries, and without a limit to wait for never waits.
        return member.Name.StartsWith("Try", StringComparison.Ordinal) ? TimeLimit.Zero : TimeLimit.None;
    }

    /// <summary>The parameter that sets the limit of a call; null where none does.</summary>
    public static IParameterReferenceOperation? ParameterOf(ImmutableArray<IArgumentOperation> arguments) =>
        arguments.FirstOrDefault(static argument => argument.Parameter is { } parameter && IsLimit(parameter))?.Value as IParameterReferenceOperation;

    /// <summary>Whether a limit that a caller passes is none.</summary>
    public static bool IsNone(Value limit) => limit is { IsConstantKey: true, Id: "-1" } || limit.Id == "F:System.Threading.Timeout.InfiniteTimeSpan";

    /// <summary>How long the task takes of its own: that of <c>Task.Delay</c> ends by the clock.</summary>
    /// <inheritdoc cref="Of"/>
    public static TimeLimit OfTask(IOperation? task, long? threshold = null) =>
        ReadContext.Unwrapped(task) is IInvocationOperation { TargetMethod: { Name: "Delay", ContainingType: var type }, Arguments: { Length: > 0 } arguments } && TaskForms.IsTask(type)
            ? OfArgument(arguments[0].Value, threshold)
            : TimeLimit.None;

    private static bool IsLimit(IParameterSymbol parameter) =>
        parameter.Type is { Name: "TimeSpan" }
        || (parameter.Type.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64
            && (parameter.Name == "milliseconds" || parameter.Name.IndexOf("timeout", StringComparison.OrdinalIgnoreCase) >= 0));

    private static TimeLimit OfArgument(IOperation value, long? threshold)
    {
        while (value is IConversionOperation conversion)
        {
            value = conversion.Operand;
        }

        return value switch
        {
            _ when MillisecondsOf(value) is { } milliseconds => milliseconds < 0 ? TimeLimit.None
                : milliseconds == 0 ? TimeLimit.Zero
                : milliseconds >= threshold ? TimeLimit.None
                : TimeLimit.Finite,
            IFieldReferenceOperation { Field.Name: "InfiniteTimeSpan" } => TimeLimit.None,
            IFieldReferenceOperation { Field.Name: "Zero" } => TimeLimit.Zero,
            IFieldReferenceOperation { Field: { Name: "MaxValue", Type.Name: "TimeSpan" } } when threshold is not null => TimeLimit.None,
            _ => TimeLimit.Finite,
        };
    }

    // A number, or TimeSpan.FromSeconds of a number and its like; null for what is not known here.
    private static double? MillisecondsOf(IOperation value)
    {
        if (value is IInvocationOperation { TargetMethod: { ContainingType.Name: "TimeSpan", Name: var unit }, Arguments: { Length: > 0 } arguments })
        {
            double? factor = unit switch
            {
                "FromMilliseconds" => 1,
                "FromSeconds" => 1_000,
                "FromMinutes" => 60_000,
                "FromHours" => 3_600_000,
                "FromDays" => 86_400_000,
                _ => null,
            };

            // The parts of an overload with several only add to the first.
            bool isWhole = arguments.Skip(1).All(static part => part.ArgumentKind == ArgumentKind.DefaultValue);
            return isWhole && Unconverted(arguments[0].Value).ConstantValue is { HasValue: true, Value: IConvertible count } ? count.ToDouble(CultureInfo.InvariantCulture) * factor : null;
        }

        return value.ConstantValue is { HasValue: true, Value: IConvertible constant } ? constant.ToDouble(CultureInfo.InvariantCulture) : null;
    }

    private static IOperation Unconverted(IOperation operation) =>
        operation is IConversionOperation { ConstantValue.HasValue: false } conversion ? Unconverted(conversion.Operand) : operation;
}
