using KThreadRuntime.Blocking;

namespace KThreadRuntime;

/// <content>Who holds and who waits: 0 free, above it so many readers, -1 a writer.</content>
public sealed partial class KRwSemaphore
{
    private static LockMode ModeOf(bool isRead) => isRead ? LockMode.Shared : LockMode.Exclusive;

    private static void Grant(Waiter? granted)
    {
        while (granted is not null)
        {
            Waiter? next = granted.Next;
            granted.Next = null;
            granted.Grant();
            granted = next;
        }
    }

    private void Acquire(bool isRead, string file, int line, string member)
    {
        if (IsWriteHeldByCurrentThread)
        {
            throw new LockRecursionException("The calling thread holds the write side already and would wait for itself.");
        }

        if (Lockdep.IsSupported)
        {
            Lockdep.Acquire(_map!, ModeOf(isRead), 0, file, line, member);
        }

        if (!TakeNow(isRead))
        {
            Block(isRead, file, line, member);
        }

        BecomeWriter(isRead);
    }

    private bool TryAcquire(bool isRead, string file, int line, string member)
    {
        if (!TakeNow(isRead))
        {
            return false;
        }

        BecomeWriter(isRead);
        if (Lockdep.IsSupported)
        {
            Lockdep.TryAcquired(_map!, ModeOf(isRead), 0, file, line, member);
        }

        return true;
    }

    private void BecomeWriter(bool isRead)
    {
        if (!isRead)
        {
            Volatile.Write(ref _writer, Environment.CurrentManagedThreadId);
        }
    }

    private void Block(bool isRead, string file, int line, string member)
    {
        Waiter waiter = Waiter.Rent(isRead);
        try
        {
            if (EnqueueUnlessFree(waiter))
            {
                waiter.Sleep(-1, default);
            }
        }
        catch (ThreadInterruptedException) when (!Abandon(waiter))
        {
            // It is held already; the interrupt is the next blocking call's.
            Thread.CurrentThread.Interrupt();
        }
        catch (ThreadInterruptedException) when (Lockdep.IsSupported)
        {
            Lockdep.Release(_map!, file, line, member);
            throw;
        }
        finally
        {
            waiter.Return();
        }
    }

    private bool TakeNow(bool isRead)
    {
        _gate.Enter();
        bool taken = TakeIfFree(isRead);
        _gate.Exit();
        return taken;
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
        if (!_waiters.IsEmpty || (isRead ? _state == Writing : _state != 0))
        {
            return false;
        }

        _state = isRead ? _state + 1 : Writing;
        return true;
    }

    /// <summary>Gives up waiting. A writer that leaves the head of the queue may have held readers back.</summary>
    private bool Abandon(Waiter waiter)
    {
        _gate.Enter();
        bool abandoned = waiter.IsAbandoned = _waiters.Remove(waiter);
        Waiter? granted = abandoned ? TakeGrantable() : null;
        _gate.Exit();
        Grant(granted);
        return abandoned;
    }

    /// <summary>Takes the head of the queue as far as it can hold now: one writer, or all readers up to the next writer.</summary>
    private Waiter? TakeGrantable()
    {
        if (_waiters.First is not { } first || _state == Writing || (!first.WantsRead && _state != 0))
        {
            return null;
        }

        if (!first.WantsRead)
        {
            _state = Writing;
            return _waiters.TakeFirst();
        }

        Waiter? last = null;
        while (_waiters.First is { WantsRead: true })
        {
            Waiter reader = _waiters.TakeFirst()!;
            _state++;
            if (last is not null)
            {
                last.Next = reader;
            }

            last = reader;
        }

        return first;
    }

    private void LeaveWriting(int toState)
    {
        _gate.Enter();
        _writer = 0;
        _state = toState;
        Waiter? granted = TakeGrantable();
        _gate.Exit();
        Grant(granted);
    }

    private void RequireWriter()
    {
        if (!IsWriteHeldByCurrentThread)
        {
            throw new SynchronizationLockException("The calling thread does not hold the write side.");
        }
    }
}
