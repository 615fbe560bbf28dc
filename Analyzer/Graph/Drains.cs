using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Work that empties a queue, of which there is one at a time: whoever starts it has won a flag before. It does item after item, as a loop that waits for
/// them does. Not thread-safe.
/// </summary>
internal sealed class Drains(Contexts contexts)
{
    private HashSet<BodyFacts>? _drains;

    /// <summary>Whether the body runs in one context at a time, item by item, and the place on the way to <paramref name="found"/> is done again and again.</summary>
    public bool IsDrain(BodyFacts body, Event found) => (_drains ??= [.. All()]).Contains(body) && found.Trace.Sites.Any(IsInCycle);

    private static bool IsInCycle(Site site) => site.Body.Blocks.Any(block => block.IsInCycle && block.Instructions.Any(instruction => instruction.Span == site.Span));

    private IEnumerable<BodyFacts> All()
    {
        var guarded = new Dictionary<BodyFacts, bool>();
        foreach (BodyFacts starter in contexts.Program.With(BodyParts.Spawn))
        {
            foreach (Affect spawn in BodyContents.Of(starter).Spawns.Select(static found => found.Spawn))
            {
                foreach (BodyFacts body in contexts.PointsTo.Functions(spawn.Target))
                {
                    guarded[body] = IsWon(starter, spawn) && (!guarded.TryGetValue(body, out bool known) || known);
                }
            }
        }

        return guarded.Where(static found => found.Value).Select(static found => found.Key);
    }

    // Whoever has lost the flag does not come to the start.
    private static bool IsWon(BodyFacts starter, Affect spawn)
    {
        int start = Array.FindIndex([.. starter.Blocks], block => block.Instructions.Contains(spawn));
        return starter.Blocks.Any(block => block.Condition is { } condition
            && block.Instructions.OfType<Claim>().FirstOrDefault(claim => claim.Result.Equals(condition)) is { } claim
            && !Reaches(starter, claim.WinsWhenTrue ? block.Next : block.WhenTrue, start)
            && Reaches(starter, claim.WinsWhenTrue ? block.WhenTrue : block.Next, start));
    }

    private static bool Reaches(BodyFacts body, Edge? from, int target)
    {
        var seen = new HashSet<int>();
        var work = new Stack<int>(from is { Target: >= 0 and var first } ? [first] : []);
        while (work.Count > 0)
        {
            int current = work.Pop();
            if (current == target)
            {
                return true;
            }

            foreach (Edge edge in seen.Add(current) ? new[] { body.Blocks[current].WhenTrue, body.Blocks[current].Next }.OfType<Edge>() : [])
            {
                if (edge.Target >= 0)
                {
                    work.Push(edge.Target);
                }
            }
        }

        return false;
    }
}
