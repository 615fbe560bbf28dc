using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>How a context may leave a completion that it owes.</summary>
/// <param name="Cause">The exception that led there; null for a plain return.</param>
/// <param name="IsThrown">Whether the exception leaves the context, rather than being caught on the way.</param>
internal sealed record Default(BodyFacts Body, ThrowSource? Cause, bool IsThrown);

/// <summary>
/// One completion and the bodies that may signal it, followed along the ways of the context that owes it. Two marks tell ways
/// apart: <see cref="Owed"/>, the context has become responsible, and <see cref="Met"/>, it has signalled since. A callee that
/// may signal is explored as well, once.
/// </summary>
internal sealed class Obligation
{
    private const int MaxCalls = 24;
    private const ulong Met = 1;
    private const ulong Owed = 2;
    private const ulong Failed = 4;
    private const ulong InHand = 8;
    private const ulong Cancelled = 16;
    private const ulong Flagged = 32;
    private const ulong Given = 64;

    private readonly Contexts _contexts;
    private readonly Throwers _throwers;
    private readonly CompletionUses _uses;
    private readonly string _completion;
    private readonly HashSet<BodyFacts> _reaching;
    private readonly bool _needsEach;
    private readonly HashSet<Block> _lastTests;
    private readonly HashSet<Value> _kinds;
    private readonly Dictionary<(BodyFacts, string), ImmutableArray<PathStep>> _outcomes = [];
    private readonly HashSet<BodyFacts> _running = [];
    private readonly HashSet<BodyFacts> _whole = [];
    private readonly HashSet<BodyFacts> _ofItem = [];
    private readonly HashSet<Block> _stateTests = [];
    private ThrowSource? _kept;

    /// <summary>Whether of the signals of a queue only the last one counts, which closes it.</summary>
    public bool IsOfEnd { get; init; }

    /// <param name="reaching">The bodies that signal, and those that call them.</param>
    /// <param name="needsEach">Whether the last of several signals: then no way on which one does not count itself off is by design.</param>
    public Obligation(Contexts contexts, Throwers throwers, CompletionUses uses, string completion, HashSet<BodyFacts> reaching, bool needsEach = false)
    {
        _needsEach = needsEach;
        _contexts = contexts;
        _throwers = throwers;
        _uses = uses;
        _completion = completion;
        _reaching = reaching;
        _lastTests = [.. reaching.SelectMany(TestsForTheLast)];
        _kinds = [.. reaching.SelectMany(static body => body.Blocks).Select(static block => block.Test)
            .Where(test => test is { Part: { } part } && IsSignalledOf(part)).Select(static test => test!.Subject)];
    }

    /// <summary>The ways on which a context that owes from its start does not signal.</summary>
    /// <param name="isEach">Whether each run of it owes: what only calls a method was begun to run that, and a flag that has it return is no excuse.</param>
    public IEnumerable<Default> FromStart(BodyFacts body, bool isEach = false)
    {
        if (isEach)
        {
            AddWhole(body);
        }

        return Defaults(body, Explore(body, Owed, GivenArguments.None));
    }

    private void AddWhole(BodyFacts body)
    {
        if (body.Outer is not null && body.Instructions.OfType<Call>().Take(2).ToArray() is { Length: 1 } calls && !HandsOn(calls[0]) && !body.Instructions.Any(static instruction => instruction is Affect or Invoke))
        {
            foreach (BodyFacts target in _throwers.Targets(calls[0]).Where(_reaching.Contains).Where(_whole.Add))
            {
                AddWhole(target);
            }
        }
    }

    /// <summary>The ways on which a body that publishes the completion leaves it.</summary>
    public IEnumerable<Default> FromPublication(BodyFacts body)
    {
        var names = new LocalNames(body);
        HashSet<string> before = GivenBefore(body, names);
        return Defaults(body, Within(body, PathExplorer.Explore(
            body,
            0,
            (block, instruction, marks) => Steps(body, block, instruction, Publishes(instruction, names) ? Owed : marks),
            (block, isTrue, marks) => IsRefused(block, isTrue, names) || IsTaken(block, isTrue) ? marks | Met
                : block.Test is { IsNullTest: true } test && before.Contains(test.Subject.Key) ? marks
                : Assume(body, block, isTrue, marks))));
    }

    // Somebody else has taken it out of where it lay, and sees to it.
    private bool IsTaken(Block block, bool isTrue) => block.Test is { IsNullTest: false } test && isTrue == test.IsNegated
        && PathExplorer.HandedOut(block, test.Subject).Any(place => Value.LocalOf(place) is { } variable && IsIt(variable));

