using System.Diagnostics;
using System.Runtime.CompilerServices;
using KThreadRuntime.Blocking;

namespace KThreadRuntime;

/// <summary>
/// A mutex of which a thread may acquire many, in any order, under a <see cref="WwAcquireContext"/>: where that would deadlock,
/// one of the threads is told to give way.
/// </summary>
/// <remarks>
/// <para>The semantics are the kernel's <c>ww_mutex</c>. Under a context an acquire may say <see cref="WwResult.Deadlock"/>: then
/// release every lock of the context, call <see cref="AcquireSlow(WwAcquireContext, string, int, string)"/> here, and acquire the
/// others again. Without a context it is an ordinary mutex, and nobody gives way.</para>
/// <para>All members may be used from any thread; what a thread acquired it releases itself. Contexts are served by age, threads without
/// one in the order in which they came. Each acquire is told to the validator before it blocks: under a context, as nested under
/// it, provided that the context was created under the same validator. An acquire that blocks allocates.</para>
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed partial class WwMutex : IDisposable
{
    private readonly WwQueue _queue;
    private readonly LockdepMap? _map;

    /// <summary>Creates a mutex that nobody holds.</summary>
    /// <param name="wwClass">What it shares with the mutexes that may be acquired together with it. Its lock class too.</param>
    /// <param name="file">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="line">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="member">The creation site; a wrapper forwards its caller's.</param>
    public WwMutex(
        WwClass wwClass, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        Class = wwClass ?? throw new ArgumentNullException(nameof(wwClass));
        _queue = new WwQueue(wwClass.Algorithm);
        if (Lockdep.IsSupported)
        {
            _map = new LockdepMap(
                LockdepValidator.Current, LockdepMapKind.Lock, nameof(WwMutex), "", null, wwClass.MutexKey, null, new CodeSite(file, line, member));
        }
    }

    /// <summary>What it shares with the mutexes that may be acquired together with it.</summary>
    public WwClass Class { get; }

    /// <summary>Whether the calling thread holds the mutex.</summary>
    public bool IsHeldByCurrentThread => _queue.IsMine;

    /// <summary>What the validator knows it by; null where the probes are switched off.</summary>
    public LockdepMap? Map => _map;

    /// <summary>The context that holds it. Set by tests only, to fake a foreign one.</summary>
    internal WwAcquireContext? Context
    {
        get => _queue.Context;
        set => _queue.Context = value;
    }

    internal int WaiterCount => _queue.WaiterCount;

    private string DebuggerText => $"{Class.Name}: {(_queue.Owner == 0 ? "free" : $"held by thread {_queue.Owner}{(Context is { } c ? $" under #{c.Stamp}" : "")}")}";

    /// <summary>Acquires the mutex by itself, waiting for it as long as it takes.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="LockRecursionException">The calling thread holds it already.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the mutex is not held.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; the mutex is not held.</exception>
    public void Acquire([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Acquire(null, -1, default, new CodeSite(file, line, member));

    /// <summary>Acquires the mutex by itself, or gives up when the token is cancelled.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled first; the mutex is not held.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds it already.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the mutex is not held.</exception>
    public void Acquire(
        CancellationToken cancellationToken,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Acquire(null, -1, cancellationToken, new CodeSite(file, line, member));

    /// <summary>Acquires the mutex by itself, waiting at most for a time. The validator takes that for a stall, not for a deadlock.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit, zero to try.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it was acquired.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, but not infinite, or above int.MaxValue milliseconds.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first; the mutex is not held.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds it already, and the timeout is not zero.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the mutex is not held.</exception>
    public bool TryAcquire(
        TimeSpan timeout, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Acquire(null, Timeouts.ToMilliseconds(timeout, nameof(timeout)), cancellationToken, new CodeSite(file, line, member)) == WwVerdict.Acquired;

    /// <summary>Acquires the mutex if nobody holds it. Makes no dependency, since it cannot block.</summary>
    /// <param name="context">The attempt that it is part of; null to acquire it by itself.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it was acquired; false also where the context holds it already.</returns>
    /// <exception cref="ArgumentException">The context is of another class. That is reported too.</exception>
    /// <exception cref="InvalidOperationException">The context is another thread's, or was disposed. That is reported too.</exception>
    public bool TryAcquire(
        WwAcquireContext? context = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        TryAcquire(context, new CodeSite(file, line, member));

    /// <summary>Acquires the mutex as part of an attempt, or says that the attempt must give way.</summary>
    /// <param name="context">The attempt.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it was acquired, and if not, why.</returns>
    /// <exception cref="ArgumentException">The context is of another class. That is reported too.</exception>
    /// <exception cref="InvalidOperationException">The context is another thread's, or was disposed. That is reported too.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the mutex is not held.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and got a report; the mutex is not held.</exception>
    public WwResult Acquire(WwAcquireContext context, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        AcquireUnder(context, isSlow: false, default, new CodeSite(file, line, member));

    /// <summary>The same, and gives up when the token is cancelled.</summary>
    /// <param name="context">The attempt.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it was acquired, and if not, why.</returns>
    /// <exception cref="ArgumentException">The context is of another class. That is reported too.</exception>
    /// <exception cref="InvalidOperationException">The context is another thread's, or was disposed. That is reported too.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first; the mutex is not held.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the mutex is not held.</exception>
    public WwResult Acquire(
        WwAcquireContext context, CancellationToken cancellationToken,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        AcquireUnder(context, isSlow: false, cancellationToken, new CodeSite(file, line, member));

    /// <summary>
    /// Acquires the mutex that was refused, after every lock of the attempt was released: waits as long as it takes, and is not
    /// refused again.
    /// </summary>
    /// <param name="context">The attempt.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="ArgumentException">The context is of another class. That is reported too.</exception>
    /// <exception cref="InvalidOperationException">The context is another thread's, or was disposed. That is reported too.</exception>
    /// <exception cref="InvalidOperationException">The attempt still holds locks and must give way once more. That is reported too.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the mutex is not held.</exception>
    public void AcquireSlow(WwAcquireContext context, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        AcquireSlow(context, default, file, line, member);

    /// <summary>The same, and gives up when the token is cancelled.</summary>
    /// <param name="context">The attempt.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="ArgumentException">The context is of another class. That is reported too.</exception>
    /// <exception cref="InvalidOperationException">The context is another thread's, or was disposed. That is reported too.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first; the mutex is not held.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the mutex is not held.</exception>
    public void AcquireSlow(
        WwAcquireContext context, CancellationToken cancellationToken,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (AcquireUnder(context, isSlow: true, cancellationToken, new CodeSite(file, line, member)) == WwResult.Deadlock)
        {
            throw new InvalidOperationException("The context still holds locks and must give way. Release every one of them first.");
        }
    }

    /// <summary>Releases the mutex, however it was acquired.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="SynchronizationLockException">The calling thread does not hold it.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and the lock was pinned; it is released.</exception>
    public void Release([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Release(keepsContext: false, new CodeSite(file, line, member));

    /// <summary>Acquires the mutex by itself until the scope is disposed.</summary>
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

    /// <summary>Releases the mutex and leaves the context on record, as releasing the kernel's inner mutex by itself does.</summary>
    internal void ReleaseBase([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Release(keepsContext: true, new CodeSite(file, line, member));

    /// <summary>Holds a mutex until it is disposed.</summary>
    public readonly ref struct Scope
    {
        private readonly WwMutex _mutex;

        internal Scope(WwMutex mutex) => _mutex = mutex;

        /// <summary>Releases the mutex.</summary>
        public void Dispose() => _mutex.Release("", 0, nameof(Dispose));
    }
}
