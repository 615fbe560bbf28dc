using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using KThreadRuntime.Context;

namespace KThreadRuntime;

/// <summary>
/// The probes: what a lock or completion tells the validator about itself. The primitives of this library call them; call
/// them yourself, with a <see cref="LockdepMap"/>, for a primitive of your own.
/// </summary>
/// <remarks>
/// <para>An acquire or wait is announced before it blocks, so that the report comes before the hang. All probes act for the calling
/// thread and may be called from any. They take no lock that a program can see, and allocate nothing once a chain is known.</para>
/// <para>The feature switch <c>KThreadRuntime.Lockdep.IsSupported</c>, set to false, turns each into nothing; a trimmed
/// program does not contain them.</para>
/// </remarks>
public static partial class Lockdep
{
    /// <summary>Whether the probes do anything. Read once; the JIT and the trimmer treat it as a constant.</summary>
#if NET
    [FeatureSwitchDefinition("KThreadRuntime.Lockdep.IsSupported")]
#endif
    public static bool IsSupported { get; } = !AppContext.TryGetSwitch("KThreadRuntime.Lockdep.IsSupported", out bool enabled) || enabled;

    /// <summary>Announces that the calling thread is about to acquire a lock; it counts as held from here on.</summary>
    /// <param name="map">The lock.</param>
    /// <param name="mode">The side of the lock.</param>
    /// <param name="subclass">0, or the subclass under which this nesting is legal: 0 to 7.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; nothing is held then.</exception>
    /// <remarks>Call <see cref="Release"/> if the acquire fails after all.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Acquire(
        LockdepMap map, LockMode mode = LockMode.Exclusive, int subclass = 0,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (IsSupported)
        {
            if (subclass != 0 || !LockdepContext.TryAcquireAgain(map, (int)mode))
            {
                AcquireSlow(map, mode, isTry: false, subclass, file, line, member);
            }
        }
    }

    /// <summary>Tells that a try to acquire has succeeded. A try blocks nobody, so nothing depends on it; what follows does.</summary>
    /// <param name="map">The lock.</param>
    /// <param name="mode">The side of the lock.</param>
    /// <param name="subclass">0 to 7; see <see cref="Acquire"/>.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    public static void TryAcquired(
        LockdepMap map, LockMode mode = LockMode.Exclusive, int subclass = 0,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (IsSupported)
        {
            AcquireSlow(map, mode, isTry: true, subclass, file, line, member);
        }
    }

    /// <summary>Tells that a lock was released; any order is legal. A lock that is not held is reported.</summary>
    /// <param name="map">The lock.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and the lock was pinned, or not held. Release it all the same.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Release(
        LockdepMap map, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (IsSupported)
        {
            if (!LockdepContext.TryReleaseFast(map))
            {
                ReleaseSlow(map, file, line, member);
            }
        }
    }

    /// <summary>Tells that a held write side became a read side.</summary>
    /// <param name="map">The lock.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    public static void Downgrade(
        LockdepMap map, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (IsSupported)
        {
            Require(map);
            if (map.Validation != LockValidation.NoTrack)
            {
                LockdepContext.For(map.Validator).Downgrade(map, new CodeSite(file, line, member));
            }
        }
    }

    /// <summary>
    /// Announces a wait that blocks or may block. Call it before the request that the signaller will answer is published:
    /// what the signaller does after it has seen the request then counts.
    /// </summary>
    /// <param name="map">The completion.</param>
    /// <param name="isTimed">Whether the wait ends by itself: it then stalls rather than deadlocks.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>The wait; end it with <see cref="EndWait"/>, whatever its outcome.</returns>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; no wait has begun then.</exception>
    /// <exception cref="ArgumentException">The map stands for a lock.</exception>
    public static WaitTicket BeginWait(
        LockdepMap map, bool isTimed = false,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (!IsSupported)
        {
            return default;
        }

        RequireCompletion(map);
        return LockdepContext.For(map.Validator).BeginWait(map, isTimed, isAsync: false, new CodeSite(file, line, member));
    }

    /// <summary>Tells that a wait is over, on any thread.</summary>
    /// <param name="ticket">What <see cref="BeginWait"/> returned.</param>
    public static void EndWait(WaitTicket ticket)
    {
        if (IsSupported)
        {
            ticket.Map?.Waits!.Remove(ticket.Generation);
            ticket.Blocked?.Unblock(succeeded: true);
        }
    }

    /// <summary>Tells that the calling thread signals a completion. Call it before waiters are let go.</summary>
    /// <param name="map">The completion.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed. Signal all the same.</exception>
    /// <exception cref="ArgumentException">The map stands for a lock.</exception>
    public static void Signal(
        LockdepMap map, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (IsSupported)
        {
            RequireCompletion(map);
            if (!LockdepContext.TryPassSignal(map))
            {
                LockdepContext context = LockdepContext.For(map.Validator);
                context.Deliver(context.Signal(map, new CodeSite(file, line, member)));
            }
        }
    }

    /// <summary>
    /// Tells that the calling thread is responsible, from here on, for signalling a completion: what it acquires or waits for
    /// until then stands between the completion and its waiters, whether or not one waits already.
    /// </summary>
    /// <param name="map">The completion.</param>
    /// <exception cref="ArgumentException">The map stands for a lock.</exception>
    public static void Owe(LockdepMap map)
    {
        if (IsSupported)
        {
            RequireCompletion(map);
            LockdepContext.For(map.Validator).Owe(map);
        }
    }

    /// <summary>Whether the calling thread holds a lock, as far as its probes told. False when probes are switched off, and for what merely descends from a flow that does.</summary>
    /// <param name="map">The lock.</param>
    public static bool IsHeld(LockdepMap map)
    {
        Require(map);
        if (!IsSupported)
        {
            return false;
        }

        LockdepContext context = LockdepContext.For(map.Validator);
        context.RefreshFlow();
        return context.Holds(map) && context.HoldsSurely(map);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AcquireSlow(LockdepMap map, LockMode mode, bool isTry, int subclass, string file, int line, string member)
    {
        RequireLock(map);
        if (map.Validation == LockValidation.NoTrack)
        {
            return;
        }

        LockdepContext context = LockdepContext.For(map.Validator);
        if (isTry || subclass != 0 || (!context.TryAcquireSibling(map, (int)mode) && !context.TryAcquireCached(map, (int)mode)))
        {
            context.AcquireSlow(map, mode, isTry, subclass, new CodeSite(file, line, member));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ReleaseSlow(LockdepMap map, string file, int line, string member)
    {
        Require(map);
        if (map.Validation == LockValidation.NoTrack)
        {
            return;
        }

        LockdepContext.For(map.Validator).ReleaseSlow(map, new CodeSite(file, line, member));
    }

    private static void Require(LockdepMap map, string name = "map")
    {
        if (map is null)
        {
            throw new ArgumentNullException(name);
        }
    }

    private static void RequireLock(LockdepMap map)
    {
        Require(map);
        if (map.Kind == LockdepMapKind.Completion)
        {
            throw new ArgumentException("A completion is waited for and signalled, not acquired.", nameof(map));
        }
    }

    private static void RequireCompletion(LockdepMap map)
    {
        Require(map);
        if (map.Kind != LockdepMapKind.Completion)
        {
            throw new ArgumentException("A lock is acquired and released, not waited for and signalled.", nameof(map));
        }
    }
}
