namespace CrossRelease.Analyzers.Flow;

internal enum ValueKind
{
    /// <summary>Anything: top. Two unknown values are never taken for one object.</summary>
    Unknown,

    /// <summary>The object on which the body runs; a lambda has that of the member around it.</summary>
    This,

    /// <summary>What the caller passed to a body at its entry.</summary>
    Parameter,

    /// <summary>A local variable, for lambdas that capture it and for the flow-insensitive solver.</summary>
    Local,

    /// <summary>A static field or automatic property.</summary>
    Static,

    /// <summary>A field, field-like event or automatic property of the base value.</summary>
    Member,

    /// <summary>Some object kept in the base value: an element of a collection, a part of a tuple, the task of a source.</summary>
    Element,

    /// <summary>The object that one creation site makes.</summary>
    Allocation,

    /// <summary>What a call returned.</summary>
    CallResult,

    /// <summary>A delegate: a lambda, a local function or a method group, with the object it is bound to.</summary>
    Function,

    /// <summary>The scope whose disposal releases the lock that is the base value.</summary>
    Scope,

    /// <summary>Some instance of a source type of which no more is known.</summary>
    Instance,

    /// <summary>A truth value, or no object at all, that the source spells out as an argument; a constant key or index.</summary>
    Constant,

    /// <summary>The instance of a source type whose <see cref="Value.Held"/> path leads to the <see cref="Value.Part"/>.</summary>
    Owner,
}

/// <summary>
/// A symbol-free access path: what an expression stands for, relative to the frame of its body. In a real execution it
/// is the object reached by following the path at the moment of use. Equal values have equal keys.
/// </summary>
internal sealed partial class Value : IEquatable<Value>
{
    /// <summary>Longer paths are cut to the last member of an unknown object, which keeps recursion finite.</summary>
    private const int MaxDepth = 6;
    private const int MaxOwnerKey = 400;
    private const string TemporaryMark = "~^";

    /// <summary>The <see cref="Type"/> of a library object that can be locked or waited for.</summary>
    public const string Synchronizer = "~";

    /// <summary>The <see cref="Type"/> of a blocking collection, which is a completion and a container of others.</summary>
    public const string Queue = "~queue";

    /// <summary>The <see cref="Type"/> of such a queue that lets nobody add to it while it is full.</summary>
    public const string BoundedQueue = "~bounded";

    /// <summary>The <see cref="Type"/> of a task source whose signals run the continuations of its task before they return.</summary>
    public const string InlineSource = "~inline";

    private string? _key;
    private int _hash;

    private Value(ValueKind kind, string id, Value? @base, int index, string? type)
    {
        Kind = kind;
        Id = id;
        Base = @base;
        Index = index;
        Type = type;
        Depth = @base is null ? 0 : kind == ValueKind.Element ? @base.Depth : @base.Depth + 1;
    }

    public static Value Unknown { get; } = new(ValueKind.Unknown, "", null, 0, null);

    public static Value True { get; } = new(ValueKind.Constant, bool.TrueString, null, 0, null);

    public static Value False { get; } = new(ValueKind.Constant, bool.FalseString, null, 0, null);

    /// <summary>No object: nothing happens to it, and nothing is reached by way of it.</summary>
    public static Value Null { get; } = new(ValueKind.Constant, "null", null, 0, null);

    public static Value This { get; } = new(ValueKind.This, "", null, 0, null);

    /// <summary>What the body answers.</summary>
    public static Value Answer { get; } = Static("~answer");

    /// <summary>A truth value: the flow runs in the context, or holds the lock, that it asks about.</summary>
    public static Value IsOwnContext { get; } = Static("~own context");

    /// <summary>A truth value: the flow does not run in the context that it asks about.</summary>
    public static Value IsOtherContext { get; } = Static("~other context");

    private const string HeldMember = "~is held";
    private const string NotHeldMember = "~is not held";

