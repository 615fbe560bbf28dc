using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Finds locks that a body takes, gives back on some ways, and keeps on others; and thread-affine ones that it holds where
/// its thread may change. A lock that others give back is theirs to release, unless the body throws with it in hand. A constructor's
/// object gives back what it has taken of others: where an exception leaves it there is no such object.
/// </summary>
internal sealed class LockLeakFinder
{
    // Of the marks of a way: the first lock that it holds, and the first that it has given back without having taken it.
    private const ulong Owed = 1UL << 32;

    // It answers that there is nothing to give back.
    private const ulong Refused = 1UL << 63;

    // Where there is but one lock: that it has been given back, and by which of the body's returns it was left.
    private const ulong IsBack = 1UL << 31;
    private const int FirstAnswer = 16;
    private const int MaxAnswers = 15;
    private const ulong Answer = 15UL << FirstAnswer;

    private readonly Contexts _contexts;
    private readonly Throwers _throwers;
    private readonly CompletionUses _uses;
    private readonly Lazy<HandOvers> _handOvers;
    private readonly bool _mayTakeByCall;
    private readonly List<Finding> _findings = [];
    private readonly List<(BodyFacts Body, string Lock)> _lenders = [];

    private LockLeakFinder(Contexts contexts, CompletionUses uses, Throwers throwers)
    {
        _contexts = contexts;
        _uses = uses;
        _throwers = throwers;
        _handOvers = new(() => new HandOvers(contexts));
        _mayTakeByCall = contexts.With(ContextParts.ExitHeld).Any();
    }

    public static IEnumerable<Finding> Find(Contexts contexts, CompletionUses uses, Throwers throwers, CancellationToken cancellation)
    {
        var finder = new LockLeakFinder(contexts, uses, throwers);
        foreach (BodyFacts body in contexts.Program.With(finder._mayTakeByCall ? BodyParts.TakenLock | BodyParts.Call : BodyParts.TakenLock))
        {
            cancellation.ThrowIfCancellationRequested();
            finder.Check(body);
        }

        HashSet<Site> told = [.. finder._findings.Select(static finding => finding.Place)];
        finder._findings.AddRange(finder._lenders.SelectMany(lender => DroppedHandles.Of(contexts, lender.Body, lender.Lock)).Where(dropped => !told.Contains(dropped.Place)));
        return finder._findings;
    }

    private void Check(BodyFacts body)
    {
        if (LockUses.Of(_contexts, body) is not { } uses)
        {
            return;
        }

        var crossed = new Dictionary<int, Site>();
        var releases = new Dictionary<(int Lock, Instruction Release), bool>();
        ILookup<Instruction, int> handles = HandlesIn(body, uses);
        HashSet<(int Lock, Instruction Acquire)> kept = [];
        AddLender(body, uses, handles);
        ReturnValue[] answers = uses.Locks.Count == 1 && uses.Locks[0].IsReleased ? AnswersIn(body) : [];
        IReadOnlyList<PathEnd> ends = _contexts.Program.Budgets.Within(body, PathExplorer.Explore(
            body,
            0,
            (block, instruction, held) => Step(body, block, uses, instruction, held, crossed, releases, handles[instruction], answers, kept),
            (block, outcome, held) => uses.HeldWhere(block.Test, outcome, held)));
        foreach (KeyValuePair<int, Site> crossing in crossed)
        {
            Report(uses.Locks[crossing.Key], crossing.Value);
        }

        CheckUnits(body, uses, handles, kept);
        for (int i = 0; i < uses.Locks.Count; i++)
        {
            // It gives back what it has not taken: it was called with the lock held, and returns as it was called.
            bool isCallers = releases.Any(release => release.Key.Lock == i && !release.Value);
            Check(body, uses.Locks[i], [.. ends.Where(end => (end.Marks & (1UL << i)) != 0)], isCallers || LoopedApart(body, uses, i), handles.Any(made => made.Contains(i)), answers.Length > 1 && AnswersAlike(body, answers, ends));
        }
    }

    // ---- ways ----

