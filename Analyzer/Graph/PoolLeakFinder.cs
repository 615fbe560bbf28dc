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
            foreach (AssignLocal item in body.Instructions.OfType<AssignLocal>().Where(static assign => Value.IsVariable(assign.Local)))
            {
                if (finder.TakingOf(body, item) is { } taking && finder.Check(body, item.Local, taking) is { } finding)
                {
                    yield return finding;
                }
            }
        }
    }

    // What gives the item: a library's queue, or a callee that waits for what its own object signals.
    private (Instruction Take, Value Pool, ImmutableHashSet<string> Waited)? TakingOf(BodyFacts body, AssignLocal item)
    {
        foreach (Instruction instruction in body.Instructions)
        {
            switch (instruction)
            {
                case Affect { Effect.Kind: EffectKind.Wait, TargetType: Value.Queue, IsTimed: false, Token: null } wait
                    when item.Source is { Kind: ValueKind.Element, Base: { } queue } && queue.Equals(wait.Target):
                    return (wait, wait.Target, []);
                case Call { IsCreation: false } call when item.Source.Equals(call.Result) && IsPlace(call.Receiver) && _contexts.Program.Targets(call, call.Receiver) is { Length: 1 } targets:
                    ImmutableHashSet<string> waited = [.. _contexts.SummaryOf(targets[0]).Events.Where(static found => CarriedWork.IsEndless(found) && found.Target.Path.Root.Kind == ValueKind.This).SelectMany(_signals.Completions)];
                    return waited.IsEmpty ? null : (call, call.Receiver, waited);
            }
        }

        return null;
    }

    private static bool IsPlace(Value pool) => pool.WithoutElements.Kind is ValueKind.Member or ValueKind.Static or ValueKind.This;

    private Finding? Check(BodyFacts body, string item, (Instruction Take, Value Pool, ImmutableHashSet<string> Waited) taking)
    {
        if (!body.Instructions.Any(instruction => GivesBack(body, instruction, item, taking.Pool, taking.Waited)))
        {
            return null;
        }

        IReadOnlyList<PathEnd>? ends = PathExplorer.Explore(body, 0, (block, instruction, marks) => Steps(body, block, instruction, marks, item, taking));
        PathEnd[] kept = [.. (ends ?? []).Where(static end => (end.Marks & Taken) != 0)];
        return kept.All(static end => end.IsThrown) && kept.FirstOrDefault(static end => end.Cause is { IsSeen: true }) is { Cause: { } cause } ? Report(body, taking, cause) : null;
    }

    private IEnumerable<PathStep> Steps(
        BodyFacts body, Block block, Instruction instruction, ulong marks, string item, (Instruction Take, Value Pool, ImmutableHashSet<string> Waited) taking)
    {
        ulong after = instruction == taking.Take ? marks | Taken
            : GivesBack(body, instruction, item, taking.Pool, taking.Waited) || HandsOn(instruction, item) ? marks & ~Taken
            : marks;
        return instruction != taking.Take && _throwers.At(body, instruction, block.Guards) is { IsSeen: true } thrown ? [new PathStep(marks, null, thrown), new PathStep(after)] : [new PathStep(after)];
    }

    private bool GivesBack(BodyFacts body, Instruction instruction, string item, Value pool, ImmutableHashSet<string> waited) => instruction switch
    {
        Move move => move.Into.Contains(pool) && move.From.Any(value => value.Key == item)
            && body.Instructions.Any(other => other is Affect { Effect.Kind: EffectKind.Signal, TargetType: Value.Queue } && other.Span == move.Span),
        Call { IsCreation: false } call => call.Receiver.Equals(pool) && call.Arguments.Any(value => value.Key == item)
            && _contexts.Program.Targets(call, call.Receiver).Any(target => _contexts.SummaryOf(target).Signals.Any(signal => _signals.Completions(signal).Any(waited.Contains))),
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

    private static Finding Report(BodyFacts body, (Instruction Take, Value Pool, ImmutableHashSet<string> Waited) taking, ThrowSource cause)
    {
        string name = taking.Pool.WithoutElements is { IsNamed: true } place ? LockClass.Of(new LockRef(place, null)).Name : (taking.Take as Affect)?.Text ?? "a pool";
        string from = cause.Site.Body == body ? "" : $" from '{cause.Site.Body.Name}'";
        return new Finding(
            Fault.LostCompletion,
            new Site(body, taking.Take.Span),
            [body.Name, name, $"'{body.Name}', which gives back what it has taken there, can leave by an exception{from} before it does. Do it in a finally block."],
            [cause.Site],
            IsSuggestion: false);
    }
}
