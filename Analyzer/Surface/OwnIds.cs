using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Surface;

/// <summary>
/// Which ids in the facts of an assembly are of what the assembly declares. In the assembly itself these are bare, as are
/// those of assemblies that nobody follows; seen from another assembly they bear its name: see <see cref="SymbolIds.In"/>.
/// </summary>
internal sealed class OwnIds
{
    private readonly HashSet<string> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _known = new(StringComparer.Ordinal);

    public OwnIds(IAssemblySymbol assembly) => Add(assembly.GlobalNamespace);

    /// <summary>Whether the assembly declares the type or the member that an id, or a place named after one, belongs to.</summary>
    public bool Contains(string id)
    {
        if (!_known.TryGetValue(id, out bool isOwn))
        {
            _known.Add(id, isOwn = IsOfOwnType(id));
        }

        return isOwn;
    }

    private bool IsOfOwnType(string id)
    {
        int start = SymbolIds.NameStart(id);
        if (start == 0)
        {
            return false;
        }

        int end = id.IndexOfAny(['(', '~', SymbolIds.Mark], start);
        if (end >= 0 && id[end] == SymbolIds.Mark)
        {
            return false;
        }

        for (end = end < 0 ? id.Length : end; end > start; end = id.LastIndexOf('.', end - 1))
        {
            if (_types.Contains(id.Substring(start, end - start)))
            {
                return true;
            }
        }

        return false;
    }

    private void Add(INamespaceOrTypeSymbol container)
    {
        foreach (INamedTypeSymbol type in container.GetTypeMembers())
        {
            if (type.GetDocumentationCommentId() is { Length: > 2 } id)
            {
                _types.Add(id.Substring(2));
            }

            Add(type);
        }

        foreach (INamespaceSymbol space in container is INamespaceSymbol outer ? outer.GetNamespaceMembers() : [])
        {
            Add(space);
        }
    }
}
