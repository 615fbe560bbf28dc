using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using CrossRelease.Analyzers.Symbols;

namespace CrossRelease.Analyzers.Graph;

/// <summary>Finds code that does not keep what attributes declare: docs/attributes.md.</summary>
internal static class DeclarationFinder
{
    /// <param name="found">Self-deadlocks: whoever takes a forbidden lock for the second time has its report.</param>
    public static IEnumerable<Finding> Find(Contexts contexts, IEnumerable<Finding> found, CancellationToken cancellation)
    {
        var known = new HashSet<Site>(found.Where(static finding => finding.Fault is Fault.SelfDeadlock or Fault.ReadUpgrade).SelectMany(static finding => finding.Steps.Add(finding.Place)));
        IEnumerable<Finding> broken = [.. Unheld(contexts, cancellation), .. Held(contexts).Where(finding => !known.Contains(finding.Place)), .. Waiting(contexts), .. Elsewhere(contexts)];
        return broken.OrderBy(static finding => finding.Steps.Length).GroupBy(static finding => finding.Place).Select(static same => same.First());
    }

    private static IEnumerable<Finding> Unheld(Contexts contexts, CancellationToken cancellation)
    {
        foreach (BodyFacts root in contexts.With(ContextParts.Demand))
        {
            cancellation.ThrowIfCancellationRequested();

            // What a library is handed may run under its caller's locks.
            if (root.Outer is not null && !contexts.IsSpawned(root))
            {
                continue;
            }

            bool isRun = !root.IsAsync || root.IsEntry || contexts.PointsTo.SpawnedBodies.ContainsKey(root.Id) || contexts.CallersOf(root).Count == 0 && !contexts.IsSpawned(root);
            foreach (Demand demand in contexts.SummaryOf(root).Demands.Where(demand => !demand.IsExcluded && (isRun || demand.IsAfterAwait)))
            {
                yield return Report(
                    demand.Trace, LockClass.Of(demand.Lock).Name, $"calls '{demand.Member}' without", "[RequiresLock] says that its caller holds it", $"Acquire it first, or say the same of '{demand.Trace.Place.Body.Name}'");
            }

            foreach (LockCondition entry in contexts.IsSpawned(root) && !root.IsAsync ? root.Instructions.OfType<LockCondition>().Where(static condition => condition.Kind == LockConditionKind.HeldAtEntry) : [])
            {
                yield return Report(
                    new Trace(new Site(root, entry.Span)), LockClass.Of(new LockRef(entry.Lock, entry.LockType)).Name, "starts in a context of its own without", "[RequiresLock] says that whoever enters it holds it", "Acquire it there");
            }
        }
    }

    private static IEnumerable<Finding> Held(Contexts contexts) => contexts.Breaches.Select(static breach => Report(
        breach.Demand.Trace,
        LockClass.Of(breach.Demand.Lock).Name,
        $"calls '{breach.Demand.Member}' while holding",
        "[ExcludesLock] says that its caller does not hold it",
        "Call it after the release",
        breach.Held.Trace));

    private static IEnumerable<Finding> Waiting(Contexts contexts) => contexts.Program.With(BodyParts.NonBlocking).SelectMany(body => contexts.SummaryOf(body).Events
        .Where(static found => found is { Kind: EventKind.Wait or EventKind.WaitAny or EventKind.WaitCondition, IsFlowWait: false })
        .Select(wait => Report(
            wait.Trace, CycleFinder.Name(wait), "waits for", $"[NonBlocking] on '{body.Name}' says that nothing in it waits", "Wait elsewhere, or take the attribute away")));

    private static IEnumerable<Finding> Elsewhere(Contexts contexts)
    {
        // A method that alone is said to have one thread may well be that thread's body.
        BodyFacts[] run = [.. contexts.Program.With(BodyParts.SingleThreaded).Where(body => body is { Outer: null, Type: not null }
            && contexts.PointsTo.SpawnedBodies.ContainsKey(body.Id)
            && contexts.Program.With(BodyParts.SingleThreaded).Any(other => other.Outer is null && other != body && other.Type == body.Type && !contexts.IsSpawned(other)))];
        foreach (BodyFacts starter in run.Length == 0 ? [] : contexts.Program.Bodies)
        {
            foreach (Affect spawn in starter.Instructions.OfType<Affect>().Where(static affect => affect is { Effect: { Kind: EffectKind.Spawn or EffectKind.Fork, IsOnContext: false } }))
            {
                foreach (BodyFacts body in contexts.PointsTo.Functions(spawn.Target).Where(run.Contains))
                {
                    yield return Report(
                        new Trace(new Site(starter, spawn.Span)),
                        body.Name,
                        "starts a context of its own for",
                        $"[SingleThreaded] on '{SymbolNames.OfId(body.Type!)}' says that one thread runs all of its code",
                        "Do it in that thread, or take the attribute away");
                }
            }
        }
    }

    private static Finding Report(Trace trace, string subject, string does, string says, string advice, Trace? held = null)
    {
        Site place = trace.Place;
        return new Finding(
            Fault.BrokenDeclaration,
            place,
            [place.Body.Name, subject, does, says, advice],
            [.. (held?.Sites ?? []).Concat(trace.Sites).Where(step => step != place).Distinct()],
            IsSuggestion: trace.IsGuess || held is { IsGuess: true });
    }
}
