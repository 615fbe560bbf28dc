namespace KThreadRuntime;

/// <summary>Declares that nothing in the method waits for a completion, so that it may be called under any lock that it does not take itself.</summary>
/// <remarks>
/// A call of it is no wait for the analyzer, nor is it code of others. A wait that is seen in it is reported. Locks that it takes are
/// followed as ever, and an <c>await</c> in it blocks nobody. It holds for overrides and implementations too. The attribute does
/// nothing at run time.
/// </remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Property)]
public sealed class NonBlockingAttribute : Attribute;
