using System.Runtime.CompilerServices;
using KThreadRuntime.Blocking;

namespace KThreadRuntime;

/// <content>
/// The waits that may give up. What was asked for stands: a work that was taken back stays so, and a worker that is being destroyed takes
/// no more works. To the validator a wait with a time limit stalls, where one without deadlocks.
/// </content>
public sealed partial class KThreadWorker
{
    /// <summary>Does what <see cref="FlushWork(KThreadWork, string, int, string)"/> does, or gives up when the token is cancelled.</summary>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether there was something to wait for.</returns>
    /// <exception cref="ArgumentNullException">There is no work.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="FlushWork(KThreadWork, string, int, string)"/>.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted.</exception>
    /// <remarks>What the work's last run threw is thrown again, with its stack.</remarks>
    public bool FlushWork(
        KThreadWork work, CancellationToken cancellationToken,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        FlushWithin(work, -1, cancellationToken, new CodeSite(file, line, member)) != Flushed.Idle;

    /// <summary>Waits until a work that is queued or runs has run, at most for a time.</summary>
    /// <param name="work">The work.</param>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit, zero to look.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it is neither queued nor runs any more: true too where there was nothing to wait for.</returns>
    /// <exception cref="ArgumentNullException">There is no work.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, but not infinite, or above int.MaxValue milliseconds.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="FlushWork(KThreadWork, string, int, string)"/>.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted.</exception>
    /// <remarks>What the work's last run threw is thrown again, with its stack, unless the time was over first.</remarks>
    public bool TryFlushWork(
        KThreadWork work, TimeSpan timeout, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        FlushWithin(work, Timeouts.ToMilliseconds(timeout, nameof(timeout)), cancellationToken, new CodeSite(file, line, member)) != Flushed.TimedOut;

    /// <summary>Waits until all works that are queued now have run, or the token is cancelled.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="Flush(string, int, string)"/>.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted.</exception>
    public void Flush(
        CancellationToken cancellationToken,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        FlushWithin(-1, cancellationToken, new CodeSite(file, line, member));

    /// <summary>Waits until all works that are queued now have run, at most for a time.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit, zero to look.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether they have.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, but not infinite, or above int.MaxValue milliseconds.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="Flush(string, int, string)"/>.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted.</exception>
    public bool TryFlush(
        TimeSpan timeout, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        FlushWithin(Timeouts.ToMilliseconds(timeout, nameof(timeout)), cancellationToken, new CodeSite(file, line, member)) != Flushed.TimedOut;

    /// <summary>Does what <see cref="CancelSync(KThreadWork, string, int, string)"/> does, or gives up when the token is cancelled.</summary>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Ends the wait. The work is taken back all the same, and can be queued again; its run goes on.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it was pending.</returns>
    /// <exception cref="ArgumentNullException">There is no work.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first; if that was before the call, nothing was taken back.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="CancelSync(KThreadWork, string, int, string)"/>.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted; the work was taken back all the same.</exception>
    public bool CancelSync(
        KThreadWork work, CancellationToken cancellationToken,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        CancelWithin(work, -1, cancellationToken, out bool wasPending, new CodeSite(file, line, member));
        return wasPending;
    }

    /// <summary>Takes a work back, and waits until it does not run any more, at most for a time.</summary>
    /// <param name="work">The work.</param>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit, zero to ask and not to wait.</param>
    /// <param name="wasPending">Whether it was pending, and so will not run for the time it was queued. Said in any case.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it does not run any more. If it does, it was taken back all the same, and can be queued again.</returns>
    /// <exception cref="ArgumentNullException">There is no work.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, but not infinite, or above int.MaxValue milliseconds.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first; if that was before the call, nothing was taken back.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="CancelSync(KThreadWork, string, int, string)"/>.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted; the work was taken back all the same.</exception>
    public bool TryCancelSync(
        KThreadWork work, TimeSpan timeout, out bool wasPending, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        CancelWithin(work, Timeouts.ToMilliseconds(timeout, nameof(timeout)), cancellationToken, out wasPending, new CodeSite(file, line, member));

    /// <summary>Does what <see cref="Destroy(string, int, string)"/> does, or gives up when the token is cancelled.</summary>
    /// <param name="cancellationToken">Ends the wait. The worker takes no more works; a later call goes on with what is left to do.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled first; if that was before the call, nothing was done.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="Destroy(string, int, string)"/>.</exception>
    /// <exception cref="AggregateException">As for <see cref="Destroy(string, int, string)"/>.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted; the worker takes no more works.</exception>
    public void Destroy(
        CancellationToken cancellationToken,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        DestroyWithin(-1, cancellationToken, new CodeSite(file, line, member));

    /// <summary>Flushes the worker, then stops its thread, waiting for both together at most for a time.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit, zero to ask and not to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>
    /// Whether its thread has exited. If not, the worker takes no more works, those that are queued still run, and a later call goes on with
    /// what is left to do.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, but not infinite, or above int.MaxValue milliseconds.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first; if that was before the call, nothing was done.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="Destroy(string, int, string)"/>.</exception>
    /// <exception cref="AggregateException">As for <see cref="Destroy(string, int, string)"/>.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted; the worker takes no more works.</exception>
    public bool TryDestroy(
        TimeSpan timeout, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        DestroyWithin(Timeouts.ToMilliseconds(timeout, nameof(timeout)), cancellationToken, new CodeSite(file, line, member));
}
