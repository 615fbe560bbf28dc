using System.Collections.Generic;
using System.Linq;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>
/// A wait that ends the body of the locks around it: only other waits and a return of a local or a constant follow it, and each lock is the last
/// statement of the next one's body. Then running it after the locks changes nothing but what is held.
/// </summary>
internal sealed class LockedWait
{
    private LockedWait(IReadOnlyList<ExpressionSyntax> expressions, BlockSyntax body, IReadOnlyList<StatementSyntax> moved, StatementSyntax outermost)
    {
        Expressions = expressions;
        Body = body;
        Moved = moved;
        Outermost = outermost;
    }

    /// <summary>The wait and those behind it, each with the <c>?.</c> before it.</summary>
    public IReadOnlyList<ExpressionSyntax> Expressions { get; }

    /// <summary>The body of the innermost lock.</summary>
    public BlockSyntax Body { get; }

    /// <summary>The statements of the waits, and the return behind them.</summary>
    public IReadOnlyList<StatementSyntax> Moved { get; }

    /// <summary>The lock that everything moves behind.</summary>
    public StatementSyntax Outermost { get; }

    public static LockedWait? Find(SyntaxNode root, TextSpan span, SemanticModel model)
    {
        if (root.FindNode(span, getInnermostNodeForTie: true) is not ExpressionSyntax found
            || WithNullCheck(found) is not { } first
            || !IsWait(first, model)
            || StatementOf(first, model) is not { Parent: BlockSyntax body } statement
            || OutermostLock(body) is not { } outermost)
        {
            return null;
        }

        var moved = body.Statements.SkipWhile(other => other != statement).ToList();
        var waits = new List<ExpressionSyntax> { first };
        foreach (var behind in moved.Skip(1))
        {
            if (behind is ExpressionStatementSyntax next && IsWait(next.Expression, model))
            {
                waits.Add(next.Expression);
            }
            else if (behind is not ReturnStatementSyntax end || !NeedsNoLock(end.Expression, model))
            {
                return null;
            }
        }

        return moved.Any(IsHardToMove) ? null : new LockedWait(waits, body, moved, outermost);
    }

    /// <summary>
    /// The call itself waits: one into the same program may do more than that, and do it under the lock on purpose. Monitor.Wait is not one of these:
    /// it needs its lock.
    /// </summary>
    private static bool IsWait(ExpressionSyntax expression, SemanticModel model)
    {
        var called = expression is ConditionalAccessExpressionSyntax conditional ? conditional.WhenNotNull : expression;
        return model.GetSymbolInfo(called).Symbol is { } waited
            && !SymbolEqualityComparer.Default.Equals(waited.ContainingAssembly, model.Compilation.Assembly)
            && ApiModels.Shipped.Of(waited, ReceiverOf(expression, model)).Any(effect => effect.Kind is EffectKind.Wait or EffectKind.WaitAny or EffectKind.SemaphoreWait);
    }

    private static ITypeSymbol? ReceiverOf(ExpressionSyntax expression, SemanticModel model)
    {
        var receiver = expression switch
        {
            ConditionalAccessExpressionSyntax conditional => conditional.Expression,
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } => access.Expression,
            MemberAccessExpressionSyntax access => access.Expression,
            _ => null,
        };
        return receiver is null ? null : model.GetTypeInfo(receiver).Type;
    }

    private static ExpressionSyntax? WithNullCheck(ExpressionSyntax found)
    {
        if (found is not (InvocationExpressionSyntax or MemberAccessExpressionSyntax))
        {
            return null;
        }

        return found.Parent is ConditionalAccessExpressionSyntax conditional && conditional.WhenNotNull == found ? conditional : found;
    }

    /// <summary>The statement, when the wait is all that it does but for keeping or returning the result.</summary>
    private static StatementSyntax? StatementOf(ExpressionSyntax wait, SemanticModel model) => wait.Parent switch
    {
        ExpressionStatementSyntax statement => statement,
        ReturnStatementSyntax statement => statement,
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax declaration } } }
            when declaration.UsingKeyword.IsKind(SyntaxKind.None) => declaration,
        AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Parent: ExpressionStatementSyntax statement } assignment
            when assignment.Right == wait && model.GetSymbolInfo(assignment.Left).Symbol is ILocalSymbol or IParameterSymbol { RefKind: RefKind.None } or IDiscardSymbol => statement,
        _ => null,
    };

    private static bool NeedsNoLock(ExpressionSyntax? returned, SemanticModel model)
        => returned is null
            || model.GetConstantValue(returned).HasValue
            || returned is ThisExpressionSyntax
            || model.GetSymbolInfo(returned).Symbol is ILocalSymbol or IParameterSymbol { RefKind: RefKind.None };

    private static StatementSyntax? OutermostLock(BlockSyntax body)
    {
        StatementSyntax? outermost = null;
        for (var inner = body; inner?.Parent is StatementSyntax held && IsLock(held); inner = held.Parent as BlockSyntax)
        {
            if (outermost is not null && inner.Statements.Last() != outermost)
            {
                return null;
            }

            outermost = held;
        }

        // Another lock farther out would still be held; a lock without a block around it leaves no place to move to.
        return outermost?.Parent is BlockSyntax or SwitchSectionSyntax or GlobalStatementSyntax && !Around(outermost).Any(IsLock) ? outermost : null;
    }

    private static IEnumerable<SyntaxNode> Around(SyntaxNode node)
        => node.Ancestors().TakeWhile(ancestor => ancestor is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax));

    private static bool IsLock(SyntaxNode node)
        => node is LockStatementSyntax
            or UsingStatementSyntax { Declaration: null, Expression: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "EnterScope" or "EnterReadScope" or "EnterWriteScope" } } };

    /// <summary>Directives do not move with a statement, and a string over several lines would change with its indentation.</summary>
    private static bool IsHardToMove(StatementSyntax statement)
        => statement.ContainsDirectives
            || statement.DescendantTokens().Any(token => token.IsKind(SyntaxKind.StringLiteralToken) || token.IsKind(SyntaxKind.MultiLineRawStringLiteralToken) ? token.Text.Contains('\n') : false)
            || statement.DescendantNodes().Any(node => node is AnonymousFunctionExpressionSyntax or InterpolatedStringExpressionSyntax);
}
