using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers.Flow;

/// <summary>Signals that the last of several gives: it has counted itself off, and finds that nobody is left.</summary>
internal static class Countdowns
{
    /// <summary>What is counted down to nothing where the signal is given: a number, or a collection; null if it is given whatever is left.</summary>
    public static ExpressionSyntax? CounterOf(SyntaxNode signal)
    {
        SyntaxNode? function = MemberUses.FunctionAround(signal);
        return function is null ? null : signal.AncestorsAndSelf().TakeWhile(node => node != function).OfType<StatementSyntax>()
            .SelectMany(Conditions).Select(condition => CounterIn(condition.Test, condition.IsMet, function))
            .FirstOrDefault(counter => counter is not null && !CountsUp(function, counter));
    }

    // The tests that decide whether the statement is come to: of the if around it, and of those right before it that return.
    private static IEnumerable<(ExpressionSyntax Test, bool IsMet)> Conditions(StatementSyntax statement)
    {
        if (statement.Parent is IfStatementSyntax around && around.Statement == statement)
        {
            return Conjuncts(around.Condition).Select(static test => (test, true));
        }

        return statement.Parent is BlockSyntax block
            ? block.Statements.TakeWhile(other => other != statement).OfType<IfStatementSyntax>().Where(static test => test is { Else: null } && Returns(test.Statement)).Select(static test => (test.Condition, false))
            : [];
    }

    private static bool Returns(StatementSyntax statement) => statement is ReturnStatementSyntax
        || statement is BlockSyntax { Statements: { Count: 1 } statements } && statements[0] is ReturnStatementSyntax;

    private static IEnumerable<ExpressionSyntax> Conjuncts(ExpressionSyntax condition) => condition switch
    {
        ParenthesizedExpressionSyntax { Expression: var inner } => Conjuncts(inner),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression } both => Conjuncts(both.Left).Concat(Conjuncts(both.Right)),
        _ => [condition],
    };

    private static ExpressionSyntax? CounterIn(ExpressionSyntax test, bool isMet, SyntaxNode function) => test switch
    {
        BinaryExpressionSyntax comparison when IsNothing(comparison.Right) && AsksForNothing(comparison.Kind()) == isMet => Counted(comparison.Left, function),
        IsPatternExpressionSyntax { Pattern: ConstantPatternSyntax { Expression: var constant } } pattern when isMet && IsNothing(constant) => Counted(pattern.Expression, function),
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "IsEmpty" } empty when isMet => Emptied(empty.Expression, function),
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression, Operand: InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0, Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Any" } any } }
            when isMet => Emptied(any.Expression, function),
        _ => null,
    };

    private static bool IsNothing(ExpressionSyntax expression) => expression is LiteralExpressionSyntax { Token.Value: 0 };

    private static bool? AsksForNothing(SyntaxKind comparison) => comparison switch
    {
        SyntaxKind.EqualsExpression or SyntaxKind.LessThanOrEqualExpression => true,
        SyntaxKind.NotEqualsExpression or SyntaxKind.GreaterThanExpression => false,
        _ => null,
    };

    private static ExpressionSyntax? Counted(ExpressionSyntax number, SyntaxNode function) => number switch
    {
        IdentifierNameSyntax name => function.DescendantNodes().OfType<VariableDeclaratorSyntax>().FirstOrDefault(local => local.Identifier.ValueText == name.Identifier.ValueText) is { Initializer.Value: var initial }
            ? Decremented(initial) : null,
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Count" } count => Emptied(count.Expression, function),
        _ => Decremented(number),
    };

    private static ExpressionSyntax? Decremented(ExpressionSyntax number) => number switch
    {
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreDecrementExpression, Operand: var counter } => counter,
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Decrement", Expression: var type }, ArgumentList.Arguments: { Count: 1 } arguments }
            when type.ToString().EndsWith("Interlocked", StringComparison.Ordinal) => arguments[0].Expression,
        _ => null,
    };

    // A collection counts down where something is taken out of it.
    private static ExpressionSyntax? Emptied(ExpressionSyntax collection, SyntaxNode function) =>
        Calls(function, collection).Any(CollectionCalls.IsRemoval) ? collection : null;

    private static bool CountsUp(SyntaxNode function, ExpressionSyntax counter) =>
        Calls(function, counter).Any(CollectionCalls.IsAddition)
        || function.DescendantNodes().Any(node => node switch
        {
            PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression, Operand: var up } => AreOne(up, counter),
            PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression, Operand: var up } => AreOne(up, counter),
            AssignmentExpressionSyntax assignment => AreOne(assignment.Left, counter),
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Increment" or "Add" or "Exchange" }, ArgumentList.Arguments: { Count: > 0 } arguments } => AreOne(arguments[0].Expression, counter),
            _ => false,
        });

    private static IEnumerable<string> Calls(SyntaxNode function, ExpressionSyntax receiver) => function.DescendantNodes().OfType<InvocationExpressionSyntax>()
        .Select(static call => call.Expression).OfType<MemberAccessExpressionSyntax>().Where(access => AreOne(access.Expression, receiver)).Select(static access => access.Name.Identifier.ValueText);

    private static bool AreOne(ExpressionSyntax left, ExpressionSyntax right) => SyntaxFactory.AreEquivalent(WithoutThis(left), WithoutThis(right));

    private static ExpressionSyntax WithoutThis(ExpressionSyntax expression) => expression is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: var name } ? name : expression;
}
