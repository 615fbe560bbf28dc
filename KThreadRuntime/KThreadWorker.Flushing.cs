using System.Runtime.CompilerServices;
using KThreadRuntime.Context;

namespace KThreadRuntime;

/// <content>Waiting for works, and taking them back.</content>
public sealed partial class KThreadWorker
{
    /// <summary>Waits until a work that is queued or runs has run. A work that waits for its time is not waited for.</summary>
    /// <param name="work">The work.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether there was something to wait for.</returns>
    /// <exception cref="InvalidOperationException">The work belongs to another worker; or a work of this worker calls, and would wait for ever.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; the wait has not begun.</exception>
    /// <remarks>What the work's last run threw is thrown again, with its stack.</remarks>
    public bool FlushWork(
        KThreadWork work, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        RequireFlushable(work, file, line, member);
        NoteInFront(work, new CodeSite(file, line, member));
        bool waited = WaitBehind(work.Maps?.Done, IsBusy(work), () => IsCurrent ? null : BarrierBehind(work), new CodeSite(file, line, member));
        work.ThrowFault();
        return waited;
    }

    /// <summary>Does what <see cref="FlushWork"/> does without blocking the caller.</summary>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>A task that ends when the work has run, with whether there was something to wait for.</returns>
    public async Task<bool> FlushWorkAsync(
        KThreadWork work, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        RequireFlushable(work, file, line, member);
        NoteInFront(work, new CodeSite(file, line, member));
        bool waited = await WaitBehindAsync(
            work.Maps?.Done, IsBusy(work), () => IsCurrent ? null : BarrierBehind(work), cancellationToken, new CodeSite(file, line, member))
            .ConfigureAwait(false);
        work.ThrowFault();
        return waited;
    }

