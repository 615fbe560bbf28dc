using KThreadRuntime.Reports;

namespace KThreadRuntime;

/// <summary>Writes what a validator knows, in the manner of the kernel's files under <c>/proc</c>.</summary>
/// <remarks>
/// Each call takes snapshots first, so a dump is consistent in itself only as far as one snapshot goes. Costs time and memory in
/// proportion to what is dumped: for people and tools that ask, not for every request. Safe from any thread. What the writer throws
/// is thrown.
/// </remarks>
public static class LockdepDump
{
    /// <summary>
    /// As <c>/proc/lockdep</c>: a line for each class with its number, how many classes depend on it forwards (FD) and backwards
    /// (BD), usage, name and site; then its direct dependencies.
    /// </summary>
    /// <param name="validator">Whose classes.</param>
    /// <param name="writer">Where to.</param>
    public static void WriteClasses(LockdepValidator validator, TextWriter writer) => ClassDump.Write(Checked(validator), Checked(writer));

    /// <summary>As <c>/proc/lockdep_chains</c>: each chain with the context it began in and its classes, oldest first.</summary>
    /// <param name="validator">Whose chains.</param>
    /// <param name="writer">Where to.</param>
    public static void WriteChains(LockdepValidator validator, TextWriter writer) => ChainDump.Write(Checked(validator), Checked(writer));

    /// <summary>As <c>/proc/lockdep_stats</c>: how full the tables are and what was counted.</summary>
    /// <param name="validator">Whose counters.</param>
    /// <param name="writer">Where to.</param>
    public static void WriteStats(LockdepValidator validator, TextWriter writer) => StatsDump.Write(Checked(validator), Checked(writer));

    /// <summary>
    /// As <c>/proc/lock_stat</c>: for each class, how often and how long threads were blocked on it and, if
    /// <see cref="LockdepOptions.HoldTimes"/> is set, held it; in microseconds, the most contended first. A read side has a line of its own.
    /// </summary>
    /// <param name="validator">Whose classes.</param>
    /// <param name="writer">Where to.</param>
    public static void WriteLockStat(LockdepValidator validator, TextWriter writer) => LockStatDump.Write(Checked(validator), Checked(writer));

    /// <summary>The same as one JSON object on one line, times in units of 100 ns; <c>docs/schema/lock-stat-1.json</c> states the form.</summary>
    /// <param name="validator">Whose classes.</param>
    /// <param name="writer">Where to.</param>
    public static void WriteLockStatJson(LockdepValidator validator, TextWriter writer) => LockStatDump.WriteJson(Checked(validator), Checked(writer));

    private static T Checked<T>(T? argument)
        where T : class => argument ?? throw new ArgumentNullException(typeof(T) == typeof(TextWriter) ? "writer" : "validator");
}
