using System.Runtime.CompilerServices;
using KThreadRuntime.Blocking;
using KThreadRuntime.Context;

namespace KThreadRuntime;

/// <content>The waits. Each throws, or gives to its task, what <see cref="Fail"/> or <see cref="Cancel"/> lets it go with.</content>
public sealed partial class Completion
{
    /// <summary>Waits for a signal and uses it up.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted before a signal came; none is used up.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; the wait has not begun.</exception>
    public void Wait([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        WaitFor(-1, default, new CodeSite(file, line, member));

    /// <summary>Waits for a signal, or until the token is cancelled.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled before a signal came; none is used up.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted before a signal came.</exception>
    public void Wait(
        CancellationToken cancellationToken, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        WaitFor(-1, cancellationToken, new CodeSite(file, line, member));

    /// <summary>Waits for a signal, at most for a time.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit, zero to try.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether a signal came, and was used up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, but not infinite, or above int.MaxValue milliseconds.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted before a signal came.</exception>
    public bool Wait(
        TimeSpan timeout, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        WaitFor(Timeouts.ToMilliseconds(timeout, nameof(timeout)), default, new CodeSite(file, line, member));

    /// <summary>Waits for a signal, at most for a time or until the token is cancelled.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit, zero to try.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether a signal came, and was used up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, but not infinite, or above int.MaxValue milliseconds.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before a signal came.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted before a signal came.</exception>
    public bool Wait(
        TimeSpan timeout, CancellationToken cancellationToken,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        WaitFor(Timeouts.ToMilliseconds(timeout, nameof(timeout)), cancellationToken, new CodeSite(file, line, member));

    /// <summary>Waits for a signal without blocking the thread. Takes its place in the same queue.</summary>
    /// <param name="cancellationToken">Ends the wait; the task is then cancelled and uses no signal up.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>A task that ends with the signal. What awaits it never runs inside the signaller's call.</returns>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; the wait has not begun.</exception>
    public Task WaitAsync(
        CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        return cancellationToken.IsCancellationRequested
            ? Task.FromCanceled(cancellationToken)
            : WaitForAsync(-1, cancellationToken, new CodeSite(file, line, member));
    }

    /// <summary>Waits for a signal without blocking the thread, at most for a time.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit, zero to try.</param>
    /// <param name="cancellationToken">Ends the wait; the task is then cancelled and uses no signal up.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>A task that ends with whether a signal came, and was used up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, but not infinite, or above int.MaxValue milliseconds.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; the wait has not begun.</exception>
    public Task<bool> WaitAsync(
        TimeSpan timeout, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        int milliseconds = Timeouts.ToMilliseconds(timeout, nameof(timeout));
        return cancellationToken.IsCancellationRequested ? Task.FromCanceled<bool>(cancellationToken)
            : milliseconds == 0 ? TryTake(out WaitFault? fault) ? Ended(fault) : Task.FromResult(false)
            : WaitForAsync(milliseconds, cancellationToken, new CodeSite(file, line, member));
    }

    /// <summary>Uses a signal up if there is one. Makes no dependency, since it cannot block.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="TaskCanceledException">The completion was cancelled (<see cref="Cancel"/>).</exception>
    /// <remarks>Throws what <see cref="Fail"/> was given.</remarks>
    public bool TryWait()
    {
        bool taken = TryTake(out WaitFault? fault);
        fault?.Throw();
        return taken;
    }

    /// <summary>
    /// Announces a wait that <see cref="FinishWait(WaitTicket, int, CancellationToken)"/> will block for. The request goes out in between. One of
    /// no time is none.
    /// </summary>
    internal WaitTicket PrepareWait(in CodeSite site, int milliseconds = -1, CancellationToken token = default) =>
        milliseconds == 0 ? default : BeginWait(milliseconds > 0, isAsync: false, site, token.CanBeCanceled);

    /// <summary>Blocks for a wait that was announced, and ends it. False when its time was over.</summary>
    internal bool FinishWait(WaitTicket ticket, int milliseconds = -1, CancellationToken token = default)
    {
        try
        {
            return Block(milliseconds, token);
        }
        finally
        {
            Lockdep.EndWait(ticket);
        }
    }

    /// <summary>Blocks for what another map stands for, which was told that a wait has begun. False when the time was over.</summary>
    internal bool WaitFor(LockdepMap? watched, int milliseconds, CancellationToken token) => Block(milliseconds, token, watched);

    /// <summary>
    /// Queues the calling thread whether or not the completion is done: it is let go by the next <see cref="ReleaseWaiting"/>.
    /// To be followed by <see cref="FinishWait(WaitTicket, Waiter, int, CancellationToken)"/>.
    /// </summary>
    internal Waiter Enqueue()
    {
        Waiter waiter = Waiter.Rent(wantsRead: false);
        _gate.Enter();
        _waiters.Add(waiter);
        _gate.Exit();
        return waiter;
    }

    /// <summary>Blocks for a wait that was announced and queued, and ends it. False when its time was over.</summary>
    internal bool FinishWait(WaitTicket ticket, Waiter waiter, int milliseconds, CancellationToken token)
    {
        try
        {
            return SleepQueued(waiter, milliseconds, token);
        }
        finally
        {
            Lockdep.EndWait(ticket);
        }
    }

    /// <summary>Awaits a completion of its own for what another map stands for, which was told that a wait has begun.</summary>
    internal Task WaitForAsync(LockdepMap? watched, CancellationToken token, in CodeSite site) => WaitForAsync(-1, token, site, watched);

    private Task<bool> WaitForAsync(int milliseconds, CancellationToken token, in CodeSite site, LockdepMap? watched = null)
    {
        bool isTimed = milliseconds > 0;
        if (TryTakeSignalled(isTimed, site, out WaitFault? fault))
        {
            return Ended(fault);
        }

        Waiter waiter = Waiter.ForTask();
        waiter.Ticket = BeginWait(isTimed, isAsync: true, site);
        if (EnqueueUnlessDone(waiter))
        {
            waiter.Watch(watched ?? _map, site, milliseconds);
            return isTimed || token.CanBeCanceled ? waiter.ResultWithin(milliseconds, token, Abandon) : waiter.Result;
        }

        Lockdep.EndWait(waiter.Ticket);
        return Ended(waiter.Fault);
    }

    private static Task<bool> Ended(WaitFault? fault)
    {
        if (fault is null)
        {
            return Task.FromResult(true);
        }

        var task = new TaskCompletionSource<bool>();
        fault.End(task);
        return task.Task;
    }

    private bool WaitFor(int milliseconds, CancellationToken token, in CodeSite site)
    {
        token.ThrowIfCancellationRequested();
        if (milliseconds == 0)
        {
            return TryWait();
        }

        if (TryTakeSignalled(milliseconds > 0, site, out WaitFault? fault))
        {
            fault?.Throw();
            return true;
        }

        WaitTicket ticket = BeginWait(milliseconds > 0, isAsync: false, site, token.CanBeCanceled);
        try
        {
            return Block(milliseconds, token);
        }
        finally
        {
            Lockdep.EndWait(ticket);
        }
    }

    /// <summary>The wait that need not block: told first, since a sink that throws must leave the signal there.</summary>
    private bool TryTakeSignalled(bool isTimed, in CodeSite site, out WaitFault? fault)
    {
        fault = null;
        if (!IsDone)
        {
            return false;
        }

        if (Lockdep.IsSupported && _map is not null && !LockdepContext.IsQuietWait(_map, isTimed))
        {
            LockdepContext context = LockdepContext.For(_map.Validator);
            if (!context.HasNotedWait(_map, isTimed))
            {
                context.NoteWait(_map, isTimed, site, finds: true);
            }
        }

        return TryTake(out fault);
    }

    private bool TryTake(out WaitFault? fault)
    {
        fault = null;
        if (!IsDone)
        {
            return false;
        }

        _gate.Enter();
        bool taken = TakeDone(out fault);
        _gate.Exit();
        return taken;
    }

    private WaitTicket BeginWait(bool isTimed, bool isAsync, in CodeSite site, bool canEnd = false) =>
        Lockdep.IsSupported && _map is not null ? LockdepContext.For(_map.Validator).BeginWait(_map, isTimed, isAsync, site, canEnd) : default;

    private bool Block(int milliseconds, CancellationToken token, LockdepMap? watched = null)
    {
        Waiter waiter = Waiter.Rent(wantsRead: false);
        if (EnqueueUnlessDone(waiter))
        {
            return SleepQueued(waiter, milliseconds, token, watched);
        }

        waiter.Fault?.Throw();
        return true;
    }

    private bool SleepQueued(Waiter waiter, int milliseconds, CancellationToken token, LockdepMap? watched = null)
    {
        WaitFault? fault;
        bool granted;
        try
        {
            granted = waiter.Sleep(milliseconds, token, watched ?? _map) switch
            {
                WaitOutcome.Granted => true,
                WaitOutcome.TimedOut => !Abandon(waiter),
                _ => Abandon(waiter) ? throw new OperationCanceledException(token) : true,
            };
        }
        catch (ThreadInterruptedException) when (!Abandon(waiter))
        {
            // The signal is this waiter's already, and the interrupt is the next blocking call's.
            Thread.CurrentThread.Interrupt();
            granted = true;
        }
        finally
        {
            fault = waiter.Fault;
            waiter.Return();
        }

        // Not above: what is thrown on may itself be an interrupt, somebody else's.
        fault?.Throw();
        return granted;
    }

    private bool EnqueueUnlessDone(Waiter waiter)
    {
        _gate.Enter();
        bool queued = !TakeDone(out WaitFault? fault);
        waiter.Fault = fault;
        if (queued)
        {
            _waiters.Add(waiter);
        }

        _gate.Exit();
        return queued;
    }

    private bool TakeDone(out WaitFault? fault)
    {
        fault = null;
        if (_done == 0)
        {
            return false;
        }

        if (_done == All)
        {
            fault = Fault;
        }
        else
        {
            Volatile.Write(ref _done, _done - 1);
        }

        return true;
    }

    private bool Abandon(Waiter waiter)
    {
        _gate.Enter();
        bool abandoned = waiter.IsAbandoned = _waiters.Remove(waiter);
        _gate.Exit();
        return abandoned;
    }
}