    // What was given to a variable before the publication, and to no other, is another object than the published one: that it is null tells nothing.
    private HashSet<string> GivenBefore(BodyFacts body, LocalNames names)
    {
        int published = body.Instructions.Where(instruction => Publishes(instruction, names)).Select(static instruction => instruction.Span.Start).DefaultIfEmpty(0).Min();
        return [.. body.Instructions.OfType<AssignLocal>().GroupBy(static assign => assign.Local)
            .Where(given => given.All(assign => assign.Span.Start < published && !IsOwn(assign.Source, names))).Select(static given => given.Key)];
    }

    private bool Publishes(Instruction instruction, LocalNames names) =>
        (instruction is StoreMember { Target.Kind: ValueKind.Member or ValueKind.Static or ValueKind.Element } store && IsOwn(store.Source, names))
        || (instruction is Move { Into.IsEmpty: false } move && move.From.Any(from => IsOwn(from, names))
            && move.Into.All(into => !IsIt(into) || into.WithoutElements.Kind is ValueKind.Member or ValueKind.Static));

    // What a body finds in a member has been published: by another call of its own perhaps, which owes it.
    private bool IsOwn(Value value, LocalNames names) => IsIt(value) && names.Resolve(value).WithoutElements is not ({ Kind: ValueKind.Static }
        or { Kind: ValueKind.Member, Root.Kind: ValueKind.This or ValueKind.Static or ValueKind.Parameter });

    // Somebody else's is there already: the container's answer tells so, or what it gave is another object.
    private bool IsRefused(Block block, bool isTrue, LocalNames names) => block.Condition is { } condition && block.Instructions.Any(instruction => instruction switch
    {
        Move { Into.IsEmpty: false } move => !isTrue && condition is { Kind: ValueKind.Element, Base: { } container } && container.Equals(move.Into[0]) && Publishes(move, names),
        Compare compare => compare.Result.Equals(condition) && isTrue != compare.EqualsWhenTrue && (IsIt(compare.Left) || IsIt(compare.Right)),
        _ => false,
    });

    /// <summary>The ways on which whoever has won a one-shot flag leaves: nobody wins it again.</summary>
    public IEnumerable<Default> FromClaim(BodyFacts body, Claim claim) => Defaults(body, Within(body, PathExplorer.Explore(
        body,
        0,
        (block, instruction, marks) => Steps(body, block, instruction, marks),
        (block, isTrue, marks) => block.Condition is { } condition && condition.Equals(claim.Result) && block.Instructions.Any(instruction => instruction.Span == claim.Span && instruction.Result.Equals(claim.Result))
            ? isTrue == claim.WinsWhenTrue ? marks | Owed : marks | Met
            : Assume(body, block, isTrue, marks))));

    /// <summary>The ways on which a loop leaves the completion of an item that it has taken.</summary>
    /// <param name="isOnce">Whether it gets each item once: then a method of the item's own that comes to no signal leaves it, but for the states that the item itself is in.</param>
    public IEnumerable<Default> FromEachItem(BodyFacts body, string item, bool isOnce)
    {
        if (isOnce)
        {
            _ofItem.UnionWith(body.Instructions.OfType<Call>().Where(call => call.Receiver.Key == item).SelectMany(call => _throwers.Targets(call)).Where(_reaching.Contains));
            _stateTests.UnionWith(_ofItem.SelectMany(TestsOfStates));
        }

        var left = new List<Default>();
        ThrowSource? cause = null;
        HashSet<Instruction> putBack = LostCompletionFinder.PutBack(body, item);
        IReadOnlyList<PathEnd>? ends = PathExplorer.Explore(
            body,
            0,
            (block, instruction, marks) =>
            {
                if (putBack.Contains(instruction))
                {
                    return [new PathStep(Met)];
                }

                if (instruction is AssignLocal assign && assign.Local == item)
                {
                    if ((marks & (Owed | Met)) == Owed)
                    {
                        left.Add(new Default(body, (marks & Failed) != 0 ? cause : null, IsThrown: false));
                    }

                    marks = Owed;
                }

                return Steps(body, block, instruction, marks).Select(step =>
                {
                    cause = step.Thrown is not null && (marks & (Owed | Met)) == Owed ? step.Thrown : cause;
                    return step.Thrown is null ? step : step with { Marks = step.Marks | Failed };
                });
            },
            (block, isTrue, marks) =>
                (!isTrue && block.Instructions.Any(instruction => instruction is AssignLocal assign && assign.Local == item))
                || (block.Test is { } test && test.Subject.Root.Key == item && test.IsNull(isTrue) == true) ? marks | Met : Assume(body, block, isTrue, marks));
        return Within(body, ends) is null ? [] : left.Concat(Defaults(body, ends));
    }

