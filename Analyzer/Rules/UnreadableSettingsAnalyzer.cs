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

        // An option whose file is not at hand has no place of its own: the project's first tree stands for it, whoever wrote that.
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

        if (OptionLines.IsOptionFile(context.AdditionalFile))
        {
            foreach (OptionFault fault in FaultsOf(context.Compilation, context.Options, context.CancellationToken))
            {
                if (fault.Place is { } place && place.File.Path == context.AdditionalFile.Path)
                {
                    context.ReportDiagnostic(Diagnostic.Create(Rules.XR9002_UnreadableOption, LocationOf(place.File, place.Line), fault.Option, fault.Text));
                }
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
        Rules.XR9002_UnreadableModel, LocationOf(context.AdditionalFile, line), line.LineNumber + 1, Path.GetFileName(context.AdditionalFile.Path), fault));

    private static Location LocationOf(AdditionalText file, TextLine line) => Location.Create(file.Path, line.Span, line.Text!.Lines.GetLinePositionSpan(line.Span));

    private static void ReportOptions(SemanticModelAnalysisContext context)
    {
        Compilation compilation = context.SemanticModel.Compilation;
        SyntaxTree tree = context.SemanticModel.SyntaxTree;
        if (tree != compilation.SyntaxTrees.First() || EditorSwitch.IsOff(context.Options, tree))
        {
            return;
        }

        foreach (OptionFault fault in FaultsOf(compilation, context.Options, context.CancellationToken))
        {
            if (fault.Place is null)
            {
                context.ReportDiagnostic(Diagnostic.Create(Rules.XR9002_UnreadableOption, Location.Create(tree, new TextSpan(0, 0)), fault.Option, fault.Text));
            }
        }
    }

    private static IEnumerable<OptionFault> FaultsOf(Compilation compilation, AnalyzerOptions options, CancellationToken cancellation)
    {
        IEnumerable<ModelProblem> problems = AnalysisSettings.Of(compilation, options, cancellation).Problems.Where(static problem => problem.Line == 0);
        if (problems.Any())
        {
            SortedDictionary<string, string> values = AnalysisSettings.ValuesOf(compilation, options);
            foreach (ModelProblem problem in problems)
            {
                yield return new OptionFault(problem.Source, problem.Fault, OptionLines.Of(problem.Source, values[problem.Source], options.AdditionalFiles, cancellation));
            }
        }

        foreach (KeyValuePair<string, string> misspelled in AnalysisSettings.MisspelledKeys(compilation, options))
        {
            string text = $"there is none of that name; '{misspelled.Value}' is the nearest";
            yield return new OptionFault(misspelled.Key, text, OptionLines.Of(misspelled.Key, null, options.AdditionalFiles, cancellation));
        }
    }

    private sealed record OptionFault(string Option, string Text, (AdditionalText File, TextLine Line)? Place);
}
