using System.Globalization;

namespace KThreadRuntime.Reports;

/// <summary>Blocked times of each class; the kernel's columns that have a counterpart.</summary>
internal static class LockStatDump
{
    private const int NameWidth = 40;

    internal static void Write(LockdepValidator validator, TextWriter writer)
    {
        var rows = new List<(string Name, LockWaitTimes Times)>();
        foreach (LockClass lockClass in validator.LockClasses)
        {
            LockWaitTimes write = lockClass.Contention.Exclusive, read = lockClass.Contention.Shared;
            Add(rows, read.Count > 0 ? lockClass.DisplayName + "-W" : lockClass.DisplayName, write);
            Add(rows, lockClass.DisplayName + "-R", read);
        }

        string heading = $"{"class name",NameWidth}{"contentions",14}{"waittime-min",16}{"waittime-max",16}{"waittime-total",18}{"waittime-avg",16}";
        writer.Write("lock_stat version 0.4, times in microseconds\n");
        writer.Write(new string('-', heading.Length) + "\n" + heading + "\n" + new string('-', heading.Length) + "\n");
        foreach ((string name, LockWaitTimes times) in rows.OrderByDescending(r => r.Times.Count).ThenBy(r => r.Name, StringComparer.Ordinal))
        {
            writer.Write(
                $"{name + ":",NameWidth}{times.Count,14}{Microseconds(times.Min),16}{Microseconds(times.Max),16}{Microseconds(times.Total),18}{Microseconds(times.Average),16}\n");
        }
    }

    private static void Add(List<(string Name, LockWaitTimes Times)> rows, string name, LockWaitTimes times)
    {
        if (times.Count > 0)
        {
            rows.Add((name, times));
        }
    }

    private static string Microseconds(TimeSpan time) => (time.Ticks / 10.0).ToString("0.00", CultureInfo.InvariantCulture);
}
