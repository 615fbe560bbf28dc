using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>Something happens only where a parameter of the body has a truth value, whatever the caller passes.</summary>
internal sealed record FlagGuard(Value Parameter, bool IsTrue)
{
    /// <summary>What is left of the guards in the caller's frame; null if an argument contradicts one of them.</summary>
    public static ImmutableHashSet<FlagGuard>? InCaller(ImmutableHashSet<FlagGuard> guards, Func<Value, Value?> bind)
    {
        if (guards.IsEmpty)
        {
            return guards;
        }

        ImmutableHashSet<FlagGuard> moved = [];
        foreach (FlagGuard guard in guards)
        {
            Value passed = guard.Parameter.Substitute(bind);
            if (passed.Kind == ValueKind.Constant && passed.Id != (guard.IsTrue ? bool.TrueString : bool.FalseString))
            {
                return null;
            }

            if (passed.Kind == ValueKind.Parameter)
            {
                moved = moved.Add(new FlagGuard(passed, guard.IsTrue));
            }
        }

        return moved;
    }
}
