using KThreadRuntime.Context;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Blocking;

/// <summary>
/// The order of blocking and telling, for every lock of the library alike: an acquire is told before it blocks and taken back if
/// it fails; a try is told once it has succeeded; a release is told before others get the lock; misuse is told before it is
/// refused.
/// </summary>
internal static class TrackedLock
{
    /// <summary>Acquires a lock.</summary>
    /// <param name="core">The lock.</param>
    /// <param name="map">Its map; null only where the probes are switched off.</param>
    /// <param name="mode">The side.</param>
    /// <param name="milliseconds">0 to try, -1 for ever.</param>
    /// <param name="token">Ends the wait.</param>
    /// <param name="site">The caller.</param>
    /// <returns>False when it was not acquired in time.</returns>
    internal static bool Acquire(ILockCore core, LockdepMap? map, LockMode mode, int milliseconds, CancellationToken token, in CodeSite site)
    {
        token.ThrowIfCancellationRequested();
        if (milliseconds == 0)
        {
            return TryAcquire(core, map, mode, site);
        }

        return Lockdep.IsSupported
            ? AcquireTold(core, map!, mode, milliseconds, token, site)
            : core.TryTake(mode) || core.Wait(mode, milliseconds, token);
    }

    /// <summary>Acquires a lock if that needs no waiting.</summary>
    internal static bool TryAcquire(ILockCore core, LockdepMap? map, LockMode mode, in CodeSite site)
    {
        if (!core.TryTake(mode))
        {
            return false;
        }

        if (Lockdep.IsSupported)
        {
            TellTried(core, map!, mode, site);
        }

        return true;
    }

    /// <summary>Releases a lock that the caller has checked to be held.</summary>
    internal static void Release(ILockCore core, LockdepMap? map, LockMode mode, in CodeSite site)
    {
        if (Lockdep.IsSupported)
        {
            Lockdep.Release(map!, site.File, site.Line, site.Member);
        }

        core.Free(mode);
    }

    /// <summary>An acquire by the holder, which would wait for itself: reported, then to be thrown.</summary>
    internal static LockRecursionException Recursion(LockdepMap? map, LockMode mode, string message, in CodeSite site)
    {
        if (Lockdep.IsSupported)
        {
            Lockdep.Acquire(map!, mode, 0, site.File, site.Line, site.Member);
            Lockdep.Release(map!, site.File, site.Line, site.Member);
        }

        return new LockRecursionException(message);
    }

    /// <summary>A release by somebody else than the holder, or of the wrong side: reported, then to be thrown.</summary>
    internal static SynchronizationLockException NotHeld(LockdepMap? map, string message, in CodeSite site)
    {
        if (Lockdep.IsSupported)
        {
            LockdepContext context = LockdepContext.For(map!.Validator);
            if (context.Holds(map))
            {
                context.Issue(new Fault(ReportKind.Misuse, map.ClassFor(0), site, message));
            }
            else
            {
                Lockdep.Release(map, site.File, site.Line, site.Member);
            }
        }

        return new SynchronizationLockException(message);
    }

    /// <summary>The end of a lock's life: reported if the calling thread still holds it.</summary>
    internal static void Freed(LockdepMap? map)
    {
        if (Lockdep.IsSupported && LockdepContext.For(map!.Validator) is { } context && context.Holds(map))
        {
            context.Issue(new Fault(ReportKind.HeldLockFreed, map.ClassFor(0), CodeSite.Unknown, "disposes a lock that it holds."));
        }
    }

    private static bool AcquireTold(ILockCore core, LockdepMap map, LockMode mode, int milliseconds, CancellationToken token, in CodeSite site)
    {
        Lockdep.Acquire(map, mode, 0, site.File, site.Line, site.Member);
        bool taken = false;
        try
        {
            taken = core.TryTake(mode) || core.Wait(mode, milliseconds, token);
        }
        finally
        {
            if (!taken)
            {
                Lockdep.Release(map, site.File, site.Line, site.Member);
            }
        }

        return taken;
    }

    private static void TellTried(ILockCore core, LockdepMap map, LockMode mode, in CodeSite site)
    {
        try
        {
            Lockdep.TryAcquired(map, mode, 0, site.File, site.Line, site.Member);
        }
        catch
        {
            // A sink threw: the try has failed as a whole.
            core.Free(mode);
            throw;
        }
    }
}
