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

    /// <summary>
    /// Whether a class without arguments to its constructor is made by calls alone: no other assembly can name it, and it is nowhere a type
    /// argument, by which a container, a serializer or a <c>new()</c> makes instances. An abstract class is made by its derived ones.
    /// </summary>
    public static async Task<bool> IsOnlyCalledAsync(INamedTypeSymbol type, Solution solution, CancellationToken cancellation)
    {
        if (type.IsAbstract)
        {
            return true;
        }

        if (Flow.ReadContext.IsVisibleOutside(type))
        {
            return false;
        }

        foreach (var location in (await SymbolFinder.FindReferencesAsync(type, solution, cancellation).ConfigureAwait(false)).SelectMany(symbol => symbol.Locations))
        {
            var root = await location.Document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
            if (root?.FindNode(location.Location.SourceSpan, findInsideTrivia: true, getInnermostNodeForTie: true).Ancestors().Any(node => node is TypeArgumentListSyntax or TypeOfExpressionSyntax) != false)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether every class that derives from one calls its constructor in so many words: the compiler fills no site into a call that nobody wrote.</summary>
    public static async Task<bool> DoDerivedClassesWriteTheCallAsync(INamedTypeSymbol type, Solution solution, CancellationToken cancellation)
    {
        if (type.IsSealed)
        {
            return true;
        }

        var derived = await SymbolFinder.FindDerivedClassesAsync(type, solution, transitive: false, projects: null, cancellation).ConfigureAwait(false);
        return derived.SelectMany(other => other.InstanceConstructors).All(constructor => constructor.DeclaringSyntaxReferences.Any(part => part.GetSyntax(cancellation) switch
        {
            ConstructorDeclarationSyntax { Initializer: not null } => true,
            TypeDeclarationSyntax { BaseList.Types: var bases } => bases.Any(SyntaxKind.PrimaryConstructorBaseType),
            _ => false,
        }));
    }

    private static bool IsHarmless(SyntaxNode name)
    {
        if (name.FirstAncestorOrSelf<CrefSyntax>() is { } cref)
        {
            return !cref.DescendantNodes().OfType<CrefParameterListSyntax>().Any();
        }

        if (name is ImplicitObjectCreationExpressionSyntax or ConstructorInitializerSyntax || name.FirstAncestorOrSelf<TypeSyntax>(type => type.Parent is ObjectCreationExpressionSyntax or PrimaryConstructorBaseTypeSyntax) is not null)
        {
            return true;
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
