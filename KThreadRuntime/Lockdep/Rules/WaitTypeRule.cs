namespace KThreadRuntime.Rules;

/// <summary>
/// Whether a lock may be acquired, or a completion waited for, where waiting is limited: by the handler that runs, and by every
/// lock held. The kernel's rule for the nesting of raw, spinning and sleeping locks.
/// </summary>
internal struct WaitTypeRule(LockWaitType contextLimit)
{
    /// <summary>The hardest wait that is allowed; <see cref="LockWaitType.Sleep"/> forbids nothing.</summary>
    internal LockWaitType Limit { get; private set; } = contextLimit == LockWaitType.None ? LockWaitType.Sleep : contextLimit;

    /// <summary>The class of the lock that sets the limit; null when the context does.</summary>
    internal LockClass? Limiter { get; private set; }

    /// <summary>Takes a held lock into account.</summary>
    internal void Hold(LockClass held)
    {
        LockWaitType inner = held.Traits.Inner;
        if (inner != LockWaitType.None && inner < Limit)
        {
            Limit = inner;
            Limiter = held;
        }
    }

    internal readonly bool Forbids(LockWaitType outer) => outer != LockWaitType.None && outer > Limit;

    /// <summary>The fault in a sentence.</summary>
    internal readonly string Tell(LockWaitType outer) =>
        $"waits as {Words(outer)} does where {Words(Limit)} is the limit, {(Limiter is null ? "in a handler" : $"holding {Limiter.DisplayName}")}.";

    private static string Words(LockWaitType type) => type switch
    {
        LockWaitType.Free => "a lock that never waits",
        LockWaitType.Spin => "a raw spin lock",
        LockWaitType.Config => "a spin lock",
        _ => "a sleeping lock",
    };
}
