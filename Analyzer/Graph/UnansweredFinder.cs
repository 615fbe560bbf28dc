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
                return Report(wait, loop, table, closing);
            }
        }

        return null;
    }

    // The one context that all signals belong to; who puts the work into the table answers its own at most.
    private BodyFacts? LoopOf(string completion, BodyFacts putter)
    {
        IReadOnlyCollection<BodyFacts> signallers = _work.SignallersOf(completion);
        HashSet<BodyFacts> reaching = [.. signallers];
        var work = new Queue<BodyFacts>(reaching);
        BodyFacts? only = null;
        while (work.Count > 0)
        {
            BodyFacts body = work.Dequeue();
            BodyFacts[] callers = [.. _contexts.CallersOf(body).Where(caller => caller != body)];
            if (_contexts.IsSpawned(body) || callers.Length == 0)
            {
                if (only is not null && only != body)
                {
                    return null;
                }

                only = body;
            }

            foreach (BodyFacts caller in callers.Where(caller => caller != putter && reaching.Add(caller)))
            {
                work.Enqueue(caller);
            }
        }

        return only is not null && _contexts.IsSpawned(only) && WaitsForInput(only) && CanEnd(only, signallers, reaching) ? only : null;
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

    private bool CanEnd(BodyFacts loop, IReadOnlyCollection<BodyFacts> signallers, HashSet<BodyFacts> reaching) =>
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
            if (FlagOf(block) is { } flag
                && SettingOf(flag.Id) is { } set
                && !body.Reaches(After(block, flag.Id, set.Constant), puts.Contains)
                && (body.Reaches(block.WhenTrue, puts.Contains) || body.Reaches(block.Next, puts.Contains)))
            {
                return new Site(set.Body, set.Span);
            }
        }

        return null;
    }

    private static Value? FlagOf(Block block) => block.Condition is not { } condition ? null
        : new[] { condition }.Concat(block.Instructions.OfType<Test>().Where(test => test.Result.Equals(condition)).Select(static test => test.Operand))
            .FirstOrDefault(static value => value.Kind is ValueKind.Member or ValueKind.Static);

    private (BodyFacts Body, TextSpan Span, string Constant)? SettingOf(string flag)
    {
        (BodyFacts Body, TextSpan Span, string Constant)[] settings = [.. _contexts.Program.With(BodyParts.Flag).Where(static body => !body.IsConstructor)
            .SelectMany(static body => body.Instructions.OfType<SetFlag>().Select(set => (body, set))).Where(found => found.set.Flag.Id == flag)
            .Select(static found => (found.body, found.set.Span, found.set.Constant))];
        return settings.Select(static found => found.Constant).Distinct().Count() == 1 ? settings[0] : null;
    }

    private static Edge? After(Block block, string flag, string constant)
    {
        Test? test = block.Instructions.OfType<Test>().FirstOrDefault(test => test.Result.Equals(block.Condition!) && test.Operand.Id == flag);
        bool isTrue = test is null ? constant == bool.TrueString : (test.Constant == constant || test.Others.Contains(constant)) == test.EqualsWhenTrue;
        return isTrue ? block.WhenTrue : block.Next;
    }

    private static Finding Report(Event wait, BodyFacts loop, string table, Site closing)
    {
        Site place = wait.Trace.Place;
        string name = LockClass.Of(new LockRef(Value.Static(table), null)).Name;
        Value path = wait.Target.Path;
        return new Finding(
            Fault.LostCompletion,
            place,
            [place.Body.Name, path.IsNamed ? LockClass.Of(wait.Target).Name : wait.Text, $"'{loop.Name}', which alone answers what waits in '{name}', can end before, and '{closing.Body.Name}' only keeps more out. Fail what is left there."],
            [closing, .. wait.Trace.Sites.Where(site => site != place)],
            IsSuggestion: false);
    }
}
