using System.Diagnostics;
using System.Runtime.CompilerServices;
using KThreadRuntime.Blocking;

namespace KThreadRuntime;

/// <summary>
/// A lock that is handed to the most urgent of its waiters: by <see cref="Thread.Priority"/>, and among equals in the order in
/// which they came. One thread acquires it and the same thread releases it; it does not nest in itself.
/// </summary>
/// <remarks>
/// The semantics are the kernel's <c>rt_mutex</c>, but for one: nothing in .NET lends the holder the priority of who waits, so
/// a holder that is not urgent keeps urgent waiters waiting. A waiter's priority is read when it queues. The mutex is handed over
/// directly, so nobody overtakes. All members may be used from any thread. Each acquire is told to the validator before it
/// blocks.
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed partial class KRtMutex : IDisposable
{
    private readonly LockdepMap? _map;
    private readonly OwnerQueue _queue = new();

    /// <summary>Creates a mutex that nobody holds.</summary>
    /// <param name="key">Its lock class; by default that of the creation site.</param>
    /// <param name="name">What reports call the class; two literals on one line are two classes.</param>
    /// <param name="file">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="line">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="member">The creation site; a wrapper forwards its caller's.</param>
    public KRtMutex(
        LockClassKey? key = null, string? name = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (Lockdep.IsSupported)
        {
            _map = new LockdepMap(
                LockdepValidator.Current, LockdepMapKind.Lock, nameof(KRtMutex), "", name, key, null, new CodeSite(file, line, member));
        }
    }

    /// <summary>Whether the calling thread holds the mutex.</summary>
    public bool IsHeldByCurrentThread => _queue.IsMine;

    /// <summary>What the validator knows it by; null where the probes are switched off.</summary>
    public LockdepMap? Map => _map;

    internal int WaiterCount => _queue.WaiterCount;

    private string DebuggerText => $"{_map?.Class?.DisplayName ?? nameof(KRtMutex)}: {(_queue.Owner == 0 ? "free" : $"held by thread {_queue.Owner}")}";

    /// <summary>Acquires the mutex, waiting for it as long as it takes.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="LockRecursionException">The calling thread holds it already: it would wait for itself for ever.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the mutex is not held.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; the mutex is not held.</exception>
    public void Acquire([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Acquire(-1, default, new CodeSite(file, line, member));

    /// <summary>Acquires the mutex, or gives up when the token is cancelled.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled first; the mutex is not held.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the mutex is not held.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds it already.</exception>
    public void Acquire(
        CancellationToken cancellationToken,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Acquire(-1, cancellationToken, new CodeSite(file, line, member));

    /// <summary>Acquires the mutex if nobody holds it. Makes no dependency, since it cannot block.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it was acquired.</returns>
    public bool TryAcquire([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        TrackedLock.TryAcquire(_queue, _map, LockMode.Exclusive, new CodeSite(file, line, member));

    /// <summary>Acquires the mutex, waiting at most for a time. The validator takes it for a stall, not for a deadlock.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit, zero to try.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it was acquired.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, but not infinite, or above int.MaxValue milliseconds.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first; the mutex is not held.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the mutex is not held.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds it already, and the timeout is not zero.</exception>
    public bool TryAcquire(
        TimeSpan timeout, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Acquire(Timeouts.ToMilliseconds(timeout, nameof(timeout)), cancellationToken, new CodeSite(file, line, member));

    /// <summary>Releases the mutex.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="SynchronizationLockException">The calling thread does not hold it.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and the lock was pinned; it is released.</exception>
    public void Release([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        var site = new CodeSite(file, line, member);
        if (!_queue.IsMine)
        {
            throw TrackedLock.NotHeld(_map, "The mutex is not held by the calling thread.", site);
        }

        TrackedLock.Release(_queue, _map, LockMode.Exclusive, site);
    }

    /// <summary>Acquires the mutex until the scope is disposed: <c>using (mutex.EnterScope()) ...</c></summary>
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

    /// <summary>Ends the mutex's life. It frees nothing; a mutex that the calling thread still holds is reported.</summary>
    public void Dispose() => TrackedLock.Freed(_map);

    private bool Acquire(int milliseconds, CancellationToken token, in CodeSite site) =>
        milliseconds != 0 && _queue.IsMine
            ? throw Recursion(site)
            : TrackedLock.Acquire(_queue, _map, LockMode.Exclusive, milliseconds, token, site);

    private LockRecursionException Recursion(in CodeSite site) =>
        TrackedLock.Recursion(_map, LockMode.Exclusive, "The calling thread holds the mutex already and would wait for itself.", site);

    /// <summary>Holds a mutex until it is disposed.</summary>
    public readonly ref struct Scope
    {
        private readonly KRtMutex _mutex;

        internal Scope(KRtMutex held) => _mutex = held;

        /// <summary>Releases the mutex.</summary>
        public void Dispose() => _mutex.Release("", 0, nameof(Dispose));
    }
}
