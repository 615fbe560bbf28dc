namespace KThreadRuntime;

/// <summary>How a primitive that was given no <see cref="LockClassKey"/> finds its lock class.</summary>
/// <remarks>The coarser the class, the more runs it learns from and the more false rings it closes.</remarks>
public enum ClassPolicy
{
    /// <summary>One class per creating call: the default.</summary>
    CreationSite,

    /// <summary>
    /// Completions only: one class per waiting call. A completion has no class, hence no prediction, before its first
    /// wait. A lock treats this as <see cref="CreationSite"/>.
    /// </summary>
    WaitSite,

    /// <summary>Each instance is its own class. The class lives as long as its validator does.</summary>
    Instance,

    /// <summary>One class for all primitives of a kind: kernel threads before creation sites were told apart.</summary>
    Kind,
}
