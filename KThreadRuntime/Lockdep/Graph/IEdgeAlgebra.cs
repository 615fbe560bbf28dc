namespace KThreadRuntime.Graph;

/// <summary>How labels of parallel edges are told apart and joined. Both operations are pure.</summary>
/// <typeparam name="TLabel">The label; opaque to the graph.</typeparam>
internal interface IEdgeAlgebra<TLabel>
    where TLabel : class
{
    /// <summary>Whether two labels are facets of one edge that are joined rather than kept apart.</summary>
    bool SameFacet(TLabel existing, TLabel added);

    /// <summary>
    /// The label that admits whatever either admits. Returns <paramref name="existing"/> itself exactly when
    /// <paramref name="added"/> tells nothing new; that reference equality is what ends re-checking.
    /// </summary>
    TLabel Join(TLabel existing, TLabel added);
}
