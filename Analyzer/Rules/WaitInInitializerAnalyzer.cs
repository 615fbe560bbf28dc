using System.Collections.Immutable;
using CrossRelease.Analyzers.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers;

/// <summary>XR2006: a wait without limit in code that the runtime runs under a lock of its own.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class WaitInInitializerAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.XR2006_WaitInInitializer];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSemanticModelAction(static model => DeadlockReporter.Report(model, Fault.WaitInInitializer, Rules.XR2006_WaitInInitializer));
    }
}
