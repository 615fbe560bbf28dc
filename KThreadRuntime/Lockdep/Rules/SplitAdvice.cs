namespace KThreadRuntime.Rules;

/// <summary>
/// The cheapest finer class that takes a ring apart. Each is tried on the ring itself: it must tell the instance that one step
/// wants from the one that the next step holds or owes.
/// </summary>
internal static class SplitAdvice
{
    private static readonly ClassPolicy[] _cheapestFirst = [ClassPolicy.CreationSite, ClassPolicy.WaitSite, ClassPolicy.Subclass, ClassPolicy.Instance];

    internal static SplitSuggestion? For(Ring ring)
    {
        foreach (ClassPolicy by in _cheapestFirst)
        {
            for (int joint = 0; joint < ring.Steps.Count; joint++)
            {
                if (Dissolves(ring, joint, by))
                {
                    return new SplitSuggestion(ring.Classes[joint], by, Advice(ring.Classes[joint], by));
                }
            }
        }

        return null;
    }

    private static bool Dissolves(Ring ring, int joint, ClassPolicy by)
    {
        Dependency into = ring.Steps[(joint + ring.Steps.Count - 1) % ring.Steps.Count], from = ring.Steps[joint];
        bool isCompletion = ring.Classes[joint].IsCompletion;
        if (isCompletion && RingRank.SameObligation(into, from))
        {
            return false;
        }

        if (into.To is not { } wanted || from.From is not { } held)
        {
            // Which instances they were is lost; that different contexts signal them is not.
            return isCompletion && by == ClassPolicy.Instance;
        }

        return by switch
        {
            _ when ReferenceEquals(wanted, held) => false,
            ClassPolicy.CreationSite => wanted.CreationSite != held.CreationSite,

            // Whoever parks or stops a thread waits for the same obligation, from wherever: a wait site tells nothing apart.
            ClassPolicy.WaitSite => isCompletion && !wanted.IsLifetime && into.Evidence.ToSite != from.Evidence.FromSite,

            // One step from a class to itself: the depths of the two locks differ.
            ClassPolicy.Subclass => !isCompletion && ring.Steps.Count == 1,
            _ => true,
        };
    }

    private static string Advice(LockClass coarse, ClassPolicy by) => by switch
    {
        ClassPolicy.CreationSite => $"a class per creation site for {coarse.DisplayName} dissolves this: its instances here were created at different places.",
        ClassPolicy.WaitSite => $"a class per wait site for {coarse.DisplayName} dissolves this: its instances here are waited for at different places.",
        ClassPolicy.Subclass => $"a subclass per depth for {coarse.DisplayName} dissolves this, if its instances nest in one order only: say so at the inner acquire, or give an order.",
        _ when !coarse.IsCompletion => $"a class per instance for {coarse.DisplayName}, or a LockClassKey for each, dissolves this: its instances here are different locks.",
        _ => $"a class per instance for {coarse.DisplayName}, or a LockClassKey for each, dissolves this: its instances here are signalled by different contexts.",
    };
}
