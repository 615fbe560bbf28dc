using System.Globalization;
using System.Text;

namespace KThreadRuntime.Reports;

/// <summary>Blocked and held times of each class; the kernel's columns that have a counterpart.</summary>
internal static class LockStatDump
{
    /// <summary>Of the JSON form; raised when a reader of the old form would misunderstand the new one.</summary>
    internal const int Version = 1;

    private const int NameWidth = 40;

    internal static void Write(LockdepValidator validator, TextWriter writer)
    {
        string heading = $"{"class name",NameWidth}{Heads("contentions", "waittime")}{Heads("acquisitions", "holdtime")}";
        writer.Write("lock_stat version 0.4, times in microseconds\n");
        writer.Write(new string('-', heading.Length) + "\n" + heading + "\n" + new string('-', heading.Length) + "\n");
        foreach (LockStatRow row in LockStatRow.Of(validator))
        {
            writer.Write($"{row.Name + ":",NameWidth}{Cells(row.Waits)}{Cells(row.Holds)}\n");
        }
    }

    internal static void WriteJson(LockdepValidator validator, TextWriter writer)
    {
        var text = new StringBuilder();
        JsonWriter json = new JsonWriter(text).BeginObject()
            .Member("version", Version).Member("unit", "100ns").Member("holdTimes", validator.Options.HoldTimes).Name("classes").BeginArray();
        foreach (LockStatRow row in LockStatRow.Of(validator))
        {
            json.BeginObject().Member("class", row.Class.DisplayName).Member("side", row.Side == "-R" ? "shared" : "exclusive");
            ReportJson.WriteSite(json, "site", row.Class.Site);
            Write(json, "waits", row.Waits);
            Write(json, "holds", row.Holds);
            json.EndObject();
        }

        json.EndArray().EndObject();
        writer.Write(text.Append('\n').ToString());
    }

    private static void Write(JsonWriter json, string name, in LockTimes times) =>
        json.Name(name).BeginObject()
            .Member("count", times.Count).Member("min", times.Min.Ticks).Member("max", times.Max.Ticks)
            .Member("total", times.Total.Ticks).Member("average", times.Average.Ticks).EndObject();

    private static string Heads(string count, string time) => $"{count,14}{time + "-min",16}{time + "-max",16}{time + "-total",18}{time + "-avg",16}";

    private static string Cells(in LockTimes times) =>
        $"{times.Count,14}{Microseconds(times.Min),16}{Microseconds(times.Max),16}{Microseconds(times.Total),18}{Microseconds(times.Average),16}";

    private static string Microseconds(TimeSpan time) => (time.Ticks / 10.0).ToString("0.00", CultureInfo.InvariantCulture);
}
