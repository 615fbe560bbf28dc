using System.Collections.Immutable;
using CrossRelease.Analyzers.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
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
        context.RegisterSemanticModelAction(static model => DeadlockReporter.Report(
            model, Fault.NestedInstances, Rules.XR3004_NestedInstances, finding => !IsDeclared(finding.Arguments[1], model)));
    }

    // Lockdep.SetOrder(_gate.Map, …), wherever that is: found by its words and those around it, since a class has many instances and one declaration.
    private static bool IsDeclared(string @lock, SemanticModelAnalysisContext context) =>
        context.SemanticModel.Compilation.SyntaxTrees
            .SelectMany(tree => tree.GetRoot(context.CancellationToken).DescendantNodes().OfType<InvocationExpressionSyntax>())
            .Any(call => call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "SetOrder" or "SetSubclass" or "SetClass" }
                && call.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { } member
                && member.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText == @lock));
}
