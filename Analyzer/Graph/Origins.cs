using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Symbols;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Tells the objects of one lock class apart by whose they are. An owner is the object whose member keeps them, or they
/// themselves where several members do; an origin is the creation of an owner, or a call of what returns it, and where a container
/// keeps each owner at a key of its own, each constant key. Two places that no origin reaches both are of different objects. What
/// is not known is of any origin.
/// </summary>
internal sealed class Origins : Purposes
{
    /// <summary>How many owners of owners are looked at: a wrapper in a part of a device.</summary>
    private const int MaxLevels = 3;

    private readonly Program _program;
    private readonly ImmutableArray<string> _members;
    private readonly string? _type;

    private Origins(Program program, ImmutableArray<Origin> all, string? type, ImmutableArray<string> members)
        : base(all)
    {
        _program = program;
        _type = type;
        _members = members;
    }

    /// <summary>The ways in which the objects that a birth makes can be told apart.</summary>
    public static IEnumerable<Origins> Of(Contexts contexts, OwnerWalk walk, BodyFacts body, Birth birth)
    {
        Program program = contexts.Program;
        ImmutableArray<Origin> own = walk.From(birth.Made.Key, null, []);
        bool isOnShelf = own.Any(origin => origin.Shelf is not null) && own.All(origin => origin.Shelf is null || IsAlone(contexts, birth, origin.Shelf));
        Value? kept = KeptObjects.PlaceOf(birth.Made, [.. body.Instructions]);
        if (kept?.WithoutElements is not { Kind: ValueKind.Member, Base.Kind: ValueKind.This } member || body is { IsStatic: true } or { Type: null })
        {
            return own.Length > 1 || isOnShelf ? [new Origins(program, own, null, [])] : [];
        }

        IEnumerable<Origins> found = OfOwners(program, walk, body.Type!, member.Id) is { } owners ? [owners] : [];
        return isOnShelf ? found.Append(new Origins(program, own, null, [])) : found;
    }

    // What is at a key of a container that others fill too, another line may have made.
    private static bool IsAlone(Contexts contexts, Birth birth, Shelf shelf) =>
        shelf.Containers.All(place => contexts.PointsTo.ObjectsIn(place).Where(PointsTo.IsCompletion).All(made => made == birth.Made.Key));

    private static Origins? OfOwners(Program program, OwnerWalk walk, string type, string member)
    {
        ImmutableArray<string> members = [member];
        for (int level = 0; level < MaxLevels; level++)
        {
            ImmutableArray<Origin> owners = walk.OfType(type);
            if (owners.Length > 1 || owners.Any(static owner => owner.Shelf is not null))
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

    public override ImmutableArray<Origin> Of(Value path, BodyFacts root)
    {
        if (OwnerOf(path) is not { } owner)
        {
            return All;
        }

        Value kept = owner.WithoutElements;
        if (kept.Kind is ValueKind.This or ValueKind.Instance or ValueKind.Owner)
        {
            return OfType(kept.Kind == ValueKind.This ? root.Type : kept.Type);
        }

        bool isElement = owner.Kind == ValueKind.Element && !ReferenceEquals(owner.At, Value.Whole);
        return PointsTo.PlaceOf(kept) is { } place ? Known(All.Select(origin => origin.In(place, isElement, KeyOf(owner))).OfType<Origin>()) : All;
    }

    public override bool IsOfThis(Value path) => OwnerOf(path)?.WithoutElements is { Kind: ValueKind.This };

    public override ImmutableArray<Origin> Of(BodyFacts signaller) => Known(All.Where(origin => origin.Functions.Contains(signaller))) is var given && AreKnown(given)
        ? given
        : OfType(signaller.IsStatic ? null : signaller.Type);

    public override string NameOf(ImmutableArray<Origin> origins, Value? path, BodyFacts root)
    {
        Value? kept = path is null ? null : OwnerOf(path);
        string? owner = kept?.WithoutElements switch
        {
            { Kind: ValueKind.Member or ValueKind.Static } member => SymbolNames.OfId(member.Id) + (KeyOf(kept) is { } key ? "[" + key + "]" : ""),
            { Kind: ValueKind.This } when root.Type is { } type => SymbolNames.OfId(type),
            _ => null,
        };
        owner ??= origins.Select(static origin => origin.Home ?? (origin.Type is { } type ? SymbolNames.OfId(type) : null)).FirstOrDefault(static name => name is not null) ?? "another one";
        return string.Join(".", _members.Select(SymbolNames.OfId).Prepend(owner));
    }

    public override string Split(Birth birth, ImmutableArray<Origin> left, ImmutableArray<Origin> right, bool doWaitsTell)
    {
        bool areOneLine = left.Any(one => right.Any(one.IsMadeLike));
        return !areOneLine && _members.Length == 1
            ? All.Any(origin => origin.Type != _type)
                ? $"Let each class that derives from '{SymbolNames.OfId(_type!)}' hand its constructor a LockClassKey of its own, or the file, line and member of a ': base(...)' that is written out"
                : $"Let the constructor of '{SymbolNames.OfId(_type!)}' take its caller's file, line and member and pass them on, so that each line that calls it has a class of its own"
            : birth.Kind != "Completion" ? KeyForEach
            : doWaitsTell ? $"Create it with {WaitSite}, so that each line that waits has a class of its own"
            : areOneLine ? $"Create it with {Instance}, so that each object has a class of its own"
            : KeyForEach;
    }

    private static string? KeyOf(Value owner) => owner is { Kind: ValueKind.Element, At: { IsConstantKey: true, Id: var key } } ? key : null;

    private Value? OwnerOf(Value path)
    {
        Value owner = path;
        for (int i = _members.Length - 1; i >= 0; i--)
        {
            if (owner.WithoutElements is not { Kind: ValueKind.Member, Base: { } @base } member || member.Id != _members[i])
            {
                return null;
            }

            owner = @base;
        }

        return owner;
    }

    private ImmutableArray<Origin> OfType(string? type) => _type is null || type is null || type == _type || !_program.IsOrDerivesFrom(type, _type)
        ? All
        : Known(All.Where(origin => _program.IsOrDerivesFrom(origin.Type, type)));

    private ImmutableArray<Origin> Known(IEnumerable<Origin> origins) => origins.ToImmutableArray() is { Length: > 0 } some ? some : All;
}
