using System.Runtime.CompilerServices;
using KThreadRuntime.Context;

namespace KThreadRuntime;

/// <content>What a primitive tells of the moments in which it really blocks: optional, and never on the path that does not.</content>
public static partial class Lockdep
{
    /// <summary>
    /// Tells that an acquire that was announced has not succeeded at once, and that the thread is about to block for it. When that
    /// closes a ring of blocked threads the hang is reported here, at once.
    /// </summary>
    /// <param name="map">The lock.</param>
    /// <param name="canEnd">Whether the wait ends without the lock: it has a timeout, or a token.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed. Call <see cref="Release"/>.</exception>
    /// <remarks>Follow it by <see cref="Acquired"/>, or by <see cref="NotAcquired"/> and <see cref="Release"/>. Modelled on the kernel's <c>lock_contended</c>.</remarks>
    public static void Contended(
        LockdepMap map, bool canEnd = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (IsSupported)
        {
            RequireLock(map);
            LockdepContext.For(map.Validator).Contended(map, canEnd, new CodeSite(file, line, member));
        }
    }

    /// <summary>Tells that a contended acquire has succeeded. Its time counts in <see cref="LockClass.Contention"/>.</summary>
    /// <param name="map">The lock.</param>
    public static void Acquired(LockdepMap map)
    {
        if (IsSupported)
        {
            RequireLock(map);
            LockdepContext.For(map.Validator).Unblock(succeeded: true);
        }
    }

    /// <summary>Tells that a contended acquire has failed: it timed out, was cancelled or interrupted.</summary>
    /// <param name="map">The lock.</param>
    public static void NotAcquired(LockdepMap map)
    {
        if (IsSupported)
        {
            RequireLock(map);
            LockdepContext.For(map.Validator).Unblock(succeeded: false);
        }
    }

    /// <summary>
    /// Tells that the calling thread has been blocked on this for longer than <see cref="LockdepOptions.HungWaitThreshold"/>. Its own
    /// stack is taken here: no thread can read another's.
    /// </summary>
    /// <param name="map">What it waits for, after <see cref="Contended"/> or <see cref="BeginWait"/>.</param>
    public static void StillBlocked(LockdepMap map)
    {
        if (IsSupported)
        {
            Require(map);
            LockdepContext.For(map.Validator).ReportHung();
        }
    }

    /// <summary>The calling thread is still blocked, maybe for what a thread that has ended holds.</summary>
    internal static void LookForHolder(LockdepMap map, int holder)
    {
        if (IsSupported)
        {
            LockdepContext.For(map.Validator).LookForHolder(holder);
        }
    }
}
