using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Which member names the class of a lock where the member it is found in says too little. A lock inside a wrapper (an
/// <c>AsyncLock</c>, a class that runs delegates under its lock) goes by the member that keeps the wrapper: two wrappers are two
/// locks. A lock that was made for one member and handed on to others goes by the first. Immutable once built.
/// </summary>
internal sealed class LockNames
{
    private readonly HashSet<string> _wrapped = new(StringComparer.Ordinal);
    private readonly HashSet<string> _keepers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _homes = new(StringComparer.Ordinal);

    public LockNames(Program program, PointsTo pointsTo)
    {
        FindWrapped(program);
        FindKeepers(program);
        FindHomes(program, pointsTo);
    }

    /// <summary>The reference with the member that names its class, if that is not the last one of its path.</summary>
    public LockRef Named(LockRef @lock) => @lock switch
    {
        { Type: not null } => @lock,
        { Path: { Kind: ValueKind.Member, Base: { Kind: ValueKind.Member or ValueKind.Static } holder } path } when _wrapped.Contains(path.Id) && _keepers.Contains(holder.Id) => @lock with { Type = holder.Id },
        { Path: { Kind: ValueKind.Member or ValueKind.Static } path } when _homes.TryGetValue(path.Id, out string? home) => @lock with { Type = home },
        _ => @lock,
    };

    /// <summary>The reference by which a wrapper's own methods, which do not know who keeps it, name the lock.</summary>
    public static LockRef Plain(LockRef @lock) =>
        @lock.Type is { } type && !type.StartsWith("T:", StringComparison.Ordinal) && type != Value.Queue ? @lock with { Type = null } : @lock;

    /// <summary>Whether the two paths lead by way of two members that each keep objects of their own: then they are never one lock.</summary>
    public bool AreApart(Value left, Value right)
    {
        (Value? one, Value? other) = (left, right);
        while (one is { Kind: ValueKind.Member } && other is { Kind: ValueKind.Member } && one.Id == other.Id)
        {
            (one, other) = (one.Base, other.Base);
        }

        return one is { Kind: ValueKind.Member or ValueKind.Static } && other is { Kind: ValueKind.Member or ValueKind.Static }
            && one.Id != other.Id && _keepers.Contains(one.Id) && _keepers.Contains(other.Id);
    }

    // ---- wrappers ----

    private void FindWrapped(Program program)
    {
        var lenders = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var others = new HashSet<string>(StringComparer.Ordinal);
        foreach (BodyFacts body in program.Bodies.Where(static body => !body.IsConstructor))
        {
            AddTaken(body, lenders, others);
        }

        _wrapped.UnionWith(lenders.Values.SelectMany(static members => members));
        _wrapped.ExceptWith(others);
        if (_wrapped.Count > 0)
        {
            // An object that runs its own work under the lock is more than a wrapper, and knows the lock by no holder.
            foreach (BodyFacts body in program.Bodies)
            {
                Call[] calls = [.. body.Instructions.OfType<Call>().Where(static call => !call.IsCreation)];
                foreach (Call call in calls.Where(call => call.Receiver.Kind == ValueKind.This && lenders.ContainsKey(call.Method)))
                {
                    if (calls.Length > 1 || call.Arguments.Any(static argument => argument.Kind == ValueKind.Function))
                    {
                        _wrapped.ExceptWith(lenders[call.Method]);
                    }
                }
            }
        }
    }

    // A lender takes a lock of its object and returns with it, or runs its caller's delegate meanwhile.
    private static void AddTaken(BodyFacts body, Dictionary<string, HashSet<string>> lenders, HashSet<string> others)
    {
        if (!body.Instructions.Any(static instruction => instruction is Affect affect && Takes(affect)))
        {
            return;
        }

        var names = new LocalNames(body);
        (Affect Affect, string Member)[] affects = [.. body.Instructions.OfType<Affect>().Where(static affect => affect.TargetType is null)
            .Select(affect => (affect, names.Resolve(affect.Target)))
            .Where(static found => found.Item2 is { Kind: ValueKind.Member, Base.Kind: ValueKind.This })
            .Select(static found => (found.affect, found.Item2.Id))];
        string[] taken = [.. affects.Where(static found => Takes(found.Affect)).Select(static found => found.Member).Distinct()];
        bool runsParameter = false;
        bool runsMore = false;
        bool endsScope = false;
        foreach (Instruction instruction in body.Instructions)
        {
            bool isOwn = instruction is Invoke { Delegate: { Kind: ValueKind.Parameter } @delegate } && @delegate.Id == body.Id;
            runsParameter |= isOwn;
            runsMore |= instruction is Call { IsCreation: false } || (instruction is Invoke && !isOwn);
            endsScope |= instruction is Affect { Effect.Kind: EffectKind.ReleaseScope } or Affect { Scope: not null };
        }

        foreach (string member in taken)
        {
            bool isReleased = endsScope || affects.Any(found => found.Member == member && found.Affect.Effect.Kind is EffectKind.Release or EffectKind.SemaphoreRelease);
            if (runsMore)
            {
                others.Add(member);
            }
            else if (body.Outer is null && (runsParameter || !isReleased))
            {
                if (!lenders.TryGetValue(body.Id, out HashSet<string>? members))
                {
                    lenders.Add(body.Id, members = new HashSet<string>(StringComparer.Ordinal));
                }

                members.Add(member);
            }
            else if (DoesMore(body, affects, member))
            {
                others.Add(member);
            }
        }
    }

    // Who also waits or signals is a side of what happens under the lock, and knows the lock by no holder.
    private static bool DoesMore(BodyFacts body, (Affect Affect, string Member)[] affects, string member) =>
        body.Instructions.OfType<Affect>().Any(affect =>
            affect.Effect.Kind is EffectKind.Wait or EffectKind.WaitOther or EffectKind.WaitAny or EffectKind.Signal or EffectKind.Raise or EffectKind.ConditionWait or EffectKind.SemaphoreWait or EffectKind.SemaphoreRelease
            && !affects.Any(found => found.Affect == affect && found.Member == member));

    private static bool Takes(Affect affect) =>
        affect.Effect.Kind is EffectKind.Acquire or EffectKind.AcquireScope or EffectKind.TryAcquire or EffectKind.SemaphoreWait;

    // A member that is given its wrapper shares it with others: then the wrapper's own member is the one name that all have in common.
    private void FindKeepers(Program program)
    {
        StoreMember[] stores = [.. program.Bodies.SelectMany(static body => body.Instructions).OfType<StoreMember>().Where(static store => store.Target.Kind is ValueKind.Member or ValueKind.Static)];
        _keepers.UnionWith(stores.Where(static store => store.Source.Kind == ValueKind.Allocation).Select(static store => store.Target.Id));
        _keepers.ExceptWith(stores.Where(static store => store.Source.Kind != ValueKind.Allocation).Select(static store => store.Target.Id));
    }

    // ---- locks that were handed on ----

    private void FindHomes(Program program, PointsTo pointsTo)
    {
        var made = new Dictionary<string, string?>(StringComparer.Ordinal);
        var members = new HashSet<string>(StringComparer.Ordinal);
        foreach (StoreMember store in program.Bodies.SelectMany(static body => body.Instructions).OfType<StoreMember>().Where(static store => store.Target.Kind is ValueKind.Member or ValueKind.Static))
        {
            members.Add(store.Target.Id);
            if (store.Source.IsSynchronizer)
            {
                made[store.Source.Key] = made.TryGetValue(store.Source.Key, out string? known) && known != store.Target.Id ? null : store.Target.Id;
            }
        }

        foreach (string member in members)
        {
            string[] objects = [.. pointsTo.Objects(Value.Static(member)).Where(PointsTo.IsCompletion).Take(2)];
            if (objects.Length == 1 && made.TryGetValue(objects[0], out string? home) && home is not null && home != member)
            {
                _homes.Add(member, home);
            }
        }
    }
}
