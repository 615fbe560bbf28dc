using System.Threading;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>The one place where the source declares a symbol.</summary>
internal static class SoleDeclaration
{
    /// <summary>Null for a symbol of another assembly, and for one in parts.</summary>
    public static SyntaxNode? Of(ISymbol symbol, CancellationToken cancellation = default)
        => symbol.DeclaringSyntaxReferences is { Length: 1 } declarations ? declarations[0].GetSyntax(cancellation) : null;
}
