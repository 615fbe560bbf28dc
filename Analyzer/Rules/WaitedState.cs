using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers;

/// <summary>What a loop around a monitor's wait asks of a private field, and by which change of it the wait is over.</summary>
internal sealed record WaitedState(IFieldSymbol Field, WaitedState.Change EndsBy)
{
    /// <summary>How a field changes.</summary>
    public enum Change
    {
        /// <summary>It gets less, or a container gets emptier.</summary>
        Less,

        /// <summary>It gets more, or a container gets fuller.</summary>
        More,

        /// <summary>It becomes true.</summary>
        True,

        /// <summary>It becomes false.</summary>
        False,
    }

    /// <summary>Of a condition under which somebody goes on waiting, the parts that one field decides each. None where it is a choice of several.</summary>
    public static IEnumerable<WaitedState> In(ExpressionSyntax condition, SemanticModel model) => condition switch
    {
        ParenthesizedExpressionSyntax inner => In(inner.Expression, model),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression } both => In(both.Left, model).Concat(In(both.Right, model)),
        BinaryExpressionSyntax comparison => OfComparison(comparison, model),
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } not => OfAnswer(not.Operand, isTrue: false, model),
        _ => OfAnswer(condition, isTrue: true, model),
    };

    /// <summary>The change at a use of the field of the own object that ends the wait; null for any other use.</summary>
    public SyntaxNode? ChangeAt(SimpleNameSyntax name)
    {
        ExpressionSyntax whole = MemberUses.Whole(name);
        if (whole != name && whole is not MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax })
        {
            return null;
        }

        return whole.Parent switch
        {
            PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostDecrementExpression } or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreDecrementExpression }
                => EndsBy == Change.Less ? whole.Parent : null,
            PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression } or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression }
                => EndsBy == Change.More ? whole.Parent : null,
            AssignmentExpressionSyntax assignment when assignment.Left == whole => IsMadeBy(assignment) ? assignment : null,
            _ when MemberUses.CallOn(whole) is { } use => (EndsBy == Change.Less && CollectionCalls.IsRemoval(use.Name)) || (EndsBy == Change.More && CollectionCalls.IsAddition(use.Name)) ? use.Call : null,
            _ => null,
        };
    }

    private bool IsMadeBy(AssignmentExpressionSyntax assignment) => assignment.Kind() switch
    {
        SyntaxKind.SubtractAssignmentExpression => EndsBy == Change.Less,
        SyntaxKind.AddAssignmentExpression => EndsBy == Change.More,
        SyntaxKind.SimpleAssignmentExpression => assignment.Right.Kind() switch
        {
            SyntaxKind.TrueLiteralExpression => EndsBy == Change.True,
            SyntaxKind.FalseLiteralExpression => EndsBy == Change.False,
            SyntaxKind.NumericLiteralExpression => EndsBy == Change.Less && IsZero(assignment.Right),
            _ => false,
        },
        _ => false,
    };

    private static IEnumerable<WaitedState> OfComparison(BinaryExpressionSyntax comparison, SemanticModel model)
    {
        // Of a container and its limit, the limit stays.
        bool isMirrored = SizeOf(comparison.Left, model) is not { } left || (!left.IsContainer && SizeOf(comparison.Right, model) is { IsContainer: true });
        ExpressionSyntax other = isMirrored ? comparison.Left : comparison.Right;
        if (SizeOf(isMirrored ? comparison.Right : comparison.Left, model) is not { } size)
        {
            return [];
        }

        Change? ends = comparison.Kind() switch
        {
            SyntaxKind.GreaterThanExpression or SyntaxKind.GreaterThanOrEqualExpression => isMirrored ? Change.More : Change.Less,
            SyntaxKind.LessThanExpression or SyntaxKind.LessThanOrEqualExpression => isMirrored ? Change.Less : Change.More,
            SyntaxKind.EqualsExpression => IsZero(other) ? Change.More : size.IsContainer ? Change.Less : null,
            SyntaxKind.NotEqualsExpression when IsZero(other) => Change.Less,
            _ => null,
        };
        return ends is { } change ? [new WaitedState(size.Field, change)] : [];
    }

    private static IEnumerable<WaitedState> OfAnswer(ExpressionSyntax asked, bool isTrue, SemanticModel model) => asked switch
    {
        ParenthesizedExpressionSyntax inner => OfAnswer(inner.Expression, isTrue, model),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Any" } any, ArgumentList.Arguments.Count: 0 }
            when FieldOf(any.Expression, model) is { } field => [new WaitedState(field, isTrue ? Change.Less : Change.More)],
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "IsEmpty" } empty when FieldOf(empty.Expression, model) is { } field => [new WaitedState(field, isTrue ? Change.More : Change.Less)],
        _ when FieldOf(asked, model) is { Type.SpecialType: SpecialType.System_Boolean } flag => [new WaitedState(flag, isTrue ? Change.False : Change.True)],
        _ => [],
    };

    // A number, or how many a container has.
    private static (IFieldSymbol Field, bool IsContainer)? SizeOf(ExpressionSyntax expression, SemanticModel model) =>
        expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Count" } count && FieldOf(count.Expression, model) is { } container ? (container, true)
        : FieldOf(expression, model) is { Type.SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 } number ? (number, false)
        : null;

    private static IFieldSymbol? FieldOf(ExpressionSyntax expression, SemanticModel model) =>
        expression is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax }
        && model.GetSymbolInfo(expression).Symbol is IFieldSymbol { DeclaredAccessibility: Accessibility.Private, IsConst: false } field ? field : null;

    private static bool IsZero(ExpressionSyntax expression) => expression is LiteralExpressionSyntax { Token.Value: 0 };
}
