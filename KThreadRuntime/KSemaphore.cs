using System.Diagnostics;
using System.Runtime.CompilerServices;
using KThreadRuntime.Blocking;
using KThreadRuntime.Context;

namespace KThreadRuntime;

/// <summary>
/// A number of units that are acquired and given back, by whichever threads. Who finds none waits, first come, first served.
/// </summary>
/// <remarks>
/// <para>The semantics are the kernel's <c>semaphore</c>, with .NET's timeouts, cancellation and tasks. All members may be used from
/// any thread.</para>
/// <para>Nobody owns a unit, so the validator does not take it for a lock: an acquire is a wait and a release is a signal, as with a
/// <see cref="Completion"/>. A thread that acquired a unit owes it from then on: what it acquires or waits for until it releases
/// stands between the semaphore and who waits for it. Told apart by that, a unit used as a lock and one used as a signal need no
/// setting. Each acquire that succeeds advances the validator's generation, as a wait does, so it costs more than a lock's.</para>
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed partial class KSemaphore
{
    private BriefLock _gate;
    private readonly LockdepMap? _map;
    private readonly int _maxCount;
    private WaiterQueue _waiters;
    private int _count;

    /// <summary>Creates a semaphore.</summary>
    /// <param name="initialCount">How many units there are to begin with.</param>
    /// <param name="maxCount">How many there may ever be.</param>
    /// <param name="key">Its class; by default that of the creation site.</param>
    /// <param name="name">What reports call the class; two literals on one line are two classes.</param>
    /// <param name="policy">How the class is found without a key; by default as the validator's options say.</param>
    /// <param name="file">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="line">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="member">The creation site; a wrapper forwards its caller's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative, or none may ever be there, or more than may be.</exception>
    public KSemaphore(
        int initialCount, int maxCount = int.MaxValue, LockClassKey? key = null, string? name = null, ClassPolicy? policy = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (maxCount < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(maxCount), maxCount, "There must be room for a unit.");
        }

        if (initialCount < 0 || initialCount > maxCount)
        {
            throw new ArgumentOutOfRangeException(nameof(initialCount), initialCount, "There are 0 to maxCount units to begin with.");
        }

        _count = initialCount;
        _maxCount = maxCount;
        if (Lockdep.IsSupported)
        {
            _map = new LockdepMap(
                LockdepValidator.Current, LockdepMapKind.Completion, nameof(KSemaphore), "", name, key, policy, new CodeSite(file, line, member))
            {
                Units = initialCount == maxCount ? maxCount : 0,
            };
            if (initialCount > 0)
            {
                _map.GiveCredit();
            }
        }
    }

    /// <summary>How many units there are, at this moment.</summary>
    public int CurrentCount => Volatile.Read(ref _count);

    /// <summary>What the validator knows it by; null where the probes are switched off.</summary>
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

    private string DebuggerText => $"{_map?.Class?.DisplayName ?? nameof(KSemaphore)}: {_count} left{(_waiters.IsEmpty ? "" : ", waited for")}";

    /// <summary>Gives one unit back, or adds one: to the first who waits, or for the next who comes.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="SemaphoreFullException">There would be more units than may be; none was added.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed. The unit was given.</exception>
    public void Release([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Release(1, file, line, member);

    /// <summary>Gives several units back, or adds them.</summary>
    /// <param name="count">How many, above 0.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is not above 0.</exception>
    /// <exception cref="SemaphoreFullException">There would be more units than may be; none was added.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed. The units were given.</exception>
    public void Release(
        int count, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (count < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, "At least one unit is released.");
        }

        // Told before anybody is let go; delivered after, since a sink may throw and the unit must be there all the same.
        LockdepContext? context = Lockdep.IsSupported ? LockdepContext.For(_map!.Validator) : null;
        List<LockdepReport>? reports = Lockdep.IsSupported ? context!.Signal(_map!, new CodeSite(file, line, member), count) : null;
        bool added = TryAdd(count, out Waiter? granted);
        QueuedWait.Grant(granted);
        if (Lockdep.IsSupported)
        {
            context!.Deliver(reports);
        }

        if (!added)
        {
            throw new SemaphoreFullException();
        }
    }

    /// <summary>Acquires a unit until the scope is disposed.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>The scope.</returns>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; no unit was acquired.</exception>
    public Scope EnterScope([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        Acquire(file, line, member);
        return new Scope(this, new CodeSite(file, line, member));
    }

    private bool TryAdd(int count, out Waiter? granted)
    {
        granted = null;
        _gate.Enter();
        int waiting = CountWaiting(count);
        bool fits = count - waiting <= _maxCount - _count;
        if (fits)
        {
            granted = TakeFirst(waiting);
            Volatile.Write(ref _count, _count + count - waiting);
        }

        _gate.Exit();
        return fits;
    }

    private int CountWaiting(int limit)
    {
        int waiting = 0;
        for (Waiter? waiter = _waiters.First; waiter is not null && waiting < limit; waiter = waiter.Next)
        {
            waiting++;
        }

        return waiting;
    }

    private Waiter? TakeFirst(int number)
    {
        Waiter? first = null, last = null;
        for (int i = 0; i < number; i++)
        {
            Waiter taken = _waiters.TakeFirst()!;
            first ??= taken;
            last?.Next = taken;
            last = taken;
        }

        return first;
    }

    /// <summary>Has one unit until it is disposed.</summary>
    public readonly ref struct Scope
    {
        private readonly KSemaphore _semaphore;
        private readonly CodeSite _site;

        internal Scope(KSemaphore semaphore, CodeSite site)
        {
            _semaphore = semaphore;
            _site = site;
        }

        /// <summary>Gives the unit back; reports call that the place where the scope was entered.</summary>
        public void Dispose() => _semaphore.Release(_site.File, _site.Line, _site.Member);
    }
}
