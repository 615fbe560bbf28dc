namespace KThreadRuntime.Context;

/// <summary>
/// What others wait for of a work. A flush waits for its turn and its run, a cancel for a run in progress only: one class for
/// both would report a cancel for what other works of the worker do.
/// </summary>
internal sealed class WorkMaps
{
    private const string Kind = "work";

    private bool _toldPredicted;
    private bool _toldSeen;

    internal WorkMaps(LockdepValidator validator, string? name, LockClassKey? key, ClassPolicy policy, CodeSite site)
    {
        Done = new LockdepMap(validator, LockdepMapKind.Completion, Kind, "work completion", name, key, policy, site) { IsLifetime = true };
        Run = new LockdepMap(validator, LockdepMapKind.Completion, Kind, "work run", name, key, policy, site) { IsLifetime = true };

        // A run is held up by itself alone: what runs elsewhere, on the same worker too, is another obligation.
        Run.SignalledBy(LockdepValidator.NextContextId());
    }

    /// <summary>What a flush waits for. The worker signals it.</summary>
    internal LockdepMap Done { get; }

    /// <summary>What a cancel waits for.</summary>
    internal LockdepMap Run { get; }

    /// <summary>Whether it was not yet told that the work waits for its turn: once as a prediction, and once as it was seen.</summary>
    internal bool IsNewTurn(bool hasWaited)
    {
        ref bool told = ref hasWaited ? ref _toldSeen : ref _toldPredicted;
        bool isNew = !told && !_toldSeen;
        told = true;
        return isNew;
    }
}
