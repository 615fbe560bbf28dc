using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Symbols;

/// <summary>Documentation ids of definitions, remembered for the length of one reading. Not thread-safe.</summary>
internal sealed class SymbolIds
{
    private readonly Dictionary<ISymbol, string> _ids = new(SymbolEqualityComparer.Default);

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

        if (!_ids.TryGetValue(definition, out string? id))
        {
            id = definition.GetDocumentationCommentId()
                ?? definition.ContainingSymbol?.GetDocumentationCommentId() + "!" + definition.ToDisplayString();
            _ids.Add(definition, id);
        }

        return id;
    }
}
