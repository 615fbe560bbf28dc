namespace KThreadRuntime;

/// <summary>The side of a lock that is acquired.</summary>
public enum LockMode
{
    /// <summary>The write side, or a lock with one side only. It blocks everybody else.</summary>
    Exclusive,

    /// <summary>A read that waits behind a queued writer, as <see cref="KRwSemaphore"/> does.</summary>
    Shared,

    /// <summary>A read that passes queued writers, so that it may nest in another read of the same lock.</summary>
    SharedRecursive,
}
