using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using CrossRelease.Analyzers.Symbols;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Which locks are given back by another body than the one that took them: a pair of Lock and Unlock methods, a scope object,
/// a continuation. Who takes such a lock may return with it. Not thread-safe.
/// </summary>
internal sealed class HandOvers
{
    private const int MaxClimb = 3;

    private readonly Contexts _contexts;
    private readonly Dictionary<string, List<BodyFacts>> _releasers = new(StringComparer.Ordinal);
    private readonly HashSet<(BodyFacts, string)> _takers = [];
    private readonly bool _isEveryReleaseKnown = true;

    public HandOvers(Contexts contexts)
    {
        _contexts = contexts;
        foreach (BodyFacts body in contexts.Program.With(BodyParts.HandedLock))
        {
            LocalNames? names = null;
            foreach (Affect affect in body.Instructions.OfType<Affect>().Where(static affect => !affect.IsStatement))
            {
                bool takes = affect.Effect.Kind is EffectKind.Acquire or EffectKind.TryAcquire or EffectKind.AcquireScope or EffectKind.SemaphoreWait;
                if (takes || affect.Effect.Kind is EffectKind.Release or EffectKind.SemaphoreRelease)
                {
                    _isEveryReleaseKnown &= takes || contexts.PointsTo.Objects(affect.Target).Any();
                    foreach (string key in Keys(new LockRef((names ??= new LocalNames(body)).Resolve(affect.Target), affect.TargetType)))
                    {
                        Add(body, key, takes);
                    }
                }
            }
        }
    }

    /// <summary>Whether somebody gives back what <paramref name="taker"/> took: who has not taken it, and is no mere part of one who has.</summary>
    public bool IsGivenBackElsewhere(LockRef @lock, BodyFacts taker) => Keys(@lock).Any(key => _releasers.TryGetValue(key, out List<BodyFacts>? releasers)
        && releasers.Any(releaser => !_takers.Contains((releaser, key)) && !IsPartOfTaker(releaser, key, taker, IsOutOfReach(@lock))));

    // Nobody but who is in sight can give it back: all callers are, or the object that has it is kept for its owner alone.
    private bool IsOutOfReach(LockRef @lock)
    {
        if (_contexts.Program.HasEntry)
        {
            return true;
        }

        for (Value? path = @lock.Path; path is { Kind: ValueKind.Member, Base: { } owner }; path = owner)
        {
            if (owner.Kind == ValueKind.This)
            {
                return !path.Equals(@lock.Path) && _contexts.KeepsOwn(path.Id);
            }
        }

        return false;
    }

    /// <summary>
    /// Whether others give the lock back, and each of them what it has taken itself: then nobody gives back what the body takes and keeps. Who disposes, and who takes
    /// it turn after turn, may keep it on purpose.
    /// </summary>
    public bool IsKeptByOversight(LockUse use)
    {
        BodyFacts taker = use.Acquire.Body;
        return IsItsOwnAffair(use) && Keys(use.Lock).Any(key => _takers.Contains((taker, key)) && _releasers.TryGetValue(key, out List<BodyFacts>? releasers) && !releasers.Any(releaser => ReleasesItsCallers(releaser, key)));
    }

    // One lock, of which every release is known, and which the body neither gives back nor hands on.
    private bool IsItsOwnAffair(LockUse use) => use is { IsReleased: false, Acquire: { IsInLoop: false, Body: { IsProgramEntry: false } taker } }
        && _isEveryReleaseKnown
        && _contexts.PointsTo.Objects(use.Lock.Path).Count(PointsTo.IsCompletion) == 1
        && !SymbolNames.IsDisposal(taker.Id)
        && !taker.Instructions.Any(instruction => HandsOn(instruction, use.Lock));

    /// <summary>Whether a helper of its class hands the body the lock, and everybody else whom it hands it to gives it back.</summary>
    public bool IsForgottenByOne(LockUse use)
    {
        BodyFacts body = use.Acquire.Body;
        return IsItsOwnAffair(use) && body.Instructions.OfType<Call>().Where(call => call.Span == use.Acquire.Span)
            .SelectMany(call => _contexts.Program.Targets(call, call.Receiver))
            .Any(helper => !helper.IsEntry && helper.Type == body.Type
                && _contexts.CallersOf(helper).Where(caller => caller != body).ToArray() is { Length: > 0 } others
                && others.All(other => GivesBack(other, use.Lock)));
    }

