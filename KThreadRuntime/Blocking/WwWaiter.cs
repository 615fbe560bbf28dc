namespace KThreadRuntime.Blocking;

/// <summary>A thread in the queue of a wait/wound mutex. Never used twice: a late wound must not find it in another wait.</summary>
internal sealed class WwWaiter(WwQueue queue, WwAcquireContext? context) : Waiter
{
    internal WwQueue Queue { get; } = queue;

    /// <summary>The attempt that waits; null for a thread that acquires the one mutex only.</summary>
    internal WwAcquireContext? Context { get; } = context;

    /// <summary>Whether it was let go without the lock. The queue's lock guards it until the grant.</summary>
    internal bool IsRefused { get; set; }

    internal override void Return()
    {
    }
}
