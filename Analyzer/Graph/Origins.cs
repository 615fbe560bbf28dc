using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Symbols;

namespace CrossRelease.Analyzers.Graph;

/// <summary>One way in which owners of objects of a creation site come to be.</summary>
/// <param name="Type">The class of the owner, where the creation tells it.</param>
/// <param name="Places">Where owners of this origin may be kept.</param>
/// <param name="Functions">The delegates that the creating calls were given.</param>
internal sealed record Origin(string? Type, ImmutableHashSet<string> Places, ImmutableHashSet<BodyFacts> Functions)
{
    /// <summary>How messages call owners of this origin; null where no member keeps them.</summary>
    public string? Home { get; } = Places.Where(Origins.IsMember).OrderBy(static place => place, StringComparer.Ordinal).Select(SymbolNames.OfId).FirstOrDefault();

    public bool Equals(Origin? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Places.Count;
}

/// <summary>
/// Tells the objects that one line creates apart by whose they are. An owner is the object whose member keeps them, or they
/// themselves where several members do; an origin is the creation of an owner, or a call of what returns it. Two places that no
/// origin reaches both are of different objects. What is not known is of any origin.
/// </summary>
internal sealed class Origins
{
    /// <summary>How many owners of owners are looked at: a wrapper in a part of a device.</summary>
    private const int MaxLevels = 3;

    private readonly Program _program;
    private readonly ImmutableArray<string> _members;
    private readonly string? _type;

    private Origins(Program program, ImmutableArray<Origin> all, string? type, ImmutableArray<string> members)
    {
        _program = program;
        All = all;
        _type = type;
        _members = members;
    }

    /// <summary>At least two.</summary>
    public ImmutableArray<Origin> All { get; }

    /// <summary>The class whose code creates the objects for its own members; null where they are handed on.</summary>
    public string? OwnerType => _members.Length == 1 ? _type : null;

    /// <summary>Whether classes that derive from that class are among the owners.</summary>
    public bool AreDerived => All.Any(origin => origin.Type != _type);

    /// <summary>The origins of what a birth makes; null where there is one, or nobody knows.</summary>
    public static Origins? Of(Contexts contexts, OwnerWalk walk, BodyFacts body, Birth birth)
    {
        Program program = contexts.Program;
        if (KeptObjects.PlaceOf(birth.Made, [.. body.Instructions]) is not { } kept
            || kept.WithoutElements is not { Kind: ValueKind.Member, Base.Kind: ValueKind.This } member
            || body is { IsStatic: true } or { Type: null })
        {
            ImmutableArray<Origin> own = walk.From(birth.Made.Key, null, []);
            return own.Length > 1 ? new Origins(program, own, null, []) : null;
        }

        string type = body.Type!;
        ImmutableArray<string> members = [member.Id];
        for (int level = 0; level < MaxLevels; level++)
        {
            ImmutableArray<Origin> owners = walk.OfType(type);
            if (owners.Length > 1)
            {
                return new Origins(program, owners, type, members);
            }

            if (owners.Length == 0 || walk.HolderOf(owners[0]) is not { } holder || holder.Type == type)
            {
                return null;
            }

            members = members.Insert(0, holder.Member);
            type = holder.Type;
        }

        return null;
    }

    /// <summary>Whether a place is a field or property.</summary>
    public static bool IsMember(string place) => place.Length > 2 && place[1] == ':' && place[0] is 'F' or 'P' or 'T';

    /// <summary>Whether no object is of both.</summary>
    public bool AreApart(ImmutableArray<Origin> left, ImmutableArray<Origin> right) =>
        left.Length < All.Length && right.Length < All.Length && !left.Any(right.Contains);

    /// <summary>The origins of an object that a path leads to.</summary>
    /// <param name="root">The body in whose frame the path begins.</param>
    public ImmutableArray<Origin> Of(Value path, BodyFacts root)
    {
        if (OwnerOf(path) is not { } owner)
        {
            return All;
        }

        if (owner.Kind is ValueKind.This or ValueKind.Instance or ValueKind.Owner)
        {
            return OfType(owner.Kind == ValueKind.This ? root.Type : owner.Type);
        }

        return PointsTo.PlaceOf(owner) is { } place ? Known(All.Where(origin => origin.Places.Contains(place))) : All;
    }

    /// <summary>Whether the path leads to what the running object keeps itself.</summary>
    public bool IsOfThis(Value path) => OwnerOf(path) is { Kind: ValueKind.This };

    /// <summary>The origins of an object that is signalled at the end of a body, or by a body to which no path tells which object it has.</summary>
    public ImmutableArray<Origin> Of(BodyFacts signaller) => Known(All.Where(origin => origin.Functions.Contains(signaller))) is var given && given.Length < All.Length
        ? given
        : OfType(signaller.IsStatic ? null : signaller.Type);

    /// <summary>The origins as far as the first body on the way to an event tells them.</summary>
    public ImmutableArray<Origin> Of(Trace trace) =>
        trace.Sites.Select(site => Of(site.Body)).FirstOrDefault(found => found.Length < All.Length) is { IsDefault: false } known ? known : All;

    /// <summary>How messages call the objects of these origins.</summary>
    public string NameOf(ImmutableArray<Origin> origins, Value? path, BodyFacts root)
    {
        string? owner = path is null ? null : OwnerOf(path) switch
        {
            { Kind: ValueKind.Member or ValueKind.Static } kept => SymbolNames.OfId(kept.Id),
            { Kind: ValueKind.This } when root.Type is { } type => SymbolNames.OfId(type),
            _ => null,
        };
        owner ??= origins.Select(static origin => origin.Home ?? (origin.Type is { } type ? SymbolNames.OfId(type) : null)).FirstOrDefault(static name => name is not null) ?? "another one";
        return string.Join(".", _members.Select(SymbolNames.OfId).Prepend(owner));
    }

    /// <summary>The cheapest finer class that keeps the origins apart, as advice.</summary>
    /// <param name="otherwise">What is cheaper than a key where no constructor is to be changed; null if nothing.</param>
    public string Split(string? otherwise) => OwnerType is not { } type ? otherwise ?? "Give each use a LockClassKey of its own"
        : AreDerived ? $"Let each class that derives from '{SymbolNames.OfId(type)}' hand its constructor a LockClassKey of its own, or the file, line and member of a ': base(...)' that is written out"
        : $"Let the constructor of '{SymbolNames.OfId(type)}' take its caller's file, line and member and pass them on, so that each line that calls it has a class of its own";

    private Value? OwnerOf(Value path)
    {
        Value? owner = path.WithoutElements;
        for (int i = _members.Length - 1; i >= 0; i--)
        {
            if (owner is not { Kind: ValueKind.Member, Base: { } @base } || owner.Id != _members[i])
            {
                return null;
            }

            owner = @base.WithoutElements;
        }

        return owner;
    }

    private ImmutableArray<Origin> OfType(string? type) => _type is null || type is null || type == _type || !_program.IsOrDerivesFrom(type, _type)
        ? All
        : Known(All.Where(origin => _program.IsOrDerivesFrom(origin.Type, type)));

    private ImmutableArray<Origin> Known(IEnumerable<Origin> origins) => origins.ToImmutableArray() is { Length: > 0 } some ? some : All;
}
