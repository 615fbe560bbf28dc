namespace KThreadRuntime;

/// <summary>Declares that the method signals these completions; without a name, the object that it is called on.</summary>
/// <remarks>
/// For what the analyzer cannot see: members of interfaces and of other libraries, signals by means that it does not know. Whatever the
/// body takes or waits for counts as coming before the signal, unless the signal itself is seen. It holds for overrides and
/// implementations too. The attribute does nothing at run time.
/// </remarks>
/// <param name="completions">The completions: members reached from the object, as in <c>nameof(Done)</c>, or parameters.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Property, AllowMultiple = true)]
public sealed class SignalsAttribute(params string[] completions) : Attribute
{
    /// <summary>The completions that are signalled.</summary>
    public IReadOnlyList<string> Completions { get; } = completions;
}
