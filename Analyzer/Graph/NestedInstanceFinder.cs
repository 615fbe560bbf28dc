using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Finds locks of the runtime that are of one class and nest from an owner to what it keeps, and never the other way. That is
/// no deadlock, and the validator can know it only if it is told.
/// </summary>
internal static class NestedInstanceFinder
{
    public static IEnumerable<Finding> Find(Contexts contexts, LockGraph locks, CancellationToken cancellation)
    {
        HashSet<string>? births = null;
        HashSet<string>? ordered = null;
        foreach (IGrouping<string, LockEdge> nested in locks.SelfEdges.GroupBy(static edge => edge.From.Key).OrderBy(static edges => edges.Key, StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            LockEdge[] edges = [.. nested.OrderBy(static edge => edge.Length).ThenBy(static edge => edge.Root.Id, StringComparer.Ordinal)];
            if (edges.FirstOrDefault(static edge => edge.Event.IsKThread && Descends(edge)) is { } down
                && !edges.Any(edge => InstanceOrder.MayNestBothWays(edge, edges, contexts) || Ascends(edge))
                && AreBornAlike(down, births ??= BirthsIn(contexts.Program), contexts.PointsTo)
                && !(ordered ??= OrderedIn(contexts.Program)).Contains(down.From.Key))
            {
                Site place = down.Event.Trace.Place;
                yield return new Finding(
                    Fault.NestedInstances,
                    place,
                    [place.Body.Name, down.To.Name, NameOfWay(down)],
                    [.. down.Held.Trace.Sites.Concat(down.Event.Trace.Sites).Where(step => step != place).Distinct()],
                    IsSuggestion: true);
            }
        }
    }

    private static HashSet<string> BirthsIn(Program program) =>
        new(program.With(BodyParts.Birth).SelectMany(static body => body.Instructions.OfType<Birth>()).Where(static birth => birth.ClassKey is null).Select(static birth => birth.Made.Key), StringComparer.Ordinal);

    // The classes whose order, or whose classes, the program tells the validator: by way of the lock, or of what it keeps, its map.
    private static HashSet<string> OrderedIn(Program program) => new(
        program.With(BodyParts.Order).SelectMany(static body => body.Instructions.OfType<Affect>()
            .Where(static affect => affect.Effect.Kind == EffectKind.Order)
            .Select(affect => new LocalNames(body).Resolve(affect.Target)))
            .Select(static map => LockClass.Of(new LockRef(map.WithoutElements, null)).Key),
        StringComparer.Ordinal);

    // A class by key or by a policy of its own is somebody's decision.
    private static bool AreBornAlike(LockEdge edge, HashSet<string> births, PointsTo pointsTo)
    {
        string[] held = [.. pointsTo.Objects(edge.Held.Lock.Path).Where(PointsTo.IsCompletion)];
        string[] wanted = [.. pointsTo.Objects(edge.Event.Target.Path).Where(PointsTo.IsCompletion)];
        return held.Length == 1 && wanted.Length == 1 && held[0] == wanted[0] && births.Contains(held[0]);
    }

    private static bool Descends(LockEdge edge) =>
        !edge.IsSharedRead && IsBelow(edge.Event.Target.Path, edge.Held.Lock.Path);

    private static bool Ascends(LockEdge edge) => IsBelow(edge.Held.Lock.Path, edge.Event.Target.Path);

    // this._child._gate is below this._gate.
    private static bool IsBelow(Value inner, Value outer)
    {
        if (outer is not { Kind: ValueKind.Member, Base: { } owner } || inner is not { Kind: ValueKind.Member, Base: { } part })
        {
            return false;
        }

        while (part.Base is { } further)
        {
            part = further;
            if (part.Equals(owner))
            {
                return true;
            }
        }

        return false;
    }

    // The member by which the inner lock's object is reached.
    private static string NameOfWay(LockEdge edge) => Symbols.SymbolNames.OfId(edge.Event.Target.Path.Base!.WithoutElements.Id);
}
