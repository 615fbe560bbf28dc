namespace KThreadRuntime.Context;

/// <summary>One entry of the held stack. Plain stores fill it on the warm path, so it has no constructor.</summary>
internal struct HeldLock
{
    /// <summary>The instance; null in a free entry, so that a released lock is not kept alive.</summary>
    internal LockdepMap? Map;

    /// <summary>The chain and instance hashes from before this entry: a release restores them.</summary>
    internal ulong ChainBefore;
    internal ulong InstancesBefore;

    /// <summary>Class, mode and try flag; see <see cref="ChainKey.Element"/>.</summary>
    internal uint Element;

    /// <summary>Further acquires of a re-entrant lock by its holder.</summary>
    internal ushort Depth;

    /// <summary>The wait type of the lock and the re-entrancy level it was acquired at; 0 where they are not tracked.</summary>
    internal byte WaitType;
    internal byte Level;
}
