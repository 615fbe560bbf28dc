namespace KThreadRuntime.Context;

/// <summary>
/// One entry of the held stack, filled by plain stores. An entry above the top keeps what it held last: acquiring the same
/// again, under the same chain and stamp, is then a comparison and a step of the depth.
/// </summary>
/// <remarks>
/// So a released lock's map stays reachable until its place in the stack is used again: at most a stack's depth for each
/// thread. Entry 0 holds nothing; it is what the first acquire starts from.
/// </remarks>
internal struct HeldLock
{
    internal LockdepMap? Map;

    /// <summary>
    /// The generation in which acquiring this, on top of the entry below, had nothing left to record; see
    /// <see cref="ChainSlot"/>. -1 as soon as another chain lies below.
    /// </summary>
    internal long Stamp;

    /// <summary>The hashes of the instances, without this entry and with it.</summary>
    internal ulong InstancesBefore;
    internal ulong InstancesAfter;

    /// <summary>The class and its validator; see <see cref="LockdepMap.ClassToken"/>.</summary>
    internal long ClassToken;

    /// <summary>The hash of the classes up to here.</summary>
    internal ulong ChainAfter;

    /// <summary>Class, mode and try flag; see <see cref="ChainKey.Element"/>.</summary>
    internal uint Element;

    /// <summary>Further acquires of a re-entrant lock by its holder.</summary>
    internal ushort Depth;

    /// <summary>The mode once more, where the warm path can compare a byte.</summary>
    internal byte Mode;

    /// <summary>Whether, under this stamp, any instance wanted would tell the same: on top of these, and on top of any.</summary>
    internal bool AnyOwn;
    internal bool Any;

    /// <summary>The wait type of the lock and the re-entrancy level it was acquired at; 0 where they are not tracked.</summary>
    internal byte WaitType;
    internal byte Level;
}
