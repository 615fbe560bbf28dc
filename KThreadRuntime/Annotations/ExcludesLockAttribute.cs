namespace KThreadRuntime;

/// <summary>Declares that the caller does not hold these locks: the code takes them itself, or waits for somebody who does.</summary>
/// <remarks>
/// The analyzer reports the calls under one of them. It holds for overrides and implementations too. The attribute does nothing at
/// run time.
/// </remarks>
/// <param name="locks">The locks: members reached from the object, as in <c>nameof(_gate)</c>, or parameters, as in <c>"account.Gate"</c>.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Property, AllowMultiple = true)]
public sealed class ExcludesLockAttribute(params string[] locks) : Attribute
{
    /// <summary>The locks that the caller does not hold.</summary>
    public IReadOnlyList<string> Locks { get; } = locks;
}
