using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Something happens only where a parameter of the body has a truth value, whatever the caller passes; or where the caller
/// does not hold a lock.
/// </summary>
internal sealed record FlagGuard(Value Parameter, bool IsTrue)
{
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
            if (passed.Kind == ValueKind.Constant && !passed.IsNull && passed.Id != (guard.IsTrue ? bool.TrueString : bool.FalseString))
            {
                return null;
            }

            if (passed.Holding is { } holding && entry.Holds(holding.Lock.Key))
            {
                return null;
            }

            if (entry.Guards.Contains(new FlagGuard(passed, !guard.IsTrue)))
            {
                return null;
            }

            if (passed.Kind == ValueKind.Parameter || passed.Holding is not null)
            {
                moved = moved.Add(new FlagGuard(passed, guard.IsTrue));
            }
        }

        return moved;
    }
}
