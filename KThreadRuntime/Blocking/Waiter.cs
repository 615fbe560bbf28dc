using System.Diagnostics;

namespace KThreadRuntime.Blocking;

/// <summary>
/// One waiting thread or task in the queue of a primitive. The queue's owner grants it under the owner's lock, exactly once;
/// whoever gives up must take it out of the queue first, and has been granted if it is no longer there.
/// </summary>
internal class Waiter
{
    private const int Spins = 10;

    [ThreadStatic]
    private static Waiter? _cached;

    /// <summary>
    /// A seam for tests: what happens while this thread is preempted between the publication of its request and its sleep.
    /// </summary>
    [ThreadStatic]
    internal static Action? Preemption;

    private TaskCompletionSource<bool>? _task;
    private AsyncWatch? _watch;
    private bool _isGranted;
    private bool _isCancelled;
    private bool _isAsleep;

    /// <summary>The neighbours in the queue; the owner's lock guards them.</summary>
    internal Waiter? Next { get; set; }

    internal Waiter? Previous { get; set; }

    internal bool IsQueued { get; set; }

    /// <summary>Whether its own thread took it out of the queue.</summary>
    internal bool IsAbandoned { get; set; }

    /// <summary>Whether a read side is waited for; the owner decides what that means.</summary>
    internal bool WantsRead { get; private set; }

    /// <summary>Where the queue is kept by priority: how urgent its thread is.</summary>
    internal ThreadPriority Priority { get; set; }

    /// <summary>What it is let go with instead of what it waits for; null as a rule. Set under the owner's lock, before the grant.</summary>
    internal WaitFault? Fault { get; set; }

    /// <summary>The validator's record of an asynchronous wait, ended when the wait does.</summary>
    internal WaitTicket Ticket { get; set; }

    internal Task Task => _task!.Task;

    /// <summary>The same, with whether the wait was granted rather than given up for its time.</summary>
    internal Task<bool> Result => _task!.Task;

    /// <summary>A waiter for this thread, kept from its last wait if that is over.</summary>
    internal static Waiter Rent(bool wantsRead)
    {
        Waiter waiter = _cached ?? new Waiter();
        _cached = null;
        waiter._isGranted = waiter._isCancelled = waiter._isAsleep = false;
        waiter.IsAbandoned = false;
        waiter.Fault = null;
        waiter.WantsRead = wantsRead;
        return waiter;
    }

