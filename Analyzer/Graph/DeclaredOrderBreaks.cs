using System.Collections.Immutable;

namespace CrossRelease.Analyzers.Graph;

/// <summary>Places that take two locks against the order that attributes declare for them, directly or by way of others.</summary>
internal static class DeclaredOrderBreaks
{
    /// <param name="edges">All dependencies.</param>
    /// <returns>Rings that begin with what the code does; the rest is declared.</returns>
    public static IEnumerable<ImmutableArray<LockEdge>> Of(IEnumerable<LockEdge> edges)
    {
        LockEdge[] declared = [.. edges.Where(static edge => edge.IsDeclared)
            .OrderBy(static edge => edge.Root.Id, StringComparer.Ordinal).ThenBy(static edge => edge.From.Key, StringComparer.Ordinal).ThenBy(static edge => edge.To.Key, StringComparer.Ordinal)];
        if (declared.Length == 0)
        {
            yield break;
        }

        ILookup<string, LockEdge> later = declared.ToLookup(static edge => edge.From.Key, StringComparer.Ordinal);
        var places = new HashSet<Site>();
        foreach (LockEdge taken in edges.Where(edge => !edge.IsDeclared && later.Contains(edge.To.Key))
            .OrderBy(static edge => edge.IsGuess).ThenBy(static edge => edge.Length).ThenBy(static edge => edge.Root.Id, StringComparer.Ordinal)
            .ThenBy(static edge => edge.From.Key, StringComparer.Ordinal).ThenBy(static edge => edge.To.Key, StringComparer.Ordinal))
        {
            if (!taken.From.Equals(taken.To) && Path(taken.To.Key, taken.From.Key, later) is { } back && places.Add(taken.Event.Trace.Place))
            {
                yield return [taken, .. back];
            }
        }
    }

    // Breadth first: the fewest declarations that say it.
    private static IEnumerable<LockEdge>? Path(string from, string to, ILookup<string, LockEdge> later)
    {
        var reached = new Dictionary<string, LockEdge>(StringComparer.Ordinal);
        var work = new Queue<string>([from]);
        while (work.Count > 0)
        {
            foreach (LockEdge edge in later[work.Dequeue()])
            {
                if (reached.ContainsKey(edge.To.Key))
                {
                    continue;
                }

                reached.Add(edge.To.Key, edge);
                if (edge.To.Key == to)
                {
                    return Back(reached, from, to);
                }

                work.Enqueue(edge.To.Key);
            }
        }

        return null;
    }

    private static Stack<LockEdge> Back(Dictionary<string, LockEdge> reached, string from, string to)
    {
        var path = new Stack<LockEdge>();
        for (string at = to; at != from; at = reached[at].From.Key)
        {
            path.Push(reached[at]);
        }

        return path;
    }
}
