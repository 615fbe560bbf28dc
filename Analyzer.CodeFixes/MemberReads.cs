using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FindSymbols;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>Where a solution reads a field or property.</summary>
internal static class MemberReads
{
    /// <summary>The reads, each with what is written before the member's name; null where the solution does anything else with the member than to read and to name it.</summary>
    /// <param name="written">The one place where it may be written.</param>
    public static async Task<IReadOnlyList<(Document Document, ExpressionSyntax Read)>?> OfAsync(
        ISymbol member, ExpressionSyntax? written, Solution solution, CancellationToken cancellation)
    {
        var reads = new List<(Document, ExpressionSyntax)>();
        foreach (var location in (await SymbolFinder.FindReferencesAsync(member, solution, cancellation).ConfigureAwait(false)).SelectMany(found => found.Locations))
        {
            var root = await location.Document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
            if (root?.FindNode(location.Location.SourceSpan, findInsideTrivia: true, getInnermostNodeForTie: true) is not SimpleNameSyntax name)
            {
                return null;
            }

            // A file of two projects is found in both.
            var use = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : (ExpressionSyntax)name;
            if (IsOnlyNamed(name) || (written is not null && use.Span == written.Span && use.SyntaxTree.FilePath == written.SyntaxTree.FilePath))
            {
                continue;
            }

            if (location.IsImplicit || use.Parent is MemberBindingExpressionSyntax || !IsRead(use))
            {
                return null;
            }

            reads.Add((location.Document, use));
        }

        return reads;
    }

    private static bool IsOnlyNamed(SyntaxNode name)
        => name.IsPartOfStructuredTrivia()
            || name.Ancestors().OfType<InvocationExpressionSyntax>().Any(call => call.Expression is IdentifierNameSyntax { Identifier.ValueText: "nameof" });

    private static bool IsRead(ExpressionSyntax use) => use.Parent switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left != use,
        ArgumentSyntax { RefKindKeyword.RawKind: not (int)SyntaxKind.None } or RefExpressionSyntax or NameColonSyntax or NameEqualsSyntax => false,
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.AddressOfExpression or (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } => false,
        PostfixUnaryExpressionSyntax { RawKind: not (int)SyntaxKind.SuppressNullableWarningExpression } => false,
        _ => true,
    };
}
