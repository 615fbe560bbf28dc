using System.Runtime.CompilerServices;
using KThreadRuntime.Blocking;

namespace KThreadRuntime;

/// <content>The acquires of both sides.</content>
public sealed partial class KRwLock
{
    /// <summary>Acquires the read side, behind a waiting writer or past it, as <see cref="Policy"/> says.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="LockRecursionException">The calling thread holds the write side.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; nothing is held.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; nothing is held.</exception>
    public void AcquireRead([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Acquire(_readMode, -1, default, new CodeSite(file, line, member));

    /// <summary>Acquires the read side, or gives up when the token is cancelled.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled first; nothing is held.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds the write side.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; nothing is held.</exception>
    public void AcquireRead(
        CancellationToken cancellationToken,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Acquire(_readMode, -1, cancellationToken, new CodeSite(file, line, member));

    /// <summary>Acquires the read side if that needs no waiting. Makes no dependency.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it was acquired.</returns>
    public bool TryAcquireRead([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        TrackedLock.TryAcquire(_queue, _map, _readMode, new CodeSite(file, line, member));

    /// <summary>Acquires the read side, waiting at most for a time. The validator takes that for a stall, not for a deadlock.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit, zero to try.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it was acquired.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, but not infinite, or above int.MaxValue milliseconds.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first; nothing is held.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds the write side, and the timeout is not zero.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; nothing is held.</exception>
    public bool TryAcquireRead(
        TimeSpan timeout, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Acquire(_readMode, Timeouts.ToMilliseconds(timeout, nameof(timeout)), cancellationToken, new CodeSite(file, line, member));

    /// <summary>Acquires the read side until the scope is disposed.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>The scope.</returns>
    public ReadScope EnterReadScope([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        AcquireRead(file, line, member);
        return new ReadScope(this);
    }

    /// <summary>Acquires the write side.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="LockRecursionException">The calling thread holds the write side.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; nothing is held.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; nothing is held.</exception>
    public void AcquireWrite([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Acquire(LockMode.Exclusive, -1, default, new CodeSite(file, line, member));

    /// <summary>Acquires the write side, or gives up when the token is cancelled.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled first; nothing is held.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds the write side.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; nothing is held.</exception>
    public void AcquireWrite(
        CancellationToken cancellationToken,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Acquire(LockMode.Exclusive, -1, cancellationToken, new CodeSite(file, line, member));

    /// <summary>Acquires the write side if that needs no waiting. Makes no dependency.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it was acquired.</returns>
    public bool TryAcquireWrite([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        TrackedLock.TryAcquire(_queue, _map, LockMode.Exclusive, new CodeSite(file, line, member));

    /// <summary>Acquires the write side, waiting at most for a time. The validator takes that for a stall, not for a deadlock.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit, zero to try.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it was acquired.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, but not infinite, or above int.MaxValue milliseconds.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first; nothing is held.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds the write side, and the timeout is not zero.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; nothing is held.</exception>
    public bool TryAcquireWrite(
        TimeSpan timeout, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Acquire(LockMode.Exclusive, Timeouts.ToMilliseconds(timeout, nameof(timeout)), cancellationToken, new CodeSite(file, line, member));

    /// <summary>Acquires the write side until the scope is disposed.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>The scope.</returns>
    public WriteScope EnterWriteScope([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        AcquireWrite(file, line, member);
        return new WriteScope(this);
    }

    private bool Acquire(LockMode mode, int milliseconds, CancellationToken token, in CodeSite site) =>
        milliseconds != 0 && _queue.IsWriteMine
            ? throw Recursion(mode, site)
            : TrackedLock.Acquire(_queue, _map, mode, milliseconds, token, site);

    private LockRecursionException Recursion(LockMode mode, in CodeSite site) =>
        TrackedLock.Recursion(_map, mode, "The calling thread holds the write side already and would wait for itself.", site);

    /// <summary>Holds the read side until it is disposed.</summary>
    public readonly ref struct ReadScope
    {
        private readonly KRwLock _owner;

        internal ReadScope(KRwLock owner) => _owner = owner;

        /// <summary>Releases the read side.</summary>
        public void Dispose() => _owner.ReleaseRead("", 0, nameof(Dispose));
    }

    /// <summary>Holds the write side until it is disposed.</summary>
    public readonly ref struct WriteScope
    {
        private readonly KRwLock _owner;

        internal WriteScope(KRwLock owner) => _owner = owner;

        /// <summary>Releases the write side.</summary>
        public void Dispose() => _owner.ReleaseWrite("", 0, nameof(Dispose));
    }
}
