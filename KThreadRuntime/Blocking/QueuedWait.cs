namespace KThreadRuntime.Blocking;

/// <summary>The sleep of a waiter that stands in a queue, and its ways out.</summary>
internal static class QueuedWait
{
    /// <summary>Sleeps until granted. A grant that came first wins over timeout, cancellation and interrupt.</summary>
    /// <returns>False when the time was over first.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted first.</exception>
    internal static bool Sleep(Waiter waiter, IWaiterOwner owner, int milliseconds, CancellationToken token, LockdepMap? watched)
    {
        try
        {
            return waiter.Sleep(milliseconds, token, watched, owner) switch
            {
                WaitOutcome.Granted => true,
                WaitOutcome.TimedOut => !owner.Abandon(waiter),
                _ => owner.Abandon(waiter) ? throw new OperationCanceledException(token) : true,
            };
        }
        catch (ThreadInterruptedException) when (!owner.Abandon(waiter))
        {
            // It is granted already; the interrupt is the next blocking call's.
            Thread.CurrentThread.Interrupt();
            return true;
        }
        finally
        {
            waiter.Return();
        }
    }

    /// <summary>Lets a chain of waiters go, linked by <see cref="Waiter.Next"/>. Called outside the queue's lock.</summary>
    internal static void Grant(Waiter? first)
    {
        while (first is not null)
        {
            Waiter? next = first.Next;
            first.Next = null;
            first.Grant();
            first = next;
        }
    }
}
