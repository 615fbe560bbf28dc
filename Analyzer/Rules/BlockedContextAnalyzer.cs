using System.Collections.Immutable;
using CrossRelease.Analyzers.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers;

/// <summary>XR1006: a wait that blocks the only thread which could end it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BlockedContextAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.XR1006_BlockedContext, Rules.XR1006_BlockedContinuation, Rules.XR1006_BlockedScheduler, Rules.XR1006_BlockedTurn, Rules.XR1006_BlockedCaller];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSemanticModelAction(static model =>
        {
            DeadlockReporter.Report(model, Fault.BlockedContext, Rules.XR1006_BlockedContext);
            DeadlockReporter.Report(model, Fault.BlockedContinuation, Rules.XR1006_BlockedContinuation);
            DeadlockReporter.Report(model, Fault.BlockedScheduler, Rules.XR1006_BlockedScheduler);
            DeadlockReporter.Report(model, Fault.BlockedTurn, Rules.XR1006_BlockedTurn);
            DeadlockReporter.Report(model, Fault.BlockedCaller, Rules.XR1006_BlockedCaller);
        });
    }
}
