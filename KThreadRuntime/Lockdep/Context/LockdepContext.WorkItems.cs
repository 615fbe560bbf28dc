using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <content>The items of a worker: each is a context of its own on the worker's thread.</content>
internal sealed partial class LockdepContext
{
    /// <summary>
    /// Begins an item. What it does from here on stands in the way of whoever flushes or cancels it (its work) and of every item
    /// behind it (the turn); all of that lies on the held stack, so a wait for it is judged whichever came first. That the item
    /// needed its turn is part of its own history; that its work began is not, or two runs of one work would close a ring.
    /// </summary>
    /// <param name="turn">The worker's.</param>
    /// <param name="work">The work's.</param>
    /// <param name="hasWaited">Whether something was in front of it; otherwise only prediction learns that something could be.</param>
    /// <param name="site">Where the worker was created.</param>
    internal void BeginItem(LockdepMap turn, WorkMaps work, bool hasWaited, in CodeSite site)
    {
        Cut();
        if (_busy == 0 && (hasWaited || Validator.Options.Predicts))
        {
            if (work.IsNewTurn(hasWaited))
            {
                Deliver(LearnTurn(turn, work.Done, hasWaited, site));
            }

            NoteWait(turn, timed: false, site);
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
        PushQuietly(map, entered, ChainKey.Element(entered.Index, (int)ChainMode.OwedHere, isTry: false), map.CreationSite);
    }

    /// <summary>Whoever flushes the work waits until it has its turn.</summary>
    private List<LockdepReport>? LearnTurn(LockdepMap turn, LockdepMap done, bool hasWaited, in CodeSite site)
    {
        var label = new Dependency
        {
            Kinds = DependencyKinds.EN,
            From = done,
            To = turn,
            Thread = Id,
            Signaller = turn.Signaller,
            Flags = hasWaited ? ReportFlags.None : ReportFlags.Predicted,
            Evidence = new Evidence(TaskName, done.CreationSite, site, ChainMode.OwedHere, ChainMode.Wait, null),
        };
        Validator.Learn(done.ClassFor(0), turn.ClassFor(0), label, _findings);
        return Validator.Issuer.Issue(this, _findings);
    }
}
