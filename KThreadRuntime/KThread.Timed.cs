using System.Runtime.CompilerServices;
using KThreadRuntime.Blocking;

namespace KThreadRuntime;

/// <content>
/// The waits that may give up. What was asked for stands all the same: a thread asked to park parks when it gets there, one asked to stop
/// stops. To the validator a wait with a time limit stalls, where one without deadlocks.
/// </content>
public sealed partial class KThread
{
    /// <summary>Does what <see cref="Park(string, int, string)"/> does, or gives up when the token is cancelled.</summary>
    /// <param name="cancellationToken">Ends the wait. The request stands: <see cref="Unpark"/> takes it back.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled first; if that was before the call, nothing was asked for.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="Park(string, int, string)"/>.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted; the request stands.</exception>
    public void Park(
        CancellationToken cancellationToken,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        ParkWithin(-1, cancellationToken, new CodeSite(file, line, member));

    /// <summary>Asks the thread to park and waits until it has, at most for a time. The validator takes that for a stall, not for a deadlock.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit, zero to ask and not to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>
    /// Whether it has parked, or was unparked before it got there. If not, the request stands: the thread parks when it gets there, unless
    /// <see cref="Unpark"/> takes the request back.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, but not infinite, or above int.MaxValue milliseconds.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first; if that was before the call, nothing was asked for.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="Park(string, int, string)"/>.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted; the request stands.</exception>
    public bool TryPark(
        TimeSpan timeout, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        ParkWithin(Timeouts.ToMilliseconds(timeout, nameof(timeout)), cancellationToken, new CodeSite(file, line, member));

    /// <summary>Does what <see cref="Stop(string, int, string)"/> does, or gives up when the token is cancelled.</summary>
    /// <param name="cancellationToken">Ends the wait. The request stands, and cannot be taken back; a later call waits for the same exit.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>The function's result, or <see cref="NeverRan"/>.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled first; if that was before the call, nothing was asked for.</exception>
    /// <exception cref="InvalidOperationException">The thread asks itself.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted; the request stands.</exception>
    /// <exception cref="AggregateException">What is registered with <see cref="StopToken"/> threw; the thread has exited.</exception>
    /// <remarks>What the function threw is thrown again here, with its stack.</remarks>
    public int Stop(
        CancellationToken cancellationToken,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        StopWithin(-1, cancellationToken, new CodeSite(file, line, member));
        return TakeResult();
    }

    /// <summary>Asks the thread to stop and waits until it has exited, at most for a time. The validator takes that for a stall, not for a deadlock.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit, zero to ask and not to wait.</param>
    /// <param name="result">The function's result, or <see cref="NeverRan"/>; that too if the time was over first.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it has exited. If not, the request stands, and cannot be taken back; a later call waits for the same exit.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, but not infinite, or above int.MaxValue milliseconds.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first; if that was before the call, nothing was asked for.</exception>
    /// <exception cref="InvalidOperationException">The thread asks itself.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted; the request stands.</exception>
    /// <exception cref="AggregateException">What is registered with <see cref="StopToken"/> threw; the request stands.</exception>
    /// <remarks>What the function threw is thrown again here, with its stack, once it has exited.</remarks>
    public bool TryStop(
        TimeSpan timeout, out int result, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        bool hasExited = StopWithin(Timeouts.ToMilliseconds(timeout, nameof(timeout)), cancellationToken, new CodeSite(file, line, member));
        result = hasExited ? TakeResult() : NeverRan;
        return hasExited;
    }

    /// <summary>Waits until the thread has exited, without asking it to. One that nobody wakes never does.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="InvalidOperationException">The thread waits for itself.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; the wait has not begun.</exception>
    /// <remarks>The result, and what the function threw, are <see cref="Stop(string, int, string)"/>'s to give: it returns at once then.</remarks>
    public void WaitForExit([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        WaitForExit(Timeout.InfiniteTimeSpan, default, file, line, member);

    /// <summary>Waits until the thread has exited, or the token is cancelled, without asking it to.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="InvalidOperationException">The thread waits for itself.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted.</exception>
    public void WaitForExit(
        CancellationToken cancellationToken,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        WaitForExit(Timeout.InfiniteTimeSpan, cancellationToken, file, line, member);

    /// <summary>Waits until the thread has exited, at most for a time, without asking it to.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit, zero to look.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it has exited.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, but not infinite, or above int.MaxValue milliseconds.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="InvalidOperationException">The thread waits for itself.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted.</exception>
    public bool WaitForExit(
        TimeSpan timeout, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        RefuseSelf("wait for");
        return _exited.Wait(timeout, cancellationToken, file, line, member);
    }

    /// <summary>Waits until the thread has exited, without asking it to and without blocking the caller.</summary>
    /// <param name="cancellationToken">Ends the wait; the task is then cancelled.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>A task that ends when the thread has exited; it gives neither the result nor what the function threw.</returns>
    /// <exception cref="InvalidOperationException">The thread waits for itself.</exception>
    public Task WaitForExitAsync(
        CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        RefuseSelf("wait for");
        return _exited.WaitAsync(cancellationToken, file, line, member);
    }

    /// <summary>
    /// Sleeps until <see cref="Wake"/>, or somebody asks the thread to park or stop, at most for a time. Only the thread itself may call it.
    /// </summary>
    /// <param name="timeout">The longest sleep; <see cref="Timeout.InfiniteTimeSpan"/> for no limit, zero to look.</param>
    /// <param name="cancellationToken">Ends the sleep.</param>
    /// <returns>Whether somebody woke it. If not, the next wake is still to come.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, but not infinite, or above int.MaxValue milliseconds.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="InvalidOperationException">Another thread calls it.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted.</exception>
    public bool WaitForWake(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        int milliseconds = Timeouts.ToMilliseconds(timeout, nameof(timeout));
        RequireSelf();
        if (milliseconds != 0)
        {
            Idle();
        }

        using (cancellationToken.CanBeCanceled ? cancellationToken.Register(static self => ((KThread)self!).LookAgain(), this) : default)
        {
            return SleepUntilWoken(new Deadline(milliseconds), cancellationToken);
        }
    }

    /// <summary>Asks the thread to stop. False when it had not exited before the time was over.</summary>
    internal bool StopWithin(int milliseconds, CancellationToken token, in CodeSite site)
    {
        RefuseSelf("stop");
        token.ThrowIfCancellationRequested();
        return StopUnstarted() || StopStarted(_exited.PrepareWait(site, milliseconds, token), milliseconds, token);
    }

    private int TakeResult()
    {
        _isFaultObserved = true;
        _fault?.Throw();
        return _result;
    }

    private bool SleepUntilWoken(Deadline deadline, CancellationToken token)
    {
        lock (_gate)
        {
            while ((_state & (State.WakePending | State.StopRequested | State.ParkRequested)) == 0)
            {
                token.ThrowIfCancellationRequested();
                int left = deadline.Left;
                if (left == 0)
                {
                    return false;
                }

                Monitor.Wait(_gate, left);
            }

            _state &= ~State.WakePending;
            return true;
        }
    }

    /// <summary>Lets the sleeper look at its token.</summary>
    private void LookAgain()
    {
        if (ChangeSurely(State.Created, State.Created))
        {
            Thread.CurrentThread.Interrupt();
        }
    }
}
