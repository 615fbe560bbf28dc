using System.Globalization;
using KThreadRuntime.Context;

namespace KThreadRuntime.Reports;

/// <summary>The sentence of a wait that lasts too long, and who else is blocked meanwhile.</summary>
internal static class HungText
{
    private const int MaxOthers = 16;

    internal static string Of(BlockedFlow flow, List<LockdepBlockedTask> blocked)
    {
        string verb = flow.Class.IsCompletion ? "waits for" : "wants";
        string others = string.Join("; ", blocked.Where(b => b.Site != flow.Site || b.Wanted != flow.Class).OrderByDescending(b => b.Since).Take(MaxOthers).Select(Words));
        string seconds = Seconds(blocked.Find(b => b.Site == flow.Site && b.Wanted == flow.Class)?.Since ?? TimeSpan.Zero);
        return $"has been blocked for {seconds}: it {verb} {flow.Class.DisplayName}." + (others.Length == 0 ? "" : $" Blocked meanwhile: {others}.");
    }

    private static string Words(LockdepBlockedTask task) =>
        $"{task.Task} for {Seconds(task.Since)} on {task.Wanted.DisplayName} at {task.Site}"
        + (task.Held.Count == 0 ? "" : $", holding {string.Join(", ", task.Held.Select(h => h.Class.DisplayName))}");

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";
}
