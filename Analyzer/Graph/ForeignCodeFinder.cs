using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Finds code that a lock's holder runs without choosing it: continuations and registered callbacks that a signal runs
/// before it returns, delegates and open methods. What already closes a ring is that ring's report.
/// </summary>
internal sealed class ForeignCodeFinder
{
    private readonly Contexts _contexts;
    private readonly LockGraph _locks;
    private readonly Dictionary<(BodyFacts, int), Finding> _found = [];

    private ForeignCodeFinder(Contexts contexts, LockGraph locks)
    {
        _contexts = contexts;
        _locks = locks;
    }

    /// <param name="reported">Rings: a place that is a step of one is not reported again.</param>
    public static IEnumerable<Finding> Find(Contexts contexts, LockGraph locks, IEnumerable<Finding> reported, CancellationToken cancellation)
    {
        var told = new HashSet<Site>(reported.SelectMany(static ring => ring.Steps.Add(ring.Place)));
        var finder = new ForeignCodeFinder(contexts, locks);
        foreach (BodyFacts root in contexts.With(ContextParts.ForeignCode))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (Event run in contexts.SummaryOf(root).Events)
            {
                if (run.Kind is EventKind.RunContinuations or EventKind.RunOpenCode && !told.Contains(run.Trace.Leaf))
                {
                    finder.Check(run);
                }
            }
        }

        return finder._found.Values;
    }

    private void Check(Event run)
    {
        ImmutableArray<HeldLock> held = run.Held.RemoveAll(candidate => candidate.Mode == Models.LockMode.Read || candidate.Lock.Path.Equals(run.Target.Path));
        if (held.IsEmpty)
        {
            return;
        }

        HeldLock @lock = held[held.Length - 1];
        Site place = run.Trace.Place;
        (BodyFacts Body, Event Need)? seen = run.Kind == EventKind.RunContinuations ? FindNeed(run.Target, held) : null;
        string what = seen is { } ran ? $"'{ran.Body.Name}', which {Needs(ran.Need)}"
            : run.Kind == EventKind.RunContinuations ? "whatever waits for it"
            : "code that is not seen here";
        Keep(new Finding(
            Fault.ForeignCodeUnderLock,
            place,
            [place.Body.Name, LockClass.Of(@lock.Lock).Name, what, Advice(run)],
            [.. @lock.Trace.Sites.Concat(run.Trace.Sites).Concat(seen?.Need.Trace.Sites ?? []).Where(step => step != place).Distinct()],
            IsSuggestion: seen is null || !_locks.IsTakenElsewhere(LockClass.Of(@lock.Lock), @lock.Trace.Leaf.Body)));
    }

    private static string Advice(Event run) => run.Kind == EventKind.RunContinuations
        ? $"Signal '{run.Text}' after releasing"
        : "Call it after releasing";

    private static string Needs(Event need) => need.Kind switch
    {
        EventKind.Acquire => $"acquires '{LockClass.Of(need.Target).Name}'",
        EventKind.RunOpenCode or EventKind.Invoke => "runs code that is not seen here",
        _ => $"waits for '{need.Text}'",
    };

    // The first thing that a continuation may have to wait for, or hand control to, while our locks are held.
    private (BodyFacts Body, Event Need)? FindNeed(LockRef signalled, ImmutableArray<HeldLock> held)
    {
        var work = new Queue<string>(_contexts.PointsTo.Objects(signalled.Path).OrderBy(static key => key, StringComparer.Ordinal));
        var seen = new HashSet<Continuation>();
        bool isInline = work.Any(_contexts.PointsTo.IsInline);
        while (work.Count > 0)
        {
            foreach (Continuation continuation in _contexts.PointsTo.Continuations(work.Dequeue()).Where(found => (isInline || found.Site is null) && seen.Add(found)))
            {
                if (continuation.Site is { } site && _contexts.SummaryOf(continuation.Body).ExitResumed.Contains(site))
                {
                    work.Enqueue(AsyncEnds.KeyOf(continuation.Body));
                }

                Event? need = _contexts.SummaryOf(continuation.Body).Events
                    .Where(continuation.Runs)
                    .Where(found => found.Kind != EventKind.Acquire || held.All(mine => LockClass.Of(mine.Lock).Key != LockClass.Of(found.Target).Key))
                    .OrderBy(static found => found.Trace.Length)
                    .FirstOrDefault(static found => found.Kind != EventKind.RunContinuations && !found.IsTimed);
                if (need is not null)
                {
                    return (continuation.Body, need);
                }
            }
        }

        return null;
    }

    // One report a place: the strongest, then the shortest story.
    private void Keep(Finding finding)
    {
        (BodyFacts, int) key = (finding.Place.Body, finding.Place.Span.Start);
        if (!_found.TryGetValue(key, out Finding? known)
            || (finding.IsSuggestion, finding.Steps.Length).CompareTo((known.IsSuggestion, known.Steps.Length)) < 0)
        {
            _found[key] = finding;
        }
    }
}
