using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Finds locks of the runtime that nest, are made by one line and belong to different owners. Their order is one of purposes, and
/// the validator, to which they are one class, learns it for each pair of objects anew.
/// </summary>
internal sealed class CoarseLockFinder
{
    private readonly Contexts _contexts;
    private readonly HashSet<Site> _deadlocks;
    private readonly OwnerWalk _walk;
    private readonly Dictionary<string, (BodyFacts Maker, Birth Birth)> _births = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<Origins>> _origins = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Finding> _found = new(StringComparer.Ordinal);

    private CoarseLockFinder(Contexts contexts, OwnerWalk walk, IEnumerable<(BodyFacts Body, Birth Birth)> births, IEnumerable<Finding> rings)
    {
        _contexts = contexts;
        _walk = walk;
        _deadlocks = [.. rings.Where(static ring => ring.Fault is Fault.LockOrderCycle or Fault.SelfDeadlock).SelectMany(static ring => ring.Steps.Add(ring.Place))];
        foreach ((BodyFacts body, Birth birth) in births)
        {
            _births[birth.Made.Key] = (body, birth);
        }
    }

    /// <param name="rings">Deadlocks: locks that nest both ways are no matter of classes.</param>
    public static IEnumerable<Finding> Find(
        Contexts contexts, OwnerWalk walk, IEnumerable<(BodyFacts Body, Birth Birth)> births, IEnumerable<Finding> rings, CancellationToken cancellation)
    {
        var finder = new CoarseLockFinder(contexts, walk, births, rings);
        foreach (BodyFacts root in contexts.With(ContextParts.Acquire))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (Event acquire in contexts.SummaryOf(root).Events.Where(static found => found is { Kind: EventKind.Acquire, IsTimed: false, IsKThread: true, Held.IsEmpty: false }))
            {
                finder.Check(root, acquire);
            }
        }

        return finder._found.OrderBy(static found => found.Key, StringComparer.Ordinal).Select(static found => found.Value);
    }

    private void Check(BodyFacts root, Event acquire)
    {
        if (OnlyBirth(acquire.Target.Path) is not { } site
            || _deadlocks.Contains(acquire.Trace.Place)
            || !acquire.Held.Any(held => OnlyBirth(held.Lock.Path) == site)
            || OriginsOf(site) is not { IsEmpty: false } tellings)
        {
            return;
        }

        foreach (Origins origins in tellings)
        {
            ImmutableArray<Origin> wanted = origins.Of(acquire.Target.Path, root);
            HeldLock? outer = acquire.Held.FirstOrDefault(held => OnlyBirth(held.Lock.Path) == site
                && !(held.Mode == LockMode.Read && acquire.Mode == LockMode.Read)
                && origins.AreApart(origins.Of(held.Lock.Path, root), wanted));
            if (outer is not null)
            {
                Add(root, site, origins, outer, acquire);
            }
        }
    }

    private void Add(BodyFacts root, string site, Origins origins, HeldLock outer, Event acquire)
    {
        ImmutableArray<Origin> wanted = origins.Of(acquire.Target.Path, root);
        ImmutableArray<Origin> held = origins.Of(outer.Lock.Path, root);
        Site place = new(_births[site].Maker, _births[site].Birth.Span);
        var finding = new Finding(
            Fault.ClassNests,
            place,
            [
                origins.NameOf(held, outer.Lock.Path, root), origins.NameOf(wanted, acquire.Target.Path, root),
                acquire.Trace.Place.Body.Name, origins.Split(_births[site].Birth, held, wanted, doWaitsTell: false),
            ],
            [.. outer.Trace.Sites.Concat(acquire.Trace.Sites).Distinct()],
            IsSuggestion: true);
        if (!_found.TryGetValue(site, out Finding? known) || finding.Steps.Length < known.Steps.Length)
        {
            _found[site] = finding;
        }
    }

    // Whose they are, is asked for locks alone that nest in another one of their line.
    private ImmutableArray<Origins> OriginsOf(string site)
    {
        if (!_origins.TryGetValue(site, out ImmutableArray<Origins> origins))
        {
            _origins.Add(site, origins = [.. Origins.Of(_contexts, _walk, _births[site].Maker, _births[site].Birth)]);
        }

        return origins;
    }

    private string? OnlyBirth(Value path) =>
        _contexts.PointsTo.Objects(path).Where(PointsTo.IsCompletion).Take(2).ToArray() is { Length: 1 } only && _births.ContainsKey(only[0]) ? only[0] : null;
}
