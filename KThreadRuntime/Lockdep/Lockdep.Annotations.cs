using System.Runtime.CompilerServices;
using KThreadRuntime.Context;

namespace KThreadRuntime;

/// <content>What a program knows about its locks beside acquire and release.</content>
public static partial class Lockdep
{
    /// <summary>
    /// Announces an acquire that an outer lock serialises: whoever holds that one may acquire many locks of one class, in any
    /// order. A nest lock that is not held is reported.
    /// </summary>
    /// <param name="map">The lock.</param>
    /// <param name="nestLock">The outer lock.</param>
    /// <param name="mode">The side of the lock.</param>
    /// <param name="subclass">0 to 7; see <see cref="Acquire"/>.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and was told something; nothing is held then.</exception>
    /// <remarks>
    /// The kernel's <c>*_lock_nest_lock</c>. The very same lock once more is still reported, but under
    /// <see cref="LockdepPolicy.Kernel"/>. Each acquire wants its own <see cref="Release"/>.
    /// </remarks>
    public static void AcquireNested(
        LockdepMap map, LockdepMap nestLock, LockMode mode = LockMode.Exclusive, int subclass = 0,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (IsSupported)
        {
            AcquireNested(map, nestLock, mode, isTry: false, subclass, new CodeSite(file, line, member));
        }
    }

    /// <summary>Tells that a try to acquire under a nest lock has succeeded; see <see cref="AcquireNested(LockdepMap, LockdepMap, LockMode, int, string, int, string)"/>.</summary>
    /// <param name="map">The lock.</param>
    /// <param name="nestLock">The outer lock.</param>
    /// <param name="mode">The side of the lock.</param>
    /// <param name="subclass">0 to 7; see <see cref="Acquire"/>.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    public static void TryAcquired(
        LockdepMap map, LockdepMap nestLock, LockMode mode = LockMode.Exclusive, int subclass = 0,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (IsSupported)
        {
            AcquireNested(map, nestLock, mode, isTry: true, subclass, new CodeSite(file, line, member));
        }
    }

    /// <summary>
    /// Tells that the calling thread might acquire a lock here, though this time it may not: what depends on it is learned, and
    /// nothing is held.
    /// </summary>
    /// <param name="map">The lock.</param>
    /// <param name="mode">The side of the lock.</param>
    /// <param name="subclass">0 to 7; see <see cref="Acquire"/>.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <remarks>The kernel's <c>might_lock</c>. Costs an acquire and a release.</remarks>
    public static void MightLock(
        LockdepMap map, LockMode mode = LockMode.Exclusive, int subclass = 0,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        Acquire(map, mode, subclass, file, line, member);
        Release(map, file, line, member);
    }

    /// <summary>
    /// Tells that the calling thread might wait here, though this time it may not: where waiting is not allowed that is
    /// reported, and what a wait for the completion would depend on is learned.
    /// </summary>
    /// <param name="map">The completion; null for a wait, or a sleep, of which nothing more is known.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="ArgumentException">The map stands for a lock.</exception>
    /// <remarks>The kernel's <c>might_sleep</c>.</remarks>
    public static void MightWait(
        LockdepMap? map = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (!IsSupported)
        {
            return;
        }

        if (map is not null)
        {
            RequireCompletion(map);
        }

        LockdepContext.For(map?.Validator ?? LockdepValidator.Current).MightWait(map, new CodeSite(file, line, member));
    }

    /// <summary>Tells that an instance comes to its end. That the calling thread holds it is reported.</summary>
    /// <param name="map">The lock or completion.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <remarks>It stays held until it is released. Call it from the primitive's <c>Dispose</c>.</remarks>
    public static void Freed(
        LockdepMap map, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (IsSupported && IsTracked(map))
        {
            LockdepContext.For(map.Validator).Freed(map, "frees a lock that it holds.", new CodeSite(file, line, member));
        }
    }

    /// <summary>
    /// Tells that an instance begins anew. That the calling thread holds it is reported; a completion's earlier signals say
    /// nothing about later waits.
    /// </summary>
    /// <param name="map">The lock or completion.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    public static void Reinitialized(
        LockdepMap map, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (IsSupported && IsTracked(map))
        {
            LockdepContext.For(map.Validator).Freed(map, "initialises a lock anew that it holds.", new CodeSite(file, line, member));
            if (map.Kind == LockdepMapKind.Completion)
            {
                map.BeBornAgain();
            }
        }
    }

    /// <summary>
    /// Tells that a piece of work ends here, so that the calling thread may hold nothing of the current validator: what it
    /// holds is reported, all in one, and stays held.
    /// </summary>
    /// <param name="boundary">What ends, as the report says it: "the end of the request".</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <remarks>The kernel's <c>debug_check_no_locks_held</c>. A handler answers for what it has acquired itself.</remarks>
    public static void NoneHeldAt(
        string boundary, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (IsSupported)
        {
            LockdepContext.For(LockdepValidator.Current).ReportLeftovers(boundary, new CodeSite(file, line, member));
        }
    }

    private static void AcquireNested(LockdepMap map, LockdepMap nestLock, LockMode mode, bool isTry, int subclass, in CodeSite site)
    {
        RequireLock(map);
        Require(nestLock, nameof(nestLock));
        if (map.Validation != LockValidation.NoTrack)
        {
            LockdepContext.For(map.Validator).AcquireSlow(map, mode, isTry, subclass, site, nestLock);
        }
    }

    private static bool IsTracked(LockdepMap map)
    {
        Require(map);
        return map.Validation != LockValidation.NoTrack;
    }
}
