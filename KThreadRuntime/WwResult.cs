namespace KThreadRuntime;

/// <summary>How an acquire of a <see cref="WwMutex"/> under a context ended.</summary>
public enum WwResult
{
    /// <summary>The lock is held.</summary>
    Acquired,

    /// <summary>
    /// The context must give way (the kernel's <c>EDEADLK</c>): release all its locks, call
    /// <see cref="WwMutex.AcquireSlow(WwAcquireContext, string, int, string)"/> on the one that was refused, and begin again.
    /// </summary>
    Deadlock,

    /// <summary>The context holds the lock already (the kernel's <c>EALREADY</c>); it is to be released once.</summary>
    Already,
}
