namespace KThreadRuntime.Rules;

/// <summary>The three faults of locks and handlers, in words.</summary>
internal static class HandlerStory
{
    /// <summary>One class is acquired in handlers and held while they may run.</summary>
    internal static Fault Inconsistent(LockClass lockClass, HandlerLevel level, UsageEvidence evidence, bool wasAcquired)
    {
        var conflict = new HandlerConflict(level, new Ring(ReportKind.InconsistentState, [lockClass], []));
        string detail = wasAcquired
            ? $"acquires in a {Name(level)} handler what {Held(conflict.HeldBy)} while such a handler may run."
            : $"holds while a {Name(level)} handler may run what {Used(conflict.UsedBy)} in such a handler.";
        return new Fault(ReportKind.InconsistentState, lockClass, evidence.Site, detail, Confidence: Confidence.Possible, Conflict: conflict);
    }

    /// <summary>A handler acquires a lock that the flow below it holds: this hangs.</summary>
    internal static Fault Closed(LockClass lockClass, HandlerLevel level, CodeSite site, CodeSite heldFrom) =>
        new(ReportKind.InconsistentState, lockClass, site,
            $"acquires in a {Name(level)} handler what the interrupted flow holds, acquired at {heldFrom}: it waits for itself.",
            Confidence: Confidence.Closed);

    /// <summary>A class is used in a new way, and so the ends of a path conflict.</summary>
    internal static Fault Inversion(HandlerConflict conflict, LockClass changed, UsageEvidence evidence)
    {
        LockClass other = ReferenceEquals(changed, conflict.Used) ? conflict.Held : conflict.Used;
        return Of(ReportKind.HandlerInversion, conflict, changed, other, evidence.Site, $"has changed how ({changed.DisplayName}) is used: ");
    }

    /// <summary>A new dependency makes a path of which the ends conflict.</summary>
    internal static Fault Order(HandlerConflict conflict, LockClass from, LockClass to, CodeSite site) =>
        Of(ReportKind.HandlerOrder, conflict, conflict.Used, conflict.Held, site, $"makes ({from.DisplayName}) lead to ({to.DisplayName}): ");

    /// <summary>A level, in words.</summary>
    internal static string Name(HandlerLevel level) => level == HandlerLevel.Hard ? "hard" : "soft";

    private static Fault Of(ReportKind kind, HandlerConflict conflict, LockClass subject, LockClass other, CodeSite site, string news)
    {
        string detail = $"{news}{Used(conflict.UsedBy)} ({conflict.Used.DisplayName}) in a {Name(conflict.Level)} handler, its holder may come to wait for "
            + $"({conflict.Held.DisplayName}), and {Held(conflict.HeldBy)} that while such a handler may run.";
        return new Fault(kind, subject, site, detail, other, conflict.Path with { Kind = kind }, Confidence.Possible, conflict);
    }

    private static string Used(UsageEvidence used) => $"{used.Task} acquired, at {used.Site},";

    private static string Held(UsageEvidence held) => held.Site == held.Acquired
        ? $"{held.Task} held, from {held.Site},"
        : $"{held.Task} held, from {held.Acquired} and with handlers let in at {held.Site},";
}
