using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Work that a helper's caller hands to it, and that a lambda of the helper runs in a context of its own. All callers share
/// that lambda: what it does is the union of their work. Here the caller's own part is told from that of the others.
/// </summary>
internal static class HandedWork
{
    /// <summary>
    /// Whether the signaller comes to an event only by work of others, while the waiter's own code has handed it something else.
    /// </summary>
    public static bool IsOfOthers(Contexts contexts, BodyFacts signaller, Event found, Event wait)
    {
        if (signaller.Outer is not { } outer || contexts.Program.Body(outer) is not { } helper)
        {
            return false;
        }

        HashSet<BodyFacts> own = [.. wait.Trace.Sites.Select(static site => site.Body).Distinct().SelectMany(body => HandedBy(contexts, body, helper))];
        if (own.Count == 0)
        {
            return false;
        }

        HashSet<BodyFacts> handed = [.. contexts.CallersOf(helper).SelectMany(body => HandedBy(contexts, body, helper))];
        return found.Trace.Sites.Select(static site => site.Body).FirstOrDefault(handed.Contains) is { } run && !own.Contains(run);
    }

    /// <summary>
    /// Whether the work that leads to something was handed to the loop of an object in one member, and the other loop is that of an object of the same class in another.
    /// </summary>
    /// <param name="body">The body of the loop.</param>
    /// <param name="other">The path to the object of the other loop.</param>
    public static bool IsOfAnotherLoop(PointsTo pointsTo, BodyFacts body, Trace work, Value other) => other.Kind is ValueKind.Member or ValueKind.Static && body.Type is { } type
        && work.Sites.SelectMany(site => pointsTo.SchedulersOf(site.Body).Select(static place => place.WithoutElements).Append(pointsTo.Holders.Of(site.Body, type.Substring(2))))
            .Any(own => own is { Kind: ValueKind.Member or ValueKind.Static } && own.Id != other.Id && DelegateHolders.DeclaringType(own.Id) == DelegateHolders.DeclaringType(other.Id));

    private static IEnumerable<BodyFacts> HandedBy(Contexts contexts, BodyFacts body, BodyFacts helper) =>
        body.Instructions.OfType<Call>()
            .Where(call => contexts.Program.Targets(call, call.Receiver).Contains(helper))
            .SelectMany(static call => call.Arguments)
            .SelectMany(argument => contexts.PointsTo.Functions(argument));
}
