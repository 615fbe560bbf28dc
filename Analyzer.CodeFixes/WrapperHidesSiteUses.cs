using System.Linq;
using System.Linq.Expressions;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FindSymbols;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>Whether optional parameters can be added to a method without breaking those that use it.</summary>
internal static class WrapperHidesSiteUses
{
    /// <summary>A method group keeps its exact parameters, an expression tree takes no omitted argument, a cref names them.</summary>
    public static async Task<bool> AreCallsAsync(IMethodSymbol method, Solution solution, CancellationToken cancellation)
    {
        foreach (var symbol in await SymbolFinder.FindReferencesAsync(method, solution, cancellation).ConfigureAwait(false))
        {
            foreach (var location in symbol.Locations)
            {
                var root = await location.Document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
                var name = root?.FindNode(location.Location.SourceSpan, findInsideTrivia: true, getInnermostNodeForTie: true);
                if (name is null || !IsHarmless(name) || await IsInExpressionTreeAsync(name, location.Document, cancellation).ConfigureAwait(false))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool IsHarmless(SyntaxNode name)
    {
        if (name.FirstAncestorOrSelf<CrefSyntax>() is { } cref)
        {
            return !cref.DescendantNodes().OfType<CrefParameterListSyntax>().Any();
        }

        var called = name.Parent switch
        {
            MemberAccessExpressionSyntax access when access.Name == name => access,
            MemberBindingExpressionSyntax binding => binding,
            _ => name,
        };
        return called.Parent is InvocationExpressionSyntax call && call.Expression == called || IsNameOf(name);
    }

    private static bool IsNameOf(SyntaxNode name)
        => name.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } };

    private static async Task<bool> IsInExpressionTreeAsync(SyntaxNode name, Document document, CancellationToken cancellation)
    {
        var lambdas = name.Ancestors().OfType<LambdaExpressionSyntax>().ToList();
        if (lambdas.Count == 0)
        {
            return false;
        }

        var model = await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        return lambdas.Any(lambda => model!.GetTypeInfo(lambda, cancellation).ConvertedType is { Name: nameof(Expression), ContainingNamespace.Name: "Expressions" });
    }
}
