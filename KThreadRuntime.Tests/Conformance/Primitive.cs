using KThreadRuntime.Tests.Conformance.Notation;

namespace KThreadRuntime.Tests.Conformance;

/// <summary>A real lock of the library, with one face for all kinds: each side is a pair of acquire and release.</summary>
internal sealed record Primitive(Primitive.Side Exclusive, Primitive.Side? Shared, LockdepMap? Map, Action Dispose)
{
    /// <param name="sort">The kind; either side of it.</param>
    /// <param name="key">The class.</param>
    /// <param name="readsAreQueued">Whether a read of an rwlock waits behind a queued writer.</param>
    internal static Primitive Create(LockSort sort, LockClassKey key, bool readsAreQueued) => sort switch
    {
        LockSort.Spin => Of(new KSpinLock(key)),
        LockSort.RawSpin => Of(new KRawSpinLock(key)),
        LockSort.Mutex => Of(new KMutex(key)),
        LockSort.RtMutex => Of(new KRtMutex(key)),
        LockSort.LocalLock => Of(new KLocalLock(key)),
        LockSort.Write or LockSort.Read => Of(new KRwLock(readsAreQueued ? ReadPolicy.Queued : ReadPolicy.Recursive, key)),
        _ => Of(new KRwSemaphore(key)),
    };

    private static Primitive Of(KSpinLock spin) => new(
        new Side(() => spin.Acquire(), nest => spin.AcquireNested(nest), () => spin.TryAcquire(), () => spin.Release()), null, spin.Map, spin.Dispose);

    private static Primitive Of(KRawSpinLock raw) => new(
        new Side(() => raw.Acquire(), nest => raw.AcquireNested(nest), () => raw.TryAcquire(), () => raw.Release()), null, raw.Map, raw.Dispose);

    private static Primitive Of(KMutex mutex) => new(
        new Side(() => mutex.Acquire(), nest => mutex.AcquireNested(nest), () => mutex.TryAcquire(), () => mutex.Release()), null, mutex.Map, mutex.Dispose);

    private static Primitive Of(KRtMutex mutex) => new(
        new Side(() => mutex.Acquire(), nest => mutex.AcquireNested(nest), () => mutex.TryAcquire(), () => mutex.Release()), null, mutex.Map, mutex.Dispose);

    /// <summary>An instance for each thread is never nested in itself.</summary>
    private static Primitive Of(KLocalLock local) => new(
        new Side(() => local.Acquire(), _ => throw new NotSupportedException(), () => local.TryAcquire(), () => local.Release()), null, null, local.Dispose);

    private static Primitive Of(KRwLock rw) => new(
        new Side(() => rw.AcquireWrite(), nest => rw.AcquireWriteNested(nest), () => rw.TryAcquireWrite(), () => rw.ReleaseWrite()),
        new Side(() => rw.AcquireRead(), nest => rw.AcquireReadNested(nest), () => rw.TryAcquireRead(), () => rw.ReleaseRead()),
        rw.Map,
        rw.Dispose);

    private static Primitive Of(KRwSemaphore rw) => new(
        new Side(() => rw.AcquireWrite(), nest => rw.AcquireWriteNested(nest), () => rw.TryAcquireWrite(), () => rw.ReleaseWrite()),
        new Side(() => rw.AcquireRead(), nest => rw.AcquireReadNested(nest), () => rw.TryAcquireRead(), () => rw.ReleaseRead()),
        rw.Map,
        rw.Dispose);

    internal Side Of(LockName name) => name.IsRead ? Shared! : Exclusive;

    /// <param name="Acquire">Acquires it.</param>
    /// <param name="AcquireUnder">Acquires it under an outer lock.</param>
    /// <param name="TryAcquire">Tries.</param>
    /// <param name="Release">Releases it.</param>
    internal sealed record Side(Action Acquire, Action<LockdepMap?> AcquireUnder, Func<bool> TryAcquire, Action Release);
}
