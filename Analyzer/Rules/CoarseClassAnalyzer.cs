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
            DeadlockReporter.Report(model, Fault.ClassClosesRing, Rules.XR3001_ClassClosesRing);
            DeadlockReporter.Report(model, Fault.ClassNests, Rules.XR3001_ClassNests);
            DeadlockReporter.Report(model, Fault.ClassIsShared, Rules.XR3001_ClassIsShared);
        });
    }

    /// <summary>Whether the place is a factory's, which hands out what it makes there: that is XR3002's report.</summary>
    internal static bool IsHiddenSite(Finding finding, SemanticModel model, CancellationToken cancellation) =>
        model.GetEnclosingSymbol(finding.Place.Span.Start, cancellation) is IMethodSymbol { MethodKind: not MethodKind.AnonymousFunction } member
        && CreationSymbols.From(model.Compilation) is { } symbols
        && new WrapperHidesSiteCreations(model.Compilation, symbols, model, cancellation).Of(member).Any(creation => creation.Expression.Span == finding.Place.Span);
}
