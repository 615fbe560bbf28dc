using CrossRelease.Analyzers.Models;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers;

/// <summary>A completion that is done for all after the first round, and waited for in every round.</summary>
/// <remarks>
/// A round is certain in two shapes only: a loop that starts the signaller anew and waits for it, and a handshake, where one side signals a
/// request and waits, and the other one waits for the request in a loop and signals. A wait in a loop alone may be for a gate that opens once.
/// </remarks>
internal static class ReusedCompletion
{
    /// <summary>The signal after which the wait lets everyone pass in the next rounds; null if there is none, or a reset.</summary>
    public static InvocationExpressionSyntax? SignalOf(InvocationExpressionSyntax wait, ISymbol completion, CompletionKind kind, RuleNode context)
    {
        InvocationExpressionSyntax? found = null;
        foreach ((SimpleNameSyntax name, SemanticModel model) in MemberUses.Of(completion, context.Compilation, context.SemanticModel, context.CancellationToken))
        {
            ExpressionSyntax whole = MemberUses.Whole(name);
            if (MemberUses.CallOn(whole) is not { } use)
            {
                if (whole.Parent is MemberAccessExpressionSyntax)
                {
                    continue;
                }

                // Handed to code that may reset it, or replaced.
                return null;
            }

            if (use.Name == kind.SignalAll)
            {
                found ??= IsStartedEachRound(wait, use.Call, completion, context) || IsHandshake(wait, context.SemanticModel, use.Call, model) ? use.Call : null;
            }
            else if (use.Name == kind.Reset || kind.Signals.Contains(use.Name))
            {
                return null;
            }
        }

        return found;
    }

    private static bool IsStartedEachRound(InvocationExpressionSyntax wait, SyntaxNode signal, ISymbol completion, RuleNode context) =>
        LoopAround(wait) is { } loop
        && loop.Contains(MemberUses.FunctionAround(signal))
        && !IsDeclaredIn(completion, loop)
        && !IsOfVariableIn(wait, loop, context.SemanticModel);

    private static bool IsDeclaredIn(ISymbol symbol, SyntaxNode code) => symbol.DeclaringSyntaxReferences.Any(declared => code.Contains(declared.GetSyntax()));

    // The completion belongs to what a variable of that code names, which may be another object each time.
    private static bool IsOfVariableIn(InvocationExpressionSyntax wait, SyntaxNode code, SemanticModel model)
    {
        ExpressionSyntax root = wait.Expression;
        while (root is MemberAccessExpressionSyntax access)
        {
            root = access.Expression;
        }

        return model.GetSymbolInfo(root).Symbol is (ILocalSymbol or IParameterSymbol) and var variable && IsDeclaredIn(variable, code);
    }

    private static bool IsHandshake(InvocationExpressionSyntax wait, SemanticModel waitModel, SyntaxNode signal, SemanticModel signalModel)
    {
        if (MemberUses.FunctionAround(wait) is not { } asker || LoopAround(signal) is not { } rounds || MemberUses.FunctionAround(signal) == asker || IsOfVariableIn(wait, asker, waitModel))
        {
            return false;
        }

        var requests = Calls(asker, waitModel, EffectKind.Signal).Where(call => call.Call.SpanStart < wait.SpanStart).Select(static call => call.Target).ToList();
        return requests.Count > 0
            && Calls(rounds, signalModel, EffectKind.Wait).Any(call => call.Call.SpanStart < signal.SpanStart && requests.Contains(call.Target, SymbolEqualityComparer.Default));
    }

    private static IEnumerable<(InvocationExpressionSyntax Call, ISymbol Target)> Calls(SyntaxNode code, SemanticModel model, EffectKind kind)
    {
        foreach (InvocationExpressionSyntax call in code.DescendantNodes().OfType<InvocationExpressionSyntax>())
        {
            if (call.Expression is MemberAccessExpressionSyntax access
                && ApiModels.Shipped.MayModel(access.Name.Identifier.ValueText)
                && model.GetSymbolInfo(call).Symbol is { } called
                && ApiModels.Shipped.Of(called).Any(effect => IsOf(effect.Kind, kind))
                && model.GetSymbolInfo(access.Expression).Symbol is { } target)
            {
                yield return (call, target);
            }
        }
    }

    private static bool IsOf(EffectKind effect, EffectKind kind) =>
        effect == kind || (kind == EffectKind.Signal ? effect == EffectKind.SemaphoreRelease : effect == EffectKind.SemaphoreWait);

    private static SyntaxNode? LoopAround(SyntaxNode node)
    {
        for (SyntaxNode? outer = node.Parent; outer is not null && !MemberUses.IsFunction(outer); outer = outer.Parent)
        {
            if (outer is WhileStatementSyntax or ForStatementSyntax or DoStatementSyntax or CommonForEachStatementSyntax)
            {
                return outer;
            }
        }

        return null;
    }
}
