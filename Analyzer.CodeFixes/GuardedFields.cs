using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>Whether a field keeps still: by its lock, then it has the same value before and after a wait that was made under the lock; or for good.</summary>
internal static class GuardedFields
{
    /// <summary>A private field, named as it is, that is written under the same lock everywhere, constructors apart.</summary>
    public static bool IsKeptStill(ExpressionSyntax read, StatementSyntax held, SemanticModel model)
        => read is IdentifierNameSyntax
            && held is LockStatementSyntax region
            && model.GetSymbolInfo(read).Symbol is IFieldSymbol { DeclaredAccessibility: Accessibility.Private, ContainingType.DeclaringSyntaxReferences: { Length: 1 } declarations } field
            && declarations[0].GetSyntax().DescendantNodes().OfType<IdentifierNameSyntax>()
                .Where(name => name.Identifier.ValueText == field.Name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name).Symbol, field) && IsWritten(name))
                .All(name => name.Ancestors().Any(around => around is ConstructorDeclarationSyntax
                    || (around is LockStatementSyntax other && SyntaxFactory.AreEquivalent(other.Expression, region.Expression) && other.Statement.Span.Contains(name.Span))));

    /// <summary>
    /// A private collection that no lock of another method can be for: nothing but a constructor does more with it than to count or to go through
    /// it, or a member that anybody may call changes it without any lock.
    /// </summary>
    public static bool IsNoLocks(IFieldSymbol field, SemanticModel model)
    {
        if (field is not { IsReadOnly: true, DeclaredAccessibility: Accessibility.Private, ContainingType.DeclaringSyntaxReferences: { Length: 1 } declarations }
            || declarations[0].SyntaxTree != model.SyntaxTree)
        {
            return false;
        }

        var changes = declarations[0].GetSyntax().DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(name => name.Identifier.ValueText == field.Name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name).Symbol, field))
            .Where(name => !name.Ancestors().Any(around => around is ConstructorDeclarationSyntax)
                && Whole(name).Parent is not (ForEachStatementSyntax or MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Count" or "Length" }))
            .ToList();
        return changes.Count == 0 || changes.Any(IsWithoutLock);
    }

    private static bool IsWithoutLock(IdentifierNameSyntax name)
        => name.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { } method
            && method.Modifiers.Any(SyntaxKind.PublicKeyword)
            && !method.DescendantNodes().Any(node => node is LockStatementSyntax or UsingStatementSyntax or TryStatementSyntax or LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not (int)SyntaxKind.None });

    private static ExpressionSyntax Whole(IdentifierNameSyntax name) => name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;

    private static bool IsWritten(IdentifierNameSyntax name)
    {
        var target = Whole(name);
        return target.Parent switch
        {
            AssignmentExpressionSyntax assignment => assignment.Left == target,
            PostfixUnaryExpressionSyntax step => !step.IsKind(SyntaxKind.SuppressNullableWarningExpression),
            PrefixUnaryExpressionSyntax step => step.IsKind(SyntaxKind.PreIncrementExpression) || step.IsKind(SyntaxKind.PreDecrementExpression) || step.IsKind(SyntaxKind.AddressOfExpression),
            ArgumentSyntax argument => !argument.RefKindKeyword.IsKind(SyntaxKind.None),
            RefExpressionSyntax => true,
            _ => false,
        };
    }
}
