namespace KThreadRuntime.Context;

/// <summary>
/// What others wait for of a work. A flush waits for its run and for what is queued in front of it, a cancel for a run in progress
/// only: one class for both would report a cancel for what other works of the worker do.
/// </summary>
internal sealed class WorkMaps
{
    private const string Kind = "work";

    internal WorkMaps(LockdepValidator validator, string? name, LockClassKey? key, ClassPolicy policy, CodeSite site)
    {
        Done = new LockdepMap(validator, LockdepMapKind.Completion, Kind, "work completion", name, key, policy, site) { IsLifetime = true };
        Run = new LockdepMap(validator, LockdepMapKind.Completion, Kind, "work run", name, key, policy, site) { IsLifetime = true };

        // Each work is an obligation of its own: that one thread sees to two of a class does not make them one.
        Done.SignalledBy(LockdepValidator.NextContextId());
        Run.SignalledBy(LockdepValidator.NextContextId());

        // The items of a worker are many contexts on one thread: a ring among them is nobody's private affair.
        Done.TouchedBy(Rules.Dependency.Several);
        Run.TouchedBy(Rules.Dependency.Several);
    }

    /// <summary>What a flush waits for.</summary>
    internal LockdepMap Done { get; }

    /// <summary>What a cancel waits for.</summary>
    internal LockdepMap Run { get; }

    /// <summary>The works that were in front of it when it was last queued behind any, nearest first.</summary>
    internal IReadOnlyList<WorkMaps> InFront { get; set; } = [];
}
