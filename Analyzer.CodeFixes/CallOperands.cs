using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>What a call reads when it is made: its receiver and its arguments, and whether they would be the same a moment later.</summary>
internal static class CallOperands
{
    public static IEnumerable<ExpressionSyntax> Of(ExpressionSyntax call)
    {
        var (called, receiver) = call is ConditionalAccessExpressionSyntax conditional ? (conditional.WhenNotNull, conditional.Expression) : (call, null);
        return called switch
        {
            InvocationExpressionSyntax invocation =>
            [
                .. (receiver ?? ReceiverOf(invocation)) is { } on ? new[] { Waited(on) } : [],
                .. invocation.ArgumentList.Arguments.Select(argument => argument.Expression),
            ],
            BaseObjectCreationExpressionSyntax creation => creation.ArgumentList?.Arguments.Select(argument => argument.Expression) ?? [],
            MemberAccessExpressionSyntax access => [Waited(receiver ?? access.Expression)],
            _ => receiver is null ? [called] : [Waited(receiver)],
        };
    }

    private static ExpressionSyntax? ReceiverOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Expression,
        MemberBindingExpressionSyntax => null,
        var called => called,
    };

    /// <summary>Behind GetAwaiter and its like stands what is waited for; they do not block.</summary>
    private static ExpressionSyntax Waited(ExpressionSyntax receiver)
    {
        while (receiver is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "GetAwaiter" or "ConfigureAwait" or "AsTask" } access })
        {
            receiver = access.Expression;
        }

        return receiver;
    }

    /// <summary>Whether an expression gives the same value after the lock as under it.</summary>
    public static bool IsSteady(ExpressionSyntax expression, SemanticModel model)
    {
        expression = Unforgiven(expression);
        if (model.GetConstantValue(expression).HasValue
            || expression is ThisExpressionSyntax or BaseExpressionSyntax or DeclarationExpressionSyntax or AnonymousFunctionExpressionSyntax)
        {
            return true;
        }

        var on = expression is MemberAccessExpressionSyntax access ? access.Expression : null;
        return model.GetSymbolInfo(expression).Symbol switch
        {
            INamedTypeSymbol or INamespaceSymbol => true,
            IMethodSymbol when expression is IdentifierNameSyntax => true, // a method of the same object, called by its name
            ILocalSymbol { IsRef: false } => true,
            IParameterSymbol { RefKind: RefKind.None } => true,
            IFieldSymbol { IsReadOnly: true } => on is null || IsSteady(on, model),
            IPropertySymbol { IsStatic: true, IsReadOnly: true, DeclaringSyntaxReferences.Length: 0 } => true,
            IPropertySymbol { SetMethod: null, IsStatic: false, DeclaringSyntaxReferences.Length: 1 } property
                => property.DeclaringSyntaxReferences[0].GetSyntax() is PropertyDeclarationSyntax { ExpressionBody: null, AccessorList.Accessors: { Count: 1 } accessors }
                    && accessors[0] is { Body: null, ExpressionBody: null }
                    && !property.IsVirtual && !property.IsAbstract && !property.IsOverride && property.ContainingType.TypeKind != TypeKind.Interface && (on is null || IsSteady(on, model)),
            _ => expression is ParenthesizedExpressionSyntax or CastExpressionSyntax
                && IsSteady(expression is CastExpressionSyntax cast ? cast.Expression : ((ParenthesizedExpressionSyntax)expression).Expression, model),
        };
    }

    /// <summary>Whether a call under a lock reads nothing that it would not find the same before it: what its functions read counts as well.</summary>
    public static bool AreSteadyBefore(StatementSyntax held, ExpressionSyntax call, SemanticModel model)
        => Of(call).All(operand => IsSteady(operand, model)
            && !(model.GetSymbolInfo(operand).Symbol is ILocalSymbol local && IsDeclaredIn(local, held))
            && operand.DescendantNodesAndSelf().OfType<AnonymousFunctionExpressionSyntax>().All(function => IsOutsiders(function, model, held)));

    /// <summary>A function that uses nothing but its parameters and what was there before the lock, and keeps; and calls nothing that needs the lock.</summary>
    public static bool IsOutsiders(AnonymousFunctionExpressionSyntax function, SemanticModel model, StatementSyntax held)
        => function.DescendantNodes().OfType<IdentifierNameSyntax>().Select(name => model.GetSymbolInfo(name).Symbol).All(used => used switch
        {
            ILocalSymbol local => !IsDeclaredIn(local, held) || IsDeclaredIn(local, function),
            IFieldSymbol field => field.IsReadOnly,
            IMethodSymbol method => !method.ContainingAssembly.Equals(model.Compilation.Assembly, SymbolEqualityComparer.Default) || UnguardedUse.IsFree(method, model.Compilation),
            IPropertySymbol { ContainingType: var owner } => !owner.Equals(model.GetEnclosingSymbol(function.SpanStart)?.ContainingType, SymbolEqualityComparer.Default),
            _ => true,
        });

    private static bool IsDeclaredIn(ILocalSymbol local, SyntaxNode node) => local.DeclaringSyntaxReferences.Any(declared => node.Span.Contains(declared.Span));

    public static ExpressionSyntax Unforgiven(ExpressionSyntax operand)
        => operand is PostfixUnaryExpressionSyntax forgiven ? forgiven.Operand : operand;
}
