namespace KThreadRuntime.Blocking;

/// <summary>
/// Who owns a wait/wound mutex and who waits for it: contexts by age, the oldest first; threads without one among them, as they
/// came. The rules of both algorithms are here.
/// </summary>
/// <remarks>
/// The brief lock guards all of it, and no two of them are ever held at once. Hand-over is direct, so what is free has no waiters,
/// and whoever gets the mutex is the oldest context that wants it, or has none: who has to give way is therefore decided when
/// somebody queues, and never again.
/// </remarks>
internal sealed class WwQueue(WwAlgorithm algorithm) : IWaiterOwner
{
    private BriefLock _gate;
    private WaiterQueue _waiters;
    private bool _isTaken;
    private bool _foundStale;
    private int _owner;
    private WwAcquireContext? _context;

    internal int Owner => Volatile.Read(ref _owner);

    public int Holder => Owner;

    internal bool IsMine => Owner == Environment.CurrentManagedThreadId;

    /// <summary>The attempt that holds the mutex; null while it is free, or held without one.</summary>
    internal WwAcquireContext? Context
    {
        get => Volatile.Read(ref _context);
        set => Volatile.Write(ref _context, value);
    }

    /// <summary>How many wait, at this moment. Cost: one step for each.</summary>
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

    /// <summary>Takes the mutex if it is free; says what to do if not.</summary>
    internal WwVerdict TryEnter(WwAcquireContext? context)
    {
        _gate.Enter();
        WwVerdict verdict = TakeOrJudge(context);
        _gate.Exit();
        return Settle(verdict);
    }

    /// <summary>Takes the mutex, waiting for it unless the context must give way. Throws as <see cref="QueuedWait.Sleep"/> does.</summary>
    internal WwVerdict Enter(WwAcquireContext? context, int milliseconds, CancellationToken token, LockdepMap? watched)
    {
        var waiter = new WwWaiter(this, context);
        _gate.Enter();
        WwVerdict verdict = TakeOrJudge(context);
        Waiter? refused = null;
        WwAcquireContext? wounded = null;
        if (verdict == WwVerdict.Blocked)
        {
            verdict = Enqueue(waiter, out refused, out wounded);
        }

        _gate.Exit();
        QueuedWait.Grant(refused);
        wounded?.Waiting?.Queue.RefuseWounded(wounded);
        if (verdict == WwVerdict.Blocked)
        {
            verdict = Sleep(waiter, milliseconds, token, watched);
        }

        return Settle(verdict);
    }

    /// <summary>Hands the mutex to who comes first, or leaves it free.</summary>
    /// <param name="keepsContext">Whether the context stays on record, as when the kernel's inner mutex is released by itself.</param>
    internal void Leave(bool keepsContext)
    {
        _gate.Enter();
        if (!keepsContext && _context is { } context)
        {
            context.Acquired = Math.Max(0, context.Acquired - 1);
            Context = null;
        }

        Volatile.Write(ref _owner, 0);
        var next = (WwWaiter?)_waiters.TakeFirst();
        _isTaken = false;
        if (next is not null)
        {
            Take(next.Context);
        }

        _gate.Exit();
        next?.Grant();
    }

    public bool Abandon(Waiter waiter)
    {
        _gate.Enter();
        bool abandoned = waiter.IsAbandoned = _waiters.Remove(waiter);
        _gate.Exit();
        return abandoned;
    }

    /// <summary>Whether the mutex was found with a context on record though nobody held it. For the owner to ask, once.</summary>
    internal bool TakeStaleness()
    {
        bool found = _foundStale;
        _foundStale = false;
        return found;
    }

    private WwVerdict Settle(WwVerdict verdict)
    {
        if (verdict == WwVerdict.Acquired)
        {
            Volatile.Write(ref _owner, Environment.CurrentManagedThreadId);
        }

        return verdict;
    }

    private WwVerdict TakeOrJudge(WwAcquireContext? context)
    {
        if (!_isTaken)
        {
            Take(context);
            return WwVerdict.Acquired;
        }

        return context is not null && MustYield(context) ? WwVerdict.Refused : IsMine ? WwVerdict.Recursion : WwVerdict.Blocked;
    }

