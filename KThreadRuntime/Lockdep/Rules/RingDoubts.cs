namespace KThreadRuntime.Rules;

/// <summary>What keeps a ring whose very instances meet from being certain, or from being told.</summary>
internal static class RingDoubts
{
    internal static bool Any(Ring ring) => MayBeRescued(ring) || NeedsAnUnseenWriter(ring);

    /// <summary>
    /// Contexts that take turns by completions alone hand a unit around. If there was one before anybody's turn, somebody can always
    /// go: such a ring is that of a buffer's free and full places, or that of who asks and who answers, where the asker signals first. A thread's end
    /// comes once, and is no turn.
    /// </summary>
    internal static bool HandsAUnitAround(Ring ring) =>
        ring.Steps.All(s => s.FromOwed && s.ToWait && !s.GivesBack)
        && !ring.Classes.Any(c => c.Traits.IsLifetime)
        && ring.Steps.Any(s => s.GivesFirst || s.From is { HasCredit: true } || s.To is { HasCredit: true });

    /// <summary>
    /// A context that asks under its lock and then waits for the answer has signalled what the answerer waits for: that others acquire the
    /// lock before they signal the same keeps the answerer waiting only after it has used this signal up. See docs/adr/0098.
    /// </summary>
    internal static bool AsksBeforeItWaits(Ring ring) =>
        Enumerable.Range(0, ring.Steps.Count).Any(owing => ring.Steps[owing].FromOwed && IsAskedFor(ring, owing));

    /// <summary>Whether another context of the ring has signalled what a step owes. Who waits for that very thing is not served by its own signal.</summary>
    private static bool IsAskedFor(Ring ring, int owing)
    {
        int count = ring.Steps.Count, waiting = (owing + count - 1) % count;
        return Enumerable.Range(0, count).Any(asking => asking != owing && asking != waiting && ring.Steps[asking].Given.Contains(ring.Classes[owing].Number));
    }

    /// <summary>Several contexts were seen to signal what one step waits for: one that is not in the ring may let it go.</summary>
    private static bool MayBeRescued(Ring ring) => ring.Steps.Any(s => s.ToWait && s.To is { Signaller: Dependency.Several });

    /// <summary>A read that meets a read waits only behind a writer, and none is part of the ring.</summary>
    private static bool NeedsAnUnseenWriter(Ring ring)
    {
        for (int i = 0; i < ring.Steps.Count; i++)
        {
            Dependency wanting = ring.Steps[i], holding = ring.Steps[(i + 1) % ring.Steps.Count];
            if (wanting.Evidence.ToMode == ChainMode.Shared && (holding.Kinds & (DependencyKinds.ER | DependencyKinds.EN)) == 0)
            {
                return true;
            }
        }

        return false;
    }
}