    private IEnumerable<PathStep> Step(
        BodyFacts body, Block block, LockUses uses, Instruction instruction, ulong held, Dictionary<int, Site> crossed, Dictionary<(int Lock, Instruction Release), bool> releases, IEnumerable<int> handled, ReturnValue[] answers, HashSet<(int Lock, Instruction Acquire)> kept)
    {
        if (held != 0 && instruction is Await or YieldElement or Affect { IsAwaited: true })
        {
            for (int i = 0; i < uses.Locks.Count; i++)
            {
                if ((held & (1UL << i)) != 0 && !uses.Locks[i].IsSemaphore && !crossed.ContainsKey(i))
                {
                    crossed.Add(i, new Site(body, instruction.Span));
                }
            }
        }

        foreach (ThrowSource thrown in held != 0 ? _throwers.At(body, instruction, block.Guards) : [])
        {
            yield return new PathStep(held, null, thrown);
        }

        ulong after = held;
        ulong without = held;
        bool mayFail = false;
        bool isGot = false;
        foreach ((int @lock, bool acquires, bool mayNotGet) in uses.At(instruction))
        {
            if (acquires && block.IsInCycle && (held & (1UL << @lock)) != 0 && uses.Locks[@lock].IsSemaphore)
            {
                kept.Add((@lock, instruction));
            }

            after = acquires ? Taken(after, @lock) : GivenBack(after, uses.GivenBack(@lock, after));
            without = acquires && mayNotGet ? without : acquires ? Taken(without, @lock) : GivenBack(without, uses.GivenBack(@lock, without));
            mayFail |= acquires && mayNotGet;
            isGot |= acquires;
            if (!acquires)
            {
                int given = uses.GivenBack(@lock, held);
                bool isHeld = (held & (1UL << given)) != 0;
                releases[(given, instruction)] = isHeld || (releases.TryGetValue((given, instruction), out bool everHeld) && everHeld);
            }
        }

        after = handled.Aggregate(after, static (rest, index) => rest & ~(1UL << index));
        after = answers.Length == 0 ? after : WithAnswer(answers, instruction, held, after);
        after = instruction is ReturnValue returned ? after & ~Refused | (returned.Truth == false || returned.IsNull ? Refused : 0) : after;
        yield return new PathStep(after, isGot ? true : null);
        if (mayFail)
        {
            yield return new PathStep(without, false);
        }
    }

    private static ulong WithAnswer(ReturnValue[] answers, Instruction instruction, ulong held, ulong after) =>
        instruction is ReturnValue returned && Array.IndexOf(answers, returned) is >= 0 and int answer ? (after & ~Answer) | ((ulong)(answer + 1) << FirstAnswer)
        : (held & 1) != 0 && (after & 1) == 0 ? after | IsBack
        : after;

    // The returns that say that it has not come to what it was for, or what a method makes; none where work goes on elsewhere, which may give the lock back.
    private ReturnValue[] AnswersIn(BodyFacts body)
    {
        ReturnValue[] returns = [.. body.Instructions.OfType<ReturnValue>()];
        return returns.Length < 2 || body.Instructions.Any(instruction => instruction is Affect { Effect.Kind: EffectKind.Spawn }
            || (instruction is Call { IsAwaited: false } call && _contexts.Program.Targets(call, call.Receiver).Any(static target => target.GoesOn))) ? []
            : [.. returns.Where(returned => AnswerOf(body, returned) is not null).Take(MaxAnswers)];
    }

    private static string? AnswerOf(BodyFacts body, ReturnValue returned) => returned.IsNull || returned.Truth == false ? Value.Null.Id
        : body.Instructions.OfType<Call>().FirstOrDefault(call => call.Result.Equals(returned.Source)) is { IsCreation: false } made ? made.Method : null;

    // One return always leaves the lock taken, another one has always given it back, and both answer the same: who gets that cannot know that there is something to give back.
    private static bool AnswersAlike(BodyFacts body, ReturnValue[] answers, IReadOnlyList<PathEnd> ends)
    {
        ILookup<ReturnValue, ulong> marks = ends.Where(static end => !end.IsThrown && (end.Marks & Answer) != 0).ToLookup(end => answers[(int)((end.Marks & Answer) >> FirstAnswer) - 1], static end => end.Marks);
        ILookup<string, bool> left = marks.Where(static ways => ways.All(static way => (way & 1) != 0) || ways.All(static way => (way & 1) == 0 && (way & IsBack) != 0))
            .ToLookup(ways => AnswerOf(body, ways.Key)!, static ways => (ways.First() & 1) != 0);
        return left.Any(static answer => answer.Contains(true) && answer.Contains(false));
    }

