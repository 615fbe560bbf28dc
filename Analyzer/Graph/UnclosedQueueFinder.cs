using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Finds waits for the end of a queue that may stay open: one context alone adds to it and closes it, and can end without doing so. Whoever takes from the
/// queue then waits for ever, and so does who waits for them. Or nobody closes it at all, and somebody waits for the end of a loop that nothing else ends.
/// </summary>
internal sealed class UnclosedQueueFinder
{
    private const int MaxCallers = 3;

    private readonly Contexts _contexts;
    private readonly CompletionUses _uses;
    private readonly UnownedCompletions _unowned;
    private readonly Throwers _throwers;
    private readonly LostCompletionReports _reports;
    private readonly ILookup<string, CompletionUse> _closings;
    private readonly Lazy<ILookup<string, CompletionUse>> _additions;
    private readonly Lazy<ILookup<string, CompletionUse>> _waits;

    private UnclosedQueueFinder(Contexts contexts, CompletionUses uses, UnownedCompletions unowned, Throwers throwers)
    {
        _contexts = contexts;
        _uses = uses;
        _unowned = unowned;
        _throwers = throwers;
        _reports = new LostCompletionReports(contexts, uses);
        _closings = Lookup(static queues => queues.Closings);
        _additions = new(() => Lookup(static queues => queues.Additions));
        _waits = new(() => Lookup(static queues => queues.Waits));
    }

    public static IEnumerable<Finding> Find(Contexts contexts, CompletionUses uses, UnownedCompletions unowned, Throwers throwers, CancellationToken cancellation)
    {
        var finder = new UnclosedQueueFinder(contexts, uses, unowned, throwers);
        foreach (IGrouping<string, CompletionUse> closings in finder._closings.OrderBy(static queue => queue.Key, StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            if (finder.Check(closings.Key, [.. closings]) is { } finding)
            {
                yield return finding;
            }
        }

        foreach (IGrouping<string, CompletionUse> taken in finder._waits.Value.Where(taken => !finder._closings.Contains(taken.Key) && !unowned.Contains(taken.Key)).OrderBy(static queue => queue.Key, StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            if (finder.CheckOpen(taken) is { } finding)
            {
                yield return finding;
            }
        }
    }

    // Nobody closes it: who waits for the end of a loop that goes through it waits for ever.
    private Finding? CheckOpen(IGrouping<string, CompletionUse> taken)
    {
        foreach (CompletionUse take in taken.Where(EndsWithQueue))
        {
            HashSet<BodyFacts> takers = _contexts.Above([take.Body], MaxCallers);
            CompletionUse[] joins = [.. takers.Where(_contexts.IsSpawned).SelectMany(_uses.JoinsOf)
                .Where(join => !takers.Contains(join.Body) && (!takers.Any(context => StartsIt(join.Body, context)) || _additions.Value[taken.Key].Any(add => add.Body == join.Body)))];
            if (joins.Length > 0)
            {
                return LostCompletionReports.Of(_reports.First(joins), $"'{take.Body.Name}' ends when '{take.Name}' is closed, and nobody closes it. Close it before.", [take.Site]);
            }
        }

        return null;
    }

    // Who starts a loop and waits for it runs it, for good perhaps, unless it hands it its work besides.
    private bool StartsIt(BodyFacts body, BodyFacts context) => _unowned.Spawns.SpawnersOf(context).Contains(body)
        || body.Instructions.OfType<Call>().Any(call => _contexts.Program.Targets(call, call.Receiver).Contains(context));

    // An enumeration is the one way out of the one loop; where the loop itself takes from the queue and asks nothing, there is none.
    private static bool EndsWithQueue(CompletionUse take)
    {
        Block[] looped = [.. take.Body.Blocks.Where(static block => block.IsInCycle)];
        int ways = looped.SelectMany(static block => new[] { block.WhenTrue, block.Next }).Count(edge => edge is not null && (edge.Target < 0 || !take.Body.Blocks[edge.Target].IsInCycle));
        bool isPlain = looped.Any(block => block.Instructions.Contains(take.Instruction) && !block.Instructions.Any(static instruction => instruction is Await { IsIndirect: true }));
        return looped.Length > 0 && !looped.SelectMany(static block => block.Instructions).Any(static instruction => instruction is Throw) && ways == (isPlain ? 0 : 1);
    }

    private Finding? Check(string queue, CompletionUse[] closings)
    {
        BodyFacts[] closers = [.. closings.Select(static use => use.Body).Distinct()];
        if (UnownedCompletions.OnlyContext(_contexts, closers, null, out HashSet<BodyFacts> closing) is not { } context
            || _unowned.Spawns.FateOf(context) != SpawnFate.Kept || !_unowned.Spawns.IsStartedOnce(context)
            || UnownedCompletions.OnlyContext(_contexts, [.. closers.Concat(_additions.Value[queue].Select(static use => use.Body)).Distinct()], null, out HashSet<BodyFacts> own) != context)
        {
            return null;
        }

        CompletionUse[] waits = [.. _waits.Value[queue].Where(wait => !own.Contains(wait.Body) && IsWaitedFor(wait.Body))];
        return waits.Length == 0 ? null
            : _reports.Report(waits, closings[0], new Obligation(_contexts, _throwers, _uses, queue, closing) { IsOfEnd = true }.FromStart(context, _unowned.Spawns.IsBegunOnce(context)));
    }

    // Somebody waits for the end of the context that takes from the queue, be it the one who calls it.
    private bool IsWaitedFor(BodyFacts taker)
    {
        BodyFacts[] contexts = [.. _contexts.Above([taker], MaxCallers).Where(_contexts.IsSpawned)];
        return contexts.Length == 0 || contexts.Any(context => _contexts.PointsTo.SpawnedBodies.TryGetValue(context.Id, out HashSet<string>? ends) && ends.Any(end => _uses.Waits(end).Count > 0));
    }

    private ILookup<string, CompletionUse> Lookup(Func<Queues, Affect[]> part) => _contexts.Program.With(BodyParts.Completion)
        .SelectMany(body => part(body.Derived(Queues.Of)).SelectMany(use => _uses.KeysOf(use.Target, use.TargetType).Select(key => (Key: key, Use: new CompletionUse(body, use, use.Target, use.TargetType, use.Text)))))
        .ToLookup(static found => found.Key, static found => found.Use, StringComparer.Ordinal);

    /// <summary>What a body does to queues.</summary>
    private sealed record Queues(Affect[] Closings, Affect[] Additions, Affect[] Waits)
    {
        private static readonly Queues _none = new([], [], []);

        public static Queues Of(BodyFacts body)
        {
            Affect[] uses = [.. BodyContents.Of(body).Completions.OfType<Affect>().Where(static use => use.TargetType == Value.Queue)];
            Affect[] signals = [.. uses.Where(static use => use is { Effect.Kind: EffectKind.Signal, Target.QueueOfRoom: null })];
            return uses.Length == 0 ? _none : new Queues(
                [.. signals.Where(static signal => signal.Effect.IsClosing)],
                [.. signals.Where(static signal => !signal.Effect.IsClosing)],
                [.. uses.Where(static use => use is { Effect.Kind: EffectKind.Wait, IsTimed: false, Token: null })]);
        }
    }
}
