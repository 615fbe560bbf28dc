using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Surface;

/// <summary>
/// The types that stood in one assembly when a reference was built, and stand in another now: the old one forwards them.
/// What the reference tells of them is meant of the new place.
/// </summary>
internal sealed class MovedTypes
{
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <param name="former">The assemblies that may forward.</param>
    public MovedTypes(IEnumerable<IAssemblySymbol> former, FollowedAssemblies followed)
    {
        foreach (IAssemblySymbol assembly in former)
        {
            foreach (INamedTypeSymbol type in assembly.GetForwardedTypes())
            {
                if (type.GetDocumentationCommentId() is { Length: > 2 } id)
                {
                    string name = id.Substring(2);
                    _types[assembly.Name + SymbolIds.Mark + name] = followed.Contains(type.ContainingAssembly) ? type.ContainingAssembly.Name + SymbolIds.Mark + name : name;
                }
            }
        }
    }

    public bool Any => _types.Count > 0;

    public string IdOf(string id)
    {
        if (!_known.TryGetValue(id, out string? moved))
        {
            _known.Add(id, moved = Find(id));
        }

        return moved;
    }

    private string Find(string id)
    {
        int start = SymbolIds.NameStart(id);
        int end = start == 0 ? -1 : id.IndexOfAny(['(', '~'], start);
        for (end = end < 0 ? id.Length : end; start > 0 && end > start; end = id.LastIndexOf('.', end - 1))
        {
            if (_types.TryGetValue(id.Substring(start, end - start), out string? moved))
            {
                return id.Substring(0, start) + moved + id.Substring(end);
            }
        }

        return id;
    }
}
