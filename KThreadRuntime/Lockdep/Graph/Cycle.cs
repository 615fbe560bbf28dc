namespace KThreadRuntime.Graph;

/// <summary>A cycle: edge <c>i</c> leads from node <c>i</c> to node <c>i + 1</c>, the last one back to node 0.</summary>
/// <typeparam name="TLabel">The label; opaque to the graph.</typeparam>
internal sealed class Cycle<TLabel>(int[] nodes, TLabel[] labels)
    where TLabel : class
{
    /// <summary>The nodes, starting with the source of the edge whose change closed the cycle.</summary>
    internal int[] Nodes { get; } = nodes;

    /// <summary>The label of each edge.</summary>
    internal TLabel[] Labels { get; } = labels;
}
