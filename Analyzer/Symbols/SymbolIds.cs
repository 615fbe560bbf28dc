using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Symbols;

/// <summary>Documentation ids of definitions, remembered as long as their compilation lives: to make one costs more than to bind a call. Thread-safe.</summary>
internal sealed class SymbolIds
{
    private static readonly ConditionalWeakTable<Compilation, SymbolIds> _compilations = new();

    private readonly ConcurrentDictionary<ISymbol, string> _ids = new(SymbolEqualityComparer.Default);

    /// <summary>The ids of one compilation's symbols, shared by all who read it.</summary>
    public static SymbolIds In(Compilation compilation) => _compilations.GetOrCreateValue(compilation);

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

        return _ids.GetOrAdd(definition, static symbol =>
            symbol.GetDocumentationCommentId() ?? symbol.ContainingSymbol?.GetDocumentationCommentId() + "!" + symbol.ToDisplayString());
    }
}
