using System.Diagnostics;
using System.Runtime.CompilerServices;
using KThreadRuntime.Blocking;
using KThreadRuntime.Context;

namespace KThreadRuntime;

/// <summary>A kernel thread that does queued works, one after the other, in the order in which they were queued.</summary>
/// <remarks>
/// <para>The semantics are the kernel's <c>kthread_worker</c>. All members may be used from any thread; those that wait may not be called by
/// the worker's own works for what could never come.</para>
/// <para>What a work throws is thrown again by <see cref="FlushWork(KThreadWork, string, int, string)"/>, as often as it is called before the work runs again. It also goes to
/// <see cref="WorkFailed"/>; where nobody listens, <see cref="Destroy(string, int, string)"/> and <see cref="Dispose"/> throw it.</para>
/// <para>The validator sees each run of a work as a context of its own, whose acquires stand in the way of whoever flushes the work
/// and of every work that it has seen queued behind it.</para>
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed partial class KThreadWorker : IDisposable, IAsyncDisposable
{
    private const string KindName = "kthread_worker";

    /// <summary>How many works in front of another are told to the validator, the nearest: enough for the queues that deadlock.</summary>
    private const int MaxInFront = 8;

    private BriefLock _gate;
    private readonly LinkedList<object> _queue = new();
    private readonly HashSet<KThreadDelayedWork> _delayed = [];
    private readonly LockdepMap? _turn;
    private readonly CodeSite _site;
    private readonly KThread _thread;
    private KThreadWork? _running;
    private bool _isClosed;

    private KThreadWorker(string? name, LockClassKey? key, CodeSite site)
    {
        _site = site;
        _thread = KThread.Create(Serve, name, key, null, site.File, site.Line, site.Member);
        if (Lockdep.IsSupported)
        {
            LockdepValidator validator = LockdepValidator.Current;
            _turn = new LockdepMap(validator, LockdepMapKind.Completion, KindName, "worker turn", name, key, ClassPolicy.CreationSite, site)
            {
                IsLifetime = true,
                IsTurn = true,
            };
            _turn.SignalledBy(_thread.ContextId);

            // Its items are many contexts on one thread: a ring among them is nobody's private affair.
            _turn.TouchedBy(Rules.Dependency.Several);
        }

        _thread.Wake();
    }

    /// <summary>
    /// A work threw something. Raised on the worker's thread, before the next work runs; what a handler throws counts as thrown by
    /// the work too.
    /// </summary>
    public event EventHandler<KThreadWorkFailedEventArgs>? WorkFailed;

    /// <summary>The name of its thread.</summary>
    public string Name => _thread.Name;

    /// <summary>Whether the calling thread is the worker's own.</summary>
    public bool IsCurrent => ReferenceEquals(KThread.Current, _thread);

    internal int ContextId => _thread.ContextId;

    private string DebuggerText => $"{Name}: {(Volatile.Read(ref _running) is null ? "idle" : "running")}, {_queue.Count} queued";

    /// <summary>Creates a worker; its thread waits for works at once.</summary>
    /// <param name="name">The name of its thread; by default that of the creating member.</param>
    /// <param name="key">The lock class of its turn and of its thread's completions; by default that of the creation site.</param>
    /// <param name="file">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="line">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="member">The creation site; a wrapper forwards its caller's.</param>
    /// <returns>The worker.</returns>
    public static KThreadWorker Create(
        string? name = null, LockClassKey? key = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        new(name, key, new CodeSite(file, line, member));

    /// <summary>Queues a work behind all others.</summary>
    /// <param name="work">The work.</param>
    /// <returns>False, and nothing was done, if it is pending already or being cancelled, or if the worker is being destroyed.</returns>
    /// <exception cref="ArgumentNullException">There is no work.</exception>
    /// <exception cref="InvalidOperationException">The work belongs to another worker.</exception>
    public bool Queue(KThreadWork work)
    {
        Bind(work);
        ExecutionContext? flow = ExecutionContext.Capture();
        _gate.Enter();
        bool queued = CanQueue(work);
        if (queued)
        {
            Append(work, flow);
        }

        _gate.Exit();
        return WakeIf(queued);
    }

    /// <summary>Queues a work when a time is over.</summary>
    /// <param name="work">The work.</param>
    /// <param name="delay">The time; zero to queue it now.</param>
    /// <returns>False, and nothing was done, if it is pending already or being cancelled, or if the worker is being destroyed.</returns>
    /// <exception cref="ArgumentNullException">There is no work.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative or above int.MaxValue milliseconds.</exception>
    /// <exception cref="InvalidOperationException">The work belongs to another worker.</exception>
    public bool QueueDelayed(KThreadDelayedWork work, TimeSpan delay)
    {
        int milliseconds = ToDelay(delay);
        Bind(work);
        var alarm = new KThreadDelayedWork.Alarm(work);
        _gate.Enter();
        bool queued = TryDelay(work, alarm, milliseconds);
        _gate.Exit();
        return WakeIf(queued);
    }

    /// <summary>Lets a work wait for a new time, counted from now, whether or not it is pending.</summary>
    /// <param name="work">The work.</param>
    /// <param name="delay">The time; zero to queue it now.</param>
    /// <returns>
    /// Whether it was pending: its old time is void then. A work that is being cancelled stays so, and the worker that is being
    /// destroyed takes nothing.
    /// </returns>
    /// <exception cref="ArgumentNullException">There is no work.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative or above int.MaxValue milliseconds.</exception>
    /// <exception cref="InvalidOperationException">The work belongs to another worker.</exception>
    public bool ModifyDelayed(KThreadDelayedWork work, TimeSpan delay)
    {
        int milliseconds = ToDelay(delay);
        Bind(work);
        var alarm = new KThreadDelayedWork.Alarm(work);
        _gate.Enter();
        bool wasPending = TakeBack(work);
        bool queued = TryDelay(work, alarm, milliseconds);
        _gate.Exit();
        WakeIf(queued);
        return wasPending;
    }

    /// <summary>A work's time is over.</summary>
    internal void QueueDue(KThreadDelayedWork work, KThreadDelayedWork.Alarm alarm)
    {
        _gate.Enter();
        bool isDue = work.IsWaitingFor(alarm);
        if (isDue)
        {
            StopAlarm(work);
            Append(work, alarm.Flow);
        }

        _gate.Exit();
        WakeIf(isDue);
    }

    private static int ToDelay(TimeSpan delay) =>
        delay < TimeSpan.Zero
            ? throw new ArgumentOutOfRangeException(nameof(delay), delay, "A delay is 0 to int.MaxValue milliseconds.")
            : Timeouts.ToMilliseconds(delay, nameof(delay));

    private void Bind(KThreadWork work)
    {
        if (work is null)
        {
            throw new ArgumentNullException(nameof(work));
        }

        if (!work.TryBind(this))
        {
            throw new InvalidOperationException("The work belongs to another worker.");
        }
    }

    private bool CanQueue(KThreadWork work) => !_isClosed && work.Cancels == 0 && !work.IsPending;

    private void Append(KThreadWork work, ExecutionContext? flow)
    {
        IReadOnlyList<WorkMaps> inFront = InFrontOf(work);
        work.Place = _queue.AddLast(new Item(work, flow, inFront));
        if (inFront.Count > 0)
        {
            work.Maps!.InFront = inFront;
        }
    }

    /// <summary>
    /// What is queued or runs, nearest first. A work that is behind itself waits for its own run: that is what it is for, and no other's
    /// business.
    /// </summary>
    private IReadOnlyList<WorkMaps> InFrontOf(KThreadWork work)
    {
        if (!Lockdep.IsSupported || work.Maps is null || (_running is null && _queue.Count == 0))
        {
            return [];
        }

        var inFront = new List<WorkMaps>();
        for (LinkedListNode<object>? node = _queue.Last; node is not null && inFront.Count < MaxInFront; node = node.Previous)
        {
            AddTracked(inFront, work, (node.Value as Item)?.Work);
        }

        AddTracked(inFront, work, _running);
        return inFront;
    }

    private void AddTracked(List<WorkMaps> inFront, KThreadWork work, KThreadWork? other)
    {
        if (other is not null && !ReferenceEquals(other, work) && IsTracked(other) && inFront.Count < MaxInFront)
        {
            inFront.Add(other.Maps!);
        }
    }

    /// <summary>A work of another validator has no class in this worker's.</summary>
    private bool IsTracked(KThreadWork work) => Lockdep.IsSupported && _turn is not null && ReferenceEquals(work.Maps?.Done.Validator, _turn.Validator);

    private bool TryDelay(KThreadDelayedWork work, KThreadDelayedWork.Alarm alarm, int milliseconds)
    {
        bool queued = CanQueue(work);
        if (queued && milliseconds > 0)
        {
            _delayed.Add(work);
            work.SetAlarm(alarm, milliseconds);
            return true;
        }

        alarm.Dispose();
        if (queued)
        {
            Append(work, alarm.Flow);
        }

        return queued;
    }

    private bool StopAlarm(KThreadDelayedWork work)
    {
        _delayed.Remove(work);
        return work.TryStopAlarm();
    }

    /// <summary>Ends the pending of a work. False when it was not.</summary>
    private bool TakeBack(KThreadWork work)
    {
        if (work.Place is { } place)
        {
            _queue.Remove(place);
            work.Place = null;
            return true;
        }

        return work is KThreadDelayedWork delayed && StopAlarm(delayed);
    }

    private bool WakeIf(bool queued)
    {
        if (queued)
        {
            _thread.Wake();
        }

        return queued;
    }

    /// <summary>A work in the queue.</summary>
    /// <param name="Work">The work.</param>
    /// <param name="Flow">The context of whoever queued it.</param>
    /// <param name="InFront">The works that were in front of it then.</param>
    private sealed record Item(KThreadWork Work, ExecutionContext? Flow, IReadOnlyList<WorkMaps> InFront);
}
