using CrossRelease.Analyzers.Flow;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

/// <summary>The flags that bodies win once, by themselves or by a call whose answer tells it.</summary>
internal sealed class OneShotClaims(Contexts contexts)
{
    private readonly HashSet<BodyFacts> _callers = [.. contexts.Program.With(BodyParts.Claim).SelectMany(contexts.CallersOf)];
    private ILookup<string, string>? _changes;

    /// <summary>Whether the body has a claim, or calls what has one.</summary>
    public bool MayBeIn(BodyFacts body) => (BodyContents.Of(body).Parts & BodyParts.Claim) != 0 || _callers.Contains(body);

    /// <summary>The claims of a body, in its own frame.</summary>
    public IEnumerable<Claim> In(BodyFacts body) => body.Instructions.OfType<Claim>().Concat(_callers.Contains(body) ? body.Instructions.OfType<Call>().Select(Behind).OfType<Claim>() : []);

    /// <summary>Whether nothing ever takes the flag back.</summary>
    public bool IsWonForGood(Claim claim)
    {
        _changes ??= contexts.Program.Bodies.Where(static body => !body.IsConstructor).SelectMany(Changes)
            .ToLookup(static change => change.Flag, static change => change.Value, StringComparer.Ordinal);
        return claim.Flag.Kind is ValueKind.Member or ValueKind.Static && _changes[claim.Flag.Id].All(change => change == claim.Change);
    }

    private Claim? Behind(Call call)
    {
        BodyFacts[] targets = [.. contexts.Program.Targets(call, call.Receiver)];
        Claim[] claims = targets.Length == 1 ? [.. targets[0].Instructions.OfType<Claim>()] : [];
        return claims.Length == 1 && contexts.SummaryOf(targets[0]).Wins is { } wins && wins.WhenTrue.IsEmpty != wins.WhenFalse.IsEmpty
            ? claims[0] with
            {
                Span = call.Span,
                Result = call.Result,
                Flag = claims[0].Flag.Substitute(root => root.Kind == ValueKind.This ? call.Receiver : null),
                WinsWhenTrue = !wins.WhenTrue.IsEmpty,
            }
            : null;
    }

    // The exchange stores as well: that is the claim itself.
    private static IEnumerable<(string Flag, string Value)> Changes(BodyFacts body)
    {
        var claims = new HashSet<TextSpan>(body.Instructions.OfType<Claim>().Select(static claim => claim.Span));
        return body.Instructions.SelectMany(instruction => instruction switch
        {
            Claim claim => [(claim.Flag.Id, claim.Change)],
            SetFlag set => [(set.Flag.Id, set.Constant)],
            StoreMember store when !claims.Contains(store.Span) => [(store.Target.Id, "?")],
            _ => (IEnumerable<(string, string)>)[],
        });
    }
}
