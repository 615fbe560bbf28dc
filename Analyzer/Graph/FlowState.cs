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
    ImmutableDictionary<string, Value> Places,
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
        ImmutableDictionary.Create<string, Value>(StringComparer.Ordinal),
        [],
        ImmutableHashSet.Create<string>(StringComparer.Ordinal),
        ImmutableHashSet.Create<string>(StringComparer.Ordinal),
        ImmutableHashSet.Create<string>(StringComparer.Ordinal),
        [],
        ImmutableHashSet.Create<string>(StringComparer.Ordinal),
        ImmutableHashSet.Create<string>(StringComparer.Ordinal),
        ImmutableHashSet.Create<string>(StringComparer.Ordinal));

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

        return new FlowState(
            JoinPlaces(left.Places, right.Places),
            left.Held.All(held => right.Holds(held.Key)) ? left.Held : left.Held.RemoveAll(held => !right.Holds(held.Key)),
            left.Before.Union(right.Before),
            left.Signalled.Intersect(right.Signalled),
            left.Unpublished.Intersect(right.Unpublished),
            left.Released.AddRange(right.Released.RemoveAll(left.Released.Contains)),
            left.Resumed.Union(right.Resumed),
            left.Tested.Intersect(right.Tested),
            left.Claims.Intersect(right.Claims))
        {
            HasLeftContext = left.HasLeftContext && right.HasLeftContext,
        };
    }

    public bool Holds(string key) => Held.Any(held => held.Key == key);

    /// <summary>Whether joining <paramref name="other"/> into this changes nothing.</summary>
    public bool Covers(FlowState other) =>
        ReferenceEquals(this, other)
        || (Held.All(held => other.Holds(held.Key))
            && other.Before.IsSubsetOf(Before)
            && Signalled.IsSubsetOf(other.Signalled)
            && Unpublished.IsSubsetOf(other.Unpublished)
            && other.Released.All(Released.Contains)
            && other.Resumed.IsSubsetOf(Resumed)
            && Tested.IsSubsetOf(other.Tested)
            && Claims.IsSubsetOf(other.Claims)
            && (!HasLeftContext || other.HasLeftContext)
            && PlacesCover(other));

    private bool PlacesCover(FlowState other)
    {
        if (ReferenceEquals(Places, other.Places))
        {
            return true;
        }

        foreach (KeyValuePair<string, Value> place in other.Places)
        {
            if (!Places.TryGetValue(place.Key, out Value? known) || !(known.Equals(place.Value) || known.Equals(Merged(place.Key, known, place.Value))))
            {
                return false;
            }
        }

        return true;
    }

    private static ImmutableDictionary<string, Value> JoinPlaces(ImmutableDictionary<string, Value> left, ImmutableDictionary<string, Value> right)
    {
        if (ReferenceEquals(left, right))
        {
            return left;
        }

        // Most places agree, so the join of two states is, but for a few places, the larger of the two.
        if (left.Count < right.Count)
        {
            return JoinInto(right, left, isSwapped: true);
        }

        return JoinInto(left, right, isSwapped: false);
    }

    private static ImmutableDictionary<string, Value> JoinInto(
        ImmutableDictionary<string, Value> joined, ImmutableDictionary<string, Value> others, bool isSwapped)
    {
        foreach (KeyValuePair<string, Value> place in others)
        {
            Value merged = !joined.TryGetValue(place.Key, out Value? known) ? place.Value
                : isSwapped ? Merged(place.Key, place.Value, known)
                : Merged(place.Key, known, place.Value);
            if (known is null || !known.Equals(merged))
            {
                joined = joined.SetItem(place.Key, merged);
            }
        }

        return joined;
    }

    // A place that is a new object on one path and an existing one on the other names the existing one: the cache-or-create idiom.
    private static Value Merged(string place, Value left, Value right)
    {
        if (left.Equals(right) || IsLess(right))
        {
            return left;
        }

        if (IsLess(left) || (left.Kind == ValueKind.Allocation && right.Kind != ValueKind.Allocation))
        {
            return right;
        }

        return right.Kind == ValueKind.Allocation ? left : Value.OfPlace(place);
    }

    private static bool IsLess(Value value) => value.Kind == ValueKind.Unknown;
}
