using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Something happens only where a parameter of the body has a value, or has another one, whatever the caller passes; or where the
/// caller does not hold a lock.
/// </summary>
/// <param name="Constant">The value as text, that of null included.</param>
internal sealed record FlagGuard(Value Parameter, string Constant, bool IsEqual)
{
    /// <summary>The flow runs in another context than the one asked about.</summary>
    public static FlagGuard Elsewhere { get; } = OfTruth(Value.IsOtherContext, true);

    public static FlagGuard OfTruth(Value parameter, bool isTrue) => new(parameter, bool.TrueString, isTrue);

    /// <summary>What a comparison tells; a truth value that it is not is the other one.</summary>
    public static FlagGuard Of(Value tested, string constant, bool isEqual) =>
        FlagReader.IsTruth(constant) ? OfTruth(tested, isEqual == (constant == bool.TrueString)) : new FlagGuard(tested, constant, isEqual);

    /// <summary>What is left of the guards in the caller's frame; null if an argument, what the caller holds, or what it has tested, contradicts one of them.</summary>
    public static ImmutableHashSet<FlagGuard>? InCaller(ImmutableHashSet<FlagGuard> guards, Func<Value, Value?> bind, FlowState entry)
    {
        if (guards.IsEmpty)
        {
            return guards;
        }

        ImmutableHashSet<FlagGuard> moved = [];
        foreach (FlagGuard guard in guards)
        {
            Value passed = guard.Parameter.Substitute(bind);
            if (guard.IsDeniedBy(passed) || (passed.Holding is { } holding && entry.Holds(holding.Lock.Key)))
            {
                return null;
            }

            FlagGuard here = guard with { Parameter = passed };
            if (entry.Guards.Any(here.Excludes))
            {
                return null;
            }

            if (passed.Kind == ValueKind.Parameter || passed.Holding is not null || guard.Equals(Elsewhere))
            {
                moved = moved.Add(here);
            }
        }

        return moved;
    }

    public bool IsDeniedBy(Value passed) => passed.Kind switch
    {
        ValueKind.Constant => (passed.Id == Constant) != IsEqual,
        ValueKind.Allocation or ValueKind.Function or ValueKind.This => IsEqual && Constant == Value.Null.Id,
        _ => false,
    };

    /// <summary>Whether no value meets both.</summary>
    public bool Excludes(FlagGuard other) =>
        Parameter.Equals(other.Parameter) && (Constant == other.Constant ? IsEqual != other.IsEqual : IsEqual && other.IsEqual);
}
