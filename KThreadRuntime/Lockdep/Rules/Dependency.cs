namespace KThreadRuntime.Rules;

/// <summary>
/// The label of one facet of <c>A -> B</c>: in some run a context held or owed <see cref="From"/> and wanted
/// <see cref="To"/>. Stands for all observations joined into it. A null instance is top: any of its class.
/// </summary>
internal sealed class Dependency
{
    /// <summary>Stands for "several contexts" in <see cref="Thread"/> and "several signallers" in <see cref="Signaller"/>.</summary>
    internal const int Several = -1;

    internal required DependencyKinds Kinds { get; init; }

    internal required LockdepMap? From { get; init; }

    internal required LockdepMap? To { get; init; }

    /// <summary>The other locks held at every observation.</summary>
    internal GateSet Gates { get; init; }

    /// <summary>
    /// The classes of completions that the context had signalled, at every observation, between the first end and its wait for the second: the locks
    /// of the ring keep nobody from signalling those. Empty where the second end is a lock.
    /// </summary>
    internal GateSet Given { get; init; }

    /// <summary>The context seen here, or <see cref="Several"/>.</summary>
    internal required int Thread { get; init; }

    /// <summary>
    /// When <see cref="To"/> is a completion, the context that signals it: 0 while nobody is known to, or
    /// <see cref="Several"/>. Two instances of a class are kept apart by this.
    /// </summary>
    internal int Signaller { get; init; }

    /// <summary>
    /// Whether the context answered for the first end by itself when it signalled: it had taken the unit it gave back, or declared to
    /// owe it. Then no unit that was there before lets the waiter pass.
    /// </summary>
    internal bool GivesBack { get; init; }

    /// <summary>
    /// Whether the context had signalled the first end once, at every observation, before it waited for anything: that unit was there before its turn.
    /// </summary>
    internal bool GivesFirst { get; init; }

    internal ReportFlags Flags { get; init; }

    internal required Evidence Evidence { get; init; }

    /// <summary>Whether the first end is a completion that the context signalled later: not on its held stack.</summary>
    internal bool FromOwed => Evidence.FromMode == ChainMode.Owed;

    /// <summary>Whether the second end is a completion waited for.</summary>
    internal bool ToWait => Evidence.ToMode is ChainMode.Wait or ChainMode.TimedWait;

    /// <summary>The same dependency once its completion's signaller is known.</summary>
    internal Dependency SignalledBy(int signaller) => new()
    {
        Kinds = Kinds, From = From, To = To, Gates = Gates, Given = Given, Thread = Thread, Signaller = signaller, GivesBack = GivesBack, GivesFirst = GivesFirst,
        Flags = Flags,
        Evidence = Evidence,
    };
}
