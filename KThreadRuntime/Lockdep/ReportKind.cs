namespace KThreadRuntime;

/// <summary>The kind of fault a report tells.</summary>
public enum ReportKind
{
    /// <summary>A ring of dependencies over two or more classes.</summary>
    Circular,

    /// <summary>A lock is acquired while it, or another instance of its class in no settled order, is held.</summary>
    Recursive,

    /// <summary>A lock is released that the context does not hold.</summary>
    UnbalancedRelease,
}
