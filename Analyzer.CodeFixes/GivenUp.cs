using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>
/// A statement that gives up what another one has been called on: a field is set to nothing, a collection is emptied. Who has taken it into a local
/// before may use it after. All else that is written behind a call may be what the call has to come before.
/// </summary>
internal static class GivenUp
{
    public static bool IsBy(StatementSyntax statement, StatementSyntax used, SemanticModel model)
        => (statement as ExpressionStatementSyntax)?.Expression switch
        {
            AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment
                => Uses(assignment.Left, used, model) > 0 && CallOperands.Unforgiven(assignment.Right).Kind() is SyntaxKind.NullLiteralExpression or SyntaxKind.DefaultLiteralExpression,

            // Of a collection that is emptied only a loop takes what is in it.
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Clear" } access } call
                => used is CommonForEachStatementSyntax loop && Uses(access.Expression, loop, model) == 1 && Uses(access.Expression, loop.Expression, model) == 1
                    && model.GetSymbolInfo(call).Symbol?.ContainingNamespace.ToDisplayString().StartsWith("System.Collections", System.StringComparison.Ordinal) == true,
            _ => false,
        };

    private static int Uses(ExpressionSyntax given, SyntaxNode used, SemanticModel model)
        => model.GetSymbolInfo(given).Symbol is IFieldSymbol ? used.DescendantNodesAndSelf().OfType<ExpressionSyntax>().Count(expression => SyntaxFactory.AreEquivalent(expression, given)) : 0;
}
