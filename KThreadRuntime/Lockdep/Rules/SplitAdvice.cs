namespace KThreadRuntime.Rules;

/// <summary>The cheapest finer class that takes a <see cref="Confidence.ClassLevelOnly"/> ring apart.</summary>
internal static class SplitAdvice
{
    internal static SplitSuggestion? For(Ring ring)
    {
        if (RingRank.DisjointCompletion(ring) is not int joint)
        {
            return null;
        }

        int before = (joint + ring.Steps.Count - 1) % ring.Steps.Count;
        Dependency wait = ring.Steps[before], owed = ring.Steps[joint];
        LockClass coarse = ring.Classes[joint];
        ClassPolicy by = Cheapest(wait, owed);
        return new SplitSuggestion(coarse, by, Advice(coarse, by));
    }

    private static ClassPolicy Cheapest(Dependency wait, Dependency owed)
    {
        if (wait.To is null || owed.From is null)
        {
            return ClassPolicy.Instance;
        }

        if (wait.To.CreationSite != owed.From.CreationSite)
        {
            return ClassPolicy.CreationSite;
        }

        // Whoever parks or stops a thread waits for the same obligation, from wherever: a wait site tells nothing apart.
        return !wait.To.IsLifetime && wait.Evidence.ToSite != owed.Evidence.FromSite ? ClassPolicy.WaitSite : ClassPolicy.Instance;
    }

    private static string Advice(LockClass coarse, ClassPolicy by) => by switch
    {
        ClassPolicy.CreationSite => $"a class per creation site for {coarse.DisplayName} dissolves this: its instances here were created at different places.",
        ClassPolicy.WaitSite => $"a class per wait site for {coarse.DisplayName} dissolves this: its instances here are waited for at different places.",
        _ => $"a class per instance for {coarse.DisplayName}, or a LockClassKey for each, dissolves this: its instances here are signalled by different contexts.",
    };
}
