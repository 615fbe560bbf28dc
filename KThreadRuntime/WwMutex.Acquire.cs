using KThreadRuntime.Blocking;

namespace KThreadRuntime;

/// <content>The order of checking, telling and blocking.</content>
public sealed partial class WwMutex
{
    private WwResult AcquireUnder(WwAcquireContext context, bool isSlow, CancellationToken token, in CodeSite site)
    {
        if (context is null)
        {
            throw new ArgumentNullException(nameof(context));
        }

        token.ThrowIfCancellationRequested();
        RequireUsable(context, site);
        if (ReferenceEquals(Context, context))
        {
            return WwResult.Already;
        }

        CheckUse(context, context.AcquiredCount, isSlow, site);
        context.BeginAcquire();
        WwVerdict verdict = Acquire(context, -1, token, site);
        context.Contending = verdict == WwVerdict.Refused ? this : null;
        return verdict == WwVerdict.Acquired ? WwResult.Acquired : WwResult.Deadlock;
    }

    private bool TryAcquire(WwAcquireContext? context, in CodeSite site)
    {
        if (context is not null)
        {
            RequireUsable(context, site);
            context.BeginAcquire();
        }

        if (_queue.TryEnter(context) != WwVerdict.Acquired)
        {
            return false;
        }

        try
        {
            TellTried(context, site);
        }
        catch
        {
            // A sink threw: the try has failed as a whole.
            _queue.Leave(keepsContext: false);
            throw;
        }

        if (context is not null)
        {
            CheckUse(context, context.AcquiredCount - 1, isSlow: false, site);
            context.Contending = null;
        }

        return true;
    }

    private WwVerdict Acquire(WwAcquireContext? context, int milliseconds, CancellationToken token, in CodeSite site)
    {
        token.ThrowIfCancellationRequested();
        if (milliseconds == 0)
        {
            return TryAcquire(context, site) ? WwVerdict.Acquired : WwVerdict.TimedOut;
        }

        Announce(context, milliseconds > 0, site);
        WwVerdict verdict = WwVerdict.Blocked;
        try
        {
            verdict = _queue.TryEnter(context);
            if (verdict == WwVerdict.Blocked)
            {
                verdict = Block(context, milliseconds, token, site);
            }
        }
        finally
        {
            if (verdict != WwVerdict.Acquired && Lockdep.IsSupported)
            {
                Lockdep.Release(_map!, site.File, site.Line, site.Member);
            }
        }

        if (verdict == WwVerdict.Recursion)
        {
            throw new LockRecursionException("The calling thread holds the mutex already and would wait for itself.");
        }

        if (verdict == WwVerdict.Acquired && _queue.TakeStaleness())
        {
            TrackedLock.Misuse(_map, "acquires a mutex that was released without its context.", site);
        }

        return verdict;
    }

    private WwVerdict Block(WwAcquireContext? context, int milliseconds, CancellationToken token, in CodeSite site)
    {
        if (!Lockdep.IsSupported)
        {
            return _queue.Enter(context, milliseconds, token, watched: null);
        }

        // Who holds locks under a context may be told to give way, so that no ring through this wait is closed for good.
        bool canEnd = milliseconds > 0 || token.CanBeCanceled || context is { AcquiredCount: > 0 };
        Lockdep.Contended(_map!, canEnd, site.File, site.Line, site.Member);
        WwVerdict verdict = WwVerdict.Blocked;
        try
        {
            return verdict = _queue.Enter(context, milliseconds, token, _map);
        }
        finally
        {
            if (verdict == WwVerdict.Acquired)
            {
                Lockdep.Acquired(_map!);
            }
            else
            {
                Lockdep.NotAcquired(_map!);
            }
        }
    }

    private void Release(bool keepsContext, in CodeSite site)
    {
        if (!_queue.IsMine)
        {
            throw TrackedLock.NotHeld(_map, "The mutex is not held by the calling thread.", site);
        }

        if (!keepsContext && Context is { AcquiredCount: 0 })
        {
            TrackedLock.Misuse(_map, "releases a mutex under a context that holds none.", site);
        }

        try
        {
            if (Lockdep.IsSupported)
            {
                Lockdep.Release(_map!, site.File, site.Line, site.Member);
            }
        }
        finally
        {
            _queue.Leave(keepsContext);
        }
    }

    /// <summary>Mutexes of one class nest in any order under their context, where the validator knows both.</summary>
    private void Announce(WwAcquireContext? context, bool isTimed, in CodeSite site)
    {
        if (!Lockdep.IsSupported)
        {
            return;
        }

        if (context is not null && context.Map!.Validator == _map!.Validator)
        {
            Lockdep.AcquireNested(_map, context.Map, LockMode.Exclusive, 0, site.File, site.Line, site.Member);
        }
        else if (context is not null)
        {
            // Held, and no dependency is made up: the other validator holds the lock that this one is nested under.
            Lockdep.TryAcquired(_map!, LockMode.Exclusive, 0, site.File, site.Line, site.Member);
        }
        else if (isTimed)
        {
            Lockdep.AcquireTimed(_map!, LockMode.Exclusive, 0, site.File, site.Line, site.Member);
        }
        else
        {
            Lockdep.Acquire(_map!, LockMode.Exclusive, 0, site.File, site.Line, site.Member);
        }
    }

    private void TellTried(WwAcquireContext? context, in CodeSite site)
    {
        if (!Lockdep.IsSupported)
        {
            return;
        }

        if (context is not null && context.Map!.Validator == _map!.Validator)
        {
            Lockdep.TryAcquired(_map, context.Map, LockMode.Exclusive, 0, site.File, site.Line, site.Member);
        }
        else
        {
            Lockdep.TryAcquired(_map!, LockMode.Exclusive, 0, site.File, site.Line, site.Member);
        }
    }

    /// <summary>What makes no sense to go on with.</summary>
    private void RequireUsable(WwAcquireContext context, in CodeSite site)
    {
        context.RequireAlive(site);
        if (context.Class != Class)
        {
            TrackedLock.Misuse(_map, $"acquires a mutex of {Class.Name} under a context of {context.Class.Name}.", site);
            throw new ArgumentException("The context is of another class than the mutex.", nameof(context));
        }
    }

    /// <summary>What is wrong, but harmed nobody yet.</summary>
    private void CheckUse(WwAcquireContext context, int held, bool isSlow, in CodeSite site)
    {
        if (context.IsDone)
        {
            TrackedLock.Misuse(_map, "acquires under a context that said all was acquired.", site);
        }

        if (context.Contending is null)
        {
            if (isSlow)
            {
                TrackedLock.Misuse(_map, "acquires the slow way though nothing was refused.", site);
            }

            return;
        }

        if (!ReferenceEquals(context.Contending, this))
        {
            TrackedLock.Misuse(_map, "acquires another mutex than the one that was refused.", site);
        }
        else if (held > 0)
        {
            TrackedLock.Misuse(_map, "acquires the mutex that was refused before all others were released.", site);
        }
    }
}
