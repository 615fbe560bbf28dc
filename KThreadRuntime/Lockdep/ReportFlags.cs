namespace KThreadRuntime;

/// <summary>What qualifies a report beside its <see cref="Confidence"/>.</summary>
[Flags]
public enum ReportFlags
{
    /// <summary>Nothing to add.</summary>
    None = 0,

    /// <summary>One context alone was seen to make every step.</summary>
    SingleContext = 1,

    /// <summary>A step was learned from a signal that came before its wait: another schedule, not this one.</summary>
    Predicted = 2,

    /// <summary>A step is a timed wait: the ring stalls until the time is over, then it opens.</summary>
    Stall = 4,

    /// <summary>A step was seen on a thread-pool thread that no scope cut into work items, so it may mix unrelated work.</summary>
    Unscoped = 8,

    /// <summary>Several waits overlapped, and a step lies between the first and the last of them.</summary>
    FirstWaitOnly = 16,

    /// <summary>A step starts from a semaphore's units that a context had taken, and was not seen to give back: another might give one.</summary>
    NotGivenBack = 32,
}
