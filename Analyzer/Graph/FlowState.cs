using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// The abstract value at a point of a body. It stands for all executions that reach the point:
/// <see cref="Held"/>, <see cref="Signalled"/>, <see cref="Tested"/> (what a flag is known to be since the lock was taken)
/// and <see cref="Claims"/> (flags that only one context can have set: the winner) hold in every one of them (join is intersection), <see cref="Before"/>
/// is what may have happened in some (join is union), and so are the awaits in <see cref="Resumed"/>; <see cref="Places"/>
/// says what a place holds where all agree.
/// Bottom, no execution, is null.
/// </summary>
internal sealed record FlowState(
    PlaceMap Places,
    ImmutableArray<HeldLock> Held,
    ImmutableHashSet<string> Before,
    ImmutableHashSet<string> Signalled,
    ImmutableHashSet<string> Unpublished,
    ImmutableArray<LockRef> Released,
    ImmutableHashSet<string> Resumed,
    ImmutableHashSet<string> Tested,
    ImmutableHashSet<string> Claims)
{
    public static FlowState Entry { get; } = new(
        PlaceMap.Empty,
        [],
        ImmutableHashSet.Create<string>(StringComparer.Ordinal),
        ImmutableHashSet.Create<string>(StringComparer.Ordinal),
        ImmutableHashSet.Create<string>(StringComparer.Ordinal),
        [],
        ImmutableHashSet.Create<string>(StringComparer.Ordinal),
        ImmutableHashSet.Create<string>(StringComparer.Ordinal),
        ImmutableHashSet.Create<string>(StringComparer.Ordinal));

    /// <summary>What the body's parameters are known to be, on every way here.</summary>
    public ImmutableHashSet<FlagGuard> Guards { get; init; } = [];

    /// <summary>What variables, answers of calls and members that never change are known to be, on every way here.</summary>
    public ImmutableHashSet<FlagGuard> Told { get; init; } = [];

    /// <summary>The locks that are held where more than <see cref="Guards"/> and <see cref="Told"/> say is so.</summary>
    public ImmutableArray<ConditionalHold> HeldIf { get; init; } = [];

    /// <summary>The members whose completion, one and the same from the constructor on, has been signalled on every way here.</summary>
    public ImmutableHashSet<string> Given { get; init; } = [];

    /// <summary>The contexts that the body may have started on some way here and not waited for the end of.</summary>
    public ImmutableHashSet<Value> Running { get; init; } = [];

    /// <summary>Whether the flow has on every way here gone on outside the synchronization context that it was started in.</summary>
    public bool HasLeftContext { get; init; }

    /// <summary>Whether the flow may have been suspended: then the caller, unless it awaits, has gone on without it.</summary>
    public bool IsAfterAwait => !Resumed.IsEmpty;

    public static FlowState Join(FlowState left, FlowState right)
    {
        if (ReferenceEquals(left, right))
        {
            return left;
        }

        ImmutableArray<HeldLock> held = HeldInBoth(left, right);
        return new FlowState(
            left.Places.Join(right.Places, Merged),
            held,
            left.Before.With(right.Before),
            left.Signalled.Common(right.Signalled),
            left.Unpublished.Common(right.Unpublished),
            right.Released.IsEmpty ? left.Released : left.Released.AddRange(right.Released.RemoveAll(left.Released.Contains)),
            left.Resumed.With(right.Resumed),
            left.Tested.Common(right.Tested),
            left.Claims.Common(right.Claims))
        {
            IsElsewhere = left.IsElsewhere && right.IsElsewhere,
            HasLeftContext = left.HasLeftContext && right.HasLeftContext,
            Guards = left.Guards.Common(right.Guards),
            Told = left.Told.Common(right.Told),
            HeldIf = ConditionalHold.Join(left, right, held),
            Given = left.Given.Common(right.Given),
            Running = left.Running.With(right.Running),
        };
    }

    private static ImmutableArray<HeldLock> HeldInBoth(FlowState left, FlowState right)
    {
        if (left.Held.IsEmpty || left.Held == right.Held)
        {
            return left.Held;
        }

        foreach (HeldLock held in left.Held)
        {
            if (!right.Holds(held.Key))
            {
                return left.Held.RemoveAll(candidate => !right.Holds(candidate.Key));
            }
        }

        return left.Held;
    }

    /// <summary>Whether a test on every way here has told that the flow runs in another context than the one asked about.</summary>
    public bool IsElsewhere { get; init; }

    public bool Holds(string key) => Holds(Held, key);

    public static bool Holds(ImmutableArray<HeldLock> all, string key)
    {
        foreach (HeldLock held in all)
        {
            if (held.Key == key)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether joining <paramref name="other"/> into this changes nothing.</summary>
    public bool Covers(FlowState other) =>
        ReferenceEquals(this, other)
        || (HeldInBoth(this, other) is var both && both.Length == Held.Length
            && ConditionalHold.AreSame(ConditionalHold.Join(this, other, both), HeldIf)
            && other.Before.IsWithin(Before)
            && Signalled.IsWithin(other.Signalled)
            && Unpublished.IsWithin(other.Unpublished)
            && (other.Released.IsEmpty || other.Released.All(Released.Contains))
            && other.Resumed.IsWithin(Resumed)
            && (!IsElsewhere || other.IsElsewhere)
            && Tested.IsWithin(other.Tested)
            && Claims.IsWithin(other.Claims)
            && (!HasLeftContext || other.HasLeftContext)
            && Guards.IsWithin(other.Guards)
            && Told.IsWithin(other.Told)
            && Given.IsWithin(other.Given)
            && other.Running.IsWithin(Running)
            && Places.Covers(other.Places, Merged));

    // A place that is a new object on one path and an existing one on the other names the existing one: the cache-or-create idiom.
    private static Value Merged(string place, Value left, Value right)
    {
        if (left.Equals(right))
        {
            return left.Common(right);
        }

        if (right.IsNull || (IsLess(right) && !left.IsNull))
        {
            return left;
        }

        if (left.IsNull || IsLess(left) || (left.Kind == ValueKind.Allocation && right.Kind != ValueKind.Allocation))
        {
            return right;
        }

        return right.Kind == ValueKind.Allocation ? left : Value.OfPlace(place);
    }

    private static bool IsLess(Value value) => value.Kind == ValueKind.Unknown;
}
