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
    /// Where the work that leads to something is, and the member that keeps the object to whose loop it was handed, if the other loop is that of an object of the same
    /// class in another member: of one class with that member, or each with an object that was made for it. Null if both may be one.
    /// </summary>
    /// <param name="body">The body of the loop.</param>
    /// <param name="other">The path to the object of the other loop.</param>
    public static (Site Work, Value Loop)? OfAnotherLoop(Contexts contexts, BodyFacts body, Trace work, Value other)
    {
        foreach (Site site in other.Kind is ValueKind.Member or ValueKind.Static && body.Type is not null ? work.Sites : [])
        {
            foreach (Value? own in contexts.PointsTo.SchedulersOf(site.Body).Select(static place => place.WithoutElements).Append(contexts.PointsTo.Holders.Of(site.Body, body.Type!.Substring(2))))
            {
                if (own is { Kind: ValueKind.Member or ValueKind.Static } && own.Id != other.Id
                    && (DelegateHolders.DeclaringType(own.Id) == DelegateHolders.DeclaringType(other.Id) || (contexts.KeepsOwn(own.Id) && contexts.KeepsOwn(other.Id))))
                {
                    return (site, own);
                }
            }
        }

        return null;
    }

    /// <summary>Of what a helper runs and waits for at the end of the way, the work that other callers have handed to it; empty where it is not known which is which.</summary>
    public static IReadOnlyCollection<BodyFacts> OfOthers(Contexts contexts, Trace trace)
    {
        Site[] sites = [.. trace.Sites];
        Site leaf = sites[sites.Length - 1];
        Value? run = leaf.Body.Instructions.Where(instruction => instruction.Span == leaf.Span).SelectMany(InstructionValues.Of)
            .Select(waited => leaf.Body.Instructions.OfType<Invoke>().FirstOrDefault(invoke => invoke.Result.Equals(waited.Root))?.Delegate).FirstOrDefault(static found => found is not null);
        Value? given = run;
        for (int i = sites.Length - 2; i >= 0 && given is { Kind: ValueKind.Parameter, Index: var index, Id: var helper } && helper == sites[i + 1].Body.Id; i--)
        {
            given = sites[i].Body.Instructions.OfType<Call>().FirstOrDefault(call => call.Span == sites[i].Span && index < call.Arguments.Length)?.Arguments[index];
        }

        return given is { Kind: not ValueKind.Parameter } && contexts.PointsTo.Functions(given) is { IsEmpty: false } own ? [.. contexts.PointsTo.Functions(run!).Except(own)] : [];
    }

    private static IEnumerable<BodyFacts> HandedBy(Contexts contexts, BodyFacts body, BodyFacts helper) =>
        body.Instructions.OfType<Call>()
            .Where(call => contexts.Program.Targets(call, call.Receiver).Contains(helper))
            .SelectMany(static call => call.Arguments)
            .SelectMany(argument => contexts.PointsTo.Functions(argument));
}
