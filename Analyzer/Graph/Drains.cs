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
            && !starter.Reaches(claim.WinsWhenTrue ? block.Next : block.WhenTrue, target => target == start)
            && starter.Reaches(claim.WinsWhenTrue ? block.WhenTrue : block.Next, target => target == start));
    }
}
