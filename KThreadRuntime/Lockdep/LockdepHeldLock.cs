namespace KThreadRuntime;

/// <summary>A lock that the reporting context holds.</summary>
/// <param name="Class">Its class.</param>
/// <param name="Mode">How it is held.</param>
/// <param name="Site">Where the context first acquired it in this chain.</param>
public sealed record LockdepHeldLock(LockClass Class, LockMode Mode, CodeSite Site);
