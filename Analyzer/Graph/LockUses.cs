using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using CrossRelease.Analyzers.Symbols;

namespace CrossRelease.Analyzers.Graph;

/// <summary>A lock that a body takes by itself, without a statement that gives it back.</summary>
/// <param name="Acquire">Where it is first taken.</param>
/// <param name="Mode">Which side of it: each is given back by itself.</param>
/// <param name="IsSemaphore">Whether any flow may release it.</param>
internal sealed record LockUse(LockRef Lock, LockMode Mode, Site Acquire, bool IsSemaphore)
{
    public string Class { get; } = LockClass.Of(Lock).Key;

    /// <summary>Whether the body also gives it back on some way.</summary>
    public bool IsReleased { get; set; }

    /// <summary>Whether a callee takes it, and tells somebody else before it comes back.</summary>
    public bool IsTakenForOthers { get; set; }
}

/// <summary>What each instruction of a body does to the locks that the body takes.</summary>
internal sealed class LockUses
{
    private const int MaxLocks = 24;

    private readonly Contexts _contexts;
    private readonly BodyFacts _body;
    private readonly Lazy<LocalNames> _names;

    // A lock statement gives back on every way, and cannot be left by an await; only an iterator can leave it by a yield.
    private readonly bool _isIterator;
    private readonly Dictionary<Instruction, ImmutableArray<(int Lock, bool Acquires, bool MayFail)>> _effects = [];

    // What calls gave that took locks, by the places that it is kept in: to dispose of that gives the locks back.
    private readonly Dictionary<string, List<int>> _scopes = new(StringComparer.Ordinal);

    private LockUses(Contexts contexts, BodyFacts body)
    {
        _contexts = contexts;
        _body = body;
        _names = new(() => new LocalNames(body));
        _isIterator = body.Blocks.Any(static block => block.Instructions.Any(static instruction => instruction is YieldElement));
    }

    public List<LockUse> Locks { get; } = [];

    /// <summary>The uses of a body; null for one that takes no lock, or too many to tell apart.</summary>
    public static LockUses? Of(Contexts contexts, BodyFacts body)
    {
        var uses = new LockUses(contexts, body);
        if (!BodyContents.Of(body).Parts.HasFlag(BodyParts.TakenLock) && !body.Instructions.Any(uses.TakesByCall))
        {
            return null;
        }

        Instruction[] instructions = [.. body.Instructions];
        foreach (Instruction instruction in instructions)
        {
            uses.AddAcquires(instruction);
        }

        if (uses.Locks.Count is 0 or > MaxLocks)
        {
            return null;
        }

        foreach (Instruction instruction in instructions)
        {
            uses.AddReleases(instruction);
        }

        return uses;
    }

    /// <summary>What the instruction does to which lock; an acquire may fail and go on without it.</summary>
    public ImmutableArray<(int Lock, bool Acquires, bool MayFail)> At(Instruction instruction) =>
        _effects.TryGetValue(instruction, out ImmutableArray<(int, bool, bool)> effects) ? effects : [];

    /// <summary>Which lock a release gives back where these are held: its own side, or else the one that is held, since what tells which side it was need not be seen here.</summary>
    public int GivenBack(int released, ulong held)
    {
        for (int i = 0; i < Locks.Count && (held & (1UL << released)) == 0; i++)
        {
            if ((held & (1UL << i)) != 0 && Locks[i].Lock.Path.Equals(Locks[released].Lock.Path))
            {
                return i;
            }
        }

        return released;
    }

    /// <summary>The locks that are held where a condition has this outcome: what took none gave null.</summary>
    public ulong HeldWhere(BranchTest? test, bool outcome, ulong held) =>
        test?.IsNull(outcome) == true && _scopes.TryGetValue(test.Subject.Key, out List<int>? taken) ? taken.Aggregate(held, static (rest, index) => rest & ~(1UL << index)) : held;

    private void AddAcquires(Instruction instruction)
    {
        switch (instruction)
        {
            case Affect { Effect.Kind: EffectKind.Acquire or EffectKind.AcquireScope or EffectKind.TryAcquire or EffectKind.SemaphoreWait, Scope: null } acquire
                when !acquire.IsStatement || _isIterator:
                bool mayFail = acquire.Effect.Kind == EffectKind.TryAcquire || acquire.IsTimed;
                Add(acquire, new LockRef(_names.Value.Resolve(acquire.Target), acquire.TargetType), acquire.Effect.Mode, acquire.Effect.Kind == EffectKind.SemaphoreWait, mayFail);
                break;
            case Call call when Callee(call) is { } callee:
                foreach (HeldLock held in TakenBy(callee).Where(held => !IsKeptByHandle(callee, held)))
                {
                    // It may be a try, whose answer the call passes on.
                    if (Add(call, held.Lock.Substitute(Binding(callee, call)), held.Mode, held.IsSemaphore, mayFail: true) is { } index)
                    {
                        Locks[index].IsTakenForOthers |= held.IsSemaphore && !_contexts.SummaryOf(callee).Signals.IsEmpty;
                        AddScope(call.Result.Key, [index]);
                    }
                }

                break;
            case AssignLocal { Source: var source } assign when _scopes.TryGetValue((source is { Kind: ValueKind.Element, Base: { } awaited } ? awaited : source).Key, out List<int>? taken):
                AddScope(assign.Local, taken);
                break;
        }
    }

