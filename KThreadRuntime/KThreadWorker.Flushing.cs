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
    /// <exception cref="ArgumentNullException">There is no work.</exception>
    /// <exception cref="InvalidOperationException">The work belongs to another worker; or a work of this worker calls, and would wait for ever.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; the wait has not begun.</exception>
    /// <remarks>What the work's last run threw is thrown again, with its stack.</remarks>
    public bool FlushWork(
        KThreadWork work, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        FlushWithin(work, -1, default, new CodeSite(file, line, member)) != Flushed.Idle;

    /// <summary>Waits until all works that are queued now have run.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="InvalidOperationException">A work of this worker calls: it would wait for itself for ever.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; the wait has not begun.</exception>
    public void Flush([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        FlushWithin(-1, default, new CodeSite(file, line, member));

    /// <summary>Takes a work back, and waits until it does not run any more. It cannot be queued until this returns.</summary>
    /// <param name="work">The work.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it was pending, and so will not run for the time it was queued.</returns>
    /// <exception cref="ArgumentNullException">There is no work.</exception>
    /// <exception cref="InvalidOperationException">The work belongs to another worker, or cancels itself while it runs.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted; the work was taken back all the same.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; nothing was taken back.</exception>
    /// <remarks>A delayed work that waits for its time counts as pending. What a run threw is not thrown here.</remarks>
    public bool CancelSync(
        KThreadWork work, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        CancelWithin(work, -1, default, out bool wasPending, new CodeSite(file, line, member));
        return wasPending;
    }

    /// <summary>Does what <see cref="CancelSync(KThreadWork, string, int, string)"/> does; the kernel's name for a work that may wait for its time.</summary>
    /// <param name="work">The work.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it was pending.</returns>
    /// <exception cref="ArgumentNullException">There is no work.</exception>
    /// <exception cref="InvalidOperationException">The work belongs to another worker, or cancels itself while it runs.</exception>
    public bool CancelDelayedSync(
        KThreadDelayedWork work, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        CancelSync(work, file, line, member);

    /// <summary>A work of this worker may flush only what is idle, and then waits for nothing, even if that changes meanwhile.</summary>
    private void RequireFlushable(KThreadWork work, in CodeSite site)
    {
        RequireNoOthers(work);
        if (ReferenceEquals(Volatile.Read(ref _running), work))
        {
            RefuseOwn(work.Maps?.Done, site, "flush itself");
        }
        else if (work.Place is not null)
        {
            RefuseOwn(_turn, site, "flush what is queued behind it");
        }
    }

    /// <summary>A work that nobody has queued yet is nobody's: there is nothing to wait for, and another worker may still queue it.</summary>
    private void RequireNoOthers(KThreadWork work)
    {
        if (work is not { Worker: null })
        {
            Bind(work);
        }
    }

    /// <summary>Where a work stands in this worker's queue. Call it under the gate.</summary>
    private LinkedListNode<object>? PlaceOf(KThreadWork work) => ReferenceEquals(work.Worker, this) ? work.Place : null;

    private void RequireCancellable(KThreadWork work, in CodeSite site)
    {
        RequireNoOthers(work);
        if (ReferenceEquals(Volatile.Read(ref _running), work))
        {
            RefuseOwn(work.Maps?.Run, site, "cancel itself");
        }
    }

    private Flushed FlushWithin(KThreadWork work, int milliseconds, CancellationToken token, CodeSite site)
    {
        RequireFlushable(work, site);
        token.ThrowIfCancellationRequested();
        NoteInFront(work, milliseconds, site);
        Flushed flushed = WaitBehind(work.Maps?.Done, IsBusy(work), () => IsCurrent ? null : BarrierBehind(work), milliseconds, token, site);
        if (flushed != Flushed.TimedOut)
        {
            work.ThrowFault();
        }

        return flushed;
    }

    private Flushed FlushWithin(int milliseconds, CancellationToken token, in CodeSite site)
    {
        RefuseOwn(_turn, site, "flush its own worker");
        token.ThrowIfCancellationRequested();
        return WaitBehind(_turn, IsBusy(null), BarrierAtTheEnd, milliseconds, token, site);
    }

    /// <summary>Takes a work back, and waits for its run at most for a time. False when that was over first.</summary>
    private bool CancelWithin(KThreadWork work, int milliseconds, CancellationToken token, out bool wasPending, in CodeSite site)
    {
        RequireCancellable(work, site);
        token.ThrowIfCancellationRequested();
        bool wasTakenBack = false, isCancelling = false;
        try
        {
            Completion? Request() => BarrierBehindRun(work, out wasTakenBack, out isCancelling);
            return WaitBehind(work.Maps?.Run, ReferenceEquals(Volatile.Read(ref _running), work), Request, milliseconds, token, site) != Flushed.TimedOut;
        }
        finally
        {
            wasPending = wasTakenBack;
            EndCancel(work, isCancelling);
        }
    }

    /// <summary>A flush waits for what is in front of the work too, or would have the last time that something was.</summary>
    private void NoteInFront(KThreadWork work, int milliseconds, in CodeSite site)
    {
        if (!Lockdep.IsSupported || milliseconds == 0)
        {
            return;
        }

        // A work of this worker flushes only what is idle here, and was perhaps in front of it itself.
        foreach (WorkMaps other in IsCurrent ? [] : work.Maps?.InFront ?? [])
        {
            LockdepContext.For(other.Done.Validator).NoteWait(other.Done, timed: milliseconds > 0, site);
        }
    }

    /// <summary>A work that waits for its own end, or for its worker's next turn: told, and refused.</summary>
    private void RefuseOwn(LockdepMap? awaited, in CodeSite site, string what)
    {
        if (!IsCurrent || Volatile.Read(ref _running) is null)
        {
            return;
        }

        if (Lockdep.IsSupported && awaited is not null)
        {
            LockdepContext.For(awaited.Validator).NoteWait(awaited, timed: false, site);
        }

        throw new InvalidOperationException($"A work of \"{Name}\" cannot {what}: it would wait for itself for ever.");
    }

    /// <summary>The request, which is the barrier, goes out after the wait was told. One of no time is not told: it waits for nothing.</summary>
    private Flushed WaitBehind(
        LockdepMap? awaited, bool blocks, Func<Completion?> insertBarrier, int milliseconds, CancellationToken token, in CodeSite site)
    {
        WaitTicket ticket = milliseconds == 0 ? default : BeginWait(awaited, blocks, milliseconds > 0, isAsync: false, site, token.CanBeCanceled);
        try
        {
            Completion? barrier = insertBarrier();
            WakeIf(barrier is not null);
            return barrier is null ? Flushed.Idle : barrier.WaitFor(awaited, milliseconds, token) ? Flushed.Done : Flushed.TimedOut;
        }
        finally
        {
            Lockdep.EndWait(ticket);
        }
    }

    /// <summary>A wait for nothing blocks nobody, so it closes no ring of blocked threads; another schedule would have let it.</summary>
    private static WaitTicket BeginWait(LockdepMap? awaited, bool blocks, bool isTimed, bool isAsync, in CodeSite site, bool canEnd = false)
    {
        if (!Lockdep.IsSupported || awaited is null)
        {
            return default;
        }

        LockdepContext context = LockdepContext.For(awaited.Validator);
        if (blocks)
        {
            return context.BeginWait(awaited, isTimed, isAsync, site, canEnd);
        }

        context.NoteWait(awaited, isTimed, site);
        return default;
    }

    /// <summary>Whether a work, or without one anything, is queued or runs. May be out of date at once.</summary>
    private bool IsBusy(KThreadWork? work)
    {
        _gate.Enter();
        bool busy = work is null ? _running is not null || _queue.Count > 0 : PlaceOf(work) is not null || ReferenceEquals(_running, work);
        _gate.Exit();
        return busy;
    }

    private Completion? BarrierBehind(KThreadWork work)
    {
        Completion? barrier = null;
        _gate.Enter();
        if (PlaceOf(work) is { } place)
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
        wasPending = ReferenceEquals(work.Worker, this) && TakeBack(work);
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

    /// <summary>What came of waiting for works.</summary>
    private enum Flushed
    {
        /// <summary>There was nothing to wait for.</summary>
        Idle,

        Done,

        TimedOut,
    }
}