    internal static Waiter ForTask() => new() { _task = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously) };

    /// <summary>
    /// Gives the waiter back to its thread, if its grant is over or can never come: a granter that has taken it out of the queue
    /// and not yet called must not find it in another wait. A late pulse may still come; every sleeper looks at its own state.
    /// </summary>
    internal virtual void Return()
    {
        if (IsAbandoned || Volatile.Read(ref _isGranted))
        {
            _cached = this;
        }
    }

    /// <summary>Has the validator told of an asynchronous wait that stands in its queue, should it last too long.</summary>
    internal void Watch(LockdepMap? map, in CodeSite site, int milliseconds)
    {
        // A grant that comes just now may not see it; then it finds the wait over when its time has come.
        Volatile.Write(ref _watch, AsyncWatch.Start(Task, map, site, milliseconds));
        if (Task.IsCompleted)
        {
            EndWatch();
        }
    }

    private void EndWatch() => Interlocked.Exchange(ref _watch, null)?.Dispose();

    /// <summary>Lets the waiter go. Called once, outside the owner's lock, after the owner took it out of the queue.</summary>
    internal void Grant()
    {
        if (_task is not null)
        {
            EndWatch();
            Lockdep.EndWait(Ticket);
            EndTask(_task);
            return;
        }

        Volatile.Write(ref _isGranted, true);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isAsleep))
        {
            Pulse();
        }
    }

    private void EndTask(TaskCompletionSource<bool> task)
    {
        if (Fault is null)
        {
            task.TrySetResult(true);
        }
        else
        {
            Fault.End(task);
        }
    }

    /// <summary>Awaits the grant, at most for a time or until the token is cancelled.</summary>
    /// <param name="milliseconds">-1 for ever.</param>
    /// <param name="token">Cancels the task.</param>
    /// <param name="giveUp">Takes the waiter out of its queue; false when it was granted already.</param>
    internal async Task<bool> ResultWithin(int milliseconds, CancellationToken token, Func<Waiter, bool> giveUp)
    {
        using var timer = new CancellationTokenSource();
        using (token.Register(() => GiveUp(giveUp, w => w.CancelTask(token))))
        using (timer.Token.Register(() => GiveUp(giveUp, static w => w.ExpireTask())))
        {
            if (milliseconds >= 0)
            {
                timer.CancelAfter(milliseconds);
            }

            return await Result.ConfigureAwait(false);
        }
    }

    /// <summary>Ends an asynchronous wait that was taken out of the queue without a grant.</summary>
    internal void CancelTask(CancellationToken token)
    {
        EndWatch();
        Lockdep.EndWait(Ticket);
        _task!.TrySetCanceled(token);
    }

    /// <summary>Ends an asynchronous wait whose time is over, after it was taken out of the queue.</summary>
    internal void ExpireTask()
    {
        EndWatch();
        Lockdep.EndWait(Ticket);
        _task!.TrySetResult(false);
    }

    /// <summary>Sleeps until granted, timed out or cancelled.</summary>
    /// <param name="milliseconds">-1 for ever.</param>
    /// <param name="token">Wakes the sleeper when cancelled.</param>
    /// <param name="watched">What it sleeps for, told to the validator already: a sleep beyond its threshold is reported.</param>
    /// <param name="owner">Whose queue it stands in, if that has a holder.</param>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; it may have been granted too.</exception>
    internal WaitOutcome Sleep(int milliseconds, CancellationToken token, LockdepMap? watched = null, IWaiterOwner? owner = null)
    {
        Preemption?.Invoke();
        for (int i = 0; i < Spins && !Volatile.Read(ref _isGranted); i++)
        {
            Thread.SpinWait(20 << Math.Min(i, 5));
        }

        if (Volatile.Read(ref _isGranted))
        {
            return WaitOutcome.Granted;
        }

        using (token.CanBeCanceled ? token.Register(static w => ((Waiter)w!).Cancel(), this) : default)
        {
            return SleepWatched(milliseconds, watched, owner);
        }
    }

    private WaitOutcome SleepWatched(int milliseconds, LockdepMap? watched, IWaiterOwner? owner)
    {
        if (!Lockdep.IsSupported || watched is null)
        {
            return SleepOnMonitor(milliseconds);
        }

        var deadline = new Deadline(milliseconds);
        var watch = new HungWatch(watched, isEndless: milliseconds < 0);
        while (true)
        {
            int left = deadline.Left, next = HungWatch.Sooner(left, watch.Left);
            WaitOutcome outcome = SleepOnMonitor(next);
            if (outcome != WaitOutcome.TimedOut || next == left)
            {
                return outcome;
            }

            watch.Look(owner?.Holder ?? 0);
        }
    }

    private void GiveUp(Func<Waiter, bool> giveUp, Action<Waiter> end)
    {
        if (giveUp(this))
        {
            end(this);
        }
    }

    private WaitOutcome SleepOnMonitor(int milliseconds)
    {
        long start = Stopwatch.GetTimestamp();
        lock (this)
        {
            Volatile.Write(ref _isAsleep, true);
            Interlocked.MemoryBarrier();
            while (true)
            {
                if (Volatile.Read(ref _isGranted))
                {
                    return WaitOutcome.Granted;
                }

                if (_isCancelled)
                {
                    return WaitOutcome.Cancelled;
                }

                int left = milliseconds < 0 ? -1 : Left(start, milliseconds);
                if (left == 0)
                {
                    return WaitOutcome.TimedOut;
                }

                Monitor.Wait(this, left);
            }
        }
    }

    private static int Left(long start, int milliseconds)
    {
        long elapsed = (long)((Stopwatch.GetTimestamp() - start) * 1000.0 / Stopwatch.Frequency);
        return (int)Math.Max(0, milliseconds - elapsed);
    }

    private void Cancel()
    {
        Uninterrupted(() => _isCancelled = true);
    }

    private void Pulse() => Uninterrupted(static () => { });

    /// <summary>
    /// Wakes the sleeper whatever happens to this thread: an interrupt here would lose the grant, so it is taken and given
    /// back.
    /// </summary>
    private void Uninterrupted(Action change)
    {
        bool interrupted = false;
        while (true)
        {
            try
            {
                lock (this)
                {
                    change();
                    Monitor.Pulse(this);
                }

                break;
            }
            catch (ThreadInterruptedException)
            {
                interrupted = true;
            }
        }

        if (interrupted)
        {
            Thread.CurrentThread.Interrupt();
        }
    }
}
