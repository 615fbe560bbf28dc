using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Finds tasks that wait, on the one thread of a scheduler of the program's own, for another task of that scheduler: one that is started with it, or that
/// inherits it from who starts it.
/// </summary>
internal static class BlockedSchedulerFinder
{
    public static IEnumerable<Finding> Find(Contexts contexts, SignalGraph signals, CancellationToken cancellation)
    {
        var found = new Dictionary<Site, Finding>();
        foreach (BodyFacts loop in contexts.With(ContextParts.Loop))
        {
            cancellation.ThrowIfCancellationRequested();
            Summary summary = contexts.SummaryOf(loop);
            if (!summary.RunsQueued || !contexts.IsSpawned(loop) || !contexts.Spawns.IsStartedOnce(loop))
            {
                continue;
            }

            foreach (Event wait in summary.Events.Where(static wait => wait is { Kind: EventKind.Wait, IsTimed: false, IsFlowWait: false, IsElsewhere: false, IsInContinuation: false }))
            {
                if (wait.Trace.Sites.Select(static site => site.Body).FirstOrDefault(body => contexts.PointsTo.SchedulersOf(body).Any()) is { } task
                    && signals.Completions(wait).ToArray() is { Length: > 0 } ends
                    && ends.All(end => RunsThere(contexts, end, task, wait))
                    && ReportOf(contexts, loop, wait, ends[0]) is var report
                    && (!found.TryGetValue(report.Place, out Finding? known) || report.Steps.Length < known.Steps.Length))
                {
                    found[report.Place] = report;
                }
            }
        }

        return found.Values;
    }

    private static bool RunsThere(Contexts contexts, string end, BodyFacts task, Event wait) => contexts.PointsTo.InheritsScheduler(end)
        ? UnownedCompletions.CreatorOf(contexts.Program, end) is { } creator && contexts.Above([creator], CarriedWork.MaxClimb).Contains(task)
        : contexts.PointsTo.SchedulerOf(end) is { } scheduler && wait.Home is { } home && IsOne(contexts, scheduler.WithoutElements, home.Object, task);

    // Both are started with what one member keeps, of one object as far as can be seen.
    private static bool IsOne(Contexts contexts, Value member, Value path, BodyFacts task) =>
        contexts.PointsTo.SchedulersOf(task).All(own => own.WithoutElements is var place && (place.Kind == ValueKind.Member ? place.Id == member.Id : place.Equals(member)))
        && (path.Kind == ValueKind.Static || path.Kind == ValueKind.This || (path is { Kind: ValueKind.Member, Base: { } keeper }
            && (keeper.Kind is ValueKind.This or ValueKind.Instance
                || (keeper is { Kind: ValueKind.Member, Base.Kind: ValueKind.This or ValueKind.Instance }
                    && contexts.PointsTo.Holders.Of(task, DelegateHolders.DeclaringType(path.Id)) is { Kind: ValueKind.Member } held && held.Id == keeper.Id))));

    private static Finding ReportOf(Contexts contexts, BodyFacts loop, Event wait, string end)
    {
        Site place = wait.Trace.Place;
        string waited = contexts.PointsTo.BodiesOf(end).FirstOrDefault()?.Name ?? wait.Text;
        return new Finding(
            Fault.BlockedScheduler,
            place,
            [place.Body.Name, wait.Text, loop.Name, waited],
            [.. wait.Trace.Sites.Where(step => step != place).Distinct()],
            IsSuggestion: false);
    }
}
