using System.Collections.Immutable;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>What a called member of a known API does, asked from syntax.</summary>
internal static class ApiEffects
{
    /// <summary>Empty for a member of the same program: such a call may do more than its name says.</summary>
    public static ImmutableArray<Effect> Of(ExpressionSyntax expression, SemanticModel model)
    {
        var called = expression is ConditionalAccessExpressionSyntax conditional ? conditional.WhenNotNull : expression;
        return model.GetSymbolInfo(called).Symbol is { } member && !SymbolEqualityComparer.Default.Equals(member.ContainingAssembly, model.Compilation.Assembly)
            ? ApiModels.Shipped.Of(member, ReceiverOf(expression) is { } receiver ? model.GetTypeInfo(receiver).Type : null)
            : [];
    }

    /// <summary>What a call or a member access is made on, null where nothing is written.</summary>
    public static ExpressionSyntax? ReceiverOf(ExpressionSyntax expression) => expression switch
    {
        ConditionalAccessExpressionSyntax conditional => conditional.Expression,
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } => access.Expression,
        MemberAccessExpressionSyntax access => access.Expression,
        _ => null,
    };
}
