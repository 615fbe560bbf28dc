using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>What finders look for in the summaries of bodies: <see cref="Contexts.With"/> lists the bodies that have it.</summary>
[Flags]
internal enum ContextParts
{
    None = 0,

    /// <summary>It is a root.</summary>
    Root = 1 << 0,

    /// <summary>A root that acquires a lock.</summary>
    Acquire = 1 << 1,

    /// <summary>A root that waits for a completion, a condition, or a unit of a semaphore, with a lock in hand or for somebody that waits for its own signal.</summary>
    Wait = 1 << 2,

    /// <summary>A root that runs code which nobody here sees, or what waits for its signals.</summary>
    ForeignCode = 1 << 3,

    /// <summary>A root that an attribute asks something of.</summary>
    Demand = 1 << 4,

    /// <summary>Any body that signals, or whose own end is a signal.</summary>
    Signal = 1 << 5,

    /// <summary>A body that runs in a context of its own, or an async one, and does anything that counts.</summary>
    OwnContext = 1 << 6,

    /// <summary>A body that puts its thread into a synchronization context, or one of a context of its own whose signals run what goes on behind them.</summary>
    Loop = 1 << 7,

    /// <summary>A body that leaves a lock held.</summary>
    ExitHeld = 1 << 8,

    /// <summary>A body that asks for a lock which it holds already.</summary>
    Reentry = 1 << 9,

    /// <summary>A body that an attribute forbids one of its calls.</summary>
    Breach = 1 << 10,

    /// <summary>A body that hit a budget.</summary>
    Hit = 1 << 11,

    /// <summary>A body that waits without limit.</summary>
    EndlessWait = 1 << 12,
}

// Which bodies have what the finders look for.
internal sealed partial class Contexts
{
    private PartIndex _parts = new(0, static _ => 0);

    /// <summary>The bodies that have one of these parts, in the order of the program.</summary>
    public IEnumerable<BodyFacts> With(ContextParts parts) => _parts.Having((int)parts).Select(index => Program.Bodies[index]);

    /// <summary>Whether the body of this index has the part.</summary>
    public bool Has(int index, ContextParts part) => _parts.Has(index, (int)part);

    /// <summary>The bodies that may have other summaries, callers or parts than before the edit; null if nothing was taken over.</summary>
    public IReadOnlyList<BodyFacts>? Changed { get; private set; }

    /// <summary>Whether signals count from the same bodies as before the edit.</summary>
    public bool KeepsSignalContexts { get; private set; }

    private int PartsOf(int index)
    {
        BodyFacts body = Program.Bodies[index];
        ContextRun run = _runs[body];
        Summary summary = run.Summary;
        ContextParts parts = (summary.ExitHeld.IsEmpty && summary.ExitHeldIf.IsEmpty ? 0 : ContextParts.ExitHeld)
            | (summary.InstallsContext || (summary.RunsQueued && IsSpawned(body)) || (summary.Events.Any(static found => found.IsInContinuation) && IsSpawned(body)) ? ContextParts.Loop : 0)
            | (!summary.Signals.IsEmpty ? ContextParts.Signal : 0)
            | (!(summary.Events.IsEmpty && summary.Signals.IsEmpty) && (body.IsAsync || IsSpawned(body)) ? ContextParts.OwnContext : 0);
        parts |= (body.IsAsync || body.Role == BodyRole.Finalizer ? ContextParts.Signal : 0)
            | (summary.Events.Any(static found => found is { Kind: EventKind.Wait or EventKind.WaitCondition, IsTimed: false }) ? ContextParts.EndlessWait : 0)
            | (run.Reentries.IsEmpty ? 0 : ContextParts.Reentry)
            | (run.Breaches.IsEmpty ? 0 : ContextParts.Breach)
            | (run.Hits is { Count: > 0 } ? ContextParts.Hit : 0);
        return (int)(IsRoot(body) ? parts | ContextParts.Root | OfRoot(body, summary, parts.HasFlag(ContextParts.Signal) || IsSpawned(body)) : parts);
    }

    private static ContextParts OfRoot(BodyFacts body, Summary summary, bool signals)
    {
        ContextParts parts = summary.Demands.IsEmpty && !body.Instructions.Any(static instruction => instruction is LockCondition) ? 0 : ContextParts.Demand;
        foreach (Event found in summary.Events)
        {
            bool blocks = signals || !found.Held.IsEmpty;
            parts |= found.Kind switch
            {
                EventKind.Acquire => ContextParts.Acquire | (found.IsSemaphore && blocks ? ContextParts.Wait : 0),
                EventKind.Wait or EventKind.WaitAny or EventKind.WaitCondition when blocks => ContextParts.Wait,
                EventKind.RunContinuations or EventKind.RunOpenCode => ContextParts.ForeignCode,
                _ => 0,
            };
        }

        return parts;
    }
}
