using System.Collections.Immutable;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Set operations for sets that are mostly empty, or one and the same: the immutable sets' own walk both and copy even then,
/// and every join of two states makes eight of them.
/// </summary>
internal static class SmallSets
{
    /// <summary>The union.</summary>
    public static ImmutableHashSet<T> With<T>(this ImmutableHashSet<T> left, ImmutableHashSet<T> right) =>
        right.IsEmpty || ReferenceEquals(left, right) ? left : left.IsEmpty ? right : left.Union(right);

    /// <summary>The intersection.</summary>
    public static ImmutableHashSet<T> Common<T>(this ImmutableHashSet<T> left, ImmutableHashSet<T> right) =>
        left.IsEmpty || ReferenceEquals(left, right) ? left : right.IsEmpty ? right : left.Intersect(right);

    /// <summary>Whether the set is a subset of the other.</summary>
    public static bool IsWithin<T>(this ImmutableHashSet<T> set, ImmutableHashSet<T> other) =>
        set.IsEmpty || ReferenceEquals(set, other) || (!other.IsEmpty && set.IsSubsetOf(other));

    /// <summary>Whether both have the same elements.</summary>
    public static bool IsSameAs<T>(this ImmutableHashSet<T> left, ImmutableHashSet<T> right) =>
        ReferenceEquals(left, right) || (left.Count == right.Count && left.SetEquals(right));

    /// <summary>Whether they have an element in common.</summary>
    public static bool Meets<T>(this ImmutableHashSet<T> left, ImmutableHashSet<T> right) =>
        !left.IsEmpty && !right.IsEmpty && left.Overlaps(right);
}
