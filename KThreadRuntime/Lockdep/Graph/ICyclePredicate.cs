namespace KThreadRuntime.Graph;

/// <summary>Decides which cycles count. The graph enumerates; what a label means is known here only.</summary>
/// <typeparam name="TLabel">The label; opaque to the graph.</typeparam>
internal interface ICyclePredicate<TLabel>
    where TLabel : class
{
    /// <summary>
    /// Whether the path, whose last label was added last, may still become an accepted cycle. It may err towards
    /// <see langword="true"/> only: a path cut here is never looked at again.
    /// </summary>
    bool MayExtend(IReadOnlyList<TLabel> path);

    /// <summary>Whether the labels, in the order of the cycle and starting with the changed edge, are accepted.</summary>
    bool Accepts(IReadOnlyList<TLabel> cycle);
}
