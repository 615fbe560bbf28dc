using System.Collections.Immutable;
using CrossRelease.Analyzers.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers;

/// <summary>XR2003: continuations, callbacks or code of others run while a lock is held.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ForeignCodeUnderLockAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.XR2003_ForeignCodeUnderLock];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSemanticModelAction(static model => DeadlockReporter.Report(model, Fault.ForeignCodeUnderLock, Rules.XR2003_ForeignCodeUnderLock));
    }
}
