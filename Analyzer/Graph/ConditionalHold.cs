using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>A lock that is held in every execution in which all of the guards are met: one that was taken under a condition, and kept beyond it.</summary>
internal sealed record ConditionalHold(HeldLock Held, ImmutableHashSet<FlagGuard> When)
{
    private const int MaxHolds = 8;

    /// <summary>Those that two states have in common, and those of one that go with what the other one excludes.</summary>
    public static ImmutableArray<ConditionalHold> Join(FlowState left, FlowState right, ImmutableArray<HeldLock> both)
    {
        if (left.HeldIf.IsEmpty && right.HeldIf.IsEmpty && left.Held.Length == both.Length && right.Held.Length == both.Length)
        {
            return [];
        }

        var joined = new List<ConditionalHold>();
        foreach (ConditionalHold hold in Candidates(left, right).Concat(Candidates(right, left)))
        {
            if (joined.Count < MaxHolds && !FlowState.Holds(both, hold.Held.Key) && hold.IsTrueIn(left) && hold.IsTrueIn(right) && !joined.Any(hold.IsImpliedBy))
            {
                joined.RemoveAll(known => known.IsImpliedBy(hold));
                joined.Add(hold);
            }
        }

        return [.. joined];
    }

    public static bool AreSame(ImmutableArray<ConditionalHold> left, ImmutableArray<ConditionalHold> right) =>
        left.Length == right.Length && left.All(hold => right.Any(other => hold.IsImpliedBy(other) && other.IsImpliedBy(hold)));

    /// <summary>The state after more has become known: what must be held now is, and what cannot be is forgotten.</summary>
    public static FlowState Settle(FlowState state)
    {
        if (state.HeldIf.IsEmpty)
        {
            return state;
        }

        ImmutableArray<HeldLock> held = state.Held;
        ImmutableArray<ConditionalHold>.Builder open = ImmutableArray.CreateBuilder<ConditionalHold>();
        foreach (ConditionalHold hold in state.HeldIf.Where(hold => !hold.IsExcludedBy(state)))
        {
            ImmutableHashSet<FlagGuard> left = hold.When.Except(state.Guards).Except(state.Told);
            if (!left.IsEmpty)
            {
                open.Add(hold with { When = left });
            }
            else if (!FlowState.Holds(held, hold.Held.Key))
            {
                held = held.Add(hold.Held);
            }
        }

        return state with { Held = held, HeldIf = open.ToImmutable() };
    }

    /// <summary>What is held besides, where the guards of one of the holds are met, and what that takes of the parameters; for each set of guards once.</summary>
    public static IEnumerable<(ImmutableArray<HeldLock> Held, ImmutableHashSet<FlagGuard> Guards)> Cases(FlowState state, ImmutableHashSet<FlagGuard> guards)
    {
        foreach (ConditionalHold hold in state.HeldIf.Where((hold, i) => !Exclude(guards, hold.When) && !state.HeldIf.Take(i).Any(known => known.When.SetEquals(hold.When))))
        {
            yield return (
                [.. state.HeldIf.Where(other => other.When.IsSubsetOf(hold.When)).Select(static other => other.Held)],
                guards.Union(hold.When.Where(static when => when.Parameter.Kind == ValueKind.Parameter)));
        }
    }

    // Whether the objects on both sides of a ring are those that a member says so of, nothing tells.
    private ConditionalHold If(FlagGuard guard) => new(guard.Parameter.Kind == ValueKind.Member ? Held with { Trace = Held.Trace.AsGuess() } : Held, When.Add(guard));

    private bool IsImpliedBy(ConditionalHold other) => other.Held.Key == Held.Key && other.When.IsSubsetOf(When);

    private bool IsTrueIn(FlowState state) => state.Holds(Held.Key) || state.HeldIf.Any(IsImpliedBy) || IsExcludedBy(state);

    private bool IsExcludedBy(FlowState state) => Exclude(state.Guards, When) || Exclude(state.Told, When);

    private static bool Exclude(ImmutableHashSet<FlagGuard> known, ImmutableHashSet<FlagGuard> guards) => !known.IsEmpty && guards.Any(guard => known.Any(guard.Excludes));

    private static IEnumerable<ConditionalHold> Candidates(FlowState state, FlowState other)
    {
        IEnumerable<FlagGuard> telling = state.Guards.Union(state.Told).Where(guard => other.Guards.Any(guard.Excludes) || other.Told.Any(guard.Excludes))
            .OrderBy(static guard => guard.Parameter.Key, StringComparer.Ordinal).ThenBy(static guard => guard.Constant, StringComparer.Ordinal);
        IEnumerable<ConditionalHold> known = state.HeldIf.Concat(state.Held.Where(held => !other.Holds(held.Key)).Select(static held => new ConditionalHold(held, [])));
        return state.HeldIf.Concat(known.SelectMany(hold => telling.Select(guard => hold.If(guard))));
    }
}