    // What makes something that gives locks back: then they are its to release.
    private ILookup<Instruction, int> HandlesIn(BodyFacts body, LockUses uses) => body.Instructions
        .Where(static instruction => instruction is Call { IsCreation: true } || InstructionValues.Of(instruction).Any(static value => value.Kind == ValueKind.Function))
        .SelectMany(instruction => Enumerable.Range(0, uses.Locks.Count).Where(index => _handOvers.Value.IsCarried(instruction, uses.Locks[index].Lock, body)).Select(index => (instruction, index)))
        .ToLookup(static made => made.instruction, static made => made.index);

    /// <param name="kept">Where a unit was taken with another one in hand.</param>
    private void CheckUnits(BodyFacts body, LockUses uses, ILookup<Instruction, int> handles, HashSet<(int Lock, Instruction Acquire)> kept)
    {
        // Each turn of the loop that takes a unit hands it on to what gives it back; one that takes the next without that has kept it.
        foreach ((int taken, _) in kept.Where(taken => handles.Any(handle => handle.Contains(taken.Lock) && Loops.AreInOne(body, taken.Acquire.Span, handle.Key.Span))))
        {
            Report(uses.Locks[taken], "go on to the next turn", []);
        }

        foreach ((LockUse use, Instruction handle) in handles.SelectMany(handle => handle.Where(index => uses.Locks[index].IsSemaphore).Select(index => (uses.Locks[index], handle.Key))))
        {
            CheckTasks(use, handle);
        }
    }

    // A task that is handed the unit, and alone gives it back: an exception that is kept in the task takes it along.
    private void CheckTasks(LockUse use, Instruction handle)
    {
        foreach (BodyFacts task in InstructionValues.Of(handle).Where(static value => value.Kind == ValueKind.Function).Select(value => _contexts.Program.Body(value.Id)).OfType<BodyFacts>()
            .Where(task => _contexts.IsSpawned(task) && _contexts.Spawns.FateOf(task) == SpawnFate.Kept))
        {
            foreach (string semaphore in _contexts.PointsTo.Objects(use.Lock.Path).Where(PointsTo.IsCompletion))
            {
                ThrowSource? cause = new Obligation(_contexts, _throwers, _uses, semaphore, [task]).FromStart(task).Where(static way => way is { IsThrown: true, Cause: not null })
                    .Select(static way => way.Cause!).OrderByDescending(static cause => cause.IsSeen).ThenBy(cause => _contexts.Program.SpanOf(cause.Site).Start).FirstOrDefault();
                if (cause is not null)
                {
                    Report(use, $"hand it to '{task.Name}', which can leave by an exception{(cause.Site.Body == task ? "" : $" from '{cause.Site.Body.Name}'")}", [cause.Site]);
                }
            }
        }
    }

    // Whether what it hands on may have made what gives the lock back, it knows when it answers.
    private bool MakesHandleWithin(LockUse use) => use.Acquire.Body.Instructions.Any(instruction => _handOvers.Value.IsMadeWithin(instruction, use.Lock, use.Acquire.Body));

    // It returns what gives the lock back.
    private void AddLender(BodyFacts body, LockUses uses, ILookup<Instruction, int> handles)
    {
        foreach (IGrouping<Instruction, int> handle in handles)
        {
            if (handle.Key is Call { IsCreation: true } made && !uses.Locks[handle.First()].IsReleased && body.Instructions.OfType<ReturnValue>().ToArray() is { Length: > 0 } returns && returns.All(returned => returned.Source.Equals(made.Receiver)))
            {
                _lenders.Add((body, LockClass.Of(uses.Locks[handle.First()].Lock).Name));
                return;
            }
        }
    }

    // Who gives back a lock that the caller holds, and takes it again, has it no more than before.
    private static ulong Taken(ulong held, int @lock) => (held & (Owed << @lock)) != 0 ? held & ~(Owed << @lock) : held | (1UL << @lock);

    private static ulong GivenBack(ulong held, int @lock) => (held & (1UL << @lock)) != 0 ? held & ~(1UL << @lock) : held | (Owed << @lock);

