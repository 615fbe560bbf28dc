namespace KThreadRuntime.Blocking;

/// <summary>Waiters first come, first served. Its owner's lock guards all of it; nothing here allocates.</summary>
internal struct WaiterQueue
{
    private Waiter? _first;
    private Waiter? _last;

    internal readonly Waiter? First => _first;

    internal readonly bool IsEmpty => _first is null;

    /// <summary>How many wait; counts them.</summary>
    internal readonly int Count
    {
        get
        {
            int count = 0;
            for (Waiter? waiter = _first; waiter is not null; waiter = waiter.Next)
            {
                count++;
            }

            return count;
        }
    }

    internal void Add(Waiter waiter)
    {
        waiter.Previous = _last;
        waiter.Next = null;
        waiter.IsQueued = true;
        if (_last is null)
        {
            _first = waiter;
        }
        else
        {
            _last.Next = waiter;
        }

        _last = waiter;
    }

    /// <summary>Takes the first waiter out, or returns null.</summary>
    internal Waiter? TakeFirst()
    {
        Waiter? first = _first;
        if (first is not null)
        {
            Remove(first);
        }

        return first;
    }

    /// <summary>Takes a waiter out; false when it was granted already.</summary>
    internal bool Remove(Waiter waiter)
    {
        if (!waiter.IsQueued)
        {
            return false;
        }

        if (waiter.Previous is null)
        {
            _first = waiter.Next;
        }
        else
        {
            waiter.Previous.Next = waiter.Next;
        }

        if (waiter.Next is null)
        {
            _last = waiter.Previous;
        }
        else
        {
            waiter.Next.Previous = waiter.Previous;
        }

        waiter.Next = waiter.Previous = null;
        waiter.IsQueued = false;
        return true;
    }
}
