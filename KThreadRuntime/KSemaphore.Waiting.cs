using System.Runtime.CompilerServices;
using KThreadRuntime.Blocking;
using KThreadRuntime.Context;

namespace KThreadRuntime;

/// <content>The acquires.</content>
public sealed partial class KSemaphore : IWaiterOwner
{
    /// <summary>Acquires a unit, waiting for it as long as it takes.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; no unit was acquired.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; no unit was acquired.</exception>
    public void Acquire([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Acquire(-1, default, new CodeSite(file, line, member));

    /// <summary>Acquires a unit, or gives up when the token is cancelled.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled first; no unit was acquired.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; no unit was acquired.</exception>
    public void Acquire(
        CancellationToken cancellationToken,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Acquire(-1, cancellationToken, new CodeSite(file, line, member));

    /// <summary>Acquires a unit if there is one. Makes no dependency, since it cannot block.</summary>
    /// <returns>Whether there was one.</returns>
    public bool TryAcquire() => TryAcquire(CodeSite.Unknown);

    /// <summary>Acquires a unit, waiting at most for a time. The validator takes that for a stall, not for a deadlock.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit, zero to try.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it was acquired.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, but not infinite, or above int.MaxValue milliseconds.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first; no unit was acquired.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; no unit was acquired.</exception>
    public bool TryAcquire(
        TimeSpan timeout, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Acquire(Timeouts.ToMilliseconds(timeout, nameof(timeout)), cancellationToken, new CodeSite(file, line, member));

    /// <summary>Acquires a unit without blocking the thread. Takes its place in the same queue.</summary>
    /// <param name="cancellationToken">Ends the wait; the task is then cancelled and has no unit.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>A task that ends with the unit. What awaits it never runs inside the releaser's call.</returns>
    /// <remarks>Who will hold the unit is not known, so nobody is told to owe it.</remarks>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; the wait has not begun.</exception>
    public Task AcquireAsync(
        CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        Waiter waiter = Waiter.ForTask();
        var site = new CodeSite(file, line, member);
        waiter.Ticket = BeginWait(isTimed: false, isAsync: true, site);
        if (EnqueueUnlessAny(waiter))
        {
            waiter.Watch(_map, site, milliseconds: -1);
            return cancellationToken.CanBeCanceled ? Cancellable(waiter, cancellationToken) : waiter.Task;
        }

        Lockdep.EndWait(waiter.Ticket);
        return Task.CompletedTask;
    }

    /// <summary>Acquires a unit without blocking the thread, waiting at most for a time. The validator takes that for a stall, not for a deadlock.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit, zero to try.</param>
    /// <param name="cancellationToken">Ends the wait; the task is then cancelled and has no unit.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>A task that ends with whether there is a unit. What awaits it never runs inside the releaser's call.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, but not infinite, or above int.MaxValue milliseconds.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; the wait has not begun.</exception>
    /// <remarks>Who will hold the unit is not known, so nobody is told to owe it.</remarks>
    public Task<bool> TryAcquireAsync(
        TimeSpan timeout, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        int milliseconds = Timeouts.ToMilliseconds(timeout, nameof(timeout));
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<bool>(cancellationToken);
        }

        if (milliseconds == 0)
        {
            return Task.FromResult(TakeIfAny());
        }

        Waiter waiter = Waiter.ForTask();
        var site = new CodeSite(file, line, member);
        waiter.Ticket = BeginWait(milliseconds > 0, isAsync: true, site);
        if (EnqueueUnlessAny(waiter))
        {
            waiter.Watch(_map, site, milliseconds);
            return waiter.ResultWithin(milliseconds, cancellationToken, Abandon);
        }

        Lockdep.EndWait(waiter.Ticket);
        return Task.FromResult(true);
    }

    int IWaiterOwner.Holder => 0;

    bool IWaiterOwner.Abandon(Waiter waiter) => Abandon(waiter);

    private bool Acquire(int milliseconds, CancellationToken token, in CodeSite site)
    {
        token.ThrowIfCancellationRequested();
        if (milliseconds == 0)
        {
            return TryAcquire(site);
        }

        if (!TakeTold(milliseconds > 0, site) && !Block(milliseconds, token, site))
        {
            return false;
        }

        Owe(site);
        return true;
    }

    private bool TryAcquire(in CodeSite site)
    {
        bool taken = TakeIfAny();
        if (taken)
        {
            Owe(site);
        }

        return taken;
    }

    /// <summary>The wait that need not block is told before the unit is taken: a sink that throws must leave it there.</summary>
    private bool TakeTold(bool isTimed, in CodeSite site)
    {
        if (CurrentCount == 0)
        {
            return false;
        }

        if (Lockdep.IsSupported)
        {
            LockdepContext.For(_map!.Validator).NoteWait(_map, isTimed, site, finds: true);
        }

        return TakeIfAny();
    }

    private bool Block(int milliseconds, CancellationToken token, in CodeSite site)
    {
        WaitTicket ticket = BeginWait(milliseconds > 0, isAsync: false, site, token.CanBeCanceled);
        try
        {
            Waiter waiter = Waiter.Rent(wantsRead: false);
            if (EnqueueUnlessAny(waiter))
            {
                return QueuedWait.Sleep(waiter, this, milliseconds, token, _map);
            }

            waiter.IsAbandoned = true;
            waiter.Return();
            return true;
        }
        finally
        {
            Lockdep.EndWait(ticket);
        }
    }

    private WaitTicket BeginWait(bool isTimed, bool isAsync, in CodeSite site, bool canEnd = false) =>
        Lockdep.IsSupported ? LockdepContext.For(_map!.Validator).BeginWait(_map, isTimed, isAsync, site, canEnd) : default;

    private void Owe(in CodeSite site)
    {
        if (Lockdep.IsSupported)
        {
            LockdepContext.For(_map!.Validator).OweUnit(_map, site);
        }
    }

    private bool TakeIfAny()
    {
        if (CurrentCount == 0)
        {
            return false;
        }

        _gate.Enter();
        bool taken = TakeUnit();
        _gate.Exit();
        return taken;
    }

    private bool EnqueueUnlessAny(Waiter waiter)
    {
        _gate.Enter();
        bool queued = !TakeUnit();
        if (queued)
        {
            _waiters.Add(waiter);
        }

        _gate.Exit();
        return queued;
    }

    /// <summary>Where there are units nobody waits, so this overtakes nobody.</summary>
    private bool TakeUnit()
    {
        if (_count == 0)
        {
            return false;
        }

        Volatile.Write(ref _count, _count - 1);
        return true;
    }

    private bool Abandon(Waiter waiter)
    {
        _gate.Enter();
        bool abandoned = waiter.IsAbandoned = _waiters.Remove(waiter);
        _gate.Exit();
        return abandoned;
    }

    private async Task Cancellable(Waiter waiter, CancellationToken token)
    {
        using (token.Register(() => CancelQueued(waiter, token)))
        {
            await waiter.Task.ConfigureAwait(false);
        }
    }

    private void CancelQueued(Waiter waiter, CancellationToken token)
    {
        if (Abandon(waiter))
        {
            waiter.CancelTask(token);
        }
    }
}