    // A loop that gives back what another loop took runs as often; that it may run no times at all says nothing.
    private static bool LoopedApart(BodyFacts body, LockUses uses, int index)
    {
        ILookup<bool, TextSpan> looped = body.Blocks.Where(static block => block.IsInCycle).SelectMany(static block => block.Instructions)
            .SelectMany(instruction => uses.At(instruction).Where(effect => effect.Lock == index).Select(effect => (effect.Acquires, instruction.Span)))
            .ToLookup(static effect => effect.Acquires, static effect => effect.Span);
        return (looped[false].Any() && !looped[true].Any(taken => looped[false].Any(released => Loops.AreInOne(body, taken, released))))
            || (looped[true].Any() && IsOfItem(uses.Locks[index].Lock.Path));
    }

    // Each turn of a loop may have another one.
    private static bool IsOfItem(Value path)
    {
        Value value = path;
        while (value is { Kind: not ValueKind.Element, Base: { } next })
        {
            value = next;
        }

        return value.Kind is ValueKind.Element or ValueKind.Local or ValueKind.CallResult;
    }

    // ---- reports ----

    private void Check(BodyFacts body, LockUse use, PathEnd[] leaks, bool isLoopedApart, bool isCarried, bool answersAlike)
    {
        if (leaks.Length == 0 || isLoopedApart || (body.IsConstructor && use.Lock.Path.Root.Kind == ValueKind.This) || (IsOfUnits(use) && !IsPlace(use)))
        {
            return;
        }

        bool isGivenBackElsewhere = _handOvers.Value.IsGivenBackElsewhere(use.Lock, body);
        bool isHandedOver = !use.IsReleased || isGivenBackElsewhere;
        isCarried = isCarried || (leaks.Any(static end => !end.IsThrown && (end.Marks & Refused) != 0) && MakesHandleWithin(use));

        // Who makes, on other ways, what gives the lock back, and returns nothing of the kind, keeps it for good.
        bool isKept = !isHandedOver || (!isGivenBackElsewhere && !isCarried && (_handOvers.Value.IsKeptByOversight(use) || _handOvers.Value.IsForgottenByOne(use)));
        bool returns = !IsOfUnits(use) && leaks.Any(end => end is { IsThrown: false, Cause: null } && (isKept || (isCarried && (end.Marks & Refused) != 0)));
        ThrowSource? thrown = isHandedOver && (!isGivenBackElsewhere || use.IsTakenForOthers) ? null
            : leaks.Where(end => end.Cause is { } cause && (!isHandedOver || (cause.IsSeen && end.IsThrown))).Select(static end => end.Cause!)
                .OrderByDescending(static cause => cause.IsSeen).ThenBy(cause => cause.Site.Body == body ? 0 : 1).ThenBy(cause => _contexts.Program.SpanOf(cause.Site).Start).FirstOrDefault();

        if (returns || thrown is not null)
        {
            Report(use, returns ? null : thrown);
        }
        else if (answersAlike)
        {
            _findings.Add(new Finding(Fault.AnswerHidesLock, use.Acquire, [body.Name, LockClass.Of(use.Lock).Name], [], IsSuggestion: false));
        }
    }

    // A semaphore of no unit, or of several, that somebody else gives: who keeps one may mean to.
    private bool IsOfUnits(LockUse use) => use is { IsSemaphore: true, IsReleased: false } && _contexts.PointsTo.Objects(use.Lock.Path).Any(_contexts.PointsTo.LetsHolderIn);

    // All units are there at first: one that an exception takes along is a place less.
    private bool IsPlace(LockUse use) => _contexts.PointsTo.Objects(use.Lock.Path).All(_contexts.PointsTo.IsOpen);

    private void Report(LockUse use, ThrowSource? cause) =>
        Report(use, cause is null ? "return" : cause.Site.Body == use.Acquire.Body ? "leave by an exception" : $"leave by an exception from '{cause.Site.Body.Name}'", cause is null ? [] : [cause.Site]);

    // One word a place: a lock that is lost in several ways is lost.
    private void Report(LockUse use, string how, ImmutableArray<Site> steps)
    {
        if (!_findings.Exists(known => known.Fault == Fault.LockNotReleased && known.Place == use.Acquire))
        {
            _findings.Add(new Finding(Fault.LockNotReleased, use.Acquire, [use.Acquire.Body.Name, LockClass.Of(use.Lock).Name, how], steps, IsSuggestion: false));
        }
    }

    private void Report(LockUse use, Site crossing) => _findings.Add(new Finding(
        Fault.LockHeldOverAwait, crossing, [crossing.Body.Name, LockClass.Of(use.Lock).Name, crossing.Body.IsAsync ? "awaits" : "yields"], [use.Acquire], IsSuggestion: false));
}