    private void AddScope(string place, List<int> taken)
    {
        if (!_scopes.TryGetValue(place, out List<int>? known))
        {
            _scopes.Add(place, known = []);
        }

        known.AddRange(taken.Except(known).ToArray());
    }

    private int? Add(Instruction instruction, LockRef @lock, LockMode mode, bool isSemaphore, bool mayFail)
    {
        if (@lock.Path.Kind == ValueKind.Unknown)
        {
            return null;
        }

        int index = Locks.FindIndex(known => known.Mode == mode && known.Lock.Path.Equals(@lock.Path));
        if (index < 0)
        {
            index = Locks.Count;
            Locks.Add(new LockUse(@lock, mode, new Site(_body, instruction.Span), isSemaphore));
        }

        Add(instruction, (index, true, mayFail));
        return index;
    }

    private void AddReleases(Instruction instruction)
    {
        switch (instruction)
        {
            case Affect { Effect.Kind: EffectKind.Release or EffectKind.SemaphoreRelease } release:
                AddRelease(release, new LockRef(_names.Value.Resolve(release.Target), release.TargetType), release.Effect.Mode);
                break;
            case Affect { Effect.Kind: EffectKind.ReleaseScope } release when _names.Value.Resolve(release.Target) is { Kind: ValueKind.Scope, Base: { } scoped }:
                AddRelease(release, new LockRef(scoped, release.TargetType));
                break;
            case Call { Method: var method, Receiver.Key: var scope } dispose when _scopes.TryGetValue(scope, out List<int>? taken) && SymbolNames.IsDisposal(method):
                foreach (int index in taken)
                {
                    Locks[index].IsReleased = true;
                    Add(dispose, (index, false, false));
                }

                break;
            case Call call when Callee(call) is { } callee:
                foreach (LockRef released in _contexts.SummaryOf(callee).ExitReleased)
                {
                    AddRelease(call, released.Substitute(Binding(callee, call)));
                }

                break;
        }
    }

    /// <param name="mode">The side that is given back; null if it is not known.</param>
    private void AddRelease(Instruction instruction, LockRef @lock, LockMode? mode = null)
    {
        string @class = LockClass.Of(@lock).Key;
        bool isPathTaken = Locks.Exists(known => known.Lock.Path.Equals(@lock.Path));
        bool isHandedOn = @lock.Path.Root.Kind is ValueKind.Local or ValueKind.Parameter or ValueKind.CallResult;
        var objects = new Lazy<HashSet<string>>(() => new(_contexts.PointsTo.Objects(@lock.Path), StringComparer.Ordinal));
        bool isSideTaken = Locks.Exists(known => IsMeant(known) && known.Mode == mode);
        for (int i = 0; i < Locks.Count; i++)
        {
            if (IsMeant(Locks[i]) && (!isSideTaken || Locks[i].Mode == mode))
            {
                Locks[i].IsReleased = true;
                Add(instruction, (i, false, false));
            }
        }

        // The path may have been lost on the way: then any of its class may be meant, or one that is among the same objects.
        bool IsMeant(LockUse use) => isPathTaken ? use.Lock.Path.Equals(@lock.Path) : use.Class == @class || (isHandedOn && _contexts.PointsTo.Objects(use.Lock.Path).Any(objects.Value.Contains));
    }

    private void Add(Instruction instruction, (int, bool, bool) effect) => _effects[instruction] = At(instruction).Add(effect);

    private bool TakesByCall(Instruction instruction) => instruction is Call call && Callee(call) is { } callee && TakenBy(callee).Any();

    // Also where it answers yes, or something to give them back by.
    private IEnumerable<HeldLock> TakenBy(BodyFacts callee)
    {
        Summary summary = _contexts.SummaryOf(callee);
        return summary.ExitHeld.Concat(summary.ExitHeldIf
            .Where(static hold => hold.When.Count == 1 && hold.When.All(static when => when.Parameter.Equals(Value.Answer) && when.IsEqual == (when.Constant != Value.Null.Id)))
            .Select(static hold => hold.Held));
    }

    // An object that gives it back was made there, and left with somebody else.
    private static bool IsKeptByHandle(BodyFacts callee, HeldLock held) =>
        !callee.IsConstructor && held.Trace.Leaf.Body is { IsConstructor: true } && !callee.Instructions.Any(static instruction => instruction is ReturnValue);

    // Several targets that do different things would only blur the ways.
    private BodyFacts? Callee(Call call)
    {
        ImmutableArray<BodyFacts> targets = _contexts.Program.Targets(call, call.Receiver);
        return targets.Length == 1 && targets[0] != _body ? targets[0] : null;
    }

    private Func<Value, Value?> Binding(BodyFacts callee, Call call) => root => root.Kind switch
    {
        ValueKind.This => _names.Value.Resolve(call.Receiver),
        ValueKind.Parameter when root.Id == callee.Id && root.Index < call.Arguments.Length => _names.Value.Resolve(call.Arguments[root.Index]),
        _ => null,
    };
}