    private void Take(WwAcquireContext? context)
    {
        _isTaken = true;
        if (context is not null)
        {
            _foundStale = _context is not null;
            context.Acquired++;
            Context = context;
        }
    }

    /// <summary>A context without a lock is in nobody's way and may wait for anybody.</summary>
    private bool MustYield(WwAcquireContext context)
    {
        if (algorithm == WwAlgorithm.WoundWait)
        {
            return context.MustYield;
        }

        return context.AcquiredCount > 0 && ((_context is { } holder && context.IsYoungerThan(holder)) || HasOlderWaiter(context));
    }

    private bool HasOlderWaiter(WwAcquireContext context)
    {
        for (var waiter = (WwWaiter?)_waiters.First; waiter is not null; waiter = (WwWaiter?)waiter.Next)
        {
            if (waiter.Context is { } other && context.IsYoungerThan(other))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Queues a waiter. Those who have to give way to it are to be let go, outside of the lock.</summary>
    private WwVerdict Enqueue(WwWaiter waiter, out Waiter? refused, out WwAcquireContext? wounded)
    {
        refused = null;
        wounded = null;
        if (waiter.Context is not { } context)
        {
            _waiters.Add(waiter);
            return WwVerdict.Blocked;
        }

        _waiters.AddBefore(FirstYounger(context, ref refused), waiter);

        // Who wounds this context sets the mark and then looks for what it waits for; this publishes and then looks at the mark.
        context.Waiting = waiter;
        Interlocked.MemoryBarrier();
        if (algorithm == WwAlgorithm.WoundWait && context.MustYield)
        {
            _waiters.Remove(waiter);
            context.Waiting = null;
            return WwVerdict.Refused;
        }

        if (algorithm == WwAlgorithm.WoundWait && _context is { } holder && holder.AcquiredCount > 0 && holder.IsYoungerThan(context))
        {
            holder.Wound();
            Interlocked.MemoryBarrier();
            wounded = holder;
        }

        return WwVerdict.Blocked;
    }

    /// <summary>Where a context belongs in the queue. Under wait-die, younger ones that hold something give way to it.</summary>
    private Waiter? FirstYounger(WwAcquireContext context, ref Waiter? refused)
    {
        Waiter? position = null;
        for (Waiter? next = _waiters.Last; next is not null;)
        {
            var waiter = (WwWaiter)next;
            next = next.Previous;
            if (waiter.Context is not { } other)
            {
                continue;
            }

            if (!other.IsYoungerThan(context))
            {
                break;
            }

            if (algorithm == WwAlgorithm.WaitDie && other.AcquiredCount > 0)
            {
                Refuse(waiter);
                waiter.Next = refused;
                refused = waiter;
            }
            else
            {
                position = waiter;
            }
        }

        return position;
    }

    /// <summary>The context was wounded, maybe after it had begun to wait here.</summary>
    private void RefuseWounded(WwAcquireContext context)
    {
        _gate.Enter();
        WwWaiter? waiter = context.Waiting;
        bool refused = waiter is not null && ReferenceEquals(waiter.Queue, this) && waiter.IsQueued && context.MustYield;
        if (refused)
        {
            Refuse(waiter!);
        }

        _gate.Exit();
        if (refused)
        {
            waiter!.Grant();
        }
    }

    private void Refuse(WwWaiter waiter)
    {
        _waiters.Remove(waiter);
        waiter.IsRefused = true;
    }

    private WwVerdict Sleep(WwWaiter waiter, int milliseconds, CancellationToken token, LockdepMap? watched)
    {
        try
        {
            return !QueuedWait.Sleep(waiter, this, milliseconds, token, watched) ? WwVerdict.TimedOut
                : waiter.IsRefused ? WwVerdict.Refused
                : WwVerdict.Acquired;
        }
        finally
        {
            waiter.Context?.Waiting = null;
        }
    }
}
