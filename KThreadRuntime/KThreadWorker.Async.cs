using System.Runtime.CompilerServices;

namespace KThreadRuntime;

/// <content>The same without blocking the caller.</content>
public sealed partial class KThreadWorker
{
    /// <summary>Does what <see cref="FlushWork(KThreadWork, string, int, string)"/> does without blocking the caller.</summary>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>A task that ends when the work has run, with whether there was something to wait for.</returns>
    /// <exception cref="ArgumentNullException">There is no work.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="FlushWork(KThreadWork, string, int, string)"/>.</exception>
    /// <remarks>
    /// What is wrong with the call is thrown by it, as by <see cref="FlushWork(KThreadWork, string, int, string)"/>. The task ends with an <see cref="OperationCanceledException"/> when the
    /// token is cancelled first, with a <see cref="LockdepException"/> where a <see cref="ThrowingSink"/> is in use and a ring closed, and with what the last run threw.
    /// </remarks>
    public Task<bool> FlushWorkAsync(
        KThreadWork work, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        var site = new CodeSite(file, line, member);
        RequireFlushable(work, site);
        return FlushWorkAsync(work, cancellationToken, site);
    }

    /// <summary>Does what <see cref="Flush(string, int, string)"/> does without blocking the caller.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>A task that ends when the works have run.</returns>
    /// <exception cref="InvalidOperationException">As for <see cref="Flush(string, int, string)"/>.</exception>
    /// <remarks>
    /// What is wrong with the call is thrown by it, as by <see cref="Flush(string, int, string)"/>. The task ends with an <see cref="OperationCanceledException"/> when the
    /// token is cancelled first, with a <see cref="LockdepException"/> where a <see cref="ThrowingSink"/> is in use and a ring closed.
    /// </remarks>
    public Task FlushAsync(
        CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        var site = new CodeSite(file, line, member);
        RefuseOwn(_turn, site, "flush its own worker");
        return WaitBehindAsync(_turn, IsBusy(null), BarrierAtTheEnd, cancellationToken, site);
    }

    /// <summary>Does what <see cref="CancelSync(KThreadWork, string, int, string)"/> does without blocking the caller.</summary>
    /// <param name="work">The work. It cannot be queued until the task ends.</param>
    /// <param name="cancellationToken">Ends the wait; if it is cancelled before the call, nothing is taken back.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>A task that ends when the work does not run any more, with whether it was pending.</returns>
    /// <exception cref="ArgumentNullException">There is no work.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="CancelSync(KThreadWork, string, int, string)"/>.</exception>
    /// <remarks>
    /// What is wrong with the call is thrown by it, as by <see cref="CancelSync(KThreadWork, string, int, string)"/>. The task ends with an <see cref="OperationCanceledException"/> when the
    /// token is cancelled first, with a <see cref="LockdepException"/> where a <see cref="ThrowingSink"/> is in use and a ring closed.
    /// </remarks>
    public Task<bool> CancelSyncAsync(
        KThreadWork work, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        var site = new CodeSite(file, line, member);
        RequireCancellable(work, site);
        return CancelAsync(work, cancellationToken, site);
    }

    /// <summary>Does what <see cref="Destroy(string, int, string)"/> does without blocking the caller.</summary>
    /// <param name="cancellationToken">
    /// Ends the wait; the worker takes no more works, and a later call goes on with what is left to do. If it is cancelled before the call,
    /// nothing is done.
    /// </param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>A task that ends when the thread has exited.</returns>
    /// <exception cref="InvalidOperationException">As for <see cref="Destroy(string, int, string)"/>.</exception>
    /// <remarks>
    /// What is wrong with the call is thrown by it, as by <see cref="Destroy(string, int, string)"/>. The task ends with an <see cref="OperationCanceledException"/> when the
    /// token is cancelled first, with a <see cref="LockdepException"/> where a <see cref="ThrowingSink"/> is in use and a ring closed, and with what works threw that nobody was told.
    /// </remarks>
    public Task DestroyAsync(
        CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        var site = new CodeSite(file, line, member);
        RefuseOwn(_turn, site, "destroy its own worker");
        return FinishAsync(cancellationToken, site);
    }

    private async Task<bool> FlushWorkAsync(KThreadWork work, CancellationToken token, CodeSite site)
    {
        token.ThrowIfCancellationRequested();
        NoteInFront(work, -1, site);
        bool waited = await WaitBehindAsync(work.Maps?.Done, IsBusy(work), () => IsCurrent ? null : BarrierBehind(work), token, site).ConfigureAwait(false);
        work.ThrowFault();
        return waited;
    }

    private async Task<bool> CancelAsync(KThreadWork work, CancellationToken token, CodeSite site)
    {
        token.ThrowIfCancellationRequested();
        bool wasPending = false, isCancelling = false;
        try
        {
            Completion? Request() => BarrierBehindRun(work, out wasPending, out isCancelling);
            await WaitBehindAsync(work.Maps?.Run, ReferenceEquals(Volatile.Read(ref _running), work), Request, token, site).ConfigureAwait(false);
        }
        finally
        {
            EndCancel(work, isCancelling);
        }

        return wasPending;
    }

    private async Task FinishAsync(CancellationToken token, CodeSite site)
    {
        token.ThrowIfCancellationRequested();
        Close();
        await WaitBehindAsync(_turn, IsBusy(null), BarrierAtTheEnd, token, site).ConfigureAwait(false);
        await _thread.StopAsync(token, site.File, site.Line, site.Member).ConfigureAwait(false);
        ThrowFaults();
    }

    private async Task<bool> WaitBehindAsync(
        LockdepMap? awaited, bool blocks, Func<Completion?> insertBarrier, CancellationToken cancellationToken, CodeSite site)
    {
        cancellationToken.ThrowIfCancellationRequested();
        WaitTicket ticket = BeginWait(awaited, blocks, isTimed: false, isAsync: true, site);
        try
        {
            Completion? barrier = insertBarrier();
            WakeIf(barrier is not null);
            if (barrier is not null)
            {
                await barrier.WaitForAsync(awaited, cancellationToken, site).ConfigureAwait(false);
            }

            return barrier is not null;
        }
        finally
        {
            Lockdep.EndWait(ticket);
        }
    }
}
