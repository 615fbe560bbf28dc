namespace KThreadRuntime.Context;

/// <content>The items of a worker: each is a context of its own on the worker's thread.</content>
internal sealed partial class LockdepContext
{
    /// <summary>
    /// Begins an item. What it does from here on stands in the way of whoever flushes or cancels it (its work) or flushes the worker
    /// (the turn); all of that lies on the held stack, so a wait for it is judged whichever came first. That the item waited for
    /// those in front of it is part of its history; that its own work began is not, or two runs of one work would close a ring.
    /// </summary>
    /// <param name="turn">The worker's.</param>
    /// <param name="work">The work's.</param>
    /// <param name="inFront">The works that were in front of it when it was queued.</param>
    /// <param name="site">Where the worker was created.</param>
    internal void BeginItem(LockdepMap turn, WorkMaps work, IReadOnlyList<WorkMaps> inFront, in CodeSite site)
    {
        Cut();
        foreach (WorkMaps other in inFront)
        {
            NoteWait(other.Done, timed: false, site);
        }

        Enter(turn);
        Enter(work.Done);
        Enter(work.Run);
    }

    /// <summary>Ends an item, after the signals it gave.</summary>
    internal void EndItem(LockdepMap turn, WorkMaps work)
    {
        TakeOut(work.Run);
        TakeOut(work.Done);
        TakeOut(turn);
        Cut();
    }

    private void Enter(LockdepMap map)
    {
        LockClass entered = map.ClassFor(0);
        PushQuietly(map, entered, ChainKey.Element(entered.Index, (int)Rules.ChainMode.OwedHere, isTry: false), map.CreationSite);
    }
}
