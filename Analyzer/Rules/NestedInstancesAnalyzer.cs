using System.Collections.Immutable;
using CrossRelease.Analyzers.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers;

/// <summary>XR3004: two locks of one class nest, parent to child only, and nothing declares that order.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NestedInstancesAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.XR3004_NestedInstances];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSemanticModelAction(static model => DeadlockReporter.Report(model, Fault.NestedInstances, Rules.XR3004_NestedInstances));
    }
}
