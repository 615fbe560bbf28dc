using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Finds locks that the program takes and nowhere gives back: the exit that should be there was forgotten, or another call is
/// written in its place. Counted are locks of one creation site, apart by mode, while every exit of that mode is known to be of
/// certain locks. What one body alone takes, and a program's entry point, may be kept on purpose.
/// </summary>
internal static class UnreleasedLockFinder
{
    public static IEnumerable<Finding> Find(Contexts contexts, CancellationToken cancellation)
    {
        var taken = new Dictionary<(string Object, LockMode Mode), (Site Site, LockRef Lock)>();
        var takers = new HashSet<(string Object, BodyFacts Body)>();
        var released = new HashSet<(string Object, LockMode Mode)>();
        var unknown = new HashSet<LockMode>();
        foreach (BodyFacts body in contexts.Program.With(BodyParts.Lock))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (Affect affect in BodyContents.Of(body).Locks)
            {
                string[] objects = [.. contexts.PointsTo.Objects(affect.Target).Where(PointsTo.IsCompletion)];
                if (affect.Effect.Kind == EffectKind.Release)
                {
                    released.UnionWith(objects.Select(key => (key, affect.Effect.Mode)));
                    if (objects.Length == 0)
                    {
                        unknown.Add(affect.Effect.Mode);
                    }
                }
                else if (objects.Length == 1 && affect is { Effect: { Kind: EffectKind.Acquire, IsKThread: false }, IsTimed: false } && !body.IsProgramEntry)
                {
                    takers.Add((objects[0], body));
                    var site = new Site(body, affect.Span);
                    (string, LockMode) key = (objects[0], affect.Effect.Mode);
                    if (!taken.TryGetValue(key, out (Site Site, LockRef) known) || IsBefore(contexts, site, known.Site))
                    {
                        taken[key] = (site, new LockRef(affect.Target, affect.TargetType));
                    }
                }
            }
        }

        return taken.Where(pair => !released.Contains(pair.Key) && !unknown.Contains(pair.Key.Mode)
                && takers.Any(taker => taker.Object == pair.Key.Object && taker.Body != pair.Value.Site.Body))
            .Select(static pair => pair.Value)
            .Select(static found => new Finding(
                Fault.LockNotReleased, found.Site, [found.Site.Body.Name, LockClass.Of(found.Lock).Name, "return"], [], IsSuggestion: false));
    }

    private static bool IsBefore(Contexts contexts, Site left, Site right) =>
        string.CompareOrdinal(contexts.Program.PathOf(left.Body), contexts.Program.PathOf(right.Body)) is var order
        && (order < 0 || (order == 0 && contexts.Program.SpanOf(left).Start < contexts.Program.SpanOf(right).Start));
}
