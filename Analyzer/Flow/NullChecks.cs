using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers.Flow;

/// <summary>Exceptions that are thrown for a null alone.</summary>
internal static class NullChecks
{
    /// <summary>Whether a test for null stands right before the throw of the exception.</summary>
    public static bool IsThrown(SyntaxNode exception)
    {
        SyntaxNode thrown = exception.Parent is ThrowExpressionSyntax or ThrowStatementSyntax ? exception.Parent : exception;
        SyntaxNode? guarded = thrown.Parent is BlockSyntax block && block.Statements[0] == thrown ? block : thrown;
        return guarded?.Parent switch
        {
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression } => true,
            IfStatementSyntax test => test.Statement == guarded && IsNullTest(test.Condition),
            _ => false,
        };
    }

    private static bool IsNullTest(ExpressionSyntax condition) => condition switch
    {
        IsPatternExpressionSyntax { Pattern: ConstantPatternSyntax { Expression: var expression } } => IsNull(expression),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression } comparison => IsNull(comparison.Left) || IsNull(comparison.Right),
        _ => false,
    };

    private static bool IsNull(ExpressionSyntax expression) => expression.IsKind(SyntaxKind.NullLiteralExpression);
}
