namespace KThreadRuntime.Rules;

/// <summary>
/// Whether a path can block: it is strong unless a wanted recursive read meets a held read, since that read would be let
/// through. Strong rings are exactly the possible deadlocks (the kernel's lockdep design document proves both directions).
/// </summary>
/// <remarks>
/// A label may carry several kinds, so a path carries a set of (first held end, last wanted end) pairs. It is empty when no
/// choice of kinds makes the path strong.
/// </remarks>
internal readonly struct StrongPath
{
    private readonly byte _states;

    private StrongPath(int states) => _states = (byte)states;

    internal bool IsPossible => _states != 0;

    internal static StrongPath Start(DependencyKinds kinds)
    {
        int states = 0;
        foreach (int kind in EachKind(kinds))
        {
            states |= 1 << State(HoldsShared(kind), WantsRecursive(kind));
        }

        return new StrongPath(states);
    }

    internal StrongPath Extend(DependencyKinds kinds)
    {
        int states = 0;
        for (int state = 0; state < 4; state++)
        {
            if ((_states & (1 << state)) == 0)
            {
                continue;
            }

            bool startsShared = (state & 2) != 0, endsRecursive = (state & 1) != 0;
            foreach (int kind in EachKind(kinds))
            {
                if (!endsRecursive || !HoldsShared(kind))
                {
                    states |= 1 << State(startsShared, WantsRecursive(kind));
                }
            }
        }

        return new StrongPath(states);
    }

    /// <summary>Whether the path's last wanted end is blocked by its own first held end.</summary>
    internal bool Closes() => (_states & ~(1 << State(startsShared: true, endsRecursive: true))) != 0;

    private static int State(bool startsShared, bool endsRecursive) => (startsShared ? 2 : 0) | (endsRecursive ? 1 : 0);

    private static bool HoldsShared(int kind) => (kind & (int)(DependencyKinds.SR | DependencyKinds.SN)) != 0;

    private static bool WantsRecursive(int kind) => (kind & (int)(DependencyKinds.ER | DependencyKinds.SR)) != 0;

    private static KindBits EachKind(DependencyKinds kinds) => new((int)kinds);

    /// <summary>The set bits of a mask, lowest first, without an allocation.</summary>
    private struct KindBits(int rest)
    {
        private int _rest = rest;

        public int Current { get; private set; }

        public readonly KindBits GetEnumerator() => this;

        public bool MoveNext()
        {
            Current = _rest & -_rest;
            _rest &= _rest - 1;
            return Current != 0;
        }
    }
}
