using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers.Symbols;

/// <summary>Constructors that the head of a type declares: their parameters are kept by the object.</summary>
internal static class PrimaryConstructor
{
    public static bool Is(IMethodSymbol constructor) =>
        constructor.OriginalDefinition.DeclaringSyntaxReferences.Any(static reference => reference.GetSyntax() is TypeDeclarationSyntax);
}
