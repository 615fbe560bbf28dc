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
    internal void OweUnit(LockdepMap map, in CodeSite site)
    {
        // The unit is taken: nothing may be told here, since a sink may throw.
        if (_busy != 0 || map.Validation != LockValidation.Full || map.Key is { IsDisposed: true })
        {
            return;
        }

        List<OwedCompletion> owed = _owed ??= [];
        int index = IndexOfOwed(map);
        OwedCompletion before = index < 0 ? default : owed[index];
        TakeOwed(map, before.Units);
        if (owed.Count >= MaxOwedUnits)
        {
            owed.RemoveAt(0);
        }

        long since = _clock.Advance();
        _givenSinceOwed = default;
        owed.Add(new OwedCompletion(map, since, before.Units + 1, site, before.HasAsked));
        map.Born = since;
        if (owed[owed.Count - 1].IsWhole)
        {
            map.Debtor = _life;
        }
    }

    /// <summary>
    /// The semaphores of which this context has every unit there is, so that whoever wants one waits for it as for a lock's holder. Null
    /// as a rule.
    /// </summary>
    private LockdepMap[]? WhollyOwed()
    {
        List<LockdepMap>? whole = null;
        for (int i = 0; _owed is not null && i < _owed.Count; i++)
        {
            if (_owed[i].IsWhole)
            {
                (whole ??= []).Add(_owed[i].Map);
            }
        }

        return whole?.ToArray();
    }

    /// <summary>
    /// What the context owes stands in the way of its waiters by what it blocks for now, though it may never come to signal: that is
    /// told before it blocks. Units that go out only are nobody's debt.
    /// </summary>
    private void CommitDebts(in BlockedFlow.Wish wish)
    {
        for (int i = 0; _owed is not null && i < _owed.Count; i++)
        {
            OwedCompletion owed = _owed[i];
            if (ReferenceEquals(owed.Map, wish.Map) || (owed.Units > 0 && !owed.IsWhole) || PredictedClass(owed.Map) is not { IsRetired: false } lockClass)
            {
                continue;
            }

            _signalSite = CodeSite.Unknown;
            _gaveUnasked = false;
            SignalWindow window = SignalWindow.Owed(owed.Since) with { Always = owed.Units > 0 ? ReportFlags.NotGivenBack : ReportFlags.None };
            Commit(owed.Map, lockClass, window, owed.Site.IsKnown ? owed.Site : wish.Site, _findings);
        }
    }

    /// <summary>A unit that comes from somebody who did not take it makes the semaphore a signal, and all of its class.</summary>
    private void NoteGiver(LockdepMap map, int units)
    {
        if (map.Units > 0 && UnitsOwed(map) < units)
        {
            map.IsHandedOn = true;
        }
    }

    /// <summary>Where the newest of a semaphore's units was acquired.</summary>
    private CodeSite SiteOfUnits(LockdepMap map) => _owed?.Find(o => ReferenceEquals(o.Map, map)).Site ?? CodeSite.Unknown;

    private int UnitsOwed(LockdepMap map) => IndexOfOwed(map) is >= 0 and int index ? _owed![index].Units : 0;
}
