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
    private readonly HashSet<string> _lenders = new(StringComparer.Ordinal);
    private readonly HashSet<string> _lent = new(StringComparer.Ordinal);
    private readonly HashSet<string> _keepers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _settled = new(StringComparer.Ordinal);
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

    /// <summary>Whether it names all locks as before an edit that leaves the points-to solution as it is.</summary>
    public bool Stays(ProgramEdit edit) => edit.Changes.All(change =>
        change is { Before: { } before, After: { } after } && (LockTakes.Of(before), LockTakes.Of(after)) is var (old, @new)
        && old.Lent.SequenceEqual(@new.Lent)
        && !old.Others.Except(@new.Others).Concat(@new.Others.Except(old.Others)).Any(_lent.Contains)
        && !old.OwnCalls.Concat(@new.OwnCalls).Any(call => _lenders.Contains(call.Method))
        && FactsComparison.SayTheSame(old.Stores, @new.Stores));

    /// <summary>Whether both name all locks alike.</summary>
    public bool SameAs(LockNames other) =>
        _wrapped.SetEquals(other._wrapped)
        && _keepers.SetEquals(other._keepers)
        && _settled.SetEquals(other._settled)
        && _homes.Count == other._homes.Count
        && _homes.All(home => other._homes.TryGetValue(home.Key, out string? known) && known == home.Value);

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

    /// <summary>Whether each object has one of its own in the member, which no code gives to another.</summary>
    public bool KeepsOwn(string member) => _keepers.Contains(member);

    /// <summary>Whether only constructors are seen to set the member of their object.</summary>
    public bool IsSettled(string member) => _settled.Contains(member);

    // ---- wrappers ----

    private void FindWrapped(Program program)
    {
        var lenders = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var others = new HashSet<string>(StringComparer.Ordinal);
        foreach (BodyFacts body in program.With(BodyParts.Takes))
        {
            LockTakes takes = LockTakes.Of(body);
            if (takes.Lent.Length > 0)
            {
                lenders.Add(body.Id, takes.Lent);
                _lenders.Add(body.Id);
                _lent.UnionWith(takes.Lent);
            }

            others.UnionWith(takes.Others);
        }

        _wrapped.UnionWith(lenders.Values.SelectMany(static members => members));
        _wrapped.ExceptWith(others);
        if (_wrapped.Count > 0)
        {
            // An object that runs its own work under the lock is more than a wrapper, and knows the lock by no holder.
            foreach ((string method, bool doesMore) in program.With(BodyParts.Takes).SelectMany(static body => LockTakes.Of(body).OwnCalls))
            {
                if (doesMore && lenders.TryGetValue(method, out string[]? members))
                {
                    _wrapped.ExceptWith(members);
                }
            }
        }
    }

    // A member that is given its wrapper shares it with others: then the wrapper's own member is the one name that all have in common.
    private void FindKeepers(Program program)
    {
        var given = new HashSet<string>(StringComparer.Ordinal);
        var changed = new HashSet<string>(StringComparer.Ordinal);
        foreach (BodyFacts body in program.With(BodyParts.Takes))
        {
            foreach (StoreMember store in LockTakes.Of(body).Stores)
            {
                (store.Source.Kind == ValueKind.Allocation ? _keepers : given).Add(store.Target.Id);
                (body.IsConstructor && store.Target.Base is { Kind: ValueKind.This } ? _settled : changed).Add(store.Target.Id);
            }
        }

        _keepers.ExceptWith(given);
        _settled.ExceptWith(changed);
    }

    private static IEnumerable<StoreMember> Stores(Program program) => program.With(BodyParts.Takes).SelectMany(static body => LockTakes.Of(body).Stores);

    // ---- locks that were handed on ----

    private void FindHomes(Program program, PointsTo pointsTo)
    {
        var made = new Dictionary<string, string?>(StringComparer.Ordinal);
        var members = new HashSet<string>(StringComparer.Ordinal);
        foreach (StoreMember store in Stores(program))
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
