namespace KThreadRuntime.Rules;

/// <summary>How an element of a chain is held or wanted. The first three are <see cref="LockMode"/>'s numbers.</summary>
internal enum ChainMode : byte
{
    Exclusive = 0,
    Shared = 1,
    SharedRecursive = 2,
    Wait = 3,
    TimedWait = 4,

    /// <summary>Never part of a chain: the near end of a dependency that a signal commits.</summary>
    Owed = 5,

    /// <summary>Lies on the held stack: a completion that the running work item owes, and no other context can owe meanwhile.</summary>
    OwedHere = 6,

    /// <summary>
    /// Lies on the held stack: an async lock that the running code inherited, and perhaps does not hold. What depends on it
    /// is <see cref="ReportFlags.Unscoped"/>.
    /// </summary>
    Inherited = 7,
}
