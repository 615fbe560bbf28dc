namespace KThreadRuntime.Graph;

/// <summary>
/// Decides which walks count, and looks at where they arrive. A walk carries a state of the visitor's own, a number from 0
/// to 31, so what a walk may do next can depend on how it came; a node is looked at once for each state it is reached in.
/// </summary>
/// <remarks>Neither method may change the graph or search it.</remarks>
/// <typeparam name="TLabel">The label; opaque to the graph.</typeparam>
internal interface IReachVisitor<TLabel>
    where TLabel : class
{
    /// <summary>
    /// The states a walk in this state may be in after one more label, as a set: bit <c>s</c> stands for state <c>s</c>. Zero
    /// when no walk goes on over this label. A backward walk takes the labels in the order it meets them, the last one first.
    /// </summary>
    uint Step(int state, TLabel label);

    /// <summary>Whether the search ends here. The start is asked about too, in each state the search begins with.</summary>
    bool Arrives(int node, int state);
}
