namespace KThreadRuntime.Graph;

/// <summary>What one enumeration may cost.</summary>
/// <param name="MaxCycles">Accepted cycles after which the search ends.</param>
/// <param name="MaxSteps">Path extensions after which the search ends.</param>
/// <param name="MaxLength">The longest cycle looked for, in edges.</param>
/// <param name="MaxParallel">Labels kept apart between two nodes before further ones are joined into the last.</param>
internal readonly record struct SearchLimits(int MaxCycles, int MaxSteps, int MaxLength, int MaxParallel)
{
    /// <summary>The longest cycle found where all are longer than <see cref="MaxLength"/>, in edges: of those one of the shortest is looked at.</summary>
    internal int MaxWalk { get; init; } = 1000;

    internal static SearchLimits Default => new(MaxCycles: 16, MaxSteps: 20_000, MaxLength: 24, MaxParallel: 8);
}
