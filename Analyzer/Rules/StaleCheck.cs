using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers;

/// <summary>
/// A wait for a monitor's pulse by whoever has asked for the state before it took the monitor, and not again since: a change and its pulse in between are lost.
/// </summary>
/// <remarks>The state is a private field that a loop around the lock asks for. What else whoever changes it does to what is asked for under the lock may end the wait.</remarks>
internal static class StaleCheck
{
    public static LocalRule Rule { get; } = new([SyntaxKind.InvocationExpression], static _ => Analyze, "Wait");

    private static void Analyze(RuleNode context)
    {
        var wait = (InvocationExpressionSyntax)context.Node;
        if (wait.ArgumentList.Arguments.Count != 1
            || MonitorCalls.GateOf(wait, "Wait", context.SemanticModel) is not { Kind: SymbolKind.Field or SymbolKind.Property } gate
            || wait.Ancestors().TakeWhile(static outer => !MemberUses.IsFunction(outer)).OfType<LockStatementSyntax>().FirstOrDefault() is not { } held
            || !SymbolEqualityComparer.Default.Equals(context.SemanticModel.GetSymbolInfo(held.Expression).Symbol, gate)
            || held.Ancestors().TakeWhile(static outer => !MemberUses.IsFunction(outer)).OfType<WhileStatementSyntax>().FirstOrDefault() is not { } loop)
        {
            return;
        }

        HashSet<string> asked = [.. held.Statement.DescendantNodes().OfType<SimpleNameSyntax>().Select(static name => name.Identifier.ValueText)];
        foreach (WaitedState state in WaitedState.In(loop.Condition, context.SemanticModel).Where(state => !asked.Contains(state.Field.Name)))
        {
            foreach ((SimpleNameSyntax name, SemanticModel model) in MemberUses.Of(state.Field, context.Compilation, context.SemanticModel, context.CancellationToken))
            {
                if (state.ChangeAt(name) is { } change
                    && MemberUses.FunctionAround(change) is { } changer and not ConstructorDeclarationSyntax
                    && !changer.Contains(wait)
                    && PulsesAfter(change, changer, gate, model)
                    && !ChangesOther(changer, state.Field.Name, asked))
                {
                    context.Report(
                        Rules.XR1005_LostCompletion, wait.GetLocation(), [change.GetLocation()], "check " + state.Field.Name,
                        MonitorCalls.NameOf(wait, context.SemanticModel), gate.Name,
                        $"'{MonitorCalls.NameOf(change, model)}' can change '{state.Field.Name}' and pulse after it was asked for, and before this waits. Ask for it again under the lock.");
                    return;
                }
            }
        }
    }

    private static bool PulsesAfter(SyntaxNode change, SyntaxNode changer, ISymbol gate, SemanticModel model) => changer.DescendantNodes().OfType<InvocationExpressionSyntax>()
        .Any(call => call.SpanStart > change.SpanStart && SymbolEqualityComparer.Default.Equals(MonitorCalls.GateOf(call, "Pulse", model), gate));

    private static bool ChangesOther(SyntaxNode changer, string state, HashSet<string> asked) => changer.DescendantNodes().OfType<SimpleNameSyntax>()
        .Where(name => name.Identifier.ValueText != state && asked.Contains(name.Identifier.ValueText)).Select(MemberUses.Whole)
        .Any(static whole => whole.Parent is AssignmentExpressionSyntax assignment && assignment.Left == whole
            || whole.Parent is PostfixUnaryExpressionSyntax or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression }
            || (MemberUses.CallOn(whole) is { } use && CollectionCalls.IsAddition(use.Name)));
}
