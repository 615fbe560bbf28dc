using System.Runtime.CompilerServices;
using KThreadRuntime.Blocking;
using KThreadRuntime.Context;

namespace KThreadRuntime;

/// <content>Parking: the thread stays, and does nothing, until it is unparked or stopped.</content>
public sealed partial class KThread
{
    /// <summary>
    /// Parks the calling kernel thread if somebody asked for it, until it is unparked or stopped; otherwise returns at once. What
    /// the thread did before has nothing to do with what it does after.
    /// </summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="InvalidOperationException">Another thread calls it.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while parked; it no longer counts as parked.</exception>
    public void ParkMe([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        RequireSelf();
        if (!EnterParked())
        {
            return;
        }

        try
        {
            _parked.SignalWaiting(file, line, member);
            StayParked();
        }
        finally
        {
            if (ChangeSurely(State.Created, State.Parked))
            {
                Thread.CurrentThread.Interrupt();
            }

            CutHistory();
        }
    }

    /// <summary>
    /// Asks the thread to park and waits until it has. Wakes it first, so a thread that was never woken parks before its
    /// function. Returns at once if it is parked, and also if it is unparked before it got there.
    /// </summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="InvalidOperationException">
    /// The thread asks itself; or it is asked to stop, has exited, or exits without having parked.
    /// </exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted; the request stands.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; nothing was asked for.</exception>
    public void Park([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        ParkWithin(-1, default, new CodeSite(file, line, member));

    /// <summary>Lets a parked thread go on, and takes back a request to park that was not obeyed yet.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    public void Unpark([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        bool isAwaited;
        lock (_gate)
        {
            isAwaited = Has(State.ParkRequested) && !Has(State.Parked);
            Change(State.Created, State.ParkRequested);
        }

        if (isAwaited)
        {
            // Who waits for the parking would wait for ever now. Nobody else can let it go.
            _parked.SignalWaiting(file, line, member);
        }
    }

    /// <summary>Waits at most for a time. False when that was over first: the request stands.</summary>
    private bool ParkWithin(int milliseconds, CancellationToken token, in CodeSite site)
    {
        RefuseSelf("park");
        token.ThrowIfCancellationRequested();
        WaitTicket ticket = _parked.PrepareWait(site, milliseconds, token);
        Waiter? waiter = null;
        try
        {
            waiter = RequestPark(out long parkedBefore);
            if (waiter is not null)
            {
                if (!_parked.FinishWait(ticket, waiter, milliseconds, token))
                {
                    return false;
                }

                RefuseUnparkable(parkedBefore);
            }
        }
        finally
        {
            if (waiter is null)
            {
                Lockdep.EndWait(ticket);
            }
        }

        return true;
    }

    private void Idle()
    {
        if (Lockdep.IsSupported && _validator is not null)
        {
            LockdepContext.For(_validator).Idle();
        }
    }

    private void CutHistory()
    {
        if (Lockdep.IsSupported && _validator is not null)
        {
            LockdepContext.For(_validator).Cut();
        }
    }

    private bool EnterParked()
    {
        lock (_gate)
        {
            if (!Has(State.ParkRequested) || Has(State.StopRequested))
            {
                return false;
            }

            _timesParked++;
            Change(State.Parked, State.Created);
            return true;
        }
    }

    private void StayParked()
    {
        lock (_gate)
        {
            while (Has(State.ParkRequested) && !Has(State.StopRequested))
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>
    /// Publishes the request and queues the caller in one step, so that no parking in between is missed. Null when the thread is
    /// parked already: the request keeps it there.
    /// </summary>
    private Waiter? RequestPark(out long parkedBefore)
    {
        lock (_gate)
        {
            if (Has(State.StopRequested) || Has(State.Finished))
            {
                throw new InvalidOperationException($"The thread \"{Name}\" is stopping or has exited; it cannot park.");
            }

            if (!Has(State.Started))
            {
                // It comes as far as to the gate; if it cannot be started, nothing was asked for.
                Start();
            }

            parkedBefore = _timesParked;
            Waiter? waiter = Has(State.Parked) ? null : _parked.Enqueue();
            Change(State.ParkRequested, State.Created);
            return waiter;
        }
    }

    private void RefuseUnparkable(long parkedBefore)
    {
        lock (_gate)
        {
            if (_timesParked == parkedBefore && Has(State.Finished))
            {
                throw new InvalidOperationException($"The thread \"{Name}\" exited without having parked.");
            }
        }
    }
}
