using System.Collections.Immutable;
using CrossRelease.Analyzers.Models;
using CrossRelease.Analyzers.Options;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers;

/// <summary>XR9002: a line of a model file or a baseline, or the value of an option, that does not count.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnreadableSettingsAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.XR9002_UnreadableModel, Rules.XR9002_UnreadableOption];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();

        // An option has no place of its own: the project's first tree stands for it, whoever wrote that.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterAdditionalFileAction(ReportLines);
        context.RegisterSemanticModelAction(ReportOptions);
    }

    private static void ReportLines(AdditionalFileAnalysisContext context)
    {
        if (EditorSwitch.IsOff(context.Options, context.Compilation.SyntaxTrees.FirstOrDefault()))
        {
            return;
        }

        if (Baseline.IsBaseline(context.AdditionalFile))
        {
            foreach (Baseline.BadLine bad in Baseline.Read(context.AdditionalFile, context.CancellationToken).BadLines)
            {
                Report(context, bad.Line, bad.Problem);
            }
        }

        if (!AnalysisSettings.IsModelFile(context.AdditionalFile) || context.AdditionalFile.GetText(context.CancellationToken) is not { } text)
        {
            return;
        }

        string path = context.AdditionalFile.Path;
        foreach (ModelProblem problem in AnalysisSettings.Of(context.Compilation, context.Options, context.CancellationToken).Problems)
        {
            if (problem.Line > 0 && problem.Source == path)
            {
                Report(context, text.Lines[problem.Line - 1], problem.Fault);
            }
        }
    }

    private static void Report(AdditionalFileAnalysisContext context, TextLine line, string fault) => context.ReportDiagnostic(Diagnostic.Create(
        Rules.XR9002_UnreadableModel,
        Location.Create(context.AdditionalFile.Path, line.Span, line.Text!.Lines.GetLinePositionSpan(line.Span)),
        line.LineNumber + 1,
        Path.GetFileName(context.AdditionalFile.Path),
        fault));

    private static void ReportOptions(SemanticModelAnalysisContext context)
    {
        Compilation compilation = context.SemanticModel.Compilation;
        SyntaxTree tree = context.SemanticModel.SyntaxTree;
        if (tree != compilation.SyntaxTrees.First() || EditorSwitch.IsOff(context.Options, tree))
        {
            return;
        }

        foreach (ModelProblem problem in AnalysisSettings.Of(compilation, context.Options, context.CancellationToken).Problems)
        {
            if (problem.Line == 0)
            {
                Report(problem.Source, problem.Fault);
            }
        }

        foreach (KeyValuePair<string, string> misspelled in AnalysisSettings.MisspelledKeys(compilation, context.Options))
        {
            Report(misspelled.Key, $"there is none of that name; '{misspelled.Value}' is the nearest");
        }

        void Report(string option, string fault) => context.ReportDiagnostic(Diagnostic.Create(
            Rules.XR9002_UnreadableOption, Location.Create(tree, new TextSpan(0, 0)), option, fault));
    }
}
