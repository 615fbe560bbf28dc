using System.Collections.Immutable;
using CrossRelease.Analyzers.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers;

/// <summary>XR1005 reports waits for a completion that a path of its signaller never signals.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LostCompletionAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.XR1005_LostCompletion];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        ForgottenPulse.Rule.Register(context);
        StaleCheck.Rule.Register(context);
        context.RegisterSemanticModelAction(static model => DeadlockReporter.Report(model, Fault.LostCompletion, Rules.XR1005_LostCompletion));
    }
}
