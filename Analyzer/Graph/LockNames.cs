using System.Collections.Concurrent;
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
    private readonly HashSet<string> _several = new(StringComparer.Ordinal);
    private readonly HashSet<string> _lenders = new(StringComparer.Ordinal);
    private readonly HashSet<string> _lent = new(StringComparer.Ordinal);
    private readonly LayeredMap<string, StoreCount> _stores = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _asked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _homes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _gifts = new(StringComparer.Ordinal);

    public LockNames(Program program, PointsTo pointsTo)
    {
        FindWrapped(program);
        foreach (BodyFacts body in program.With(BodyParts.Takes))
        {
            foreach (StoreMember store in LockTakes.Of(body).Stores)
            {
                Count(_stores, body, store, 1);
            }
        }

        FindHomes(program, pointsTo);
        if (_wrapped.Count > 0)
        {
            FindGifts(program);
        }
    }

    private LockNames(LockNames before, LayeredMap<string, StoreCount> stores)
    {
        (_wrapped, _several, _lenders, _lent, _asked, _homes, _gifts) = (before._wrapped, before._several, before._lenders, before._lent, before._asked, before._homes, before._gifts);
        _stores = stores;
    }

    /// <summary>The reference with the member that names its class, if that is not the last one of its path.</summary>
    public LockRef Named(LockRef @lock) => @lock switch
    {
        { Type: not null } => @lock,
        { Path: { Kind: ValueKind.Member, Base: { Kind: ValueKind.Member or ValueKind.Static } holder } path } when _wrapped.Contains(path.Id) && KeeperOf(holder.Id) is { } keeper
            => @lock with { Type = _several.Contains(path.Id) ? keeper + "+" + path.Id : keeper },
        { Path: { Kind: ValueKind.Member or ValueKind.Static } path } when _homes.TryGetValue(path.Id, out string? home) => @lock with { Type = home },
        _ => @lock,
    };

    /// <summary>The reference by which a wrapper's own methods, which do not know who keeps it, name the lock.</summary>
    public static LockRef Plain(LockRef @lock) =>
        @lock.Type is { } type && !type.StartsWith("T:", StringComparison.Ordinal) && type != Value.Queue ? @lock with { Type = null } : @lock;

    /// <summary>The names after an edit that leaves the points-to solution as it is; null if some lock may have another one now.</summary>
    public LockNames? After(ProgramEdit edit, PointsTo pointsTo)
    {
        LayeredMap<string, StoreCount>? stores = null;
        var touched = new HashSet<string>(StringComparer.Ordinal);
        foreach ((BodyFacts? before, BodyFacts? after) in edit.Changes)
        {
            if (before is null || after is null || !TakesAlike(LockTakes.Of(before), LockTakes.Of(after)))
            {
                return null;
            }

            if (!FactsComparison.SayTheSame(LockTakes.Of(before).Stores, LockTakes.Of(after).Stores))
            {
                // What a constructor stores decides who was given a wrapper.
                if (after.IsConstructor && _wrapped.Count > 0)
                {
                    return null;
                }

                stores ??= new LayeredMap<string, StoreCount>(_stores);
                foreach ((BodyFacts body, int count) in ((BodyFacts, int)[])[(before, -1), (after, 1)])
                {
                    foreach (StoreMember store in LockTakes.Of(body).Stores)
                    {
                        if (IsMadeFor(store))
                        {
                            return null;
                        }

                        touched.Add(store.Target.Id);
                        Count(stores, body, store, count);
                    }
                }
            }
        }

        return stores is null ? this : touched.All(IsNamedAlike) ? new LockNames(this, stores) : null;

        bool IsNamedAlike(string member)
        {
            _stores.TryGetValue(member, out StoreCount had);
            StoreCount now = stores[member];
            // That only a constructor gives it what somebody else keeps is told by who sets it.
            return had.IsKeeper == now.IsKeeper && had.IsSettled == now.IsSettled
                && (had.IsSet == now.IsSet || !_asked.ContainsKey(member))
                && (had.IsAny == now.IsAny || !pointsTo.Objects(Value.Static(member)).Any(PointsTo.IsCompletion));
        }
    }

    private bool TakesAlike(LockTakes before, LockTakes after) =>
        before.Lent.SequenceEqual(after.Lent)
        && !before.Others.Except(after.Others).Concat(after.Others.Except(before.Others)).Any(_lent.Contains)
        && (_wrapped.Count == 0 || before.Creations.SelectMany(Handed).SequenceEqual(after.Creations.SelectMany(Handed)))
        && !before.OwnCalls.Concat(after.OwnCalls).Any(call => _lenders.Contains(call.Method));

    // What a creation hands to its constructor, as far as members are concerned.
    private static IEnumerable<string?> Handed(Call creation) => creation.Arguments.Select(static argument => argument.Kind == ValueKind.Allocation ? "new" : Kept(argument)).Prepend(creation.Method);

    private static string? Kept(Value argument) => argument.Kind is ValueKind.Member or ValueKind.Static ? argument.Id : null;

    /// <summary>Whether both name all locks alike.</summary>
    public bool SameAs(LockNames other) =>
        _wrapped.SetEquals(other._wrapped)
        && new HashSet<string>(_stores.All.Select(static store => store.Key).Concat(other._stores.All.Select(static store => store.Key)), StringComparer.Ordinal)
            .All(member => KeepsOwn(member) == other.KeepsOwn(member) && IsSettled(member) == other.IsSettled(member))
        && _homes.Count == other._homes.Count
        && _homes.All(home => other._homes.TryGetValue(home.Key, out string? known) && known == home.Value)
        && _gifts.Keys.Concat(other._gifts.Keys).All(member => KeeperOf(member) == other.KeeperOf(member));

    /// <summary>Whether the two paths lead by way of two members that each keep objects of their own: then they are never one lock.</summary>
    public bool AreApart(Value left, Value right)
    {
        (Value? one, Value? other) = (left, right);
        while (one is { Kind: ValueKind.Member } && other is { Kind: ValueKind.Member } && one.Id == other.Id)
        {
            (one, other) = (one.Base, other.Base);
        }

        return one is { Kind: ValueKind.Member or ValueKind.Static } && other is { Kind: ValueKind.Member or ValueKind.Static }
            && one.Id != other.Id && KeepsOwn(one.Id) && KeepsOwn(other.Id);
    }

    /// <summary>Whether each object has one of its own in the member, which no code gives to another.</summary>
    public bool KeepsOwn(string member) => _stores.TryGetValue(member, out StoreCount stores) && stores.IsKeeper;

    /// <summary>Whether only constructors are seen to set the member of their object.</summary>
    public bool IsSettled(string member) => _stores.TryGetValue(member, out StoreCount stores) && stores.IsSettled;

    /// <summary>Whether nothing but its own accessor is seen to set the member. Thread-safe.</summary>
    public bool IsNowhereSet(string member)
    {
        _asked.TryAdd(member, true);
        return !(_stores.TryGetValue(member, out StoreCount stores) && stores.IsSet);
    }

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

        // A wrapper of several locks keeps them apart.
        _several.UnionWith(_wrapped.GroupBy(static member => member.Substring(0, member.LastIndexOf('.')), StringComparer.Ordinal).Where(static ofOne => ofOne.Skip(1).Any()).SelectMany(static ofOne => ofOne));
    }

    private static void Count(LayeredMap<string, StoreCount> stores, BodyFacts body, StoreMember store, int count)
    {
        stores.TryGetValue(store.Target.Id, out StoreCount known);
        bool isOwn = body.IsConstructor && store.Target.Base is { Kind: ValueKind.This };
        known = AccessorOf(store.Target.Id) is { } accessor && body.Id.StartsWith(accessor, StringComparison.Ordinal) ? known with { Accessing = known.Accessing + count } : known;
        stores[store.Target.Id] = store.Source.Kind == ValueKind.Allocation
            ? known with { Made = known.Made + count, Settling = known.Settling + (isOwn ? count : 0) }
            : known with { Given = known.Given + count, Settling = known.Settling + (isOwn ? count : 0) };
    }

    /// <summary>How the id of a property's own setter begins; null for a field.</summary>
    public static string? AccessorOf(string member) => !member.StartsWith("P:", StringComparison.Ordinal) ? null
        : "M:" + member.Substring(2).Insert(member.LastIndexOf('.') - 1, "set_") + "(";

    /// <summary>How often a member is set.</summary>
    /// <param name="Made">To a new object.</param>
    /// <param name="Given">To anything else.</param>
    /// <param name="Settling">By a constructor of its object.</param>
    /// <param name="Accessing">By its own accessor.</param>
    private readonly record struct StoreCount(int Made, int Given, int Settling, int Accessing)
    {
        public bool IsSet => Made + Given > Accessing;

        public bool IsAny => Made + Given > 0;

        // A member that is given its wrapper shares it with others: then the wrapper's own member is the one name that all have in common.
        public bool IsKeeper => Made > 0 && Given == 0;

        // One line gives what somebody else has made.
        public bool IsGiftOfOne => this is { Made: 0, Given: 1 };

        public bool IsSettled => IsAny && Settling == Made + Given;
    }

    private static IEnumerable<StoreMember> Stores(Program program) => program.With(BodyParts.Takes).SelectMany(static body => LockTakes.Of(body).Stores);

    // The member that a wrapper was made for; null if the one it is found in may hold several.
    private string? KeeperOf(string holder) => KeepsOwn(holder) ? holder : _gifts.TryGetValue(holder, out string? keeper) && _stores[holder].IsGiftOfOne ? keeper : null;

    // The members that every constructor call gives what one and the same member keeps, and the latter. What a body has made for a call of its own has no other name.
    private void FindGifts(Program program)
    {
        var given = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (Call creation in program.With(BodyParts.Takes).SelectMany(static body => LockTakes.Of(body).Creations))
        {
            foreach (BodyFacts constructor in program.Targets(creation, creation.Receiver))
            {
                foreach (StoreMember store in LockTakes.Of(constructor).Stores.Where(store => store.Source is { Kind: ValueKind.Parameter, Id: var owner } && owner == constructor.Id))
                {
                    Value? argument = store.Source.Index < creation.Arguments.Length ? creation.Arguments[store.Source.Index] : null;
                    if (argument?.Kind != ValueKind.Allocation)
                    {
                        string? source = argument is not null && Kept(argument) is { } member && KeepsOwn(member) ? member : null;
                        given[store.Target.Id] = given.TryGetValue(store.Target.Id, out string? known) && known != source ? null : source;
                    }
                }
            }
        }

        foreach (KeyValuePair<string, string?> gift in given)
        {
            if (gift.Value is { } keeper)
            {
                _gifts.Add(gift.Key, keeper);
            }
        }
    }

    // ---- locks that were handed on ----

    // A collection is locked as well as what has no other use.
    private static bool IsMadeFor(StoreMember store) => store.Source is { IsSynchronizer: true } or { Kind: ValueKind.Allocation, Type: null };

    private void FindHomes(Program program, PointsTo pointsTo)
    {
        var made = new Dictionary<string, string?>(StringComparer.Ordinal);
        var members = new HashSet<string>(StringComparer.Ordinal);
        foreach (StoreMember store in Stores(program))
        {
            members.Add(store.Target.Id);
            if (IsMadeFor(store))
            {
                made[store.Source.Key] = made.TryGetValue(store.Source.Key, out string? known) && known != store.Target.Id ? null : store.Target.Id;
            }
        }

        foreach (string member in members)
        {
            string[] objects = [.. pointsTo.Objects(Value.Static(member)).Where(PointsTo.IsCompletion).Concat(pointsTo.KeptObjects(Value.Static(member))).Take(2)];
            if (objects.Length == 1 && made.TryGetValue(objects[0], out string? home) && home is not null && home != member)
            {
                _homes.Add(member, home);
            }
        }
    }
}
