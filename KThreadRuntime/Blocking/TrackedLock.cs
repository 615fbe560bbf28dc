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
            : core.TryTake(mode) || core.Wait(mode, milliseconds, token, watched: null);
    }

    /// <summary>Acquires a lock under a subclass, or under an outer lock that serialises it.</summary>
    /// <param name="core">The lock.</param>
    /// <param name="map">Its map; null only where the probes are switched off.</param>
    /// <param name="mode">The side.</param>
    /// <param name="subclass">0 to 7.</param>
    /// <param name="nestLock">The outer lock; null for none.</param>
    /// <param name="token">Ends the wait.</param>
    /// <param name="site">The caller.</param>
    internal static void AcquireNested(
        ILockCore core, LockdepMap? map, LockMode mode, int subclass, LockdepMap? nestLock, CancellationToken token, in CodeSite site)
    {
        token.ThrowIfCancellationRequested();
        if (!Lockdep.IsSupported)
        {
            _ = core.TryTake(mode) || core.Wait(mode, -1, token, watched: null);
            return;
        }

        _ = AcquireTold(core, map!, mode, -1, token, site, subclass, nestLock);
    }

    /// <summary>An outer lock, which must be there where anything is told of it.</summary>
    internal static LockdepMap? RequireNest(LockdepMap? nestLock) =>
        nestLock is null && Lockdep.IsSupported ? throw new ArgumentNullException(nameof(nestLock)) : nestLock;

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
        try
        {
            if (Lockdep.IsSupported)
            {
                Lockdep.Release(map!, site.File, site.Line, site.Member);
            }
        }
        finally
        {
            // Whatever a sink throws, of a pin as a rule: the lock is released.
            core.Free(mode);
        }
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

    /// <summary>A rule of a primitive was broken in a way that is no lock order.</summary>
    internal static void Misuse(LockdepMap? map, string detail, in CodeSite site)
    {
        if (Lockdep.IsSupported)
        {
            LockdepContext.For(map!.Validator).Issue(new Fault(ReportKind.Misuse, map.ClassFor(0), site, detail));
        }
    }

    /// <summary>The end of a lock's life: reported if the calling thread still holds it.</summary>
    internal static void Freed(LockdepMap? map)
    {
        if (Lockdep.IsSupported)
        {
            Lockdep.Freed(map!, "", 0, nameof(IDisposable.Dispose));
        }
    }

    private static bool AcquireTold(
        ILockCore core, LockdepMap map, LockMode mode, int milliseconds, CancellationToken token, in CodeSite site, int subclass = 0, LockdepMap? nestLock = null)
    {
        if (milliseconds > 0)
        {
            Lockdep.AcquireTimed(map, mode, subclass, site.File, site.Line, site.Member);
        }
        else if (nestLock is null)
        {
            Lockdep.Acquire(map, mode, subclass, site.File, site.Line, site.Member);
        }
        else
        {
            Lockdep.AcquireNested(map, nestLock, mode, subclass, site.File, site.Line, site.Member);
        }

        bool taken = false;
        try
        {
            taken = core.TryTake(mode) || Block(core, map, mode, milliseconds, token, site);
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

    /// <summary>Waits for a lock that was announced and could not be taken at once.</summary>
    internal static bool Block(ILockCore core, LockdepMap map, LockMode mode, int milliseconds, CancellationToken token, in CodeSite site)
    {
        Lockdep.Contended(map, milliseconds > 0 || token.CanBeCanceled, site.File, site.Line, site.Member);
        bool taken = false;
        try
        {
            taken = core.Wait(mode, milliseconds, token, map);
        }
        finally
        {
            if (taken)
            {
                Lockdep.Acquired(map);
            }
            else
            {
                Lockdep.NotAcquired(map);
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
