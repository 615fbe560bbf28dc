using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers.Flow;

/// <summary>What the test right before a throw asks.</summary>
internal static class ThrowConditions
{
    /// <summary>Whether the exception is thrown for a null alone.</summary>
    public static bool AskForNull(SyntaxNode exception) => Guarded(exception) switch
    {
        { Parent: BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression } } => true,
        { Parent: IfStatementSyntax test } guarded => test.Statement == guarded && IsNullTest(test.Condition),
        _ => false,
    };

    /// <summary>Whether a test of variables, and of no parameter, decides: what the body has worked out, a caller cannot have known.</summary>
    public static bool AskForResults(SyntaxNode exception, SemanticModel model)
    {
        SyntaxNode? guarded = Guarded(exception);
        if ((guarded?.Parent is ElseClauseSyntax otherwise ? otherwise.Parent : guarded?.Parent) is not IfStatementSyntax { Condition: var condition })
        {
            return false;
        }

        ISymbol?[] places = [.. condition.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(name => model.GetSymbolInfo(name).Symbol)];
        return places.OfType<ILocalSymbol>().Any() && !places.OfType<IParameterSymbol>().Any();
    }

    private static SyntaxNode? Guarded(SyntaxNode exception)
    {
        SyntaxNode thrown = exception.Parent is ThrowExpressionSyntax or ThrowStatementSyntax ? exception.Parent : exception;
        return thrown.Parent is BlockSyntax block && block.Statements[0] == thrown ? block : thrown;
    }

    private static bool IsNullTest(ExpressionSyntax condition) => condition switch
    {
        IsPatternExpressionSyntax { Pattern: ConstantPatternSyntax { Expression: var expression } } => IsNull(expression),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression } comparison => IsNull(comparison.Left) || IsNull(comparison.Right),
        _ => false,
    };

    private static bool IsNull(ExpressionSyntax expression) => expression.IsKind(SyntaxKind.NullLiteralExpression);
}
