using System.Collections.Immutable;
using CrossRelease.Analyzers.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers;

/// <summary>XR1001: a wait under a lock, or by who owes another completion, that the signaller needs first.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CrossReleaseCycleAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.XR1001_CrossReleaseCycle, Rules.XR1001_CompletionRing, Rules.XR1001_LoopRing];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSemanticModelAction(static model =>
        {
            DeadlockReporter.Report(model, Fault.CrossReleaseCycle, Rules.XR1001_CrossReleaseCycle);
            DeadlockReporter.Report(model, Fault.CompletionRing, Rules.XR1001_CompletionRing);
            DeadlockReporter.Report(model, Fault.LoopRing, Rules.XR1001_LoopRing);
        });
    }
}
