using KThreadRuntime.Blocking;
using KThreadRuntime.Context;

namespace KThreadRuntime;

/// <content>The waits, blocking and not, and what the validator hears of them.</content>
public sealed partial class KAsyncMutex
{
    private Releaser AcquireBlocking(int milliseconds, CancellationToken token, in CodeSite site)
    {
        token.ThrowIfCancellationRequested();
        Want(site);
        if (!TryTake() && !Block(milliseconds, token))
        {
            return default;
        }

        var hold = new FlowHold(_map, site, isTry: false);
        Enter(hold);
        return new Releaser(this, hold);
    }

    /// <summary>Not an async method: what it changes of the flow has to stay changed for its caller.</summary>
    private Acquisition BeginAcquire(int milliseconds, CancellationToken token, in CodeSite site)
    {
        if (token.IsCancellationRequested)
        {
            return new Acquisition(this, Task.FromCanceled<bool>(token), new FlowHold(_map, site, isTry: false));
        }

        Want(site);
        var hold = new FlowHold(_map, site, isTry: false);
        Waiter? waiter = TryTake() ? null : Waiter.ForTask();
        if (waiter is not null && EnqueueUnlessFree(waiter))
        {
            if (_map is not null)
            {
                AsyncFlow.Add(hold);
            }

            return new Acquisition(this, ResultOf(waiter, milliseconds, token), hold);
        }

        Enter(hold);
        return new Acquisition(new Releaser(this, hold));
    }

    private Task<bool> ResultOf(Waiter waiter, int milliseconds, CancellationToken token) =>
        milliseconds >= 0 || token.CanBeCanceled ? waiter.ResultWithin(milliseconds, token, GiveUp) : waiter.Result;

    /// <summary>Tells that the lock is wanted, before anything blocks.</summary>
    private void Want(in CodeSite site)
    {
        if (_map is not null)
        {
            LockdepContext.For(_map.Validator).WantInFlow(_map, site);
        }
    }

    /// <summary>The calling flow has the lock from here on.</summary>
    private void Enter(FlowHold hold)
    {
        if (_map is not null)
        {
            Remember(hold);
            AsyncFlow.Add(hold);
            AsyncFlow.Take(hold);
        }
    }

    /// <summary>The end of a wait that did not block, in the flow that awaited it. A sink that throws here leaves the lock free.</summary>
    private Releaser EndAcquire(bool isGranted, FlowHold hold)
    {
        if (!isGranted)
        {
            Abandon(hold);
            return default;
        }

        if (_map is not null)
        {
            Remember(hold);
            AsyncFlow.Take(hold);
        }

        return new Releaser(this, hold);
    }

    private void Abandon(FlowHold hold)
    {
        if (hold.TryEnd() && _map is not null)
        {
            AsyncFlow.Forget(hold);
        }
    }

    private void Remember(FlowHold hold)
    {
        if (hold.IsTry)
        {
            return;
        }

        try
        {
            LockdepContext.For(_map!.Validator).RememberInFlow(_map, hold.Site);
        }
        catch
        {
            Abandon(hold);
            Unlock();
            throw;
        }
    }

    private bool EnqueueUnlessFree(Waiter waiter)
    {
        _gate.Enter();
        bool queued = _isHeld;
        if (queued)
        {
            _waiters.Add(waiter);
        }

        Volatile.Write(ref _isHeld, true);
        _gate.Exit();
        return queued;
    }

    private bool Block(int milliseconds, CancellationToken token)
    {
        Waiter waiter = Waiter.Rent(wantsRead: false);
        if (!EnqueueUnlessFree(waiter))
        {
            return true;
        }

        try
        {
            return waiter.Sleep(milliseconds, token) switch
            {
                WaitOutcome.Granted => true,
                WaitOutcome.TimedOut => !GiveUp(waiter),
                _ => GiveUp(waiter) ? throw new OperationCanceledException(token) : true,
            };
        }
        catch (ThreadInterruptedException) when (!GiveUp(waiter))
        {
            // The lock is this waiter's already, and the interrupt is the next blocking call's.
            Thread.CurrentThread.Interrupt();
            return true;
        }
        finally
        {
            waiter.Return();
        }
    }

    private bool GiveUp(Waiter waiter)
    {
        _gate.Enter();
        bool gaveUp = waiter.IsAbandoned = _waiters.Remove(waiter);
        _gate.Exit();
        return gaveUp;
    }
}
