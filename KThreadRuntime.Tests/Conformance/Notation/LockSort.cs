namespace KThreadRuntime.Tests.Conformance.Notation;

/// <summary>A kind of lock, and the side of it that is meant.</summary>
internal enum LockSort
{
    Spin,
    RawSpin,
    Write,
    Read,
    Mutex,
    SemaphoreWrite,
    SemaphoreRead,
    RtMutex,
    LocalLock,
}
