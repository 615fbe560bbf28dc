namespace KThreadRuntime;

/// <summary>Declares that the method waits, without limit, for these completions; without a name, for the object that it is called on.</summary>
/// <remarks>
/// For what the analyzer cannot see: members of interfaces and of other libraries, waits by means that it does not know. What a body is
/// seen to do counts besides. It holds for overrides and implementations too. The attribute does nothing at run time.
/// </remarks>
/// <param name="completions">The completions: members reached from the object, as in <c>nameof(Done)</c>, or parameters.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Property, AllowMultiple = true)]
public sealed class WaitsAttribute(params string[] completions) : Attribute
{
    /// <summary>The completions that are waited for.</summary>
    public IReadOnlyList<string> Completions { get; } = completions;
}
