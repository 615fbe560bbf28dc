namespace KThreadRuntime.Rules;

/// <summary>All that is known of one class before another, as it was when it was read.</summary>
/// <param name="From">The class held or owed.</param>
/// <param name="To">The class wanted.</param>
/// <param name="Labels">The facets; never empty.</param>
internal sealed record ClassDependency(LockClass From, LockClass To, IReadOnlyList<Dependency> Labels);
