using CrossRelease.Analyzers.Graph;
using CrossRelease.Analyzers.Surface;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers;

/// <summary>
/// Reports the engine's findings of one fault, tree by tree: what a tree owns depends on all trees, so that an editor that
/// asks for one document and a build that asks for all get the same answer.
/// </summary>
internal static class DeadlockReporter
{
    public static void Report(SemanticModelAnalysisContext context, Fault fault, DiagnosticDescriptor descriptor)
    {
        bool follows = SurfaceOptions.Follows(context.Options.AnalyzerConfigOptionsProvider.GlobalOptions);
        DeadlockEngine engine = DeadlockEngine.For(context.SemanticModel.Compilation, follows);
        foreach (Finding finding in engine.FindingsIn(context.SemanticModel.SyntaxTree, context.CancellationToken))
        {
            if (finding.Fault == fault)
            {
                string elsewhere = engine.Elsewhere(finding);
                context.ReportDiagnostic(Diagnostic.Create(
                    elsewhere.Length == 0 ? descriptor : Analyzers.Rules.WithStepsElsewhere(descriptor, finding.Arguments.Length),
                    engine.LocationOf(finding.Place),
                    finding.IsSuggestion ? DiagnosticSeverity.Info : descriptor.DefaultSeverity,
                    finding.Steps.Select(engine.LocationOf),
                    properties: null,
                    elsewhere.Length == 0 ? [.. finding.Arguments] : [.. finding.Arguments, elsewhere]));
            }
        }
    }
}
