namespace KThreadRuntime.Blocking;

/// <summary>Waiters first come, first served. Its owner's lock guards all of it; nothing here allocates.</summary>
internal struct WaiterQueue
{
    private Waiter? _first;
    private Waiter? _last;

    internal readonly Waiter? First => _first;

    internal readonly Waiter? Last => _last;

    /// <summary>How many wait. Cost: one step for each.</summary>
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

    internal readonly bool IsEmpty => _first is null;

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

    /// <summary>Adds a waiter in front of one that waits already; at the end where that is null.</summary>
    internal void AddBefore(Waiter? next, Waiter waiter)
    {
        if (next is null)
        {
            Add(waiter);
            return;
        }

        waiter.Next = next;
        waiter.Previous = next.Previous;
        waiter.IsQueued = true;
        if (next.Previous is null)
        {
            _first = waiter;
        }
        else
        {
            next.Previous.Next = waiter;
        }

        next.Previous = waiter;
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