    /// <summary>The ways on which an exception ends a body that signals again and again, for good.</summary>
    /// <param name="item">The variable of what it has in hand, if there is one: an exception meanwhile is told of with the item.</param>
    public IEnumerable<Default> FromEachTaking(BodyFacts body, string? item = null)
    {
        ThrowSource? cause = null;

        // The loops that signal: whoever comes to one after an exception goes on, or sees to all that are left, be it none.
        HashSet<Block> rounds = body.LoopsWith(instruction => Gives(instruction) || _throwers.Targets(instruction).Any(_reaching.Contains));
        IReadOnlyList<PathEnd>? ends = PathExplorer.Explore(
            body,
            0,
            (block, instruction, before) =>
            {
                ulong marks = instruction is AssignLocal assign && assign.Local == item ? before | InHand : before;
                return IsClosing(instruction) || ((marks & Failed) != 0 && rounds.Contains(block)) ? [new PathStep(Met)] : Steps(body, block, instruction, marks & ~Met).Select(step =>
                {
                    ulong since = (marks & Met) != 0 ? Met : (step.Marks & Met) != 0 ? Owed : marks;
                    cause = step.Thrown is not null && since == Owed ? step.Thrown : cause;
                    return step with { Marks = step.Thrown is not null && since == Owed ? Owed | Failed : since };
                });
            });
        return (Within(body, ends) ?? []).Where(static end => (end.Marks & (Met | Failed)) == Failed).Select(end => new Default(body, end.Cause ?? cause, end.IsThrown));
    }

    private bool Gives(Instruction instruction) => instruction is Affect { Effect.Kind: EffectKind.Signal or EffectKind.SemaphoreRelease } signal
        && (!IsOfEnd || signal.Effect.IsClosing)
        && _uses.KeysOf(signal.Target, signal.TargetType).Contains(_completion);

    // Whoever adds to a queue that is closed does not wait.
    private bool IsClosing(Instruction instruction) => instruction is Affect { Effect.IsClosing: true, Target: var queue }
        && _uses.KeysOf(Value.Room(queue), Value.Queue).Contains(_completion);

    /// <summary>Whether the value may be the completion.</summary>
    public bool IsIt(Value value) => _contexts.PointsTo.Objects(value).Contains(_completion);

    private IEnumerable<Default> Defaults(BodyFacts body, IReadOnlyList<PathEnd>? ends) =>
        (ends ?? []).Where(static end => (end.Marks & (Owed | Met)) == Owed).Select(end => new Default(body, end.Cause ?? ((end.Marks & Failed) != 0 ? _kept : null), end.IsThrown));

    private IReadOnlyList<PathEnd>? Explore(BodyFacts body, ulong marks, GivenArguments given) => Within(body, PathExplorer.Explore(
        body,
        marks,
        (block, instruction, before) => Steps(body, block, instruction, before, given),
        (block, isTrue, before) => given.Denies(body, block, isTrue) ? null : Assume(body, block, isTrue, before)));

    private IReadOnlyList<PathEnd>? Within(BodyFacts body, IReadOnlyList<PathEnd>? ends)
    {
        if (ends is null)
        {
            _contexts.Program.Budgets.Hit(body, Budget.Combinations);
        }

        return ends;
    }

    private ulong Assume(BodyFacts body, Block block, bool isTrue, ulong marks)
    {
        // The last of several contexts signals; a completion that is null or signalled needs no signal,
        // and a delegate that would signal is null while nobody listens.
        bool isChoice = block.Instructions.Any(static instruction => instruction is Move { IsAtomic: true } or Claim or Take);
        bool isAbsent = block.Test is { } test && test.IsNull(isTrue) == true
            && (IsIt(test.Subject) || _contexts.PointsTo.Functions(test.Subject).Any(_reaching.Contains));
        bool isSignalled = isTrue && block.Condition is { Kind: ValueKind.CallResult } condition && block.Instructions.Any(instruction =>
            instruction is Affect { Effect.Kind: EffectKind.IsSignalled } asked && asked.Result.Equals(condition) && IsIt(asked.Target));
        bool isOtherKind = block.Test is { Part: { } part } type && _kinds.Contains(type.Subject) && IsSignalledOf(part) != type.Says(isTrue);
        return isChoice || isAbsent || isSignalled || isOtherKind || _stateTests.Contains(block) || _lastTests.Contains(block) || IsOthersTurn(body, block.Test, isTrue) ? marks | Met
            : IsCancelled(block, isTrue) ? marks | Cancelled
            : !_whole.Contains(body) ? marks
            : block.Test is { IsNullTest: false, Subject.Kind: ValueKind.Member or ValueKind.Static } ? marks | Flagged
            : IsOwnQuestion(body, block) ? marks : marks | Given;
    }

