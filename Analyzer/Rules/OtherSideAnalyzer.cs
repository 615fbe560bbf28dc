using System.Collections.Immutable;
using System.Globalization;
using CrossRelease.Analyzers.Graph;
using CrossRelease.Analyzers.Options;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers;

/// <summary>XR9005: whoever works in the file of the other side of a deadlock sees that there is one.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OtherSideAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.XR9005_OtherSide];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSemanticModelAction(static model =>
        {
            if (EditorSwitch.IsOff(model.Options, model.SemanticModel.SyntaxTree))
            {
                return;
            }

            DeadlockEngine engine = DeadlockReporter.EngineOf(model);
            foreach ((Finding finding, Site step) in engine.OtherSidesIn(model.SemanticModel.SyntaxTree, model.CancellationToken))
            {
                DiagnosticDescriptor? rule = DeadlockReporter.RuleOf(finding.Fault);
                if (rule is not null && !DeadlockReporter.IsMuted(finding, rule, engine, model.Options, model.CancellationToken))
                {
                    string message = string.Format(CultureInfo.InvariantCulture, rule.MessageFormat.ToString(CultureInfo.InvariantCulture), [.. finding.Arguments]);
                    model.ReportDiagnostic(Diagnostic.Create(
                        Rules.XR9005_OtherSide, engine.LocationOf(step), [engine.LocationOf(finding.Place)], rule.Id, finding.Place.Body.Name, message));
                }
            }
        });
    }
}
