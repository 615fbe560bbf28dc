using System.Collections.Immutable;
using CrossRelease.Analyzers.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers;

/// <summary>XR2004 reports locks of a thread that are held over an await or a yield.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LockHeldOverAwaitAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.XR2004_LockHeldOverAwait];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSemanticModelAction(static model => DeadlockReporter.Report(model, Fault.LockHeldOverAwait, Rules.XR2004_LockHeldOverAwait));
    }
}
