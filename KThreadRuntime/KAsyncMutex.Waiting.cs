using KThreadRuntime.Blocking;
using KThreadRuntime.Context;

namespace KThreadRuntime;

/// <content>The waits, blocking and not, and what the validator hears of them.</content>
public sealed partial class KAsyncMutex : IWaiterOwner
{
    int IWaiterOwner.Holder => 0;

    bool IWaiterOwner.Abandon(Waiter waiter) => Abandon(waiter);

    private Releaser AcquireBlocking(int milliseconds, CancellationToken token, in CodeSite site)
    {
        token.ThrowIfCancellationRequested();
        bool isTimed = milliseconds > 0;
        Want(isTimed, site);
        if (!TryTake() && !Block(milliseconds, token, site))
        {
            return default;
        }

        var hold = new FlowHold(_map, site, isTry: false, isTimed);
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

        bool isTimed = milliseconds > 0;
        Want(isTimed, site);
        var hold = new FlowHold(_map, site, isTry: false, isTimed);
        Waiter? waiter = TryTake() ? null : Waiter.ForTask();
        if (waiter is not null && EnqueueUnlessFree(waiter))
        {
            if (Lockdep.IsSupported && _map is not null)
            {
                AsyncFlow.Add(hold);
            }

            waiter.Watch(_map, site, milliseconds);
            return new Acquisition(this, ResultOf(waiter, milliseconds, token), hold);
        }

        Enter(hold);
        return new Acquisition(new Releaser(this, hold));
    }

    private Task<bool> ResultOf(Waiter waiter, int milliseconds, CancellationToken token) =>
        milliseconds >= 0 || token.CanBeCanceled ? waiter.ResultWithin(milliseconds, token, Abandon) : waiter.Result;

    /// <summary>Tells that the lock is wanted, before anything blocks.</summary>
    private void Want(bool isTimed, in CodeSite site)
    {
        if (Lockdep.IsSupported && _map is not null)
        {
            LockdepContext.For(_map.Validator).WantInFlow(_map, isTimed, site);
        }
    }

    /// <summary>The calling flow has the lock from here on.</summary>
    private void Enter(FlowHold hold)
    {
        if (Lockdep.IsSupported && _map is not null)
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

        if (Lockdep.IsSupported && _map is not null)
        {
            Remember(hold);
            AsyncFlow.Take(hold);
        }

        return new Releaser(this, hold);
    }

    private void Abandon(FlowHold hold)
    {
        if (hold.TryEnd() && Lockdep.IsSupported && _map is not null)
        {
            AsyncFlow.Forget(hold);
        }
    }

    private void Remember(FlowHold hold)
    {
        if (!Lockdep.IsSupported || hold.IsTry)
        {
            return;
        }

        try
        {
            LockdepContext.For(_map!.Validator).RememberInFlow(_map, hold.IsTimed, hold.Site);
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

    /// <summary>Blocks, and tells that it does.</summary>
    private bool Block(int milliseconds, CancellationToken token, in CodeSite site)
    {
        if (!Lockdep.IsSupported)
        {
            return Sleep(milliseconds, token);
        }

        LockdepContext context = LockdepContext.For(_map!.Validator);
        context.BlockInFlow(_map, site);
        bool taken = false;
        try
        {
            taken = Sleep(milliseconds, token);
        }
        finally
        {
            context.Unblock(taken);
        }

        return taken;
    }

    private bool Sleep(int milliseconds, CancellationToken token)
    {
        Waiter waiter = Waiter.Rent(wantsRead: false);
        if (EnqueueUnlessFree(waiter))
        {
            return QueuedWait.Sleep(waiter, this, milliseconds, token, _map);
        }

        waiter.IsAbandoned = true;
        waiter.Return();
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
