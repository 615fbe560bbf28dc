using System.Collections.Immutable;
using CrossRelease.Analyzers.Graph;
using CrossRelease.Analyzers.Options;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers;

/// <summary>XR9004: entries of a baseline that mute nothing.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StaleBaselineEntryAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.XR9004_StaleBaselineEntry];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterAdditionalFileAction(static context =>
        {
            if (!Baseline.IsBaseline(context.AdditionalFile) || EditorSwitch.IsOff(context.Options, context.Compilation.SyntaxTrees.FirstOrDefault()))
            {
                return;
            }

            ImmutableArray<Baseline.Entry> entries = Baseline.Read(context.AdditionalFile, context.CancellationToken).Entries;
            if (entries.IsEmpty)
            {
                return;
            }

            var known = new HashSet<string>(
                DeadlockReporter.EngineOf(context.Compilation, context.Options, context.CancellationToken).Findings(context.CancellationToken).Select(static finding => finding.Fingerprint),
                StringComparer.Ordinal);
            foreach (Baseline.Entry entry in entries)
            {
                if (!known.Contains(entry.Fingerprint))
                {
                    var lines = new LinePositionSpan(new LinePosition(entry.Line.LineNumber, 0), new LinePosition(entry.Line.LineNumber, entry.Line.Span.Length));
                    context.ReportDiagnostic(Diagnostic.Create(
                        Rules.XR9004_StaleBaselineEntry, Location.Create(context.AdditionalFile.Path, entry.Line.Span, lines), entry.Fingerprint, entry.Reason));
                }
            }
        });
    }
}
