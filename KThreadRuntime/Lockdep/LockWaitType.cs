namespace KThreadRuntime;

/// <summary>
/// How a lock waits for its holder, and so where it may be acquired: a lock may be acquired only where waiting as it does is
/// allowed. The levels and their order are the kernel's.
/// </summary>
public enum LockWaitType : byte
{
    /// <summary>Not checked.</summary>
    None = 0,

    /// <summary>It never waits: a read section that only delays reclamation.</summary>
    Free = 1,

    /// <summary>It spins, whatever happens: <see cref="LockdepMap"/>s of raw spin locks.</summary>
    Spin = 2,

    /// <summary>It spins, but on some configurations it sleeps: spin locks, spinning reader/writer locks, local locks.</summary>
    Config = 3,

    /// <summary>It sleeps: mutexes, semaphores, monitors, completions.</summary>
    Sleep = 4,
}
