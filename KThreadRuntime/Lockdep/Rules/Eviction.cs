namespace KThreadRuntime.Rules;

/// <summary>
/// When a full table makes room for what it had to refuse: now and then, a batch at a time, and the more seldom the more it has
/// thrown out. What is kept is then a sample of all there is, which moves.
/// </summary>
/// <remarks>Its owner's lock guards all but reading. A batch is what makes a pass over other tables worth its cost.</remarks>
internal sealed class Eviction(int budget)
{
    internal const int RefusalsPerVictim = 16;

    private const int MostInBatch = 256;
    private const int SlowestBy = 256;

    private readonly int _budget = budget;
    private long _refused;
    private long _evicted;
    private long _evictedAtEra;
    private long _nextAt = (long)RefusalsPerVictim * BatchOf(budget);

    /// <summary>How many go at once.</summary>
    internal int Batch => BatchOf(_budget);

    internal long Refused => Volatile.Read(ref _refused);

    internal long Evicted => Volatile.Read(ref _evicted);

    /// <summary>Whether enough was refused since the last batch. May be read without the lock.</summary>
    internal bool IsDue => Refused >= Volatile.Read(ref _nextAt);

    internal void Refuse() => Volatile.Write(ref _refused, _refused + 1);

    /// <summary>A batch has gone, of whatever size.</summary>
    internal void Evict(int count)
    {
        Volatile.Write(ref _evicted, _evicted + count);
        Volatile.Write(ref _nextAt, _refused + ((long)RefusalsPerVictim * Batch * Math.Min(SlowestBy, 1 + (_evicted / _budget))));
    }

    /// <summary>
    /// Whether so much has gone that threads should look again at all they take for known: an eighth of the table. True once each time.
    /// </summary>
    internal bool TakeEra()
    {
        if (_evicted - _evictedAtEra < Math.Max(1, _budget / 8))
        {
            return false;
        }

        _evictedAtEra = _evicted;
        return true;
    }

    private static int BatchOf(int budget) => Math.Min(Math.Max(1, budget / 64), MostInBatch);
}
