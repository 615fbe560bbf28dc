namespace KThreadRuntime.Blocking;

/// <summary>What has a queue of waiters, as a waiter sees it that wants to leave the queue.</summary>
internal interface IWaiterOwner
{
    /// <summary>
    /// Takes a waiter out that gives up, and lets those go who were held back by it. False when it was granted already.
    /// </summary>
    bool Abandon(Waiter waiter);
}
