using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Benchmarks.Analysis;

/// <summary>
/// An analyzer with one empty compilation-start action: what any analyzer costs. The compiler is given this very assembly,
/// in which it is the only analyzer that says that it is one.
/// </summary>
#pragma warning disable RS1013, RS1036, RS1041 // it is there to do nothing, and only in the compiler that runs on this very framework
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EmptyAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [EmptyRule.Descriptor];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start => start.RegisterCompilationEndAction(static _ => { }));
    }
}

/// <summary>An analyzer with one empty action for each tree's semantic model: the least that an editor can ask for.</summary>
#pragma warning disable RS1001 // with the attribute, the compiler would load it along with the one above
internal sealed class EmptyTreeAnalyzer : DiagnosticAnalyzer
#pragma warning restore RS1001
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [EmptyRule.Descriptor];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSemanticModelAction(static _ => { });
    }
}

internal static class EmptyRule
{
    internal static DiagnosticDescriptor Descriptor { get; } = new(
        "EMPTY", "Never reported", "Never reported", "Measuring", DiagnosticSeverity.Warning, isEnabledByDefault: true);
}
