namespace KThreadRuntime.Graph;

/// <summary>Which way a walk goes.</summary>
internal enum Direction
{
    /// <summary>Along the edges: what the start leads to.</summary>
    Forward,

    /// <summary>Against the edges: what leads to the start.</summary>
    Backward,
}
