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
        foreach (BodyFacts loop in contexts.With(ContextParts.Loop).Where(body => contexts.SummaryOf(body).RunsQueued && contexts.IsSpawned(body) && contexts.Spawns.IsStartedOnce(body)))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach ((Event wait, string[] ends) in WaitsIn(contexts, signals, loop))
            {
                if (wait.Trace.Sites.Select(static site => site.Body).FirstOrDefault(body => contexts.PointsTo.SchedulersOf(body).Any()) is { } task && ends.All(end => RunsThere(contexts, end, task, wait)))
                {
                    Finding.Keep(found, ReportOf(contexts, loop, wait, ends[0]));
                }
            }
        }

        return found.Values;
    }

    private static IEnumerable<(Event Wait, string[] Ends)> WaitsIn(Contexts contexts, SignalGraph signals, BodyFacts body) => contexts.SummaryOf(body).Events
        .Where(static wait => wait is { Kind: EventKind.Wait, IsTimed: false, IsFlowWait: false, IsElsewhere: false, IsInContinuation: false })
        .Select(wait => (wait, signals.Completions(wait).ToArray())).Where(static waited => waited.Item2.Length > 0);

    private static bool IsBegunBy(Contexts contexts, string end, BodyFacts body) =>
        UnownedCompletions.CreatorOf(contexts.Program, end) is { } creator && contexts.Above([creator], CarriedWork.MaxClimb).Contains(body);

    private static bool RunsThere(Contexts contexts, string end, BodyFacts task, Event wait) => contexts.PointsTo.InheritsScheduler(end)
        ? IsBegunBy(contexts, end, task)
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
