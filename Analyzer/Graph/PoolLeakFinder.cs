using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Finds what a body takes out of a pool, whose callers wait until there is something in it, and gives back on all ways but those of an exception in sight:
/// then there is one less for good.
/// </summary>
internal sealed class PoolLeakFinder
{
    private const ulong Taken = 1;

    private readonly Contexts _contexts;
    private readonly SignalGraph _signals;
    private readonly Throwers _throwers;
    private readonly Dictionary<BodyFacts, ImmutableHashSet<string>> _waited = [];

    private PoolLeakFinder(Contexts contexts, SignalGraph signals, Throwers throwers)
    {
        _contexts = contexts;
        _signals = signals;
        _throwers = throwers;
    }

    public static IEnumerable<Finding> Find(Contexts contexts, SignalGraph signals, Throwers throwers, CancellationToken cancellation)
    {
        var finder = new PoolLeakFinder(contexts, signals, throwers);
        foreach (BodyFacts body in contexts.With(ContextParts.EndlessWait))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (Taking taking in body.Derived(MayTake).Instructions.SelectMany(instruction => finder.TakingBy(body, instruction)))
            {
                if (finder.Check(body, taking) is { } finding)
                {
                    yield return finding;
                }
            }
        }
    }

    // What gives a variable its value by a call of a pool.
    private static Takings MayTake(BodyFacts body) => new([.. body.Instructions.Where(instruction => instruction is Affect { Effect.Kind: EffectKind.Wait, TargetType: Value.Queue, IsTimed: false, Token: null }
        || (instruction is Call { IsCreation: false } call && IsPlace(call.Receiver) && ItemsOf(body, source => source.Equals(call.Result)).Any()))]);

    // A library's queue, or a callee that waits for what its own object signals, gives what a variable then keeps.
    private IEnumerable<Taking> TakingBy(BodyFacts body, Instruction instruction)
    {
        switch (instruction)
        {
            case Affect { Effect.Kind: EffectKind.Wait, TargetType: Value.Queue, IsTimed: false, Token: null } wait:
                return ItemsOf(body, source => source is { Kind: ValueKind.Element, Base: { } queue } && queue.Equals(wait.Target)).Select(item => new Taking(wait, wait.Target, item, []));
            case Call { IsCreation: false } call when IsPlace(call.Receiver) && _contexts.Program.Targets(call, call.Receiver) is { Length: 1 } targets && WaitedBy(targets[0]) is { IsEmpty: false } waited:
                return ItemsOf(body, source => source.Equals(call.Result)).Select(item => new Taking(call, call.Receiver, item, waited));
            default:
                return [];
        }
    }

    private static IEnumerable<string> ItemsOf(BodyFacts body, Func<Value, bool> isSource) =>
        body.Instructions.OfType<AssignLocal>().Where(assign => Value.IsVariable(assign.Local) && isSource(assign.Source)).Select(static assign => assign.Local);

    private ImmutableHashSet<string> WaitedBy(BodyFacts callee)
    {
        if (!_waited.TryGetValue(callee, out ImmutableHashSet<string>? waited))
        {
            _waited.Add(callee, waited = !GivesOut(callee) ? [] : [.. _contexts.SummaryOf(callee).Events.Where(static found => found.Target.Path.Root.Kind == ValueKind.This && CarriedWork.IsEndless(found)).SelectMany(_signals.Completions)]);
        }

        return waited;
    }

    private static bool IsPlace(Value pool) => pool.WithoutElements.Kind is ValueKind.Member or ValueKind.Static;

    // Something that a container of its object kept: no answer, and nothing new.
    private static bool GivesOut(BodyFacts callee)
    {
        var names = new LocalNames(callee);
        return callee.Instructions.OfType<ReturnValue>().Any(returned => names.Resolve(returned.Source) is { Kind: ValueKind.Element });
    }

    private Finding? Check(BodyFacts body, Taking taking)
    {
        if (!body.Instructions.Any(instruction => GivesBack(instruction, taking)))
        {
            return null;
        }

        IReadOnlyList<PathEnd> ends = _contexts.Program.Budgets.Within(body, PathExplorer.Explore(body, 0, (block, instruction, marks) => Steps(body, block, instruction, marks, taking)));
        PathEnd[] kept = [.. ends.Where(static end => (end.Marks & Taken) != 0)];
        return kept.All(static end => end.IsThrown) && kept.FirstOrDefault(static end => end.Cause is not null) is { Cause: { } cause } ? Report(body, taking, cause) : null;
    }

    private IEnumerable<PathStep> Steps(BodyFacts body, Block block, Instruction instruction, ulong marks, Taking taking)
    {
        ulong after = instruction == taking.Take ? marks | Taken
            : GivesBack(instruction, taking) || HandsOn(instruction, taking.Item) ? marks & ~Taken
            : marks;
        ImmutableArray<ThrowSource> thrown = _throwers.At(body, instruction, block.Guards);
        return thrown.IsEmpty ? [new PathStep(after)] : [.. thrown.Where(static source => source.IsSeen).Select(source => new PathStep(marks, null, source)), new PathStep(after)];
    }

    private bool GivesBack(Instruction instruction, Taking taking) => instruction switch
    {
        Move move => move.Into.Contains(taking.Pool) && move.From.Any(value => value.Key == taking.Item),
        Call { IsCreation: false } call => call.Receiver.Equals(taking.Pool) && call.Arguments.Any(value => value.Key == taking.Item)
            && _contexts.Program.Targets(call, call.Receiver).Any(target => _contexts.SummaryOf(target).Signals.Any(signal => _signals.Completions(signal).Any(taking.Waited.Contains))),
        _ => false,
    };

    // Somebody else has it now.
    private static bool HandsOn(Instruction instruction, string item) => instruction switch
    {
        StoreMember store => store.Source.Key == item,
        Call { IsCreation: true } made => made.Arguments.Any(value => value.Key == item),
        Move move => move.Into.Length > 0 && move.From.Any(value => value.Key == item) && !move.Into.Any(value => value.Key == item),
        ReturnValue returned => returned.Source.Key == item,
        _ => false,
    };

    private static Finding Report(BodyFacts body, Taking taking, ThrowSource cause)
    {
        string name = taking.Pool.WithoutElements is { IsNamed: true } place ? LockClass.Of(new LockRef(place, null)).Name : ((Affect)taking.Take).Text;
        string from = cause.Site.Body == body ? "" : $" from '{cause.Site.Body.Name}'";
        return new Finding(
            Fault.LostCompletion,
            new Site(body, taking.Take.Span),
            [body.Name, name, $"'{body.Name}', which gives back what it has taken there, can leave by an exception{from} before it does. Do it in a finally block."],
            [cause.Site],
            IsSuggestion: false);
    }

    /// <param name="Item">The variable that keeps what was taken.</param>
    /// <param name="Waited">What the callee waits for before it gives something; empty for a library's queue.</param>
    private sealed record Taking(Instruction Take, Value Pool, string Item, ImmutableHashSet<string> Waited);

    private sealed record Takings(Instruction[] Instructions);
}
