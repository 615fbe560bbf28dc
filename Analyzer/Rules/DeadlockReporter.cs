using System.Collections.Immutable;
using CrossRelease.Analyzers.Graph;
using CrossRelease.Analyzers.Options;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers;

/// <summary>
/// Reports the engine's findings of one fault, tree by tree: what a tree owns depends on all trees, so that an editor that
/// asks for one document and a build that asks for all get the same answer.
/// </summary>
internal static class DeadlockReporter
{
    /// <summary>The property of a diagnostic that only its author can mend: which ways are to keep what they have, no code tells.</summary>
    public const string ByHandProperty = "ByHand";

    public static void Report(SemanticModelAnalysisContext context, Fault fault, DiagnosticDescriptor descriptor)
    {
        if (EditorSwitch.IsOff(context.Options, context.SemanticModel.SyntaxTree))
        {
            return;
        }

        DeadlockEngine engine = EngineOf(context);
        ImmutableArray<Finding> findings = engine.FindingsIn(context.SemanticModel.SyntaxTree, context.CancellationToken);
        if (findings.IsEmpty)
        {
            return;
        }

        foreach (Finding finding in findings)
        {
            if (finding.Fault == fault && IsTold(finding, engine, context.SemanticModel.Compilation, context.CancellationToken, context.SemanticModel) && !IsMuted(finding, descriptor, engine, context.Options, context.CancellationToken))
            {
                string elsewhere = engine.Elsewhere(finding);
                ImmutableDictionary<string, string?> properties = ImmutableDictionary<string, string?>.Empty.Add(Baseline.FingerprintProperty, finding.Fingerprint);
                context.ReportDiagnostic(Diagnostic.Create(
                    elsewhere.Length == 0 ? descriptor : Analyzers.Rules.WithStepsElsewhere(descriptor, finding.Arguments.Length),
                    engine.LocationOf(finding.Place),
                    finding.IsSuggestion ? DiagnosticSeverity.Info : descriptor.DefaultSeverity,
                    finding.Steps.Select(engine.LocationOf),
                    finding.Fault is Fault.AnswerHidesLock or Fault.HandleDropped ? properties.Add(ByHandProperty, null) : properties,
                    elsewhere.Length == 0 ? [.. finding.Arguments] : [.. finding.Arguments, elsewhere]));
            }
        }
    }

    /// <summary>The engine of what an action was called for, as the project's options want it.</summary>
    public static DeadlockEngine EngineOf(SemanticModelAnalysisContext context) =>
        EngineOf(context.SemanticModel.Compilation, context.Options, context.CancellationToken);

    public static DeadlockEngine EngineOf(Compilation compilation, AnalyzerOptions options, CancellationToken cancellation) =>
        DeadlockEngine.For(compilation, AnalysisSettings.Of(compilation, options, cancellation));

    /// <summary>Whether the finding's rule reports it, rather than leave it to another rule's report. What is not told counts for nothing: for no baseline, and for no fix.</summary>
    public static bool IsTold(Finding finding, DeadlockEngine engine, Compilation compilation, CancellationToken cancellation, SemanticModel? atHand = null) =>
        finding.Fault is not (Fault.ClassClosesRing or Fault.ClassIsShared or Fault.ClassNests)
        || engine.TreeOf(finding.Place) is not { } tree
        || !CoarseClassAnalyzer.IsHiddenSite(finding, SemanticModels.Of(compilation, tree, atHand), cancellation);

    /// <summary>Whether a baseline names the finding, or the source suppresses its rule at one of its steps.</summary>
    public static bool IsMuted(Finding finding, DiagnosticDescriptor rule, DeadlockEngine engine, AnalyzerOptions options, CancellationToken cancellation) =>
        Baseline.Of(options, cancellation).Any(baseline => baseline.Contains(finding.Fingerprint))
        || finding.Steps.Any(step => engine.TreeOf(step) is { } tree && StepSuppressions.Covers(tree, step.Span, rule.Id, cancellation));

    /// <summary>The rule of a fault that has two sides; null for others.</summary>
    public static DiagnosticDescriptor? RuleOf(Fault fault) => fault switch
    {
        Fault.CrossReleaseCycle => Rules.XR1001_CrossReleaseCycle,
        Fault.CompletionRing => Rules.XR1001_CompletionRing,
        Fault.LoopRing => Rules.XR1001_LoopRing,
        Fault.LockOrderCycle => Rules.XR1002_LockOrderCycle,
        Fault.LostCompletion => Rules.XR1005_LostCompletion,
        Fault.BlockedContext => Rules.XR1006_BlockedContext,
        Fault.BlockedContinuation => Rules.XR1006_BlockedContinuation,
        Fault.BlockedScheduler => Rules.XR1006_BlockedScheduler,
        Fault.BlockedTurn => Rules.XR1006_BlockedTurn,
        Fault.BlockedCaller => Rules.XR1006_BlockedCaller,
        _ => null,
    };
}
