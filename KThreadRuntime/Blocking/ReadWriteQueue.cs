namespace KThreadRuntime.Blocking;

/// <summary>
/// Who holds a reader/writer lock and who waits for it. Served in order; readers that stand together at the head go together.
/// Where readers pass writers, a reader waits only for a writer that holds.
/// </summary>
/// <remarks>The brief lock guards all of it; grants are given outside. Hand-over is direct, so what is free has no waiters.</remarks>
internal sealed class ReadWriteQueue(bool readersPassWriters) : ILockCore, IWaiterOwner
{
    private const int Writing = -1;

    private BriefLock _gate;
    private WaiterQueue _waiters;
    private int _state;
    private int _writer;

    /// <summary>Whether the calling thread holds the write side.</summary>
    internal bool IsWriteMine => Volatile.Read(ref _writer) == Environment.CurrentManagedThreadId;

    /// <summary>How many hold the read side.</summary>
    internal int Readers => Math.Max(0, Volatile.Read(ref _state));

    /// <summary>Of readers only the number is known.</summary>
    public int Holder => Volatile.Read(ref _writer);

    public bool TryTake(LockMode mode)
    {
        _gate.Enter();
        bool taken = TakeIfFree(mode != LockMode.Exclusive);
        _gate.Exit();
        return taken && Taken(mode);
    }

    public bool Wait(LockMode mode, int milliseconds, CancellationToken token, LockdepMap? watched)
    {
        Waiter waiter = Waiter.Rent(wantsRead: mode != LockMode.Exclusive);
        return (EnqueueUnlessFree(waiter) ? QueuedWait.Sleep(waiter, this, milliseconds, token, watched) : GivenBack(waiter)) && Taken(mode);
    }

    public void Free(LockMode mode)
    {
        if (mode == LockMode.Exclusive)
        {
            LeaveWriting(toState: 0);
            return;
        }

        _gate.Enter();
        _state--;
        Waiter? granted = TakeGrantable();
        _gate.Exit();
        QueuedWait.Grant(granted);
    }

    /// <summary>Turns the write side into one read side; readers that may join do.</summary>
    internal void Downgrade() => LeaveWriting(toState: 1);

    /// <summary>A writer that leaves the head of the queue may have held readers back.</summary>
    public bool Abandon(Waiter waiter)
    {
        _gate.Enter();
        bool abandoned = waiter.IsAbandoned = _waiters.Remove(waiter);
        Waiter? granted = abandoned ? TakeGrantable() : null;
        _gate.Exit();
        QueuedWait.Grant(granted);
        return abandoned;
    }

    public override string ToString() =>
        $"{_state switch { Writing => $"written by thread {_writer}", 0 => "free", int readers => $"{readers} readers" }}{(_waiters.IsEmpty ? "" : ", waited for")}";

    private static bool GivenBack(Waiter waiter)
    {
        waiter.IsAbandoned = true;
        waiter.Return();
        return true;
    }

    private bool Taken(LockMode mode)
    {
        if (mode == LockMode.Exclusive)
        {
            Volatile.Write(ref _writer, Environment.CurrentManagedThreadId);
        }

        return true;
    }

    private bool EnqueueUnlessFree(Waiter waiter)
    {
        _gate.Enter();
        bool queued = !TakeIfFree(waiter.WantsRead);
        if (queued)
        {
            _waiters.Add(waiter);
        }

        _gate.Exit();
        return queued;
    }

    private bool TakeIfFree(bool isRead)
    {
        bool isFree = isRead ? _state != Writing && (readersPassWriters || _waiters.IsEmpty) : _state == 0 && _waiters.IsEmpty;
        if (isFree)
        {
            _state = isRead ? _state + 1 : Writing;
        }

        return isFree;
    }

    /// <summary>Takes out of the queue, linked up, who can hold now: one writer, or readers.</summary>
    private Waiter? TakeGrantable()
    {
        if (_state == Writing || _waiters.First is not { } first)
        {
            return null;
        }

        if (first.WantsRead || (readersPassWriters && _state != 0))
        {
            return TakeReaders(first);
        }

        if (_state != 0)
        {
            return null;
        }

        _state = Writing;
        return _waiters.TakeFirst();
    }

    /// <summary>All readers up to the next writer, or, where they pass writers, all of them.</summary>
    private Waiter? TakeReaders(Waiter? next)
    {
        Waiter? first = null, last = null;
        while (next is not null && (next.WantsRead || readersPassWriters))
        {
            Waiter candidate = next;
            next = next.Next;
            if (candidate.WantsRead)
            {
                _waiters.Remove(candidate);
                _state++;
                first ??= candidate;
                last?.Next = candidate;
                last = candidate;
            }
        }

        return first;
    }

    private void LeaveWriting(int toState)
    {
        _gate.Enter();
        Volatile.Write(ref _writer, 0);
        _state = toState;
        Waiter? granted = TakeGrantable();
        _gate.Exit();
        QueuedWait.Grant(granted);
    }
}
