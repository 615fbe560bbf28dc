namespace KThreadRuntime.Rules;

/// <summary>
/// The other locks that were held at an observation, by instance; or the completions that were signalled before it, by class. Stands for "at least these, each time": joining two
/// observations intersects. Top is every lock there is and never occurs; bottom is the empty set, which excludes nothing.
/// </summary>
/// <remarks>At most four are kept. Forgetting a gate can only admit a ring, never hide one.</remarks>
internal readonly record struct GateSet
{
    private readonly long _a, _b, _c, _d;

    private GateSet(long a, long b, long c, long d)
    {
        _a = a;
        _b = b;
        _c = c;
        _d = d;
    }

    internal bool IsEmpty => _a == 0;

    /// <summary>This set and one more lock instance. One that is there already is held exclusively if either says so.</summary>
    internal GateSet With(long instance, bool exclusive)
    {
        long gate = (instance << 1) | (exclusive ? 1L : 0L);
        for (int i = 0; i < 4; i++)
        {
            if (this[i] == 0)
            {
                return At(i, gate);
            }

            if (this[i] >> 1 == instance)
            {
                return At(i, this[i] | gate);
            }
        }

        return this;
    }

    internal bool Contains(long instance) => Find(instance) != 0;

    /// <summary>What both sets hold; exclusively only where both do.</summary>
    internal GateSet Intersect(in GateSet other)
    {
        GateSet common = default;
        for (int i = 0; i < 4 && this[i] != 0; i++)
        {
            long match = other.Find(this[i] >> 1);
            if (match != 0)
            {
                common = common.With(this[i] >> 1, (this[i] & match & 1) != 0);
            }
        }

        return common;
    }

    /// <summary>
    /// Whether two contexts cannot be at these two observations at once: some instance is held at both, and by one of them
    /// exclusively.
    /// </summary>
    internal bool Excludes(in GateSet other)
    {
        for (int i = 0; i < 4 && this[i] != 0; i++)
        {
            long match = other.Find(this[i] >> 1);
            if (match != 0 && ((this[i] | match) & 1) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The instances by number, with <c>!</c> after those held exclusively.</summary>
    public override string ToString()
    {
        GateSet self = this;
        return string.Join(" ", Enumerable.Range(0, 4).Where(i => self[i] != 0).Select(i => $"{self[i] >> 1}{((self[i] & 1) != 0 ? "!" : "")}"));
    }

    private long this[int index] => index switch { 0 => _a, 1 => _b, 2 => _c, _ => _d };

    private GateSet At(int index, long gate) =>
        new(index == 0 ? gate : _a, index == 1 ? gate : _b, index == 2 ? gate : _c, index == 3 ? gate : _d);

    private long Find(long instance)
    {
        for (int i = 0; i < 4; i++)
        {
            if (this[i] >> 1 == instance)
            {
                return this[i];
            }
        }

        return 0;
    }
}
