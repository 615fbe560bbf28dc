using System.Runtime.CompilerServices;
using KThreadRuntime.Context;

namespace KThreadRuntime;

/// <content>Assertions about what the calling thread holds, and pins.</content>
/// <remarks>
/// One that fails is reported as <see cref="ReportKind.AssertionFailed"/>. Where the answer is not known (probes are switched off,
/// the lock is not tracked, a sink is at work) an assertion says nothing. What an interrupted flow holds counts in its handler.
/// Each costs a walk over what is held; nothing is allocated when it holds. A completion's map is refused with an
/// <see cref="ArgumentException"/>: nobody holds one.
/// </remarks>
public static partial class Lockdep
{
    /// <summary>Asserts that the calling thread holds a lock, in any mode.</summary>
    /// <param name="map">The lock.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    public static void AssertHeld(
        LockdepMap map, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (Knows(map, out LockdepContext? context) && context!.HeldMode(map) is null)
        {
            context!.FailAssertion(map.ClassFor(0), "relies on holding a lock that it does not hold.", new CodeSite(file, line, member));
        }
    }

    /// <summary>Asserts that the calling thread holds the write side of a lock, or a lock with one side only.</summary>
    /// <param name="map">The lock.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    public static void AssertHeldExclusive(
        LockdepMap map, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (Knows(map, out LockdepContext? context) && context!.HeldMode(map) != LockMode.Exclusive)
        {
            context!.FailAssertion(map.ClassFor(0), "relies on holding a lock exclusively, and does not.", new CodeSite(file, line, member));
        }
    }

    /// <summary>Asserts that the calling thread holds the read side of a lock.</summary>
    /// <param name="map">The lock.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    public static void AssertHeldShared(
        LockdepMap map, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (Knows(map, out LockdepContext? context) && context!.HeldMode(map) is null or LockMode.Exclusive)
        {
            context!.FailAssertion(map.ClassFor(0), "relies on holding a lock for reading, and does not.", new CodeSite(file, line, member));
        }
    }

    /// <summary>Asserts that the calling thread holds a lock, and has acquired it exactly once: one release lets it go.</summary>
    /// <param name="map">The lock.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    public static void AssertHeldOnce(
        LockdepMap map, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (Knows(map, out LockdepContext? context) && context!.HeldTimes(map) != 1)
        {
            context!.FailAssertion(map.ClassFor(0), "relies on holding a lock exactly once, and does not.", new CodeSite(file, line, member));
        }
    }

    /// <summary>Asserts that the calling thread does not hold a lock. Says nothing where the thread only descends from a flow that holds it.</summary>
    /// <param name="map">The lock.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    public static void AssertNotHeld(
        LockdepMap map, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (Knows(map, out LockdepContext? context) && context!.HoldsSurely(map))
        {
            context!.FailAssertion(map.ClassFor(0), "relies on not holding a lock that it holds.", new CodeSite(file, line, member));
        }
    }

    /// <summary>Asserts that the calling thread holds nothing of the current validator.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    public static void AssertNoneHeld(
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (!IsSupported)
        {
            return;
        }

        LockdepContext context = LockdepContext.For(LockdepValidator.Current);
        if (!context.IsBusy && context.NewestHeld() is { } held)
        {
            context.FailAssertion(held, "relies on holding no lock, and holds one.", new CodeSite(file, line, member));
        }
    }

    /// <summary>Relies on a lock to stay held until <see cref="Unpin"/>: its release before then is reported.</summary>
    /// <param name="map">The lock.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>What <see cref="Unpin"/> wants back. Several pins of one lock are undone in any order.</returns>
    /// <exception cref="ArgumentException">It is an async lock's map: a flow holds it, and changes threads.</exception>
    /// <remarks>The kernel's <c>lockdep_pin_lock</c>. A lock that is not held is reported, and the cookie fits nothing.</remarks>
    public static PinCookie Pin(
        LockdepMap map, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Knows(OfThread(map), out LockdepContext? context) ? context!.Pin(map, new CodeSite(file, line, member)) : default;

    /// <summary>Ends a reliance. A lock that is not held, or not pinned with this cookie, is reported.</summary>
    /// <param name="map">The lock.</param>
    /// <param name="cookie">What <see cref="Pin"/> returned.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    public static void Unpin(
        LockdepMap map, PinCookie cookie,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (Knows(OfThread(map), out LockdepContext? context))
        {
            context!.Unpin(map, cookie, new CodeSite(file, line, member));
        }
    }

    private static bool Knows(LockdepMap map, out LockdepContext? context)
    {
        context = null;
        if (IsSupported)
        {
            RequireLock(map);
            context = IsTracked(map) ? LockdepContext.For(map.Validator) : null;

            // What a flow holds another thread may have released.
            context?.RefreshFlow();
        }

        return context is { IsBusy: false };
    }

    private static LockdepMap OfThread(LockdepMap map) =>
        !IsSupported || map is not { IsOfFlow: true } ? map
            : throw new ArgumentException("An async lock is held by a flow, which changes threads; it cannot be pinned.", nameof(map));
}
