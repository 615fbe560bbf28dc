using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Which bodies that anybody could call are, as far as calls are seen, called only by who holds a lock already. Not thread-safe.
/// </summary>
internal sealed class CallersLocks(Contexts contexts)
{
    private const int MaxClimb = 3;

    /// <summary>Whether a dependency asks for a lock that every caller of its root is seen to hold: it is there for a caller that nobody sees.</summary>
    public bool Hold(LockEdge edge) => edge.From.Key != edge.To.Key && !edge.IsDeclared && Hold(edge.Root, edge, MaxClimb);

    private bool Hold(BodyFacts body, LockEdge edge, int levels)
    {
        BodyFacts[] callers = contexts.IsSpawned(body) ? [] : [.. contexts.CallersOf(body).Where(caller => caller != body)];
        return callers.Length > 0 && callers.All(caller => Holds(caller, body, edge) || (levels > 1 && !contexts.IsOpenEntry(caller) && Hold(caller, edge, levels - 1)));
    }

    // Who holds a lock that lets its holder in asks for it no more: what is taken on the way tells that it is held.
    private bool Holds(BodyFacts caller, BodyFacts callee, LockEdge edge)
    {
        bool isSeen = false;
        foreach (Event found in contexts.SummaryOf(caller).Events)
        {
            Site leaf = found.Trace.Leaf;
            if (found.Kind == EventKind.Acquire && (leaf == edge.Event.Trace.Leaf || leaf == edge.Held.Trace.Leaf) && found.Trace.Sites.Any(site => site.Body == callee))
            {
                isSeen = found.Held.Any(held => LockClass.Of(held.Lock).Equals(edge.To));
                if (!isSeen)
                {
                    return false;
                }
            }
        }

        return isSeen;
    }
}
