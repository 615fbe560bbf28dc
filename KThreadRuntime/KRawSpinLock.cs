using System.Diagnostics;
using System.Runtime.CompilerServices;
using KThreadRuntime.Blocking;

namespace KThreadRuntime;

/// <summary>
/// A spin lock for the innermost sections, under which only other raw spin locks may be acquired. Otherwise as
/// <see cref="KSpinLock"/>.
/// </summary>
/// <remarks>
/// The semantics are the kernel's <c>raw_spinlock_t</c>. Its wait type is <see cref="LockWaitType.Spin"/>: acquiring any other
/// kind of lock while it is held is a fault. All members may be used from any thread. Waiters are served in no order. An acquire
/// takes no notice of <see cref="Thread.Interrupt"/>. Nothing is allocated.
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed partial class KRawSpinLock : IDisposable, ILockCore
{
    private readonly LockdepMap? _map;
    private OwnerSpin _spin;

    /// <summary>Creates a spin lock that nobody holds.</summary>
    /// <param name="key">Its lock class; by default that of the creation site.</param>
    /// <param name="name">What reports call the class; two literals on one line are two classes.</param>
    /// <param name="file">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="line">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="member">The creation site; a wrapper forwards its caller's.</param>
    public KRawSpinLock(
        LockClassKey? key = null, string? name = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (Lockdep.IsSupported)
        {
            _map = new LockdepMap(
                LockdepValidator.Current, LockdepMapKind.Lock, nameof(KRawSpinLock), "", name, key, null, new CodeSite(file, line, member),
                LockWaitType.Spin, LockWaitType.Spin);
        }
    }

    /// <summary>Whether the calling thread holds the lock.</summary>
    public bool IsHeldByCurrentThread => _spin.IsMine;

    /// <summary>What the validator knows it by; null where the probes are switched off.</summary>
    public LockdepMap? Map => _map;

    private string DebuggerText => $"{_map?.Class?.DisplayName ?? nameof(KRawSpinLock)}: {(_spin.Owner == 0 ? "free" : $"held by thread {_spin.Owner}")}";

    /// <summary>Acquires the lock, spinning as long as it takes.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="LockRecursionException">The calling thread holds it already: it would spin for ever.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; the lock is not held.</exception>
    public void Acquire([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Acquire(-1, default, new CodeSite(file, line, member));

    /// <summary>Acquires the lock, or gives up when the token is cancelled.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled first; the lock is not held.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds it already.</exception>
    public void Acquire(
        CancellationToken cancellationToken,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Acquire(-1, cancellationToken, new CodeSite(file, line, member));

    /// <summary>Acquires the lock if nobody holds it. Makes no dependency, since it cannot block.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it was acquired.</returns>
    public bool TryAcquire([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        TrackedLock.TryAcquire(this, _map, LockMode.Exclusive, new CodeSite(file, line, member));

    /// <summary>Acquires the lock, spinning at most for a time. The validator takes it for a stall, not for a deadlock.</summary>
    /// <param name="timeout">The longest attempt; <see cref="Timeout.InfiniteTimeSpan"/> for no limit, zero to try.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it was acquired.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, but not infinite, or above int.MaxValue milliseconds.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first; the lock is not held.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds it already, and the timeout is not zero.</exception>
    public bool TryAcquire(
        TimeSpan timeout, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Acquire(Timeouts.ToMilliseconds(timeout, nameof(timeout)), cancellationToken, new CodeSite(file, line, member));

    /// <summary>Releases the lock.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="SynchronizationLockException">The calling thread does not hold it.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and the lock was pinned; it is released.</exception>
    public void Release([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        var site = new CodeSite(file, line, member);
        if (!_spin.IsMine)
        {
            throw TrackedLock.NotHeld(_map, "The spin lock is not held by the calling thread.", site);
        }

        TrackedLock.Release(this, _map, LockMode.Exclusive, site);
    }

    /// <summary>Acquires the lock until the scope is disposed: <c>using (spin.EnterScope()) ...</c></summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>The scope.</returns>
    /// <exception cref="LockRecursionException">The calling thread holds it already.</exception>
    public Scope EnterScope([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        Acquire(file, line, member);
        return new Scope(this);
    }

    /// <summary>Ends the lock's life. It frees nothing; a lock that the calling thread still holds is reported.</summary>
    public void Dispose() => TrackedLock.Freed(_map);

    bool ILockCore.TryTake(LockMode mode) => _spin.TryTake();

    bool ILockCore.Wait(LockMode mode, int milliseconds, CancellationToken token, LockdepMap? watched) =>
        _spin.Take(milliseconds, token, watched);

    void ILockCore.Free(LockMode mode) => _spin.Free();

    private bool Acquire(int milliseconds, CancellationToken token, in CodeSite site) =>
        milliseconds != 0 && _spin.IsMine
            ? throw Recursion(site)
            : TrackedLock.Acquire(this, _map, LockMode.Exclusive, milliseconds, token, site);

    private LockRecursionException Recursion(in CodeSite site) =>
        TrackedLock.Recursion(_map, LockMode.Exclusive, "The calling thread holds the spin lock already and would spin for ever.", site);

    /// <summary>Holds a spin lock until it is disposed.</summary>
    public readonly ref struct Scope
    {
        private readonly KRawSpinLock _lock;

        internal Scope(KRawSpinLock held) => _lock = held;

        /// <summary>Releases the lock.</summary>
        public void Dispose() => _lock.Release("", 0, nameof(Dispose));
    }
}
