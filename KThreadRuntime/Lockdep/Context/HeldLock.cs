namespace KThreadRuntime.Context;

/// <summary>
/// One entry of the held stack, filled by plain stores. An entry above the top keeps what it held last: acquiring the same
/// again, under the same chain and stamp, is then a comparison and a step of the depth.
/// </summary>
/// <remarks>
/// So a released lock's map (not the lock itself) stays reachable until its place in the stack is used again: one for each depth
/// of each thread, and where many instances of a class take turns at a depth, at most 2,048 of them. Entry 0 holds nothing; it
/// is what the first acquire starts from.
/// </remarks>
internal struct HeldLock
{
    /// <summary>What stands for a hash that is not kept up: where <see cref="Any"/> is set, the warm path writes the number only.</summary>
    internal const ulong NotKept = ulong.MaxValue;

    /// <summary>The number of no lock; see <see cref="IsBoundary"/>.</summary>
    internal const long Boundary = -1;

    /// <summary>The mode of no acquire: another subclass than the lock's own, a nest lock, or no check.</summary>
    internal const byte Special = 0xFF;

    /// <summary>No key: of neither an acquire nor a release that may take the warm path.</summary>
    internal const long NoKey = -1;

    /// <summary>Set in <see cref="Depth"/> while the lock is pinned.</summary>
    internal const int Pinned = 1 << 30;

    /// <summary>Set in <see cref="Depth"/> where the release is to count how long the lock was held.</summary>
    internal const int Timed = 1 << 29;

    /// <summary>Set in <see cref="Depth"/> once the context has signalled something since it acquired the lock; see <see cref="Given"/>.</summary>
    internal const int Gave = 1 << 28;

    private const int MaxRecent = 2048;
    private const int ModeShift = 60;

    /// <summary>The lock's number.</summary>
    internal long Id;

    /// <summary>The lock's number once more, where a release has no more to do than to step down; <see cref="NoKey"/> where it has.</summary>
    internal long ReleaseKey;

    /// <summary>
    /// All that the warm path asks of an acquire beside the stamp: <see cref="KeyOf"/> its number and mode, or
    /// <see cref="KeyOfAny"/> where <see cref="Any"/> is set; <see cref="NoKey"/> where it must not look at all. A stamp is good
    /// only as long as the entry below is held in the same instance, or where any would do: whoever changes that takes the stamp
    /// away.
    /// </summary>
    internal long AcquireKey;

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

    /// <summary>
    /// Where any instance would do: those that were acquired here, by number, so that the warm path need not store a reference,
    /// which costs more than all the rest of it. Null until two instances were met.
    /// </summary>
    internal LockdepMap?[]? Recent;

    /// <summary>The hash of the classes up to here.</summary>
    internal ulong ChainAfter;

    /// <summary>The lock, unless <see cref="Id"/> says that it is one of <see cref="Recent"/>.</summary>
    private LockdepMap? _map;

    /// <summary>The class it was acquired under; its lock may have been given another since.</summary>
    internal LockClass? Class;

    /// <summary>Class, mode and flags; see <see cref="ChainKey.Element"/>.</summary>
    internal uint Element;

    /// <summary>Since when it is held, in ticks of the stopwatch, where <see cref="Timed"/> is set.</summary>
    internal long HeldSince;

    /// <summary>The classes signalled since the acquire, where <see cref="Gave"/> is set.</summary>
    internal Rules.GateSet Given;

    /// <summary>
    /// The mode once more, where the warm path can compare a byte; <see cref="Special"/> for what a plain acquire of the lock
    /// would not have made.
    /// </summary>
    internal byte Mode;

    /// <summary>Whether, under this stamp, any instance wanted would tell the same: on top of these, and on top of any.</summary>
    internal bool AnyOwn;
    internal bool Any;

    private int _depth;

    /// <summary>Further acquires of a re-entrant lock by its holder, <see cref="Pinned"/>, <see cref="Timed"/> and <see cref="Gave"/>: whatever a release must look at.</summary>
    internal int Depth
    {
        readonly get => _depth;
        set
        {
            _depth = value;
            ReleaseKey = value == 0 ? Id : NoKey;
        }
    }

    /// <summary>Whether no lock lies here, but the point at which a handler interrupted what lies below.</summary>
    internal readonly bool IsBoundary => Id == Boundary;

    /// <summary>Whether dependencies lead from here.</summary>
    internal readonly bool IsChecked => ChainKey.IsChecked(Element);

    /// <summary>Acquires by its holder.</summary>
    internal readonly int Acquires => (Depth & ~(Pinned | Timed | Gave)) + 1;

    /// <summary>The lock held here.</summary>
    internal readonly LockdepMap? Map => _map is { } map && map.Id == Id ? map : Recent?[(int)Id & (Recent.Length - 1)];

    /// <summary>The key of an acquire of one instance. A number ends far below the mode's bits.</summary>
    internal static long KeyOf(long id, int mode) => id | ((long)mode << ModeShift);

    /// <summary>The key of an acquire of any instance of the class.</summary>
    internal static long KeyOfAny(int mode) => NoKey - 1 - mode;

    /// <summary>Takes over what an entry has seen of its hold that is pushed anew.</summary>
    internal void GoOn(in HeldLock moved)
    {
        Depth = moved.Depth;
        HeldSince = moved.HeldSince;
        Given = moved.Given;
    }

    /// <summary>Names the lock, with its reference.</summary>
    internal void Set(LockdepMap map)
    {
        _map = map;
        SetNumber(map.Id);
        if (AcquireKey >= 0)
        {
            AcquireKey = KeyOf(map.Id, Mode);
        }

        if (Any)
        {
            Keep(map);
        }
    }

    /// <summary>Names one of <see cref="Recent"/>.</summary>
    internal void SetNumber(long id)
    {
        Id = id;
        ReleaseKey = _depth == 0 ? id : NoKey;
    }

    /// <summary>Keeps an instance for the warm path; a place that is taken makes the table larger, up to a limit.</summary>
    private void Keep(LockdepMap map)
    {
        LockdepMap?[] recent = Recent ??= new LockdepMap?[16];
        while (recent[(int)map.Id & (recent.Length - 1)] is { } other && other != map && recent.Length < MaxRecent)
        {
            var larger = new LockdepMap?[recent.Length * 2];
            foreach (LockdepMap? known in recent)
            {
                if (known is not null)
                {
                    larger[(int)known.Id & (larger.Length - 1)] = known;
                }
            }

            Recent = recent = larger;
        }

        recent[(int)map.Id & (recent.Length - 1)] = map;
    }
}
