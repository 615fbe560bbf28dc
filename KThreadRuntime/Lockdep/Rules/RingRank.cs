namespace KThreadRuntime.Rules;

/// <summary>How sure a ring is, from what was seen of its instances, contexts and signallers.</summary>
internal static class RingRank
{
    internal static (Confidence Confidence, ReportFlags Flags) Of(Ring ring, LockdepPolicy policy)
    {
        ReportFlags flags = ring.Steps.Aggregate(ReportFlags.None, (all, step) => all | step.Flags);
        if (SoleContext(ring) is not null)
        {
            flags |= ReportFlags.SingleContext;
        }

        Confidence rank = !ring.IsClosed ? Judge(ring, flags) : ring.CanBeEnded ? Confidence.Possible : Confidence.Closed;
        return (policy == LockdepPolicy.Kernel && rank < Confidence.Possible ? Confidence.Possible : rank, flags);
    }

    /// <summary>The first class of the ring whose two completions are nobody's same obligation; null when there is none.</summary>
    internal static int? DisjointCompletion(Ring ring)
    {
        for (int i = 0; i < ring.Steps.Count; i++)
        {
            int joint = (i + 1) % ring.Steps.Count;
            if (ring.Classes[joint].IsCompletion && !SameObligation(ring.Steps[i], ring.Steps[joint]))
            {
                return joint;
            }
        }

        return null;
    }

    private static Confidence Judge(Ring ring, ReportFlags flags)
    {
        if ((flags & ReportFlags.Unscoped) != 0 || DisjointCompletion(ring) is not null || IsPrivateTo(ring, SoleContext(ring))
            || PassesLocalLock(ring) || RingDoubts.HandsAUnitAround(ring) || RingDoubts.AsksBeforeItWaits(ring))
        {
            return Confidence.ClassLevelOnly;
        }

        const ReportFlags Qualified = ReportFlags.Predicted | ReportFlags.NotGivenBack | ReportFlags.Stall | ReportFlags.SingleContext;
        return (flags & Qualified) == 0 && InstancesMeet(ring) && ContextsDiffer(ring) && !RingDoubts.Any(ring) ? Confidence.Certain : Confidence.Possible;
    }

    /// <summary>
    /// The waiter's completion and the one seen signalled are the same, or one context signals both, or too many were seen to
    /// tell. A signaller that is not known yet speaks for nothing: the dependency is told again once it is.
    /// </summary>
    internal static bool SameObligation(Dependency wait, Dependency owed)
    {
        if (wait.To is not null && ReferenceEquals(wait.To, owed.From))
        {
            return true;
        }

        int signaller = wait.Signaller != 0 ? wait.Signaller : wait.To?.Signaller ?? 0;
        return signaller != 0 && (signaller == Dependency.Several || owed.Thread == Dependency.Several || signaller == owed.Thread);
    }

    private static bool InstancesMeet(Ring ring)
    {
        for (int i = 0; i < ring.Steps.Count; i++)
        {
            LockdepMap? wanted = ring.Steps[i].To, held = ring.Steps[(i + 1) % ring.Steps.Count].From;
            if (wanted is null || !ReferenceEquals(wanted, held))
            {
                return false;
            }
        }

        // A second read of one lock needs a writer that nobody saw.
        return ring.Steps.Count > 1;
    }

    /// <summary>Whether no two steps were the same context's, which cannot be in two places at once.</summary>
    private static bool ContextsDiffer(Ring ring)
    {
        int[] known = [.. ring.Steps.Select(s => s.Thread).Where(t => t != Dependency.Several)];
        return known.Distinct().Count() == known.Length;
    }

    /// <summary>Whether some step waits for a local lock, which keeps nobody but its own thread waiting.</summary>
    private static bool PassesLocalLock(Ring ring) => ring.Steps.Count > 1 && ring.Classes.Any(c => c.Traits.Kind == LockdepMapKind.LocalLock);

    private static int? SoleContext(Ring ring)
    {
        int first = ring.Steps[0].Thread;
        return first != Dependency.Several && ring.Steps.All(s => s.Thread == first) ? first : null;
    }

    /// <summary>Whether one context made every step and nobody else ever had the instances in hand.</summary>
    private static bool IsPrivateTo(Ring ring, int? context)
    {
        // One step from a lock to itself is the program's own doing, whoever else uses the lock.
        return context is int sole && ring.Steps.Count > 1
            && ring.Steps.All(s => s.From is not null && s.From.TouchedOnlyBy(sole) && s.To is not null && s.To.TouchedOnlyBy(sole));
    }
}
