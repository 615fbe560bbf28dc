using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Symbols;

/// <summary>Documentation ids of definitions, remembered as long as their compilation lives: to make one costs more than to bind a call. Thread-safe.</summary>
internal sealed class SymbolIds(FollowedAssemblies followed)
{
    /// <summary>What stands between the name of another assembly and the rest of an id.</summary>
    public const char Mark = '|';

    private const string TypeOf = "typeof ";

    private readonly ConcurrentDictionary<ISymbol, string> _ids = new(SymbolEqualityComparer.Default);

    /// <summary>The id by which another tree, or another compilation of the same sources, knows the symbol.</summary>
    public string Of(ISymbol symbol)
    {
        ISymbol definition = symbol.OriginalDefinition;
        if (definition is IMethodSymbol { ReducedFrom: { } reduced })
        {
            definition = reduced;
        }

        if (definition is IMethodSymbol { PartialDefinitionPart: { } declared })
        {
            definition = declared;
        }

        return _ids.GetOrAdd(definition, Make);
    }

    private string Make(ISymbol symbol)
    {
        string id = symbol.GetDocumentationCommentId() ?? symbol.ContainingSymbol?.GetDocumentationCommentId() + "!" + symbol.ToDisplayString();
        return followed.Contains(symbol.ContainingAssembly) ? In(symbol.ContainingAssembly.Name, id) : id;
    }

    /// <summary>The id of something that an assembly declares, as the assemblies that follow it know it.</summary>
    public static string In(string assembly, string id)
    {
        int name = NameStart(id);
        return name == 0 ? id : id.Substring(0, name) + assembly + Mark + id.Substring(name);
    }

    /// <summary>Where the name begins, behind the kind of thing and a colon; 0 for what is no id of a type or member.</summary>
    public static int NameStart(string id)
    {
        int kind = id.StartsWith(TypeOf, StringComparison.Ordinal) ? TypeOf.Length : 0;
        return id.Length > kind + 2 && id[kind + 1] == ':' ? kind + 2 : 0;
    }
}
