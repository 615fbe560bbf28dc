using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>What a flow has done before it comes to a place, told by the ways there.</summary>
internal static class FlowOrder
{
    /// <summary>Whether the flow comes to the one place only by way of the other, but for exceptions: wherever the ways to both part, and in all calls on the way to that one.</summary>
    public static bool IsOnEveryWay(Trace earlier, Trace later)
    {
        (Trace? one, Trace? other) = Parted(earlier, later);
        if (one is null || other is null || one.Site.Body != other.Site.Body || !IsPassed(one.Site, BlocksOf(other.Site)))
        {
            return false;
        }

        for (Trace? inner = one.Inner; inner is not null; inner = inner.Inner)
        {
            if (!IsPassed(inner.Site, LastOf(inner.Site.Body)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Whether the wait is for what a member held before the same call of the body put its own completion there: it is that of an earlier call.
    /// </summary>
    /// <param name="completions">What the wait may be for.</param>
    public static bool IsReadBefore(Event wait, Trace signal, IEnumerable<string> completions)
    {
        if (Parted(wait.Trace, signal) is not ({ Inner: null, Site: { Body: var body, Span: var span } }, { Site.Body: var signalling }) || signalling != body
            || !completions.All(completion => completion.StartsWith("new@" + body.Id + "#", StringComparison.Ordinal)))
        {
            return false;
        }

        Instruction[] all = [.. body.Instructions];
        Value[] waited = [.. all.Where(instruction => instruction.Span == span).Select(WaitedBy).OfType<Value>()];
        return waited.Length > 0 && Array.TrueForAll(waited, value => value.Root is { Kind: ValueKind.Local } local && IsReadBefore(local.Key, all));
    }

    private static Value? WaitedBy(Instruction instruction) => instruction switch
    {
        Affect { Effect.Kind: EffectKind.Wait } wait => wait.Target,
        Await awaiting => awaiting.Target,
        _ => null,
    };

    private static bool IsReadBefore(string local, Instruction[] all)
    {
        AssignLocal[] reads = [.. all.OfType<AssignLocal>().Where(assign => assign.Local == local)];
        return reads.Length > 0 && Array.TrueForAll(reads, read => read.Source.Kind is ValueKind.Member or ValueKind.Static
            && all.OfType<StoreMember>().Where(store => store.Target.Equals(read.Source)).ToArray() is { Length: > 0 } stores
            && Array.TrueForAll(stores, store => Array.IndexOf(all, read) < Array.IndexOf(all, store)));
    }

    // Where two ways of one flow go on from different instructions.
    private static (Trace? One, Trace? Other) Parted(Trace? one, Trace? other)
    {
        while (one is not null && other is not null && one.Site == other.Site)
        {
            (one, other) = (one.Inner, other.Inner);
        }

        return (one, other);
    }

    private static int[] BlocksOf(Site site) => [.. Enumerable.Range(0, site.Body.Blocks.Length).Where(index => site.Body.Blocks[index].Instructions.Any(instruction => instruction.Span == site.Span))];

    // The last block is the one in which all ways out meet, but for those that leave at once.
    private static int[] LastOf(BodyFacts body) => [.. Enumerable.Range(0, body.Blocks.Length)
        .Where(index => index == body.Blocks.Length - 1 || new[] { body.Blocks[index].WhenTrue, body.Blocks[index].Next }.Any(static edge => edge is { Target: < 0 }))];

    // Whether no way from the start leads to one of the blocks without the site, unless they are the site's own.
    private static bool IsPassed(Site site, int[] blocks)
    {
        int[] own = BlocksOf(site);
        return own.Length > 0 && own.Any(first => first == 0 || !site.Body.Reaches(new Edge(0, []), block => block != first && Array.IndexOf(blocks, block) >= 0, first));
    }
}
