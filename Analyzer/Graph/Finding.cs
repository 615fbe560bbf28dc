using System.Collections.Immutable;

namespace CrossRelease.Analyzers.Graph;

internal enum Fault
{
    CrossReleaseCycle,
    CompletionRing,
    LoopRing,
    LockOrderCycle,
    BlockedContext,
    BlockedContinuation,
    BlockedScheduler,
    BlockedTurn,
    BlockedCaller,
    WaitUnderLock,
    StallUnderLock,
    LostCompletion,
    LockNotReleased,
    AnswerHidesLock,
    HandleDropped,
    LockHeldOverAwait,
    ForeignCodeUnderLock,
    WaitInInitializer,
    SelfDeadlock,
    ReadUpgrade,
    NestedMonitorWait,
    BrokenDeclaration,
    CutShort,
    ClassClosesRing,
    ClassIsShared,
    ClassNests,
    NestedInstances,
}

/// <summary>One report, symbol-free, owned by the tree of its place.</summary>
/// <param name="Place">The wait, or the first acquire.</param>
/// <param name="Arguments">What the message is made of.</param>
/// <param name="Steps">The other places of the story, in order.</param>
/// <param name="IsSuggestion">Whether the case is too weak for a warning.</param>
internal sealed record Finding(Fault Fault, Site Place, ImmutableArray<string> Arguments, ImmutableArray<Site> Steps, bool IsSuggestion)
{
    /// <summary>For a stall: whether a signaller is seen that needs the lock.</summary>
    public bool IsProven { get; init; }

    /// <summary>What a baseline calls it; empty until the engine has all findings.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>One report a place, the one with the shortest story.</summary>
    public static void Keep(Dictionary<Site, Finding> found, Finding? finding)
    {
        if (finding is not null && (!found.TryGetValue(finding.Place, out Finding? known) || finding.Steps.Length < known.Steps.Length))
        {
            found[finding.Place] = finding;
        }
    }
}
