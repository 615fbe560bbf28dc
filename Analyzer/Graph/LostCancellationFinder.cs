using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Finds cancellation callbacks that an exception in sight leaves before they end the wait: whoever cancels ends it whatever else would, so the waiter is
/// left to what may never be.
/// </summary>
internal static class LostCancellationFinder
{
    public static IEnumerable<Finding> Find(Contexts contexts, CompletionUses uses, Throwers throwers, CancellationToken cancellation)
    {
        var reports = new LostCompletionReports(contexts, uses);
        foreach (BodyFacts callback in Callbacks(contexts).Where(callback => !contexts.SummaryOf(callback).Signals.IsEmpty && throwers.Of(callback).Any(static source => source.IsSeen))
            .OrderBy(static body => body.Id, StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (string completion in contexts.SummaryOf(callback).Signals.SelectMany(signal => uses.KeysOf(signal.Target.Path, signal.Target.Type)).Where(uses.IsKey).Distinct())
            {
                CompletionUse[] waits = [.. uses.Waits(completion).Where(wait => wait.Body != callback)];
                CompletionUse? signal = uses.Signals(completion).FirstOrDefault(use => use.Body == callback);
                IEnumerable<Default> ways = new Obligation(contexts, throwers, uses, completion, [callback]).FromStart(callback).Where(static way => way is { IsThrown: true, Cause.IsSeen: true });
                if (waits.Length > 0 && signal is not null && reports.Report(waits, signal, ways) is { } finding)
                {
                    yield return finding;
                }
            }
        }
    }

    // Only a registration with a token has one.
    private static IEnumerable<BodyFacts> Callbacks(Contexts contexts) => contexts.Program.With(BodyParts.Spawn).SelectMany(static body => BodyContents.Of(body).Spawns)
        .Where(static spawn => spawn.Spawn.Token is not null).SelectMany(spawn => contexts.PointsTo.Functions(spawn.Spawn.Target)).Distinct();
}
