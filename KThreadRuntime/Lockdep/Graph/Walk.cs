namespace KThreadRuntime.Graph;

/// <summary>A shortest walk that a search found, always in the direction of the edges: label <c>i</c> leads from node <c>i</c> to node <c>i + 1</c>.</summary>
/// <remarks>A node may come twice, in different states of the visitor. A walk that ends where it began has one node and no label.</remarks>
/// <typeparam name="TLabel">The label; opaque to the graph.</typeparam>
internal sealed class Walk<TLabel>(int[] nodes, TLabel[] labels, int state)
    where TLabel : class
{
    /// <summary>The nodes: the start first when the search went forward, last when it went backward.</summary>
    internal int[] Nodes { get; } = nodes;

    /// <summary>The labels between them, one fewer than there are nodes.</summary>
    internal TLabel[] Labels { get; } = labels;

    /// <summary>The visitor's state at the far end.</summary>
    internal int State { get; } = state;
}
