using System.Collections.Immutable;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers;

/// <summary>XR4002: a completion that is waited for round after round and never reset, or that is disposed while its signal may still come.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CompletionReusedAnalyzer : DiagnosticAnalyzer
{
    // From the wait, not from the declaration: an editor shows only what an action reports in the node that it was called for.
    internal static LocalRule Rule { get; } = new([SyntaxKind.InvocationExpression], static _ => Analyze, "Wait");

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.XR4002_CompletionReused, Rules.XR4002_DisposedBeforeSignal];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        Rule.Register(context);
    }

    private static void Analyze(RuleNode context)
    {
        var wait = (InvocationExpressionSyntax)context.Node;
        if (wait.Expression is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Wait" or "WaitOne" or "WaitAsync" } access
            || context.SemanticModel.GetSymbolInfo(access.Expression, context.CancellationToken).Symbol is not { } completion
            || CompletionKind.Of(completion) is not { } kind)
        {
            return;
        }

        string waiter = context.SemanticModel.GetEnclosingSymbol(wait.SpanStart, context.CancellationToken) is { } member ? SymbolNames.OfBody(member) : "the program";
        if (kind.IsReset && ReusedCompletion.SignalOf(wait, completion, kind, context) is { } lasting)
        {
            context.Report(
                Rules.XR4002_CompletionReused, wait.GetLocation(), [lasting.GetLocation()], completion.Name, waiter, completion.Name, lasting.ToString(), kind.Reset!);
        }
        else if (kind.ThrowsOnceDisposed && EarlyDisposal.LateSignalOf(wait, completion, kind, context) is { } late)
        {
            context.Report(
                Rules.XR4002_DisposedBeforeSignal, wait.GetLocation(), [completion.Locations[0], late.GetLocation()], completion.Name, waiter, completion.Name, late.ToString());
        }
    }
}
