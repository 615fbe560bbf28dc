using System.Runtime.CompilerServices;
using KThreadRuntime.Blocking;

namespace KThreadRuntime;

/// <content>The acquires that may give up, and the end.</content>
public sealed partial class KMutex : ILockCore
{
    /// <summary>A Monitor cannot be cancelled, so its waits are cut into pieces of so many milliseconds.</summary>
    private const int CancellationInterval = 10;

    /// <summary>
    /// Acquires the mutex, or gives up when the token is cancelled: within some ten milliseconds, since a Monitor's wait cannot
    /// be cancelled at once.
    /// </summary>
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
        Acquire(-1, cancellationToken, new CodeSite(file, line, member));

    /// <summary>Acquires the mutex, waiting at most for a time. The validator takes that for a stall, not for a deadlock.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit, zero to try.</param>
    /// <param name="cancellationToken">Ends the wait, as for <see cref="Acquire(CancellationToken, string, int, string)"/>.</param>
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
        Acquire(Timeouts.ToMilliseconds(timeout, nameof(timeout)), cancellationToken, new CodeSite(file, line, member));

    /// <summary>Ends the mutex's life. It frees nothing; a mutex that the calling thread still holds is reported.</summary>
    public void Dispose() => TrackedLock.Freed(_map);

    bool ILockCore.TryTake(LockMode mode) => !IsHeldByCurrentThread && Taken(Monitor.TryEnter(_monitor));

    bool ILockCore.Wait(LockMode mode, int milliseconds, CancellationToken token, LockdepMap? watched)
    {
        var deadline = new Deadline(milliseconds);
        var watch = new HungWatch(watched, isEndless: milliseconds < 0);
        int left;
        while ((left = deadline.Left) != 0)
        {
            int piece = HungWatch.Sooner(token.CanBeCanceled ? CancellationInterval : -1, watch.Left);
            if (Monitor.TryEnter(_monitor, HungWatch.Sooner(left, piece)))
            {
                return Taken(true);
            }

            token.ThrowIfCancellationRequested();
            watch.Look(_owner);
        }

        return false;
    }

    void ILockCore.Free(LockMode mode)
    {
        _owner = 0;
        Monitor.Exit(_monitor);
    }

    private bool Taken(bool taken)
    {
        if (taken)
        {
            _owner = Environment.CurrentManagedThreadId;
        }

        return taken;
    }

    private bool Acquire(int milliseconds, CancellationToken token, in CodeSite site) =>
        milliseconds != 0 && IsHeldByCurrentThread ? throw Recursion(site) : TrackedLock.Acquire(this, _map, LockMode.Exclusive, milliseconds, token, site);

    private LockRecursionException Recursion(in CodeSite site) =>
        TrackedLock.Recursion(_map, LockMode.Exclusive, "The calling thread holds the mutex already and would wait for itself.", site);
}
