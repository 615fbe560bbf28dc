using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Symbols;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// The set of lock instances that obey the same rules: those of one source class, those kept in one member, those of one
/// creation site, or (for a path nobody can name) the one path.
/// </summary>
internal readonly record struct LockClass(string Key, string Name)
{
    private const string TypeMark = "initialization of ";

    /// <summary>What the runtime holds while it initialises a type.</summary>
    public static LockRef OfType(string type) => new(Value.Static(TypeMark + type), null);

    public static LockClass Of(LockRef @lock)
    {
        if (@lock.Type is { } type and not Value.Queue)
        {
            return new LockClass(type, SymbolNames.OfId(type));
        }

        Value path = @lock.Path;
        return path.Kind switch
        {
            ValueKind.Static when path.Id.StartsWith(TypeMark, StringComparison.Ordinal)
                => new LockClass(path.Id, "static " + SymbolNames.OfId(path.Id.Substring(TypeMark.Length))),
            ValueKind.Member or ValueKind.Static => new LockClass(path.Id, SymbolNames.OfId(path.Id)),
            ValueKind.Element => Of(new LockRef(path.Base!, null)) is var of ? new LockClass(of.Key + "[]", of.Name) : default,
            ValueKind.Instance or ValueKind.Owner or ValueKind.Allocation when path.Type is { } created && !path.IsSynchronizer
                => new LockClass(created, SymbolNames.OfId(created)),
            ValueKind.Local => new LockClass(path.Key, LocalName(path.Id)),
            ValueKind.This => new LockClass("this", "this"),
            _ => new LockClass(path.Key, "a lock"),
        };
    }

    private static string LocalName(string id)
    {
        int start = id.LastIndexOf('~') + 1;
        return id.Substring(start).TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
    }
}
