namespace KThreadRuntime.Tests.Support;

/// <summary>What all exclusive locks have in common, so that one test runs on each.</summary>
internal sealed record AnyLock(
    Action Acquire, Action<CancellationToken> AcquireUnless, Func<bool> TryAcquire, Func<TimeSpan, CancellationToken, bool> TryAcquireFor,
    Action Release, Func<bool> IsMine, Action Dispose, Func<LockdepMap?> Map, Action<int, CancellationToken> AcquireSubclass, Action<LockdepMap?, CancellationToken> AcquireUnder)
{
    /// <summary>The kinds that sleep while they wait, and so can be interrupted.</summary>
    internal static string[] Sleeping => [nameof(KMutex), nameof(KRtMutex), nameof(KRwSemaphore), nameof(KRwLock)];

    internal static string[] Spinning => [nameof(KSpinLock), nameof(KRawSpinLock)];

    /// <summary>A lock of a class of its own.</summary>
    internal static AnyLock Create(string kind, string name) => Create(kind, new LockClassKey(name));

    internal static AnyLock Create(string kind, LockClassKey key) => kind switch
    {
        nameof(KMutex) => Of(new KMutex(key: key)),
        nameof(KSpinLock) => Of(new KSpinLock(key: key)),
        nameof(KRawSpinLock) => Of(new KRawSpinLock(key: key)),
        nameof(KRtMutex) => Of(new KRtMutex(key: key)),
        nameof(KRwSemaphore) => Of(new KRwSemaphore(key: key)),
        nameof(KRwLock) => Of(new KRwLock(key: key)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such lock."),
    };

    private static AnyLock Of(KMutex l) =>
        new(() => l.Acquire(), t => l.Acquire(t), () => l.TryAcquire(), (d, t) => l.TryAcquire(d, t), () => l.Release(), () => l.IsHeldByCurrentThread, l.Dispose, () => l.Map,
            (s, t) => l.AcquireNested(s, t), (n, t) => l.AcquireNested(n, t));

    private static AnyLock Of(KSpinLock l) =>
        new(() => l.Acquire(), t => l.Acquire(t), () => l.TryAcquire(), (d, t) => l.TryAcquire(d, t), () => l.Release(), () => l.IsHeldByCurrentThread, l.Dispose, () => l.Map,
            (s, t) => l.AcquireNested(s, t), (n, t) => l.AcquireNested(n, t));

    private static AnyLock Of(KRawSpinLock l) =>
        new(() => l.Acquire(), t => l.Acquire(t), () => l.TryAcquire(), (d, t) => l.TryAcquire(d, t), () => l.Release(), () => l.IsHeldByCurrentThread, l.Dispose, () => l.Map,
            (s, t) => l.AcquireNested(s, t), (n, t) => l.AcquireNested(n, t));

    private static AnyLock Of(KRtMutex l) =>
        new(() => l.Acquire(), t => l.Acquire(t), () => l.TryAcquire(), (d, t) => l.TryAcquire(d, t), () => l.Release(), () => l.IsHeldByCurrentThread, l.Dispose, () => l.Map,
            (s, t) => l.AcquireNested(s, t), (n, t) => l.AcquireNested(n, t));

    private static AnyLock Of(KRwSemaphore l) => new(
        () => l.AcquireWrite(), t => l.AcquireWrite(t), () => l.TryAcquireWrite(), (d, t) => l.TryAcquireWrite(d, t), () => l.ReleaseWrite(),
        () => l.IsWriteHeldByCurrentThread, l.Dispose, () => l.Map, (s, t) => l.AcquireWriteNested(s, t), (n, t) => l.AcquireWriteNested(n, t));

    private static AnyLock Of(KRwLock l) => new(
        () => l.AcquireWrite(), t => l.AcquireWrite(t), () => l.TryAcquireWrite(), (d, t) => l.TryAcquireWrite(d, t), () => l.ReleaseWrite(),
        () => l.IsWriteHeldByCurrentThread, l.Dispose, () => l.Map, (s, t) => l.AcquireWriteNested(s, t), (n, t) => l.AcquireWriteNested(n, t));
}
