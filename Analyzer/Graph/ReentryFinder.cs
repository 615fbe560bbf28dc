using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Finds flows that ask for a lock which they hold already and which does not let them in: a lock that is taken twice, and
/// the read side that keeps out its own holder's write.
/// </summary>
internal sealed class ReentryFinder
{
    private readonly Contexts _contexts;
    private readonly SignalGraph _signals;

    private ReentryFinder(Contexts contexts, SignalGraph signals)
    {
        _contexts = contexts;
        _signals = signals;
    }

    public static IEnumerable<Finding> Find(Contexts contexts, SignalGraph signals, CancellationToken cancellation)
    {
        var finder = new ReentryFinder(contexts, signals);
        var shortest = new Dictionary<Site, (BodyFacts Body, Reentry Reentry)>();
        foreach ((BodyFacts body, Reentry reentry) in contexts.Reentries)
        {
            cancellation.ThrowIfCancellationRequested();
            Site place = PlaceOf(reentry.Acquire);
            if ((!shortest.TryGetValue(place, out (BodyFacts Body, Reentry Reentry) known) || known.Reentry.Length > reentry.Length)
                && finder.Blocks(body, reentry))
            {
                shortest[place] = (body, reentry);
            }
        }

        return shortest.Values.Select(static found => Report(found.Reentry));
    }

    private static bool IsUpgrade(Reentry reentry) => reentry.Held.Mode == LockMode.Read && reentry.Acquire.Mode != LockMode.Read;

    private bool Blocks(BodyFacts body, Reentry reentry)
    {
        // The upgradeable side is made for this: to become the writer, or to let its own reads in.
        if (reentry.Held.Mode == LockMode.Upgradeable && reentry.Acquire.Mode != LockMode.Upgradeable)
        {
            return false;
        }

        return IsUpgrade(reentry) || (reentry.Acquire.IsOnce && KeepsHolderOut(body, reentry));
    }

    private bool KeepsHolderOut(BodyFacts body, Reentry reentry)
    {
        Event acquire = reentry.Acquire;
        string[] locks = [.. _contexts.PointsTo.Objects(acquire.Target.Path).Where(PointsTo.IsCompletion)];
        if (locks.Any(_contexts.PointsTo.LetsHolderIn))
        {
            return false;
        }

        // A semaphore is a lock only with one unit, and while nobody but the flow that took it gives that back.
        return !acquire.IsSemaphore
            || (locks.Length > 0
                && !locks.Any(IsGivenBackElsewhere)
                && !_contexts.SummaryOf(body).ExitHeld.Any(held => _contexts.AreOne(held.Lock.Path, reentry.Held.Lock.Path)));
    }

    private bool IsGivenBackElsewhere(string semaphore) => _signals.Of(semaphore).Any(signaller => _contexts.IsSpawned(signaller.Body));

    // A helper is handed the lock, or keeps the one that others name by it: the call that hands it over tells more.
    private static Site PlaceOf(Event acquire)
    {
        Site place = acquire.Trace.Place;
        Site[] sites = [.. acquire.Trace.Sites];
        bool isNamed = acquire.Target.Type is { } type && !type.StartsWith("T:", StringComparison.Ordinal);
        int i = Array.IndexOf(sites, place);
        while (i > 0 && (IsHanded(sites[i]) || (isNamed && sites[i].Body.Type is { } wrapper && wrapper == acquire.Trace.Leaf.Body.Type)))
        {
            i--;
        }

        return i < 0 || sites[i].Body.IsExternal ? place : sites[i];
    }

    private static bool IsHanded(Site site) => site.Body.Instructions.Any(instruction =>
        instruction.Span == site.Span && instruction is Affect { Target.Root: { Kind: ValueKind.Parameter, Id: var of } } && of == site.Body.Id);

    private static Finding Report(Reentry reentry)
    {
        Site place = PlaceOf(reentry.Acquire);
        string name = LockClass.Of(reentry.Held.Lock).Name;
        string holder = reentry.Held.Trace.Site.Body.Name;
        bool isRead = reentry.Held.Mode == LockMode.Read;
        ImmutableArray<string> arguments = isRead
            ?
            [
                place.Body.Name,
                name,
                IsUpgrade(reentry) ? "writing" : "reading",
                holder,
                IsUpgrade(reentry) ? "the writer waits for all readers, itself among them" : "a writer that queues in between keeps out the second read, and waits for the first",
                IsUpgrade(reentry) ? "Release the read side first, or take an upgradeable one" : "Read once, in the caller",
            ]
            :
            [
                place.Body.Name,
                name,
                reentry.Held.IsPresumed
                    ? $"whoever calls '{holder}' holds it, as [RequiresLock] says, and it lets nobody in twice"
                    : $"'{holder}' has taken it already, in the same flow, and it lets nobody in twice",
                $"Do this after releasing '{name}', or let the caller's acquire do for both",
            ];
        return new Finding(
            isRead ? Fault.ReadUpgrade : Fault.SelfDeadlock,
            place,
            arguments,
            [.. reentry.Held.Trace.Sites.Concat(reentry.Acquire.Trace.Sites).Where(step => step != place).Distinct()],
            IsSuggestion: false);
    }
}
