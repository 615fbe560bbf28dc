namespace KThreadRuntime.Context;

/// <content>Units of a semaphore, which whoever acquired them may owe.</content>
internal sealed partial class LockdepContext
{
    private const int MaxOwedUnits = 64;

    internal int OwedCount => _owed?.Count ?? 0;

    /// <summary>
    /// A unit was acquired. If this context gives one back, what it does from here on is what waiters wait for; and whoever
    /// else does so, none of what was done before. That it will be this context is not known, so it does not count as a
    /// signaller yet, and if units go out only, the oldest are forgotten.
    /// </summary>
    internal void OweUnit(LockdepMap map)
    {
        if (!Tracks(map, CodeSite.Unknown))
        {
            return;
        }

        List<OwedCompletion> owed = _owed ??= [];
        TakeOwed(map);
        if (owed.Count >= MaxOwedUnits)
        {
            owed.RemoveAt(0);
        }

        long since = _clock.Advance();
        owed.Add(new OwedCompletion(map, since));
        map.Born = since;
    }
}
