namespace KThreadRuntime.Context;

/// <summary>
/// One line of the thread's direct-mapped cache: a chain that, in this generation and for these instances, has nothing left to
/// record. A new context epoch empties the cache.
/// </summary>
internal struct ChainSlot
{
    internal ulong Key;

    /// <summary>The generation; see <see cref="GenerationClock"/>.</summary>
    internal long Stamp;

    /// <summary>The instances held, hashed, and the instance wanted.</summary>
    internal ulong HeldInstances;
    internal ulong Own;

    /// <summary>All ones to compare; zero once any instance there would tell the same.</summary>
    internal ulong HeldMask;
    internal ulong OwnMask;

    internal readonly bool Matches(ulong heldInstances, ulong own) =>
        (((HeldInstances ^ heldInstances) & HeldMask) | ((Own ^ own) & OwnMask)) == 0;
}
