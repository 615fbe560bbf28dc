namespace KThreadRuntime.Blocking;

/// <summary>Who owns a lock and who waits for it, the most urgent first, and among equals who came first.</summary>
/// <remarks>The brief lock guards all of it; grants are given outside. Hand-over is direct, so what is free has no waiters.</remarks>
internal sealed class OwnerQueue : ILockCore, IWaiterOwner
{
    private BriefLock _gate;
    private WaiterQueue _waiters;
    private bool _isTaken;
    private int _owner;

    /// <summary>The owner's managed thread number; 0 while it is free, or handed over to a thread that is still waking.</summary>
    internal int Owner => Volatile.Read(ref _owner);

    internal bool IsMine => Owner == Environment.CurrentManagedThreadId;

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

    public int Holder => Owner;

    public bool TryTake(LockMode mode)
    {
        _gate.Enter();
        bool taken = !_isTaken;
        _isTaken = true;
        _gate.Exit();
        return taken && Taken();
    }

    public bool Wait(LockMode mode, int milliseconds, CancellationToken token, LockdepMap? watched)
    {
        Waiter waiter = Waiter.Rent(wantsRead: false);
        waiter.Priority = Thread.CurrentThread.Priority;
        if (EnqueueUnlessFree(waiter))
        {
            return QueuedWait.Sleep(waiter, this, milliseconds, token, watched) && Taken();
        }

        waiter.IsAbandoned = true;
        waiter.Return();
        return Taken();
    }

    public void Free(LockMode mode)
    {
        _gate.Enter();
        Volatile.Write(ref _owner, 0);
        Waiter? next = _waiters.TakeFirst();
        _isTaken = next is not null;
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

    private bool Taken()
    {
        Volatile.Write(ref _owner, Environment.CurrentManagedThreadId);
        return true;
    }

    private bool EnqueueUnlessFree(Waiter waiter)
    {
        _gate.Enter();
        bool queued = _isTaken;
        _isTaken = true;
        if (queued)
        {
            Waiter? behind = _waiters.First;
            while (behind is not null && behind.Priority >= waiter.Priority)
            {
                behind = behind.Next;
            }

            _waiters.AddBefore(behind, waiter);
        }

        _gate.Exit();
        return queued;
    }
}
