using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers;

/// <summary>Where a new key is kept.</summary>
/// <param name="Symbol">The field, property or local.</param>
internal sealed record KeyHome(ISymbol Symbol)
{
    /// <summary>Whether each use makes another key: a property that computes it.</summary>
    public bool IsMadeAnew { get; init; }

    /// <summary>Whether code may put another key there.</summary>
    public bool CanBeReplaced { get; init; }

    /// <summary>Whether the end of a <c>using</c> disposes it.</summary>
    public bool IsUsing { get; init; }

    public static KeyHome? Of(ExpressionSyntax creation, SemanticModel model, CancellationToken cancellation)
    {
        SyntaxNode value = Outermost(creation);
        switch (value.Parent)
        {
            case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable }:
                return OfVariable(variable, model, cancellation);
            case EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax property }:
                return OfProperty(property, isMadeAnew: false, model, cancellation);
            case ArrowExpressionClauseSyntax { Parent: PropertyDeclarationSyntax property }:
                return OfProperty(property, isMadeAnew: true, model, cancellation);
            case AssignmentExpressionSyntax assignment when assignment.Right == value:
                return model.GetSymbolInfo(assignment.Left, cancellation).Symbol is (IFieldSymbol or IPropertySymbol or ILocalSymbol) and { } assigned
                    ? new KeyHome(assigned) { CanBeReplaced = !IsReadOnly(assigned) }
                    : null;
            default:
                return null;
        }
    }

    /// <summary>Whether the expression is the key that a new object of the runtime is given.</summary>
    public static bool IsArgumentOfCreation(ExpressionSyntax key, SemanticModel model, CreationSymbols symbols, CancellationToken cancellation) =>
        CreationGiven(key, model, symbols, cancellation) is not null;

    /// <summary>The object of the runtime that is made with the key, and its type.</summary>
    public static (ITypeSymbol Type, SyntaxNode Creation)? CreationGiven(
        ExpressionSyntax key, SemanticModel model, CreationSymbols symbols, CancellationToken cancellation)
    {
        if (Outermost(key).Parent is not ArgumentSyntax { Parent: ArgumentListSyntax { Parent: ExpressionSyntax creation } }
            || model.GetSymbolInfo(creation, cancellation).Symbol is not IMethodSymbol method
            || !symbols.TakesSite(method))
        {
            return null;
        }

        ITypeSymbol made = method.MethodKind == MethodKind.Constructor ? method.ContainingType : method.ReturnType;
        return symbols.CarriedBy(made) is { } tracked ? (tracked, creation) : null;
    }

    /// <summary>Whether the code around the node runs once in a process: a static initialiser, or the program's entry outside of loops.</summary>
    public static bool RunsOnce(SyntaxNode node, SemanticModel model, CancellationToken cancellation)
    {
        foreach (SyntaxNode outer in node.Ancestors())
        {
            switch (outer)
            {
                case AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax or ArrowExpressionClauseSyntax { Parent: PropertyDeclarationSyntax }:
                case ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax:
                    return false;
                case MethodDeclarationSyntax method:
                    return model.Compilation.GetEntryPoint(cancellation) is { } entry
                        && SymbolEqualityComparer.Default.Equals(model.GetDeclaredSymbol(method, cancellation), entry);
                case ConstructorDeclarationSyntax constructor:
                    return constructor.Modifiers.Any(SyntaxKind.StaticKeyword);
                case BaseFieldDeclarationSyntax field:
                    return field.Modifiers.Any(SyntaxKind.StaticKeyword);
                case PropertyDeclarationSyntax property:
                    return property.Modifiers.Any(SyntaxKind.StaticKeyword);
                case GlobalStatementSyntax:
                    return true;
            }
        }

        return false;
    }

    private static KeyHome? OfVariable(VariableDeclaratorSyntax variable, SemanticModel model, CancellationToken cancellation) =>
        model.GetDeclaredSymbol(variable, cancellation) is { } declared
            ? new KeyHome(declared)
            {
                CanBeReplaced = !IsReadOnly(declared),
                IsUsing = variable.Parent?.Parent is UsingStatementSyntax or LocalDeclarationStatementSyntax { UsingKeyword.RawKind: (int)SyntaxKind.UsingKeyword },
            }
            : null;

    private static KeyHome? OfProperty(PropertyDeclarationSyntax property, bool isMadeAnew, SemanticModel model, CancellationToken cancellation) =>
        model.GetDeclaredSymbol(property, cancellation) is { } declared
            ? new KeyHome(declared) { IsMadeAnew = isMadeAnew, CanBeReplaced = !IsReadOnly(declared) }
            : null;

    private static bool IsReadOnly(ISymbol holder) => holder is IFieldSymbol { IsReadOnly: true } or IPropertySymbol { SetMethod: null };

    private static SyntaxNode Outermost(ExpressionSyntax value)
    {
        SyntaxNode outer = value;
        while (outer.Parent is ParenthesizedExpressionSyntax or CastExpressionSyntax or PostfixUnaryExpressionSyntax
            || (outer.Parent is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression } coalesce && coalesce.Right == outer))
        {
            outer = outer.Parent;
        }

        return outer;
    }
}
