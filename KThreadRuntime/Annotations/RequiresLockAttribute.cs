namespace KThreadRuntime;

/// <summary>Declares that the caller holds these locks: the code is entered with them and returns with them.</summary>
/// <remarks>
/// The analyzer takes the locks for held inside, and reports the callers that do not hold them. It holds for overrides and
/// implementations too. The attribute does nothing at run time; <c>Lockdep.AssertHeld</c> checks there.
/// </remarks>
/// <param name="locks">The locks: members reached from the object, as in <c>nameof(_gate)</c>, or parameters, as in <c>"account.Gate"</c>.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Property, AllowMultiple = true)]
public sealed class RequiresLockAttribute(params string[] locks) : Attribute
{
    /// <summary>The locks that the caller holds.</summary>
    public IReadOnlyList<string> Locks { get; } = locks;

    /// <summary>Whether the read side of a reader/writer lock is enough.</summary>
    public bool Shared { get; set; }
}
