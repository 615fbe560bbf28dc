using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

// Work that carries completions.
internal sealed partial class LostCompletionFinder
{
    /// <summary>
    /// The variable through which a body gets at the completions of its items: one that it takes them with in a loop, or with a question whose answer they are, or else
    /// one that tells whether there is any.
    /// </summary>
    private (BodyFacts Body, string? Item) ItemOf(string completion, HashSet<BodyFacts> reaching)
    {
        BodyFacts[] bodies = [.. reaching.OrderBy(static body => body.Id, StringComparer.Ordinal)];
        Func<BodyFacts, string?>[] ways =
        [
            body => ItemOf(body, [.. LoopedBlocks(body)], static block => block.Instructions.OfType<AssignLocal>(), completion, reaching),
            body => QuestionOf(body, completion, reaching),
            body => ItemOf(body, body.Blocks, HandedOut, completion, reaching),
        ];
        return ways.SelectMany(way => bodies.Select(body => (body, way(body)))).FirstOrDefault(static found => found.Item2 is not null);
    }

    private string? ItemOf(
        BodyFacts context, IReadOnlyList<Block> blocks, Func<Block, IEnumerable<AssignLocal>> given, string completion, HashSet<BodyFacts> reaching)
    {
        var assigned = new HashSet<string>(blocks.SelectMany(given).Select(static assign => assign.Local), StringComparer.Ordinal);
        return assigned.Count == 0 ? null : blocks.SelectMany(static block => block.Instructions).SelectMany(instruction => Carriers(context, instruction, completion, reaching))
            .Select(carrier => VariableOf(context, carrier.Root.Key))
            .FirstOrDefault(key => assigned.Contains(key) && Value.IsVariable(key));
    }

    // The compiler keeps the subject of a "?." in a place of its own.
    private static string VariableOf(BodyFacts body, string place) => Value.IsVariable(place) ? place
        : body.Instructions.OfType<AssignLocal>().FirstOrDefault(assign => assign.Local == place)?.Source.Root.Key ?? place;

    // What a call hands out by reference and answers whether it has.
    private static IEnumerable<AssignLocal> HandedOut(Block block) => block.Condition is null ? []
        : block.Instructions.OfType<AssignLocal>().Where(assign => block.Instructions.Any(instruction => instruction is Call or Move && instruction.Span == assign.Span));

    private IEnumerable<Value> Carriers(BodyFacts context, Instruction instruction, string completion, HashSet<BodyFacts> reaching) => instruction switch
    {
        Affect signal when IsSignal(context, signal, completion) => [signal.Target],
        Call call => _contexts.Program.Targets(call, call.Receiver).Where(reaching.Contains)
            .SelectMany(target => Carriers(target, call.Receiver, call.Arguments, completion)),
        Invoke invoke => _contexts.PointsTo.Functions(invoke.Delegate).Where(reaching.Contains)
            .SelectMany(target => IsOfOthers(target, completion) ? [] : Carriers(target, invoke.Delegate, invoke.Arguments, completion).DefaultIfEmpty(invoke.Delegate)),
        _ => [],
    };

    // The completion of an object that keeps the loop, or of one that all know, comes with no delegate.
    private bool IsOfOthers(BodyFacts callee, string completion) => SignalledBy(callee, completion).All(static path => path.Root.Kind is ValueKind.Owner or ValueKind.Static);

    private IEnumerable<Value> SignalledBy(BodyFacts body, string completion) =>
        _contexts.SummaryOf(body).Signals.Where(signal => _uses.KeysOf(signal.Target.Path, signal.Target.Type).Contains(completion)).Select(static signal => signal.Target.Path);

    // What the callee signals belongs to its object or to an argument.
    private IEnumerable<Value> Carriers(BodyFacts callee, Value receiver, ImmutableArray<Value> arguments, string completion)
    {
        foreach (Value root in SignalledBy(callee, completion).Select(static path => path.Root))
        {
            if (root.Kind == ValueKind.This)
            {
                yield return receiver;
            }
            else if (root.Kind == ValueKind.Parameter && root.Id == callee.Id && root.Index < arguments.Length)
            {
                yield return arguments[root.Index];
            }
        }
    }

