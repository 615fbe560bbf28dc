using System.Diagnostics;
using System.Globalization;
using KThreadRuntime.Context;

namespace KThreadRuntime.Reports;

/// <summary>The sentence of a wait that lasts too long, and who else is blocked meanwhile.</summary>
internal static class HungText
{
    private const int MaxOthers = 16;

    internal static string Of(BlockedFlow flow, long now, int alike, List<LockdepBlockedTask> others)
    {
        string verb = flow.Class.IsCompletion ? "waits for" : "wants";
        string seconds = Seconds(TimeSpan.FromSeconds((now - flow.Since) / (double)Stopwatch.Frequency));
        return $"has been blocked for {seconds}: it {verb} {flow.Class.DisplayName}." + (alike > 1 ? $" So have {alike - 1} more at this place." : "") + Meanwhile(others);
    }

    internal static string OfAsync(LockClass waited, TimeSpan threshold, List<LockdepBlockedTask> others) =>
        $"began an asynchronous {(waited.IsCompletion ? "wait" : "acquire")} that has lasted for {Seconds(threshold)}: it {(waited.IsCompletion ? "waits for" : "wants")} {waited.DisplayName}."
        + Meanwhile(others);

    private static string Meanwhile(List<LockdepBlockedTask> others) =>
        others.Count == 0 ? "" : $" Blocked meanwhile: {string.Join("; ", others.OrderByDescending(b => b.Since).Take(MaxOthers).Select(Words))}.";

    private static string Words(LockdepBlockedTask task) =>
        $"{task.Task} for {Seconds(task.Since)} on {task.Wanted.DisplayName} at {task.Site}"
        + (task.Held.Count == 0 ? "" : $", holding {string.Join(", ", task.Held.Select(h => h.Class.DisplayName))}");

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";
}