    // What a call answers that got nothing of what the body was given.
    private static bool IsOwnQuestion(BodyFacts body, Block block) => BlockCondition.SubjectOf(block) is { Kind: ValueKind.CallResult } answer
        && !body.Instructions.Where(instruction => instruction.Result.Equals(answer)).SelectMany(InstructionValues.Of).Any(static value => value.Root.Kind is ValueKind.Parameter or ValueKind.Local);

    // It is found that somebody has cancelled: who does that signals nothing.
    private bool IsCancelled(Block block, bool isTrue) =>
        (block.Test is { IsNullTest: false, Subject.CancelledToken: not null } test && isTrue != test.IsNegated)
        || (isTrue && block.Condition is { Kind: ValueKind.CallResult } answer && block.Instructions.OfType<Call>().Any(call => call.Result.Equals(answer) && _throwers.Targets(call).Any(AsksForCancellation)));

    private static bool AsksForCancellation(BodyFacts body) =>
        !body.Instructions.Any(static instruction => instruction is Call or Invoke or Affect) && body.Instructions.SelectMany(InstructionValues.Of).Any(static value => value.CancelledToken is not null);

    // Tests of what the object itself keeps, or all share; that work was cancelled is no state of its own.
    private static IEnumerable<Block> TestsOfStates(BodyFacts body)
    {
        var names = new LocalNames(body);
        return body.Blocks.Where(block => block.Test is { Subject.CancelledToken: null } test && names.Resolve(test.Subject).Root.Kind is ValueKind.This or ValueKind.Static);
    }

    // Tests whether the context is the last one, and parts of such tests: either it signals, or another one does.
    private IEnumerable<Block> TestsForTheLast(BodyFacts body)
    {
        var tests = new HashSet<int>();
        for (int i = body.Instructions.Any(IsOfTheLast) ? body.Blocks.Length - 1 : -1; i >= 0; i--)
        {
            Block block = body.Blocks[i];
            if (block.Condition is not null && block.Successors.Any(next => body.Blocks[next].Instructions.Any(IsOfTheLast)
                || (tests.Contains(next) && block.Successors.All(other => other == next || body.Blocks[next].Successors.Contains(other)))))
            {
                tests.Add(i);
                yield return block;
            }
        }
    }

    private bool IsOfTheLast(Instruction instruction) => instruction is Affect { Counter: not null } && Gives(instruction);

    // A flag that the body itself has set is found changed: whoever did that has more to do, and signals after it.
    private static bool IsOthersTurn(BodyFacts body, BranchTest? test, bool outcome) =>
        test is { IsNullTest: false, IsStable: false, Subject.Kind: ValueKind.Member or ValueKind.Static }
        && body.Instructions.OfType<AssignConstant>().Where(assign => assign.Place == test.Subject.Key).ToArray() is { Length: > 0 } set
        && set.All(assign => assign.Truth is { } truth && truth != (outcome ^ test.IsNegated));

    // Work of a type that carries the completion is looked for: this is none, or one of another type.
    private bool IsSignalledOf(Value part) => _uses.Signals(_completion).Any(signal => signal.Target.Root.Equals(part));

    private IEnumerable<PathStep> Steps(BodyFacts body, Block block, Instruction instruction, ulong marks, GivenArguments? given = null)
    {
        if (Gives(instruction))
        {
            return [new PathStep(marks | Met)];
        }

        BodyFacts[] signallers = [.. _throwers.Targets(instruction).Where(_reaching.Contains)];
        if (signallers.Length > 0)
        {
            bool isBegun = instruction is Call { IsAwaited: false } or Invoke { IsAwaited: false };
            ImmutableArray<PathStep> Outcomes(BodyFacts signaller) =>
                OutcomesOf(signaller, instruction is Call call ? GivenArguments.Of(signaller, call.Arguments, given ?? GivenArguments.None) : GivenArguments.None);
            return signallers.SelectMany(signaller => !isBegun || !signaller.GoesOn ? Outcomes(signaller) : IsLookedAfter(body, instruction) ? [new PathStep(Met)] : Outcomes(signaller).Select(Kept))
                .Select(outcome => outcome with { Marks = marks | outcome.Marks }).Distinct();
        }

        // A function that signals, handed on; the completion, handed to code that nobody here sees.
        bool isHandedOn = HandsOn(instruction) || (instruction is Move { MayThrow: true } foreign && foreign.From.Any(IsIt));
        ulong after = isHandedOn ? marks | Met : marks;
        ImmutableArray<ThrowSource> thrown = instruction is Throw { IsNullCheck: true } ? [] : _throwers.At(body, instruction, block.Guards);
        return thrown.IsEmpty ? [new PathStep(after)] : [.. thrown.Select(source => new PathStep(marks & ~Given, null, source)), new PathStep(after)];
    }

