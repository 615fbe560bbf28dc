using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>Finds waits without limit in code that the runtime runs under a lock of its own: initialisers, Lazy factories, finalisers.</summary>
internal static class InitializerWaitFinder
{
    /// <param name="reported">Rings: a place that is a step of one is not reported again.</param>
    public static IEnumerable<Finding> Find(Contexts contexts, IEnumerable<Finding> reported, CancellationToken cancellation)
    {
        var told = new HashSet<Site>(reported.SelectMany(static ring => ring.Steps.Add(ring.Place)));
        foreach (BodyFacts body in contexts.Program.InOrder(contexts.Program.With(BodyParts.Initializer).Concat(contexts.PointsTo.LazyFactories)))
        {
            cancellation.ThrowIfCancellationRequested();
            if (Holder(contexts, body) is not { } holder)
            {
                continue;
            }

            Event? wait = contexts.SummaryOf(body).Events
                .Where(found => Blocks(found) && !found.Trace.Sites.Any(told.Contains))
                .OrderBy(static found => found.Trace.Length)
                .ThenBy(static found => found.Trace.Site.Span.Start)
                .FirstOrDefault();
            if (wait is not null)
            {
                yield return new Finding(
                    Fault.WaitInInitializer,
                    wait.Trace.Site,
                    [wait.Trace.Leaf.Body.Name, wait.Text, holder],
                    [.. wait.Trace.Sites.Skip(1)],
                    IsSuggestion: false);
            }
        }
    }

    private static bool Blocks(Event found) =>
        found is { Kind: EventKind.Wait or EventKind.WaitAny or EventKind.WaitCondition, IsTimed: false, IsFlowWait: false, IsAfterAwait: false };

    // Whoever waits for this body to end, without having asked for it.
    private static string? Holder(Contexts contexts, BodyFacts body) => body.Role switch
    {
        BodyRole.TypeInitializer => "every user of the type",
        BodyRole.ModuleInitializer => "every user of the assembly",
        BodyRole.Finalizer => "every other finalizer",
        _ => contexts.PointsTo.IsLazyFactory(body) ? "every user of the lazy value" : null,
    };
}
