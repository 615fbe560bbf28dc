namespace KThreadRuntime;

/// <summary>How a primitive that was given no <see cref="LockClassKey"/> finds its lock class.</summary>
/// <remarks>The coarser the class, the more runs it learns from and the more false rings it closes.</remarks>
public enum ClassPolicy : byte
{
    /// <summary>One class per creating call: the default.</summary>
    CreationSite,

    /// <summary>
    /// Completions only: one class per waiting call. A completion has no class, hence no prediction, before its first
    /// wait. A lock treats this as <see cref="CreationSite"/>.
    /// </summary>
    WaitSite,

    /// <summary>Each instance is its own class. The class ends some time after its instance.</summary>
    Instance,

    /// <summary>One class for all primitives of a kind: kernel threads before creation sites were told apart.</summary>
    Kind,

    /// <summary>
    /// One class per creating call, with a subclass for each depth at which its instances nest, up to seven: legal as long as the
    /// program nests them in one order only, which it must see to by itself.
    /// </summary>
    Subclass,
}
