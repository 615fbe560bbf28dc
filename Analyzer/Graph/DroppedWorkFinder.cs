using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Finds completions that are lost with the work that carries them: somebody puts work into a container and waits for it,
/// whoever signals the completion finds the work in that container only, and another method empties the container without signalling.
/// </summary>
internal sealed class DroppedWorkFinder
{
    private const int DropperCallers = 2;

    private readonly Contexts _contexts;
    private readonly SignalGraph _signals;
    private readonly CarriedWork _work;
    private readonly List<WorkDrop> _drops;
    private readonly ILookup<BodyFacts, (Site Site, Insertion Slot)> _overwrites;

    private DroppedWorkFinder(Contexts contexts, SignalGraph signals, CarriedWork work)
    {
        _contexts = contexts;
        _signals = signals;
        _work = work;
        _drops = [.. contexts.Program.With(BodyParts.Drop).SelectMany(static body => WorkDrops.Of(body).Drops)];
        _overwrites = contexts.Program.With(BodyParts.Overwrite).SelectMany(static body => WorkDrops.Of(body).Overwrites.Select(overwrite => (Body: body, Overwrite: overwrite)))
            .ToLookup(static found => found.Body, static found => found.Overwrite);
    }

    public static IEnumerable<Finding> Find(Contexts contexts, SignalGraph signals, CarriedWork work, CancellationToken cancellation)
    {
        var finder = new DroppedWorkFinder(contexts, signals, work);
        var findings = new Dictionary<Site, Finding>();
        foreach (BodyFacts body in finder._drops.Count + finder._overwrites.Count == 0 ? [] : contexts.With(ContextParts.EndlessWait))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (Finding finding in finder.Check(body).Concat(finder.CheckSlots(body)))
            {
                if (!findings.ContainsKey(finding.Place))
                {
                    findings.Add(finding.Place, finding);
                }
            }
        }

        return findings.Values;
    }

    // ---- who waits ----

    private IEnumerable<Finding> Check(BodyFacts body)
    {
        foreach (Event wait in _drops.Count == 0 ? [] : _contexts.SummaryOf(body).Events.Where(CarriedWork.IsEndless))
        {
            foreach (string completion in _signals.Completions(wait))
            {
                foreach (WorkDrop drop in _drops)
                {
                    // Who takes out its own work when it has it is done with it, and who has waited has what it waited for.
                    if (_work.PutterOf(drop.Container, completion, wait, body) is { } putter
                        && _contexts.Above([drop.Body], CarriedWork.MaxClimb) is var dropping
                        && (!dropping.Contains(body) || (putter != body && DropsFirst(body, wait, drop, dropping)))
                        && !(drop.IsOne && (dropping.Contains(putter) || wait.Trace.Sites.Any(site => site.Body != body && dropping.Contains(site.Body))
                            || _contexts.Above([body], CarriedWork.MaxClimb).Contains(drop.Body) || dropping.Any(above => IsAfter(above, completion))))
                        && !_contexts.Above([drop.Body], DropperCallers).Any(above => SeesTo(above, completion, above == drop.Body ? null : drop.Container)))
                    {
                        yield return Report(wait, drop.Body, drop.Site, drop.Container, drop.IsOne ? "takes it out of" : "empties");
                    }
                }
            }
        }
    }

    // It waits for the completion itself, or goes on from its task.
    private bool IsAfter(BodyFacts body, string completion) =>
        _contexts.SummaryOf(body).Events.Any(wait => CarriedWork.IsEndless(wait) && _signals.Completions(wait).Contains(completion))
        || _contexts.Spawns.SpawnersOf(body).SelectMany(static spawner => BodyContents.Of(spawner).Spawns).Any(found => found.Spawn.Antecedent is { } task
            && _contexts.PointsTo.Functions(found.Spawn.Target).Contains(body) && _contexts.PointsTo.Objects(task).Contains(completion));

    private bool DropsFirst(BodyFacts body, Event wait, WorkDrop drop, HashSet<BodyFacts> dropping) =>
        wait.Trace.Sites.FirstOrDefault(site => site.Body == body) is { IsInLoop: false } waited
        && body.Instructions.OfType<Call>().Where(call => _contexts.Program.Targets(call, call.Receiver).Any(dropping.Contains)).Select(static call => call.Span)
            .Concat(drop.Body == body ? [drop.Site.Span] : []).All(dropped => dropped.End <= waited.Span.Start);

    // Who comes second, before the work was taken out, leaves the first one waiting.
    private IEnumerable<Finding> CheckSlots(BodyFacts body)
    {
        foreach ((Site site, Insertion slot) in _overwrites[body])
        {
            foreach (Event wait in _contexts.SummaryOf(body).Events.Where(static found => CarriedWork.IsEndless(found) && found.Held.IsEmpty && found.Claims.IsEmpty))
            {
                if (_signals.Completions(wait).Any(completion => _work.IsSignalledThrough(slot.Container.Id, completion, [slot], wait.Target.Path.Root, body)))
                {
                    yield return Report(wait, body, site, slot.Container.Id, "overwrites");
                }
            }
        }
    }

    // ---- who signals ----

    // What a call of it takes out of the container, one at a time, is not what is dropped. A program's entry, and what it runs, does one thing after the other: what it signals at another time is no answer.
    private bool SeesTo(BodyFacts body, string completion, string? container) => (container is null || !IsOfEntry(body)) && _contexts.SummaryOf(body).Signals.Any(signal =>
        _signals.Completions(signal).Contains(completion)
        && (container is null || !signal.Trace.Sites.Any(site => site.Body != body && CarriedWork.ReadsDirectly(site.Body, container)) || signal.Trace.Sites.Any(site => site.Body != body && site.IsInLoop)));

    private bool IsOfEntry(BodyFacts body) => body.IsProgramEntry || (_contexts.CallersOf(body) is { Count: > 0 } callers && callers.All(static caller => caller.IsProgramEntry));

    private static Finding Report(Event wait, BodyFacts dropper, Site drop, string container, string how)
    {
        string name = LockClass.Of(new LockRef(Value.Static(container), null)).Name;
        return CarriedWork.Lost(wait, $"whoever signals it finds it in '{name}', which '{dropper.Name}' {how}. Signal what is dropped.", drop);
    }
}
