using System.Collections.Immutable;
using CrossRelease.Analyzers.Graph;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers;

/// <summary>XR3001: one line creates completions of several purposes, and they are one lock class.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CoarseClassAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.XR3001_ClassClosesRing, Rules.XR3001_ClassIsShared, Rules.XR3001_ClassNests];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSemanticModelAction(static model =>
        {
            DeadlockReporter.Report(model, Fault.ClassClosesRing, Rules.XR3001_ClassClosesRing, finding => !IsHiddenSite(finding, model));
            DeadlockReporter.Report(model, Fault.ClassNests, Rules.XR3001_ClassNests, finding => !IsHiddenSite(finding, model));
            DeadlockReporter.Report(model, Fault.ClassIsShared, Rules.XR3001_ClassIsShared, finding => !IsHiddenSite(finding, model));
        });
    }

    // What a factory hands out is XR3002's report, at the factory.
    private static bool IsHiddenSite(Finding finding, SemanticModelAnalysisContext context) =>
        context.SemanticModel.GetEnclosingSymbol(finding.Place.Span.Start, context.CancellationToken) is IMethodSymbol { MethodKind: not MethodKind.AnonymousFunction } member
        && CreationSymbols.From(context.SemanticModel.Compilation) is { } symbols
        && new WrapperHidesSiteCreations(context.SemanticModel.Compilation, symbols, context.SemanticModel, context.CancellationToken)
            .Of(member).Any(creation => creation.Expression.Span == finding.Place.Span);
}
