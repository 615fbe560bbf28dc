namespace KThreadRuntime.Reports;

/// <summary>A line of <c>lock_stat</c>: a class, or one side of it where the read side was used too.</summary>
internal readonly record struct LockStatRow(LockClass Class, string Side, LockTimes Waits, LockTimes Holds)
{
    /// <summary>The class's name with its side, as the kernel writes it.</summary>
    internal string Name => Class.DisplayName + Side;

    /// <summary>Those that were waited for or held, the most contended first, then those held most.</summary>
    internal static IReadOnlyList<LockStatRow> Of(LockdepValidator validator)
    {
        var rows = new List<LockStatRow>();
        foreach (LockClass lockClass in validator.LockClasses)
        {
            var read = new LockStatRow(lockClass, "-R", lockClass.Contention.Shared, lockClass.Holds.Shared);
            rows.Add(new LockStatRow(lockClass, read.IsUsed ? "-W" : "", lockClass.Contention.Exclusive, lockClass.Holds.Exclusive));
            rows.Add(read);
        }

        return [.. rows.Where(r => r.IsUsed)
            .OrderByDescending(r => r.Waits.Count).ThenByDescending(r => r.Holds.Count).ThenBy(r => r.Name, StringComparer.Ordinal)];
    }

    private bool IsUsed => Waits.Count + Holds.Count > 0;
}