    /// <summary>A truth value: the flow holds the lock.</summary>
    public static Value IsHeld(Value @lock) => Member(@lock, HeldMember);

    /// <summary>A truth value: the flow does not hold the lock.</summary>
    public static Value IsNotHeld(Value @lock) => Member(@lock, NotHeldMember);

    /// <summary>For a truth value that tells whether the flow holds a lock: that lock, and whether true means that it does. Else null.</summary>
    public (Value Lock, bool IsHeld)? Holding => Kind != ValueKind.Member ? null
        : Id switch { HeldMember => (Base!, true), NotHeldMember => (Base!, false), _ => null };

    /// <summary>The completion that the finalizers of all dead objects signal when they have run.</summary>
    public static Value Finalizers { get; } = Static("~finalizers");

    /// <summary>The one thread that all code of a user interface shares: a lock that such code holds.</summary>
    public static Value UiThread { get; } = Static("~.the UI thread");

    public ValueKind Kind { get; }

    /// <summary>The member's, site's or body's identity; empty for <see cref="This"/>.</summary>
    public string Id { get; }

    public Value? Base { get; }

    public int Index { get; }

    /// <summary>The documentation id of the created source type, for allocations and instances.</summary>
    public string? Type { get; }

    /// <summary>The value as text: what places, sites and objects are known by. Made when it is asked for.</summary>
    public string Key => _key ??= Kind switch
    {
        ValueKind.Unknown => "?",
        ValueKind.This => "this",
        ValueKind.Parameter => "p" + Index + "@" + Id,
        ValueKind.Local => "l@" + Id,
        ValueKind.Static => Id,
        ValueKind.Member => Base!.Key + "." + Id,
        ValueKind.Element => Base!.Key + "[]",
        ValueKind.Allocation => "new@" + Id,
        ValueKind.CallResult => "r@" + Id,
        ValueKind.Function => "f@" + Id + "(" + Base?.Key + ")",
        ValueKind.Scope => "scope(" + Base!.Key + ")",
        ValueKind.Constant => Id,
        ValueKind.Owner => Id,
        _ => "some " + Id,
    };

    /// <summary>One bit, by the length and the end of the key: equal keys have the same. Costs no key.</summary>
    public ulong KeyMark => Kind switch
    {
        ValueKind.Member when Id.Length > 0 => MarkOf(KeyLength, Id[Id.Length - 1]),
        ValueKind.Element => MarkOf(KeyLength, ']'),
        _ => MarkOf(Key),
    };

    /// <inheritdoc cref="KeyMark"/>
    public static ulong MarkOf(string key) => MarkOf(key.Length, key.Length == 0 ? ' ' : key[key.Length - 1]);

    private static ulong MarkOf(int length, char last) => 1UL << (((length * 7) + last) & 63);

    private int KeyLength => _key is { } key ? key.Length : Kind switch
    {
        ValueKind.Member => Base!.KeyLength + 1 + Id.Length,
        ValueKind.Element => Base!.KeyLength + 2,
        _ => Key.Length,
    };

    public int Depth { get; }

    /// <summary>The <see cref="Type"/> of a library object that lets the first wait pass.</summary>
    public const string OpenSynchronizer = "~open";

    /// <summary>The <see cref="Type"/> of a library object that lets a wait pass only when all of its signals have come.</summary>
    public const string Countdown = "~countdown";

    /// <summary>For an element: the key or index it was asked for by, where that is known. No part of the identity.</summary>
    public Value? At { get; private init; }

    /// <summary>For an <see cref="ValueKind.Owner"/>: the object that it keeps.</summary>
    public Value? Part { get; private init; }

    /// <summary>For an <see cref="ValueKind.Owner"/>: the path, from <see cref="This"/>, by which it keeps the part.</summary>
    public Value? Held { get; private init; }

