using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Symbols;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// The set of lock instances that obey the same rules: those of one source class, those kept in one member (at one key, where the
/// source spells it out), those of one creation site, or (for a path nobody can name) the one path. The name is made when it is asked for: most are only compared.
/// </summary>
internal readonly struct LockClass : IEquatable<LockClass>
{
    private const string TypeMark = "initialization of ";

    private readonly Value? _unnamed;

    private LockClass(string key, Value? unnamed = null)
    {
        Key = key;
        _unnamed = unnamed;
    }

    public string Key { get; }

    /// <summary>How messages call it.</summary>
    public string Name => _unnamed is null ? SymbolNames.OfId(Key) : NameOf(_unnamed);

    /// <summary>What the runtime holds while it initialises a type.</summary>
    public static LockRef OfType(string type) => new(Value.Static(TypeMark + type), null);

    public static LockClass Of(LockRef @lock) =>
        @lock.Type is { } type and not Value.Queue ? new LockClass(type) : Of(@lock.Path);

    private static LockClass Of(Value path) => path.Kind switch
    {
        ValueKind.Element => new LockClass(Of(path.Base!).Key + "[" + ConstantKey(path) + "]", path),
        _ when CreatedType(path) is { } created => new LockClass(created),
        ValueKind.Member or ValueKind.Static => new LockClass(path.Id, path),
        _ => new LockClass(path.Key, path),
    };

    private static string? ConstantKey(Value element) => element.At is { IsConstantKey: true, Id: var key } ? key : null;

    private static string NameOf(Value path)
    {
        if (path.Kind == ValueKind.Element && ConstantKey(path) is { } key)
        {
            return NameOf(path.Base!) + "[" + key + "]";
        }

        path = path.WithoutElements;

        return path.Kind switch
        {
            ValueKind.Static when path.Id.StartsWith(TypeMark, StringComparison.Ordinal)
                => "static " + SymbolNames.OfId(path.Id.Substring(TypeMark.Length)),
            ValueKind.Member or ValueKind.Static => SymbolNames.OfId(Value.MemberOfState(path.Id)),
            ValueKind.Local => LocalName(path.Id),
            ValueKind.This => "this",
            _ => CreatedType(path) is { } created ? SymbolNames.OfId(created) : "a lock",
        };
    }

    private static string? CreatedType(Value path) =>
        path.Kind is ValueKind.Instance or ValueKind.Owner or ValueKind.Allocation && !path.IsSynchronizer ? path.Type : null;

    private static string LocalName(string id)
    {
        int start = id.LastIndexOf('~') + 1;
        return id.Substring(start).TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
    }

    public bool Equals(LockClass other) => Key == other.Key;

    public override bool Equals(object? obj) => obj is LockClass other && Equals(other);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Key);
}
