using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>Finds waits for an event that is signalled when it is made, and that somebody resets and nobody signals again.</summary>
internal static class ClosedGateFinder
{
    public static IEnumerable<Finding> Find(Contexts contexts, CompletionUses uses, CancellationToken cancellation)
    {
        HashSet<string>? handedOut = null;
        foreach (BodyFacts body in contexts.Program.With(BodyParts.Completion))
        {
            foreach (Affect reset in BodyContents.Of(body).Completions.OfType<Affect>().Where(static affect => affect.Effect.Kind == EffectKind.Reset))
            {
                cancellation.ThrowIfCancellationRequested();
                if (uses.KeysOf(reset.Target, reset.TargetType).ToArray() is not { Length: 1 } gates || gates[0] is not { } gate || !contexts.PointsTo.IsOpen(gate) || uses.Signals(gate).Count > 0
                    || uses.Waits(gate).OrderBy(wait => contexts.Program.PathOf(wait.Body), StringComparer.Ordinal).ThenBy(wait => contexts.Program.SpanOf(wait.Site).Start).FirstOrDefault() is not { } wait)
                {
                    continue;
                }

                handedOut ??= HandedOut(contexts);
                if (!handedOut.Contains(gate))
                {
                    yield return new Finding(
                        Fault.LostCompletion, wait.Site, [wait.Body.Name, wait.Name, $"'{body.Name}' resets it, and nobody signals it again. Signal it once nobody is to wait any more."],
                        [new Site(body, reset.Span)], IsSuggestion: false);
                }
            }
        }
    }

    // The events that code which is not followed may get at, and signal.
    private static HashSet<string> HandedOut(Contexts contexts) =>
        [.. contexts.Program.Bodies.SelectMany(static body => body.Instructions).SelectMany(instruction => GivenAway(contexts, instruction)).SelectMany(contexts.PointsTo.Objects)];

    private static IEnumerable<Value> GivenAway(Contexts contexts, Instruction instruction) => instruction switch
    {
        Move move => move.From.Where(value => !move.Into.Contains(value)),
        Call call when contexts.Program.Targets(call, call.Receiver).IsEmpty => call.Arguments,
        Invoke invoke => invoke.Arguments,
        ReturnValue returned => [returned.Source],
        _ => [],
    };
}
