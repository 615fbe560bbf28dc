using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>Finds waits for an event that is signalled when it is made, and that somebody resets and nobody signals again.</summary>
internal static class ClosedGateFinder
{
    public static IEnumerable<Finding> Find(Contexts contexts, CompletionUses uses, CancellationToken cancellation)
    {
        var reports = new LostCompletionReports(contexts, uses);
        HashSet<string>? handedOut = null;
        foreach (BodyFacts body in contexts.Program.With(BodyParts.Reset))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (Affect reset in body.Instructions.OfType<Affect>().Where(static affect => affect.Effect.Kind == EffectKind.Reset))
            {
                string[] gates = [.. uses.KeysOf(reset.Target, reset.TargetType)];
                if (gates.Length == 1 && contexts.PointsTo.IsOpen(gates[0]) && uses.Signals(gates[0]).Count == 0 && uses.Waits(gates[0]).Count > 0
                    && !(handedOut ??= HandedOut(contexts)).Contains(gates[0]))
                {
                    yield return LostCompletionReports.Of(
                        reports.First(uses.Waits(gates[0])), $"'{body.Name}' resets it, and nobody signals it again. Signal it once nobody is to wait any more.", [new Site(body, reset.Span)]);
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
