namespace KThreadRuntime.Rules;

/// <summary>The usage states of one class. Read by any thread; written under the class graph's lock.</summary>
internal sealed class UsageRecord
{
    private int _states;
    private (UsageStates States, UsageEvidence Evidence)[] _firsts = [];

    internal UsageStates States => (UsageStates)Volatile.Read(ref _states);

    internal bool Has(UsageStates states) => (States & states) == states;

    /// <summary>Adds states; returns those that are new, which from now on have this evidence.</summary>
    internal UsageStates Add(UsageStates states, UsageEvidence evidence)
    {
        UsageStates fresh = states & ~States;
        if (fresh != UsageStates.None)
        {
            Volatile.Write(ref _firsts, [.. _firsts, (fresh, evidence)]);
            Volatile.Write(ref _states, _states | (int)fresh);
        }

        return fresh;
    }

    /// <summary>Who was first seen to set one of these states; null when nobody was.</summary>
    internal UsageEvidence? First(UsageStates any)
    {
        foreach ((UsageStates states, UsageEvidence evidence) in Volatile.Read(ref _firsts))
        {
            if ((states & any) != 0)
            {
                return evidence;
            }
        }

        return null;
    }

    /// <summary>The kernel's four characters; see <see cref="LockClass.Usage"/>.</summary>
    public override string ToString() => new(
    [
        Letter(UsageStates.UsedInHard, UsageStates.EnabledHard),
        Letter(UsageStates.UsedInHardRead, UsageStates.EnabledHardRead),
        Letter(UsageStates.UsedInSoft, UsageStates.EnabledSoft),
        Letter(UsageStates.UsedInSoftRead, UsageStates.EnabledSoftRead),
    ]);

    private char Letter(UsageStates usedIn, UsageStates enabled) => (Has(usedIn), Has(enabled)) switch
    {
        (true, true) => '?',
        (true, false) => '-',
        (false, true) => '+',
        _ => '.',
    };
}
