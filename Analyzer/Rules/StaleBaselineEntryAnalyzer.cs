using System.Collections.Immutable;
using CrossRelease.Analyzers.Graph;
using CrossRelease.Analyzers.Options;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

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

            DeadlockEngine engine = DeadlockReporter.EngineOf(context.Compilation, context.Options, context.CancellationToken);
            var known = new HashSet<string>(
                engine.Findings(context.CancellationToken).Where(finding => DeadlockReporter.IsTold(finding, engine, context.Compilation, context.CancellationToken))
                    .Select(static finding => finding.Fingerprint),
                StringComparer.Ordinal);
            if (entries.Any(entry => !known.Contains(entry.Fingerprint)))
            {
                known.UnionWith(LocalRule.FingerprintsIn(context.Compilation, context.Options, context.CancellationToken));
            }

            foreach (Baseline.Entry entry in entries)
            {
                if (!known.Contains(entry.Fingerprint))
                {
                    context.ReportDiagnostic(Diagnostic.Create(
                        Rules.XR9004_StaleBaselineEntry, entry.LocationIn(context.AdditionalFile.Path), entry.Fingerprint, entry.Reason));
                }
            }
        });
    }
}
