namespace KThreadRuntime.Context;

/// <summary>
/// What goes with an async flow over <c>await</c>: the async locks it took, and the work scope it is in. Immutable, since a
/// fork inherits it by reference; null is a flow with neither, which costs nothing anywhere.
/// </summary>
/// <remarks>
/// An inherited hold says only that the flow descends from one that took the lock. It is known to be the same flow's in the
/// segment (an unbroken run of one thread) that took it, and within one work scope as long as no fork was seen; everywhere
/// else it counts as <see cref="Rules.ChainMode.Inherited"/>. See docs/adr/0014.
/// </remarks>
internal sealed class AsyncFlow
{
    private static readonly AsyncLocal<AsyncFlow?> _local = new(Changed);
    private static long _lastSegment;
    private static long _lastScope;

    [ThreadStatic]
    private static AsyncFlow? _here;

    [ThreadStatic]
    private static long _segment;

    private readonly int? _task = Task.CurrentId;
    private readonly int _thread = Environment.CurrentManagedThreadId;

    private AsyncFlow(Entry[] entries, long scope)
    {
        Entries = entries;
        Scope = scope;
    }

    /// <summary>The flow that runs on the calling thread.</summary>
    internal static AsyncFlow? Here => _here;

    /// <summary>The locks it took or waits for, oldest first.</summary>
    internal Entry[] Entries { get; }

    /// <summary>The work scope it is in; 0 for none.</summary>
    internal long Scope { get; }

    /// <summary>The calling thread's unbroken run of one flow and of what that calls.</summary>
    private static long Segment => _segment != 0 ? _segment : _segment = Interlocked.Increment(ref _lastSegment);

    /// <summary>The calling flow wants a lock, or has it. To be called where the caller's caller still sees the change.</summary>
    internal static void Add(FlowHold hold) => Set([.. Living(_here), new Entry(hold, IsForked: false)], _here?.Scope ?? 0);

    /// <summary>The calling flow has the lock from here on. Leaves another flow's locks alone.</summary>
    internal static void Take(FlowHold hold)
    {
        hold.Take(Segment, _here?.Scope ?? 0);
        LockdepContext.Follow(_here, cuts: false);
    }

    /// <summary>Forgets a hold that is over, as far as the calling flow is concerned.</summary>
    internal static void Forget(FlowHold hold)
    {
        if (_here is { } flow && Array.Exists(flow.Entries, e => ReferenceEquals(e.Hold, hold)))
        {
            Set([.. Living(flow)], flow.Scope);
        }
        else
        {
            LockdepContext.Follow(_here, cuts: false);
        }
    }

    /// <summary>Begins a scope that goes with the flow. Returns the one around it, for <see cref="ExitScope"/>.</summary>
    internal static long EnterScope()
    {
        long outer = _here?.Scope ?? 0;
        Set([.. Living(_here)], Interlocked.Increment(ref _lastScope));
        return outer;
    }

    internal static void ExitScope(long outer)
    {
        Set([.. Living(_here)], outer);
        LockdepContext.Follow(_here, cuts: true);
    }

    /// <summary>Whether the calling code, running in this flow, surely holds what the entry says.</summary>
    internal bool IsSure(in Entry entry) =>
        !entry.IsForked && (entry.Hold.WasTakenIn(Segment) || (Scope != 0 && entry.Hold.Scope == Scope));

    private static IEnumerable<Entry> Living(AsyncFlow? flow) => flow is null ? [] : flow.Entries.Where(e => !e.Hold.IsOver);

    private static void Set(Entry[] entries, long scope) => _local.Value = entries.Length == 0 && scope == 0 ? null : new AsyncFlow(entries, scope);

    /// <summary>The thread changes flows, or its flow changed. Called by the runtime, which ends the process if this throws.</summary>
    private static void Changed(AsyncLocalValueChangedArgs<AsyncFlow?> change)
    {
        AsyncFlow? flow = _here = change.CurrentValue;
        bool cuts = change.ThreadContextChanged && flow?.Scope != change.PreviousValue?.Scope;
        if (change.ThreadContextChanged && (flow is null || change.PreviousValue is null))
        {
            // A callee's changes end when it returns: that switches flows too, but the thread goes on in one run.
            _segment = 0;
        }

        if (change.ThreadContextChanged && flow is not null && flow.IsForkedHere())
        {
            // Kept in the flow itself, so that the fork is still one after its awaits, which leave no trace of it.
            _local.Value = new AsyncFlow(Array.ConvertAll(flow.Entries, e => e with { IsForked = true }), scope: 0);
            flow = _here;
        }

        LockdepContext.Follow(flow, cuts);
    }

    /// <summary>
    /// The body of another task than the one that changed the flow last, or another thread of the program's own; a thread with a
    /// synchronization context is one to which flows are sent.
    /// </summary>
    private bool IsForkedHere() =>
        (Task.CurrentId is int running && running != _task)
        || (!Thread.CurrentThread.IsThreadPoolThread && Environment.CurrentManagedThreadId != _thread && SynchronizationContext.Current is null);

    /// <summary>A lock of the flow.</summary>
    /// <param name="Hold">The token.</param>
    /// <param name="IsForked">Whether the flow was forked from the one that took it.</param>
    internal readonly record struct Entry(FlowHold Hold, bool IsForked);
}
