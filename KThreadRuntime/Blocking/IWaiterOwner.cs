namespace KThreadRuntime.Blocking;

/// <summary>What has a queue of waiters, as a waiter sees it that wants to leave the queue.</summary>
internal interface IWaiterOwner
{
    /// <summary>The number of the thread that holds what is waited for; 0 while there is none, or none that is known.</summary>
    int Holder { get; }

    /// <summary>
    /// Takes a waiter out that gives up, and lets those go who were held back by it. False when it was granted already.
    /// </summary>
    bool Abandon(Waiter waiter);
}
