using System.Collections.Immutable;
using CrossRelease.Analyzers.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers;

/// <summary>XR2005 reports locks that are not released on some path.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LockNotReleasedAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.XR2005_LockNotReleased, Rules.XR2005_AnswerHidesLock, Rules.XR2005_HandleDropped];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSemanticModelAction(static model =>
        {
            DeadlockReporter.Report(model, Fault.LockNotReleased, Rules.XR2005_LockNotReleased);
            DeadlockReporter.Report(model, Fault.AnswerHidesLock, Rules.XR2005_AnswerHidesLock);
            DeadlockReporter.Report(model, Fault.HandleDropped, Rules.XR2005_HandleDropped);
        });
    }
}