    private bool GivesBack(BodyFacts body, LockRef @lock) =>
        LockUses.Of(_contexts, body)?.Locks.Any(use => use.IsReleased && Keys(use.Lock).Intersect(Keys(@lock)).Any()) == true;

    private bool ReleasesItsCallers(BodyFacts releaser, string key) => _contexts.SummaryOf(releaser).ExitReleased.Any(released => Keys(released).Contains(key));

    // To code that may release it, or to nobody, by disposing of it.
    private static bool HandsOn(Instruction instruction, LockRef @lock) => instruction is not Affect && InstructionValues.Of(instruction).Any(value => value.Equals(@lock.Path));

    /// <summary>
    /// Whether the instruction makes what gives back the lock, and nothing else does but the body itself: an object whose members alone do so, or a delegate.
    /// </summary>
    public bool IsCarried(Instruction instruction, LockRef @lock, BodyFacts taker)
    {
        BodyFacts[] releasers = ReleasersOf(@lock, taker);
        return releasers.Length > 0 && instruction switch
        {
            Call { IsCreation: true } made when _contexts.Program.Body(made.Method)?.Type is { } type && type != taker.Type => releasers.All(releaser => IsOf(type, releaser, MaxClimb)),
            _ => InstructionValues.Of(instruction).Any(value => value.Kind == ValueKind.Function && releasers.All(releaser => releaser.Id == value.Id)),
        };
    }

    /// <summary>Whether the instruction hands on a delegate that may, when it runs, make what alone gives back the lock.</summary>
    public bool IsMadeWithin(Instruction instruction, LockRef @lock, BodyFacts taker) =>
        InstructionValues.Of(instruction).Where(static value => value.Kind == ValueKind.Function).ToArray() is { Length: > 0 } functions
        && ReleasersOf(@lock, taker) is { Length: > 0 } releasers
        && functions.Any(function => releasers.All(releaser => IsWithin(function.Id, releaser, MaxClimb)));

    private BodyFacts[] ReleasersOf(LockRef @lock, BodyFacts taker) =>
        [.. Keys(@lock).SelectMany(key => _releasers.TryGetValue(key, out List<BodyFacts>? found) ? found : []).Distinct().Where(releaser => releaser != taker)];

    private bool IsWithin(string function, BodyFacts body, int levels) => levels > 0
        && (body.Outer is { } outer ? outer == function || (_contexts.Program.Body(outer) is { } around && IsWithin(function, around, levels - 1))
            : _contexts.CallersOf(body) is { Count: > 0 } callers && callers.All(caller => IsWithin(function, caller, levels - 1)));

    private bool IsOf(string type, BodyFacts body, int levels) => body.Type == type
        || (levels > 0 && _contexts.CallersOf(body) is { Count: > 0 } callers && callers.All(caller => IsOf(type, caller, levels - 1)));

    private bool IsPartOfTaker(BodyFacts releaser, string key, BodyFacts taker, bool isOutOfReach)
    {
        IReadOnlyCollection<BodyFacts> callers = _contexts.CallersOf(releaser);
        return (isOutOfReach && _contexts.IsNowhereRun(releaser)) || ((!releaser.IsEntry || isOutOfReach) && releaser.Outer is null && callers.Count > 0
            && callers.All(caller => _takers.Contains((caller, key)) || TakesByCall(caller, key, taker)));
    }

    private bool TakesByCall(BodyFacts caller, string key, BodyFacts taker) => caller.Instructions.OfType<Call>()
        .SelectMany(call => _contexts.Program.Targets(call, call.Receiver))
        .Any(callee => callee != taker && _takers.Contains((callee, key)));

    private void Add(BodyFacts body, string key, bool takes)
    {
        if (takes)
        {
            _takers.Add((body, key));
            return;
        }

        if (!_releasers.TryGetValue(key, out List<BodyFacts>? releasers))
        {
            _releasers.Add(key, releasers = []);
        }

        releasers.Add(body);
    }

    private IEnumerable<string> Keys(LockRef @lock)
    {
        yield return LockClass.Of(@lock).Key;
        foreach (string @object in _contexts.PointsTo.Objects(@lock.Path))
        {
            yield return @object;
        }
    }
}
