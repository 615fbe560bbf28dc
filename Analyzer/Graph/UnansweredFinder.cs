using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Finds completions that lie in a table until their answer comes: one loop alone finds them there, each by its key, that loop can end, nobody sees to
/// what is left in the table then, and the program knows of the end, since it takes no more into the table after it.
/// </summary>
internal sealed class UnansweredFinder
{
    private readonly Contexts _contexts;
    private readonly SignalGraph _signals;
    private readonly CarriedWork _work;
    private readonly (string Table, Site Closing)[] _tables;

    private UnansweredFinder(Contexts contexts, SignalGraph signals, CarriedWork work)
    {
        _contexts = contexts;
        _signals = signals;
        _work = work;
        BodyFacts[] users = [.. contexts.Program.With(BodyParts.Table)];
        var taken = new HashSet<string>(users.SelectMany(static body => TableUses.Of(body).Taken), StringComparer.Ordinal);
        _tables = [.. users.SelectMany(body => TableUses.Of(body).Put.Where(taken.Contains).Select(table => (Table: table, Closing: ClosingOf(body, table))))
            .Where(static found => found.Closing is not null).GroupBy(static found => found.Table, StringComparer.Ordinal).Select(static same => (Table: same.Key, Closing: same.First().Closing!))
            .Where(found => !contexts.Program.Bodies.Any(body => TableUses.GetsAtAll(body, found.Table)))
            .OrderBy(static found => found.Table, StringComparer.Ordinal)];
    }

    public static IEnumerable<Finding> Find(Contexts contexts, SignalGraph signals, CarriedWork work, CancellationToken cancellation)
    {
        var finder = new UnansweredFinder(contexts, signals, work);
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (BodyFacts body in finder._tables.Length == 0 ? [] : contexts.With(ContextParts.EndlessWait))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (Event wait in contexts.SummaryOf(body).Events.Where(CarriedWork.IsEndless))
            {
                foreach (string completion in signals.Completions(wait))
                {
                    if (!told.Contains(completion) && finder.Check(wait, completion, body) is { } finding)
                    {
                        told.Add(completion);
                        yield return finding;
                    }
                }
            }
        }
    }

    private Finding? Check(Event wait, string completion, BodyFacts waiter)
    {
        foreach ((string table, Site closing) in _tables)
        {
            if (_work.PutterOf(table, completion, wait, waiter) is { } putter && LoopOf(completion, putter) is { } loop)
            {
                string name = LockClass.Of(new LockRef(Value.Static(table), null)).Name;
                return CarriedWork.Lost(wait, $"'{loop.Name}', which alone answers what waits in '{name}', can end before, and '{closing.Body.Name}' only keeps more out. Fail what is left there.", closing);
            }
        }

        return null;
    }

    // The one context that all signals belong to; who puts the work into the table answers its own at most.
    private BodyFacts? LoopOf(string completion, BodyFacts putter)
    {
        BodyFacts[] signallers = [.. _work.SignallersOf(completion)];
        return UnownedCompletions.OnlyContext(_contexts, signallers, null, out HashSet<BodyFacts> reaching, without: putter) is { } only
            && _contexts.IsSpawned(only) && WaitsForInput(only) && CanEnd(only, signallers, reaching) ? only : null;
    }

    // Who feeds answers of its own making has as many of them as there are questions.
    private bool WaitsForInput(BodyFacts loop) => loop.Blocks.Any(block => block.Instructions.Any(instruction => instruction switch
    {
        Affect { Effect.Kind: EffectKind.Wait, TargetType: Value.Queue } => true,
        _ when !block.IsInCycle => false,
        Affect { Effect.Kind: EffectKind.Wait } or Await or Move { MayThrow: true } => true,
        Call call => _contexts.Program.Targets(call, call.Receiver).Any(target => _contexts.SummaryOf(target).Events.Any(static found => found.Kind == EventKind.Wait)),
        _ => false,
    }));

    private bool CanEnd(BodyFacts loop, BodyFacts[] signallers, HashSet<BodyFacts> reaching) =>
        loop.Blocks.Any(block => block.IsInCycle && block.Instructions.Any(instruction => Leads(instruction, signallers.Contains(loop), reaching)))
        && loop.Blocks.Any(block => block.IsInCycle && new[] { block.WhenTrue, block.Next }.Any(edge => edge is not null && (edge.Target < 0 || !loop.Blocks[edge.Target].IsInCycle)));

    private bool Leads(Instruction instruction, bool signals, HashSet<BodyFacts> reaching) => instruction switch
    {
        Affect { Effect.Kind: EffectKind.Signal, TargetType: not Value.Queue } => signals,
        Call call => _contexts.Program.Targets(call, call.Receiver).Any(reaching.Contains),
        Invoke invoke => _contexts.PointsTo.Functions(invoke.Delegate).Any(reaching.Contains),
        _ => false,
    };

    // Where a flag is set for good with which the body puts nothing into the table any more.
    private Site? ClosingOf(BodyFacts body, string table)
    {
        int[] puts = [.. Enumerable.Range(0, body.Blocks.Length).Where(index => body.Blocks[index].Instructions.Any(instruction => TableUses.Puts(body, instruction, table)))];
        foreach (Block block in body.Blocks)
        {
            if (BlockCondition.SubjectOf(block) is { Kind: ValueKind.Member or ValueKind.Static } flag
                && SettingOf(flag.Id) is { } set
                && !body.Reaches(BlockCondition.HoldsFor(block, set.Constant) ? block.WhenTrue : block.Next, puts.Contains)
                && (body.Reaches(block.WhenTrue, puts.Contains) || body.Reaches(block.Next, puts.Contains)))
            {
                return new Site(set.Body, set.Span);
            }
        }

        return null;
    }

    private (BodyFacts Body, TextSpan Span, string Constant)? SettingOf(string flag)
    {
        (BodyFacts Body, TextSpan Span, string Constant)[] settings = [.. _contexts.Program.With(BodyParts.Flag).Where(static body => !body.IsConstructor)
            .SelectMany(static body => body.Instructions.OfType<SetFlag>().Select(set => (body, set))).Where(found => found.set.Flag.Id == flag)
            .Select(static found => (found.body, found.set.Span, found.set.Constant))];
        return settings.Select(static found => found.Constant).Distinct().Count() == 1 ? settings[0] : null;
    }
}
