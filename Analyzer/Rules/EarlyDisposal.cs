using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers;

/// <summary>
/// A completion of one call that is disposed after a wait with a limit, while the code that signals it runs elsewhere: the kernel's
/// completion on the stack of a waiter that gave up.
/// </summary>
internal static class EarlyDisposal
{
    /// <summary>The signal that may come after the disposal; null if there is none, or another wait has no limit.</summary>
    public static InvocationExpressionSyntax? LateSignalOf(InvocationExpressionSyntax wait, ISymbol completion, CompletionKind kind, RuleNode context)
    {
        if (completion is not ILocalSymbol || completion.DeclaringSyntaxReferences[0].GetSyntax(context.CancellationToken) is not VariableDeclaratorSyntax variable)
        {
            return null;
        }

        InvocationExpressionSyntax? signal = null;
        bool isDisposed = IsUsing(variable);
        foreach ((SimpleNameSyntax name, SemanticModel model) in MemberUses.Of(completion, context.Compilation, context.SemanticModel, context.CancellationToken))
        {
            if (MemberUses.CallOn(name) is not { } use)
            {
                if (name.Parent is not MemberAccessExpressionSyntax)
                {
                    return null;
                }

                continue;
            }

            bool isOwn = MemberUses.FunctionAround(use.Call) == MemberUses.FunctionAround(variable);
            isDisposed |= isOwn && use.Name == "Dispose";
            if (isOwn && kind.Waits.Contains(use.Name))
            {
                // The first wait is told; one without a limit sees the signal.
                if (LimitOf(use.Call, model) != TimeLimit.Finite || use.Call.SpanStart < wait.SpanStart)
                {
                    return null;
                }
            }
            else if (!isOwn && kind.Signals.Contains(use.Name) && MayComeLate(use.Call, variable, model, context.CancellationToken))
            {
                signal ??= use.Call;
            }
        }

        return isDisposed && MemberUses.FunctionAround(wait) == MemberUses.FunctionAround(variable) ? signal : null;
    }

    private static TimeLimit LimitOf(InvocationExpressionSyntax wait, SemanticModel model) =>
        model.GetOperation(wait) is IInvocationOperation call ? TimeLimits.Of(call.TargetMethod, call.Arguments) : TimeLimit.None;

    /// <summary>Whether the signal is in a function that another context runs, which nobody waits for, and which does not catch its failure.</summary>
    private static bool MayComeLate(InvocationExpressionSyntax signal, VariableDeclaratorSyntax variable, SemanticModel model, CancellationToken cancellation)
    {
        if (MemberUses.FunctionAround(signal) is not AnonymousFunctionExpressionSyntax function
            || MemberUses.FunctionAround(function) != MemberUses.FunctionAround(variable)
            || signal.Ancestors().TakeWhile(node => node != function).OfType<TryStatementSyntax>().Any(static statement => statement.Catches.Count > 0))
        {
            return false;
        }

        return function.Parent switch
        {
            AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.AddAssignmentExpression } subscription
                => model.GetSymbolInfo(subscription.Left, cancellation).Symbol is IEventSymbol,
            ArgumentSyntax { Parent.Parent: ExpressionSyntax spawn } argument
                => Spawns(argument, spawn, model, cancellation) && IsLeftAlone(spawn, model, cancellation),
            _ => false,
        };
    }

    private static bool Spawns(ArgumentSyntax argument, ExpressionSyntax call, SemanticModel model, CancellationToken cancellation) =>
        model.GetSymbolInfo(call, cancellation).Symbol is IMethodSymbol method
        && argument.Parent is ArgumentListSyntax arguments
        && ApiModels.Shipped.Of(method).Any(effect => effect.Kind == EffectKind.Spawn
            && !effect.Target.IsReceiver
            && effect.Target.Parameter == arguments.Arguments.IndexOf(argument));

    /// <summary>Whether nobody can wait for what was started: it is kept nowhere, or only started.</summary>
    private static bool IsLeftAlone(ExpressionSyntax spawn, SemanticModel model, CancellationToken cancellation)
    {
        switch (spawn.Parent)
        {
            case ExpressionStatementSyntax:
            case AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" } }:
                return true;
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Start", Parent.Parent: ExpressionStatementSyntax }:
                return true;
            case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax kept } when model.GetDeclaredSymbol(kept, cancellation) is ILocalSymbol local:
                return MemberUses.Of(local, model.Compilation, model, cancellation)
                    .All(static use => MemberUses.CallOn(use.Name) is { Name: "Start" } || IsPropertyOf(use.Name));
            default:
                return false;
        }
    }

    // thread.IsBackground = true
    private static bool IsPropertyOf(SimpleNameSyntax name) =>
        name.Parent is MemberAccessExpressionSyntax { Parent: AssignmentExpressionSyntax assignment } access && assignment.Left == access;

    private static bool IsUsing(VariableDeclaratorSyntax variable) =>
        variable.Parent?.Parent is UsingStatementSyntax or LocalDeclarationStatementSyntax { UsingKeyword.RawKind: (int)SyntaxKind.UsingKeyword };
}