    /// <summary>Waits until all works that are queued now have run.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="InvalidOperationException">A work of this worker calls: it would wait for itself for ever.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; the wait has not begun.</exception>
    public void Flush([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        RefuseOwn(_turn, file, line, member, "flush its own worker");
        WaitBehind(_turn, IsBusy(null), BarrierAtTheEnd, new CodeSite(file, line, member));
    }

    /// <summary>Does what <see cref="Flush"/> does without blocking the caller.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>A task that ends when the works have run.</returns>
    public Task FlushAsync(
        CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        RefuseOwn(_turn, file, line, member, "flush its own worker");
        return WaitBehindAsync(_turn, IsBusy(null), BarrierAtTheEnd, cancellationToken, new CodeSite(file, line, member));
    }

    /// <summary>Takes a work back, and waits until it does not run any more. It cannot be queued until this returns.</summary>
    /// <param name="work">The work.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it was pending, and so will not run for the time it was queued.</returns>
    /// <exception cref="InvalidOperationException">The work belongs to another worker, or cancels itself while it runs.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted; the work was taken back all the same.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; nothing was taken back.</exception>
    /// <remarks>A delayed work that waits for its time counts as pending. What a run threw is not thrown here.</remarks>
    public bool CancelSync(
        KThreadWork work, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        Bind(work);
        if (ReferenceEquals(Volatile.Read(ref _running), work))
        {
            RefuseOwn(work.Maps?.Run, file, line, member, "cancel itself");
        }

        bool wasPending = false, isCancelling = false;
        try
        {
            bool isRunning = ReferenceEquals(Volatile.Read(ref _running), work);
            WaitBehind(work.Maps?.Run, isRunning, () => BarrierBehindRun(work, out wasPending, out isCancelling), new CodeSite(file, line, member));
        }
        finally
        {
            EndCancel(work, isCancelling);
        }

        return wasPending;
    }

    /// <summary>Does what <see cref="CancelSync"/> does; the kernel's name for a work that may wait for its time.</summary>
    /// <param name="work">The work.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it was pending.</returns>
    public bool CancelDelayedSync(
        KThreadDelayedWork work, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        CancelSync(work, file, line, member);

    /// <summary>A work of this worker may flush only what is idle, and then waits for nothing, even if that changes meanwhile.</summary>
    private void RequireFlushable(KThreadWork work, string file, int line, string member)
    {
        Bind(work);
        if (ReferenceEquals(Volatile.Read(ref _running), work))
        {
            RefuseOwn(work.Maps?.Done, file, line, member, "flush itself");
        }
        else if (work.Place is not null)
        {
            RefuseOwn(_turn, file, line, member, "flush what is queued behind it");
        }
    }

    /// <summary>A flush waits for what is in front of the work too, or would have the last time that something was.</summary>
    private void NoteInFront(KThreadWork work, CodeSite site)
    {
        if (!Lockdep.IsSupported)
        {
            return;
        }

        // A work of this worker flushes only what is idle here, and was perhaps in front of it itself.
        foreach (WorkMaps other in IsCurrent ? [] : work.Maps?.InFront ?? [])
        {
            LockdepContext.For(other.Done.Validator).NoteWait(other.Done, timed: false, site);
        }
    }

    /// <summary>A work that waits for its own end, or for its worker's next turn: told, and refused.</summary>
    private void RefuseOwn(LockdepMap? awaited, string file, int line, string member, string what)
    {
        if (!IsCurrent || Volatile.Read(ref _running) is null)
        {
            return;
        }

        if (Lockdep.IsSupported && awaited is not null)
        {
            LockdepContext.For(awaited.Validator).NoteWait(awaited, timed: false, new CodeSite(file, line, member));
        }

        throw new InvalidOperationException($"A work of \"{Name}\" cannot {what}: it would wait for itself for ever.");
    }

    /// <summary>The request, which is the barrier, goes out after the wait was told.</summary>
    private bool WaitBehind(LockdepMap? awaited, bool blocks, Func<Completion?> insertBarrier, CodeSite site)
    {
        WaitTicket ticket = BeginWait(awaited, blocks, isAsync: false, site);
        try
        {
            Completion? barrier = insertBarrier();
            WakeIf(barrier is not null);
            barrier?.WaitFor(awaited);
            return barrier is not null;
        }
        finally
        {
            Lockdep.EndWait(ticket);
        }
    }

    private async Task<bool> WaitBehindAsync(
        LockdepMap? awaited, bool blocks, Func<Completion?> insertBarrier, CancellationToken cancellationToken, CodeSite site)
    {
        cancellationToken.ThrowIfCancellationRequested();
        WaitTicket ticket = BeginWait(awaited, blocks, isAsync: true, site);
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

    /// <summary>A wait for nothing blocks nobody, so it closes no ring of blocked threads; another schedule would have let it.</summary>
    private static WaitTicket BeginWait(LockdepMap? awaited, bool blocks, bool isAsync, in CodeSite site)
    {
        if (!Lockdep.IsSupported || awaited is null)
        {
            return default;
        }

        LockdepContext context = LockdepContext.For(awaited.Validator);
        if (blocks)
        {
            return context.BeginWait(awaited, timed: false, isAsync, site);
        }

        context.NoteWait(awaited, timed: false, site);
        return default;
    }

    /// <summary>Whether a work, or without one anything, is queued or runs. May be out of date at once.</summary>
    private bool IsBusy(KThreadWork? work)
    {
        _gate.Enter();
        bool busy = work is null ? _running is not null || _queue.Count > 0 : work.Place is not null || ReferenceEquals(_running, work);
        _gate.Exit();
        return busy;
    }

    private Completion? BarrierBehind(KThreadWork work)
    {
        Completion? barrier = null;
        _gate.Enter();
        if (work.Place is { } place)
        {
            _queue.AddAfter(place, barrier = new Completion((LockdepMap?)null));
        }
        else if (ReferenceEquals(_running, work))
        {
            _queue.AddFirst(barrier = new Completion((LockdepMap?)null));
        }

        _gate.Exit();
        return barrier;
    }

    private Completion? BarrierAtTheEnd()
    {
        Completion? barrier = null;
        _gate.Enter();
        if (_running is not null || _queue.Count > 0)
        {
            _queue.AddLast(barrier = new Completion((LockdepMap?)null));
        }

        _gate.Exit();
        return barrier;
    }

    private Completion? BarrierBehindRun(KThreadWork work, out bool wasPending, out bool isCancelling)
    {
        Completion? barrier = null;
        _gate.Enter();
        wasPending = TakeBack(work);
        isCancelling = ReferenceEquals(_running, work);
        if (isCancelling)
        {
            work.Cancels++;
            _queue.AddFirst(barrier = new Completion((LockdepMap?)null));
        }

        _gate.Exit();
        return barrier;
    }

    private void EndCancel(KThreadWork work, bool isCancelling)
    {
        if (isCancelling)
        {
            _gate.Enter();
            work.Cancels--;
            _gate.Exit();
        }
    }
}
