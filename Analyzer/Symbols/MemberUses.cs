using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers.Symbols;

/// <summary>Where a field, a property or a local is named. Names are compared before anything is bound.</summary>
internal static class MemberUses
{
    /// <summary>The uses of a symbol in all places that can see it; the declaration itself is none. Costs a walk over these places.</summary>
    public static IEnumerable<(SimpleNameSyntax Name, SemanticModel Model)> Of(
        ISymbol symbol, Compilation compilation, SemanticModel atHand, CancellationToken cancellation)
    {
        foreach (SyntaxNode scope in Scopes(symbol, compilation, cancellation))
        {
            SemanticModel model = SemanticModels.Of(compilation, scope.SyntaxTree, atHand);
            foreach (SimpleNameSyntax name in scope.DescendantNodes().OfType<SimpleNameSyntax>())
            {
                if (name.Identifier.ValueText == symbol.Name
                    && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellation).Symbol?.OriginalDefinition, symbol.OriginalDefinition))
                {
                    yield return (name, model);
                }
            }
        }
    }

    /// <summary>The whole expression that names a member: <c>name</c>, <c>this.name</c>, <c>other.name</c>.</summary>
    public static ExpressionSyntax Whole(SimpleNameSyntax name) =>
        name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;

    /// <summary>The call of a member on the expression: <c>expression.Call(…)</c> or <c>expression?.Call(…)</c>.</summary>
    public static (InvocationExpressionSyntax Call, string Name)? CallOn(ExpressionSyntax expression) => expression.Parent switch
    {
        MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } access when access.Expression == expression
            => (call, access.Name.Identifier.ValueText),
        ConditionalAccessExpressionSyntax { WhenNotNull: InvocationExpressionSyntax { Expression: MemberBindingExpressionSyntax binding } call } access
            when access.Expression == expression
            => (call, binding.Name.Identifier.ValueText),
        _ => null,
    };

    /// <summary>The innermost function whose code the node is: a lambda, a local function, a method or an accessor.</summary>
    public static SyntaxNode? FunctionAround(SyntaxNode node) => node.Ancestors().FirstOrDefault(IsFunction);

    public static bool IsFunction(SyntaxNode node) =>
        node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax or AccessorDeclarationSyntax;

    private static IEnumerable<SyntaxNode> Scopes(ISymbol symbol, Compilation compilation, CancellationToken cancellation)
    {
        if (symbol is ILocalSymbol or IParameterSymbol)
        {
            return symbol.ContainingSymbol.DeclaringSyntaxReferences.Select(part => part.GetSyntax(cancellation));
        }

        return symbol.DeclaredAccessibility == Accessibility.Private
            ? symbol.ContainingType.DeclaringSyntaxReferences.Select(part => part.GetSyntax(cancellation))
            : compilation.SyntaxTrees.Select(tree => tree.GetRoot(cancellation));
    }
}
