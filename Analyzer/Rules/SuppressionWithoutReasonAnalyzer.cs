using System.Collections.Immutable;
using CrossRelease.Analyzers.Options;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers;

/// <summary>XR9006: a rule of ours is suppressed, and nobody says why.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SuppressionWithoutReasonAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.XR9006_SuppressionWithoutReason];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSyntaxTreeAction(static tree =>
        {
            AnalyzePragmas(tree);
            AnalyzeAttributes(tree);
        });
        context.RegisterAdditionalFileAction(AnalyzeBaseline);
    }

    private static void AnalyzeBaseline(AdditionalFileAnalysisContext context)
    {
        if (!Baseline.IsBaseline(context.AdditionalFile) || EditorSwitch.IsOff(context.Options, context.Compilation.SyntaxTrees.FirstOrDefault()))
        {
            return;
        }

        foreach (Baseline.Entry entry in Baseline.Read(context.AdditionalFile, context.CancellationToken).Entries.Where(static entry => !entry.HasReason))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.XR9006_SuppressionWithoutReason,
                entry.LocationIn(context.AdditionalFile.Path),
                "The finding " + entry.Fingerprint,
                $"Write it in place of '{entry.Reason}'"));
        }
    }

    private static void AnalyzePragmas(SyntaxTreeAnalysisContext context)
    {
        SyntaxNode root = context.Tree.GetRoot(context.CancellationToken);
        if (!root.ContainsDirectives || EditorSwitch.IsOff(context.Options, context.Tree) || !Mentions.In(context.Tree, "pragma", context.CancellationToken))
        {
            return;
        }

        for (DirectiveTriviaSyntax? directive = root.GetFirstDirective(); directive is not null; directive = directive.GetNextDirective())
        {
            if (directive is PragmaWarningDirectiveTriviaSyntax { IsActive: true } pragma
                && pragma.DisableOrRestoreKeyword.IsKind(SyntaxKind.DisableKeyword)
                && StepSuppressions.IdsOf(pragma).FirstOrDefault(IsOurs) is { } id
                && !HasReason(pragma))
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    Rules.XR9006_SuppressionWithoutReason, pragma.GetLocation(), id, "Write it behind the directive, after //"));
            }
        }
    }

    // An action on attributes would have the compiler walk all nodes.
    private static void AnalyzeAttributes(SyntaxTreeAnalysisContext context)
    {
        if (!EditorSwitch.IsOff(context.Options, context.Tree) && Mentions.In(context.Tree, StepSuppressions.AttributeWord, context.CancellationToken))
        {
            foreach (AttributeSyntax attribute in context.Tree.GetRoot(context.CancellationToken).DescendantNodes().OfType<AttributeSyntax>())
            {
                AnalyzeAttribute(attribute, context);
            }
        }
    }

    private static void AnalyzeAttribute(AttributeSyntax attribute, SyntaxTreeAnalysisContext context)
    {
        if (StepSuppressions.IsSuppression(attribute)
            && StepSuppressions.IdOf(attribute) is { } id
            && IsOurs(id)
            && !attribute.ArgumentList!.Arguments.Any(static argument => argument is { NameEquals.Name.Identifier.ValueText: "Justification" } && IsReason(argument.Expression)))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.XR9006_SuppressionWithoutReason, attribute.GetLocation(), id, "Give it as the attribute's Justification"));
        }
    }

    private static bool HasReason(PragmaWarningDirectiveTriviaSyntax pragma) =>
        pragma.EndOfDirectiveToken.LeadingTrivia.Concat(pragma.DescendantTrivia())
            .Any(static trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) && trivia.ToString().Trim('/', ' ', '\t').Length > 0);

    // A constant may hold the reason; the words that editors put in are none.
    private static bool IsReason(ExpressionSyntax justification) =>
        justification is not LiteralExpressionSyntax literal
        || (literal.Token.ValueText.Trim() is { Length: > 0 } text && text != "<Pending>");

    private static bool IsOurs(string id) => id.StartsWith("XR", StringComparison.Ordinal) && id.Length == 6 && id.Skip(2).All(char.IsDigit);
}
