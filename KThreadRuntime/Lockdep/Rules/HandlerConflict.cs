namespace KThreadRuntime.Rules;

/// <summary>A class acquired in handlers, and one held while they may run: at the two ends of a path, or the same.</summary>
/// <param name="Level">The level of the handlers.</param>
/// <param name="Path">From the class acquired in handlers to the one held; without a step when they are one.</param>
internal sealed record HandlerConflict(HandlerLevel Level, Ring Path)
{
    /// <summary>The class acquired in handlers.</summary>
    internal LockClass Used => Path.Classes[0];

    /// <summary>The class held while they may run.</summary>
    internal LockClass Held => Path.Classes[Path.Classes.Count - 1];

    /// <summary>Who was first seen to acquire the one in a handler.</summary>
    internal UsageEvidence UsedBy { get; } = First(Path.Classes[0], UsageBits.UsedIn(Level));

    /// <summary>Who was first seen to hold the other while a handler might run.</summary>
    internal UsageEvidence HeldBy { get; } = First(Path.Classes[Path.Classes.Count - 1], UsageBits.Enabled(Level));

    /// <summary>The kernel's name of the first use, as in its reports: IN-HARDIRQ-W and the like.</summary>
    internal string UsedName { get; } = "IN-" + UsageBits.KernelName(
        Level, isWrite: (Path.Classes[0].UsageRecord.States & UsageBits.UsedIn(Level, ChainMode.Exclusive)) != 0);

    /// <summary>The kernel's name of the second use: HARDIRQ-ON-W and the like.</summary>
    internal string HeldName { get; } = UsageBits.KernelName(
        Level, isWrite: (Path.Classes[Path.Classes.Count - 1].UsageRecord.States & UsageBits.Enabled(Level, ChainMode.Exclusive)) != 0, "-ON");

    private static UsageEvidence First(LockClass lockClass, UsageStates any) =>
        lockClass.UsageRecord.First(any) ?? throw new InvalidOperationException($"{lockClass} was never used so.");
}
