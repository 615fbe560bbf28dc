using System.Diagnostics;
using System.Runtime.CompilerServices;
using KThreadRuntime.Blocking;
using KThreadRuntime.Context;

namespace KThreadRuntime;

/// <summary>A lock that may be held over <c>await</c>. Whoever has its <see cref="Releaser"/> owns it, on whatever thread.</summary>
/// <remarks>
/// <para>First come, first served: a release hands the lock to the oldest waiter, blocked or awaiting. It does not nest in itself:
/// a flow that acquires what it holds is reported, and waits until somebody else who was given the releaser uses it. All members may
/// be used from any thread; what awaits the lock never runs inside the call that releases it.</para>
/// <para>The validator follows the flow that acquired it over each <c>await</c>. Code that merely descends from that flow is known to hold
/// the lock only inside one <see cref="Lockdep.BeginWork"/>; elsewhere what it does under the lock is
/// <see cref="Confidence.ClassLevelOnly"/>. An <c>async</c> method that acquires the lock for its caller hides it from the caller.
/// A thread that blocks for the lock is shown among the blocked, counted as contention and watched; since whoever was given the releaser
/// may end that, it is never called <see cref="Confidence.Closed"/>.</para>
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed partial class KAsyncMutex
{
    private BriefLock _gate;
    private readonly LockdepMap? _map;
    private WaiterQueue _waiters;
    private bool _isHeld;

    /// <summary>Creates a lock that nobody holds.</summary>
    /// <param name="key">Its lock class; by default that of the creation site.</param>
    /// <param name="name">What reports call the class; two literals on one line are two classes.</param>
    /// <param name="file">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="line">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="member">The creation site; a wrapper forwards its caller's.</param>
    public KAsyncMutex(
        LockClassKey? key = null, string? name = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (Lockdep.IsSupported)
        {
            _map = new LockdepMap(LockdepValidator.Current, LockdepMapKind.Lock, nameof(KAsyncMutex), "", name, key, null, new CodeSite(file, line, member)) { IsOfFlow = true };

            // Flows share threads, so that a thread alone is no sign of a flow alone.
            _map.TouchedBy(Rules.Dependency.Several);
        }
    }

    /// <summary>Whether somebody holds the lock. May be out of date at once.</summary>
    public bool IsHeld => Volatile.Read(ref _isHeld);

    /// <summary>What the validator knows it by; null where the probes are switched off.</summary>
    /// <remarks>
    /// For <see cref="Lockdep.AssertHeld"/> and its like, <see cref="Lockdep.MightLock"/>, classes, orders and <see cref="LockdepMap.Validation"/>. It cannot
    /// be pinned, and is not to be acquired or released by itself: the mutex tells what its flow does.
    /// </remarks>
    public LockdepMap? Map => _map;

    /// <summary>How many wait. For tests.</summary>
    internal int WaiterCount
    {
        get
        {
            _gate.Enter();
            int count = _waiters.Count;
            _gate.Exit();
            return count;
        }
    }

    private string DebuggerText => $"{_map?.Class?.DisplayName ?? nameof(KAsyncMutex)}: {(IsHeld ? "held" : "free")}";

    /// <summary>Acquires the lock, blocking the thread as long as it takes.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>What releases it.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled; the lock is not held.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the lock is not held.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; the lock is not held.</exception>
    public Releaser Acquire(
        CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        AcquireBlocking(-1, cancellationToken, new CodeSite(file, line, member));

    /// <summary>Acquires the lock if nobody holds it. Makes no dependency, since it cannot block.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>What releases it; see <see cref="Releaser.IsAcquired"/>.</returns>
    public Releaser TryAcquire([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (!TryTake())
        {
            return default;
        }

        var hold = new FlowHold(_map, new CodeSite(file, line, member), isTry: true);
        Enter(hold);
        return new Releaser(this, hold);
    }

    /// <summary>Acquires the lock, blocking the thread at most for a time.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit, zero to try.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>What releases it; see <see cref="Releaser.IsAcquired"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, but not infinite, or above int.MaxValue milliseconds.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the lock is not held.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the lock is not held.</exception>
    public Releaser TryAcquire(
        TimeSpan timeout, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        int milliseconds = Timeouts.ToMilliseconds(timeout, nameof(timeout));
        cancellationToken.ThrowIfCancellationRequested();
        return milliseconds == 0 ? TryAcquire(file, line, member) : AcquireBlocking(milliseconds, cancellationToken, new CodeSite(file, line, member));
    }

    /// <summary>Acquires the lock without blocking the thread: <c>using (await mutex.AcquireAsync()) ...</c></summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Something to await once, which gives what releases the lock, or throws <see cref="OperationCanceledException"/>.</returns>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; the lock is not wanted.</exception>
    public Acquisition AcquireAsync(
        CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        BeginAcquire(-1, cancellationToken, new CodeSite(file, line, member));

    /// <summary>Acquires the lock without blocking the thread, waiting at most for a time.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit, zero to try.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Something to await once, which gives what releases the lock; see <see cref="Releaser.IsAcquired"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, but not infinite, or above int.MaxValue milliseconds.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; the lock is not wanted.</exception>
    public Acquisition TryAcquireAsync(
        TimeSpan timeout, CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        int milliseconds = Timeouts.ToMilliseconds(timeout, nameof(timeout));
        return milliseconds == 0 && !cancellationToken.IsCancellationRequested
            ? new Acquisition(TryAcquire(file, line, member))
            : BeginAcquire(milliseconds, cancellationToken, new CodeSite(file, line, member));
    }

    private bool TryTake()
    {
        _gate.Enter();
        bool taken = !_isHeld;
        Volatile.Write(ref _isHeld, true);
        _gate.Exit();
        return taken;
    }

    private void Release(FlowHold hold, in CodeSite site)
    {
        if (!hold.TryEnd())
        {
            RefuseSecondRelease(site);
            return;
        }

        if (Lockdep.IsSupported && _map is not null)
        {
            AsyncFlow.Forget(hold);
        }

        Unlock();
    }

    /// <summary>Hands the lock to the oldest waiter, or frees it.</summary>
    private void Unlock()
    {
        _gate.Enter();
        Waiter? next = _waiters.TakeFirst();
        if (next is null)
        {
            Volatile.Write(ref _isHeld, false);
        }

        _gate.Exit();
        next?.Grant();
    }

    /// <summary>The lock may be another's by now: a second release is told, and leaves it alone.</summary>
    private void RefuseSecondRelease(in CodeSite site)
    {
        if (Lockdep.IsSupported && _map is { Validation: not LockValidation.NoTrack })
        {
            LockdepContext context = LockdepContext.For(_map.Validator);
            _map.Validator.Statistics.CountUnbalancedRelease();
            context.Issue(new Rules.Fault(ReportKind.UnbalancedRelease, _map.ClassFor(0), site, "releases an async lock a second time with one releaser."));
        }
    }
}
