namespace KThreadRuntime;

/// <summary>Declares an order of locks: whoever takes this lock and one of those named takes this one first.</summary>
/// <remarks>
/// For the analyzer it is a dependency that somebody has seen: code that takes the locks the other way round is reported, even where
/// nobody yet takes them the right way. Orders add up: what comes before the one comes before all that come after it. The attribute
/// does nothing at run time. docs/attributes.md tells how names are found.
/// </remarks>
/// <param name="locks">
/// The locks that come later: members of the same type, as in <c>nameof(_log)</c>, or of another one, as in <c>"Bank._log"</c>.
/// </param>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = true)]
public sealed class AcquiredBeforeAttribute(params string[] locks) : Attribute
{
    /// <summary>The locks that come later.</summary>
    public IReadOnlyList<string> Locks { get; } = locks;
}
