namespace KThreadRuntime;

/// <summary>The kind of fault a report tells.</summary>
public enum ReportKind
{
    /// <summary>A ring of dependencies over two or more classes.</summary>
    Circular,

    /// <summary>A lock is acquired while it, or another instance of its class in no settled order, is held.</summary>
    Recursive,

    /// <summary>A lock is released that the context does not hold.</summary>
    UnbalancedRelease,

    /// <summary>A new dependency leads from a lock that a handler acquires to one that is held while the handler may run.</summary>
    HandlerOrder,

    /// <summary>One class is acquired in a handler, and held elsewhere while the handler may run.</summary>
    InconsistentState,

    /// <summary>A class changed its state so that dependencies now join a lock of a handler with one held while it may run.</summary>
    HandlerInversion,

    /// <summary>A lock is acquired, or waited for, where waiting as it does is not allowed.</summary>
    InvalidWaitContext,

    /// <summary>The lock that was said to serialise a nested acquire is not held.</summary>
    NestLockNotTaken,

    /// <summary>Contention is told about a lock that the context did not announce.</summary>
    UnbalancedContention,

    /// <summary>A lock is disposed, or initialised anew, while it is held.</summary>
    HeldLockFreed,

    /// <summary>Locks are still held, or signals owed, where none may be: a thread function returns, a work item or a test ends.</summary>
    HeldAtBoundary,

    /// <summary>A pinned lock is released, or a lock is unpinned that is not pinned so.</summary>
    Pinned,

    /// <summary>A lock is downgraded that is not held exclusively.</summary>
    DowngradeOfRead,

    /// <summary>An assertion about what is held does not hold.</summary>
    AssertionFailed,

    /// <summary>An order that the program gave for the instances of a class contradicts itself.</summary>
    OrderNotAntisymmetric,

    /// <summary>A primitive with a key that was disposed is used.</summary>
    DeadKey,

    /// <summary>A primitive was created with neither a site nor a key, so its class had to be guessed.</summary>
    UnknownSite,

    /// <summary>The rules of a primitive were broken in a way that is no lock order: a wait/wound context, for one.</summary>
    Misuse,

    /// <summary>A wait has lasted longer than the watchdog's threshold.</summary>
    HungWait,

    /// <summary>A wait lasts that only a thread which has ended could end: it holds the lock, owes the signal, or has all units.</summary>
    Abandoned,
}