    // The loop takes each item out of a queue, where only who has made it has put it.
    private bool IsTakenOnce(BodyFacts loop, string item) => QueueOf(loop, item) is { } queue
        && _insertions.Into(queue).Select(static put => put.Item).Where(static put => put.Kind is not (ValueKind.CallResult or ValueKind.Parameter)).ToArray() is { Length: > 0 } put
        && Array.TrueForAll(put, static item => item.Kind == ValueKind.Allocation);

    // The member that the loop takes the item out of, for good.
    private static string? QueueOf(BodyFacts loop, string item)
    {
        var names = new LocalNames(loop);
        string? queue = loop.Instructions.OfType<AssignLocal>().Where(assign => assign.Local == item).Select(assign => names.Resolve(assign.Source).WithoutElements)
            .FirstOrDefault(static source => source.Kind is ValueKind.Member or ValueKind.Static)?.Id;
        return queue is not null && loop.Instructions.Any(instruction => instruction switch
        {
            Affect { Effect.Kind: EffectKind.Wait, TargetType: Value.Queue } wait => WorkDrops.IsAt(names.Resolve(wait.Target), queue),
            Move { Takes: true } take => take.From.Any(from => WorkDrops.IsAt(names.Resolve(from), queue)),
            _ => false,
        }) ? queue : null;
    }

    /// <summary>Where the loop puts the item back, to lie there for a later turn.</summary>
    public static HashSet<Instruction> PutBack(BodyFacts loop, string item)
    {
        var names = new LocalNames(loop);
        return QueueOf(loop, item) is not { } queue ? [] : [.. loop.Instructions.OfType<Move>()
            .Where(move => move.From.Any(from => from.Key == item) && move.Into.Any(into => WorkDrops.IsAt(names.Resolve(into), queue))
                && (move.Puts || loop.Instructions.Any(other => other is Affect { Effect.Kind: EffectKind.Signal } && other.Span == move.Span)))];
    }

    // The variable of what the loop takes, where whoever makes a completion also makes one of these and puts it there: a question that its answer signals.
    private string? QuestionOf(BodyFacts loop, string completion, HashSet<BodyFacts> reaching)
    {
        if (CreatorOf(completion) is not { } creator || !_contexts.IsSpawned(loop))
        {
            return null;
        }

        Instruction[] looped = [.. LoopedBlocks(loop).SelectMany(static block => block.Instructions)];
        var handed = new HashSet<string>(looped.OfType<Call>().Where(call => _throwers.Targets(call).Any(reaching.Contains)).SelectMany(static call => call.Arguments.Add(call.Receiver)).Select(static value => value.Key), StringComparer.Ordinal);
        return looped.OfType<AssignLocal>().Select(static assign => assign.Local).Where(handed.Contains)
            .FirstOrDefault(item => QueueOf(loop, item) is { } queue && _insertions.Into(queue).Any(put => put.Body == creator && put.Item.Kind == ValueKind.Allocation));
    }

    private bool IsInLoop(BodyFacts context, string completion, HashSet<BodyFacts> reaching) =>
        LoopedBlocks(context).SelectMany(static block => block.Instructions).Any(instruction => instruction switch
        {
            Affect signal => IsSignal(context, signal, completion),
            Call call => _contexts.Program.Targets(call, call.Receiver).Any(reaching.Contains),
            Invoke invoke => _contexts.PointsTo.Functions(invoke.Delegate).Any(reaching.Contains),
            _ => false,
        });

    // A finally block has no edge back into the loop around it; it runs as often as what it guards.
    private static IEnumerable<Block> LoopedBlocks(BodyFacts body)
    {
        var finallies = new HashSet<int>(body.Blocks.Where(static block => block.IsInCycle)
            .SelectMany(static block => block.Guards).Where(static guard => guard.Kind == GuardKind.Finally).Select(static guard => guard.First));
        int? inside = null;
        for (int i = 0; i < body.Blocks.Length; i++)
        {
            inside ??= finallies.Contains(i) ? i : null;
            if (body.Blocks[i].IsInCycle || inside is not null)
            {
                yield return body.Blocks[i];
            }

            inside = body.Blocks[i].EndOfFinally == inside ? null : inside;
        }
    }

    private bool IsSignal(BodyFacts body, Affect signal, string completion) =>
        _uses.Signals(completion).Any(use => use.Body == body && use.Instruction == signal);
}