    /// <summary>Whether it is a new library object that can be locked, waited for or signalled.</summary>
    public bool IsSynchronizer => Kind == ValueKind.Allocation && Type is Synchronizer or Queue or BoundedQueue or InlineSource or OpenSynchronizer or Countdown;

    /// <summary>Whether it is <see cref="Null"/>.</summary>
    public bool IsNull => ReferenceEquals(this, Null);

    /// <summary>The container that it is an element of, however deep; itself if it is none.</summary>
    public Value WithoutElements
    {
        get
        {
            Value path = this;
            while (path.Kind == ValueKind.Element)
            {
                path = path.Base!;
            }

            return path;
        }
    }

    /// <summary>Whether the path goes through a container: it may lead to one object of many.</summary>
    public bool HasElement
    {
        get
        {
            for (Value? value = this; value is not null; value = value.Base ?? value.Part)
            {
                if (value.Kind == ValueKind.Element)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The value at the start of the path.</summary>
    public Value Root
    {
        get
        {
            Value value = this;
            while (value.Kind is ValueKind.Member or ValueKind.Element or ValueKind.Scope)
            {
                value = value.Base!;
            }

            return value;
        }
    }

    public static Value Parameter(string body, int index) => new(ValueKind.Parameter, body, null, index, null);

    public static Value Local(string id) => new(ValueKind.Local, id, null, 0, null);

    public static Value Static(string member) => new(ValueKind.Static, member, null, 0, null);

    /// <summary>A local that the compiler made.</summary>
    public static Value Temporary(string body, int number) => Local(body + TemporaryMark + number);

    /// <summary>Whether the source gives the place a name of its own: a member or a variable, and nothing that the compiler keeps.</summary>
    public bool IsNamed => (Kind == ValueKind.Member && AwaitedInQueue is null) || Kind == ValueKind.Static || (Kind == ValueKind.Local && IsVariable(Key));

    /// <summary>Whether a place is a local variable of the source, which lambdas may share.</summary>
    public static bool IsVariable(string key) => key.StartsWith("l@", StringComparison.Ordinal) && !key.Contains(TemporaryMark);

    public static Value Allocation(string site, string? type) => new(ValueKind.Allocation, site, null, 0, type);

    public static Value CallResult(string site) => new(ValueKind.CallResult, site, null, 0, null);

    public static Value Instance(string type) => new(ValueKind.Instance, type, null, 0, type);

    public static Value Function(string body, Value? receiver) => new(ValueKind.Function, body, receiver, 0, null);

    public static Value Scope(Value @lock) => @lock.IsNull ? Null : new(ValueKind.Scope, "", @lock, 0, null);

    /// <summary>Whatever a local or temporary place may hold: what paths are joined to when they disagree.</summary>
    public static Value OfPlace(string key) => key.StartsWith("r@", StringComparison.Ordinal)
        ? CallResult(key.Substring(2))
        : Local(key.StartsWith("l@", StringComparison.Ordinal) ? key.Substring(2) : "merged " + key);

    /// <summary>The local or parameter that a place's key is the key of; null for another place.</summary>
    public static Value? LocalOf(string key)
    {
        int at = key.IndexOf('@');
        return at == 1 && key[0] == 'l' ? Local(key.Substring(2))
            : at > 1 && key[0] == 'p' && int.TryParse(key.Substring(1, at - 1), out int index) ? Parameter(key.Substring(at + 1), index)
            : null;
    }

    public static Value Member(Value @base, string member) =>
        @base.IsNull ? Null
        : @base.Depth >= MaxDepth
            ? new Value(ValueKind.Member, member, Unknown, 0, null)
            : PartOfOwner(new Value(ValueKind.Member, member, @base, 0, null));

    public static Value Element(Value @base, Value? at = null) =>
        @base.Kind is ValueKind.Unknown || @base.IsNull ? @base
        : @base.AwaitedInQueue is not null ? Element(@base.Base!, at)
        : @base.Kind == ValueKind.Element ? ElementOfElement(@base, at)
        : @base.Depth >= MaxDepth ? Unknown
        : new Value(ValueKind.Element, "", @base, 0, null) { At = at is { IsStable: true } ? at : null };

    /// <summary>Whether two uses of the path in one call of a body mean one object.</summary>
    public bool IsStable
    {
        get
        {
            Value value = this;
            while (value.Kind == ValueKind.Member)
            {
                value = value.IsComputed && value.Base is { Kind: ValueKind.Element, At: not null } pair ? pair.Base! : value.Base!;
            }

            return value.Kind is ValueKind.This or ValueKind.Parameter or ValueKind.Static or ValueKind.Local or ValueKind.Owner || (value.Kind == ValueKind.Constant && !value.IsNull);
        }
    }

    /// <summary>The object whose path <paramref name="held"/> (from <see cref="This"/>) leads to <paramref name="part"/>.</summary>
    /// <param name="type">The documentation id of the owner's type.</param>
    public static Value Owner(Value part, Value held, string type)
    {
        Value whole = part;
        Value path = held;
        while (path.Kind is ValueKind.Member or ValueKind.Element && whole.Kind == path.Kind && whole.Id == path.Id)
        {
            (whole, path) = (whole.Base!, path.Base!);
        }

        if (path.Kind == ValueKind.This)
        {
            return whole;
        }

        return part.Kind == ValueKind.Unknown || part.Key.Length > MaxOwnerKey
            ? Instance(type)
            : new Value(ValueKind.Owner, "owner(" + part.Key + "|" + held.Key + ")", null, 0, type) { Part = part, Held = held };
    }

    private static Value PartOfOwner(Value path)
    {
        Value root = path.Root;
        return root.Kind == ValueKind.Owner && root.Held!.Key == This.Key + path.Key.Substring(root.Key.Length) ? root.Part! : path;
    }

    /// <summary>The same path from another root; <paramref name="replace"/> gives null for a root that stays.</summary>
    public Value Substitute(Func<Value, Value?> replace)
    {
        switch (Kind)
        {
            case ValueKind.Member:
            case ValueKind.Element:
            case ValueKind.Scope:
            case ValueKind.Function when Base is not null:
                Value moved = Base!.Substitute(replace);
                Value? at = At?.Substitute(replace);
                return ReferenceEquals(moved, Base) && ReferenceEquals(at, At) ? this : Kind switch
                {
                    ValueKind.Member => Member(moved, Id),
                    ValueKind.Element => Element(moved, at),
                    ValueKind.Scope => Scope(moved),
                    _ => Function(Id, moved),
                };
            case ValueKind.Owner:
                Value part = Part!.Substitute(replace);
                return ReferenceEquals(part, Part) ? this : Owner(part, Held!, Type!);
            default:
                return replace(this) ?? this;
        }
    }

    /// <summary>Whether the other is equal, and says the same beyond its identity.</summary>
    public bool IsLike(Value? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && Kind == other.Kind && Index == other.Index && Id == other.Id && Type == other.Type
            && AreAlike(Base, other.Base) && AreAlike(At, other.At) && AreAlike(Part, other.Part) && AreAlike(Held, other.Held));

    private static bool AreAlike(Value? left, Value? right) => left is null ? right is null : left.IsLike(right);

    public bool Equals(Value? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Kind == other.Kind && Index == other.Index && Id == other.Id
            && (Base is { } @base ? @base.Equals(other.Base) : other.Base is null));

    public override bool Equals(object? obj) => Equals(obj as Value);

    public override int GetHashCode()
    {
        if (_hash == 0)
        {
            _hash = unchecked((StringComparer.Ordinal.GetHashCode(Id) * 31) + ((Base?.GetHashCode() ?? 0) * 17) + ((int)Kind * 7) + Index) | 1;
        }

        return _hash;
    }

    public override string ToString() => Key;
}