    // Whoever keeps the task of a call that it has begun may get its exception later.
    private static bool IsLookedAfter(BodyFacts body, Instruction begun) =>
        body.Instructions.Any(other => other != begun && InstructionValues.Of(other).Any(value => value.Root.Equals(begun.Result)));

    // An exception of an async call stays in its task: who begins the call and goes on does not get it.
    private PathStep Kept(PathStep outcome)
    {
        if (outcome.Thrown is null)
        {
            return outcome;
        }

        _kept ??= outcome.Thrown;
        return new PathStep(outcome.Marks | Failed);
    }

    private bool HandsOn(Instruction instruction)
    {
        IEnumerable<Value> values = instruction switch
        {
            Call call => call.Arguments,
            Invoke invoke => invoke.Arguments,
            Move move => move.From,
            StoreMember store => [store.Source],
            ReturnValue returned => [returned.Source],
            Affect affect => [affect.Target],
            _ => [],
        };
        return values.Any(value => value.Kind == ValueKind.Function && _contexts.Program.Body(value.Id) is { } body && _reaching.Contains(body))
            || (instruction is Affect { Effect.Kind: EffectKind.Spawn or EffectKind.Fork } spawn && _contexts.PointsTo.Functions(spawn.Target).Any(_reaching.Contains));
    }

    private ImmutableArray<PathStep> OutcomesOf(BodyFacts body, GivenArguments given)
    {
        if (_outcomes.TryGetValue((body, given.Key), out ImmutableArray<PathStep> known))
        {
            return known;
        }

        if (_running.Contains(body) || _running.Count >= MaxCalls)
        {
            return [new PathStep(_running.Contains(body) ? 0 : Met)];
        }

        _running.Add(body);
        IReadOnlyList<PathEnd>? ends = Explore(body, 0, given);
        _running.Remove(body);

        // Who never signals, as an argument decides, has nothing to do with it.
        bool isForCaller = IsSignalOfArgument(body) || _ofItem.Contains(body) || (ends is not null && ends.All(static end => (end.Marks & Met) == 0));

        // A body that a context was begun to run is that context, but for what the data it was given decides.
        bool isContext = _whole.Contains(body);
        bool Counts(PathEnd end) => end.IsThrown || isForCaller || _needsEach || (end.Marks & (Cancelled | Flagged)) != 0 || end.Cause is { IsSeen: true } || (isContext && (end.Marks & Given) == 0);

        // A body with too many ways is taken to do what it should.
        return _outcomes[(body, given.Key)] = ends is null ? [new PathStep(Met)] : [.. ends
            .GroupBy(static end => (end.Marks, end.IsThrown, IsSeen: end.Cause?.IsSeen))
            .Select(static same => same.First())
            .Select(end => new PathStep(Counts(end) ? end.Marks & Met : Met, null, end.IsThrown ? end.Cause : null))
            .Distinct()];
    }

    // Another member's variable belongs to the work, not to the one that runs it.
    private static bool IsLocalOf(BodyFacts body, Value value)
    {
        int nested = body.Id.IndexOf("~fn", StringComparison.Ordinal);
        return value.Kind == ValueKind.Local && value.Id.StartsWith((nested < 0 ? body.Id : body.Id.Substring(0, nested)) + "~", StringComparison.Ordinal);
    }

    // A method that signals its own object's completion only in some states does so by design; one that was handed the
    // completion with its work has no such excuse.
    private bool IsSignalOfArgument(BodyFacts body) => _contexts.SummaryOf(body).Signals.Any(signal =>
        (signal.Target.Path.Root.Kind == ValueKind.Parameter || IsLocalOf(body, signal.Target.Path.Root)) && _uses.KeysOf(signal.Target.Path, signal.Target.Type).Contains(_completion));
}
