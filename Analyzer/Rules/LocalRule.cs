using System.Collections.Immutable;
using CrossRelease.Analyzers.Graph;
using CrossRelease.Analyzers.Options;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers;

/// <summary>A rule that looks at single nodes and asks the engine nothing. Its findings have fingerprints all the same, so that a baseline can name them.</summary>
/// <param name="Kinds">The nodes it looks at.</param>
/// <param name="Begin">What it does with one; null where a compilation has nothing for it.</param>
internal sealed record LocalRule(ImmutableArray<SyntaxKind> Kinds, Func<Compilation, Action<RuleNode>?> Begin)
{
    private static ImmutableArray<LocalRule> All => [WrapperHidesSiteAnalyzer.Rule, KeyIsNoClassAnalyzer.Rule, StopIsNeverSeenAnalyzer.Rule, CompletionReusedAnalyzer.Rule];

    /// <summary>What the compiler's action does with a node.</summary>
    public static void Analyze(SyntaxNodeAnalysisContext context, Action<RuleNode> analyze) =>
        analyze(new RuleNode(context.Node, context.ContainingSymbol, context.SemanticModel, context.Options, context.CancellationToken) { Told = context.ReportDiagnostic });

    /// <summary>The fingerprints of all findings of these rules in a compilation, muted or not. Costs a walk over all nodes.</summary>
    public static HashSet<string> FingerprintsIn(Compilation compilation, AnalyzerOptions options, CancellationToken cancellation)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (LocalRule rule in All)
        {
            if (rule.Begin(compilation) is not { } analyze)
            {
                continue;
            }

            foreach (SyntaxTree tree in compilation.SyntaxTrees)
            {
                SemanticModel model = SemanticModels.Of(compilation, tree, null);
                foreach (SyntaxNode node in tree.GetRoot(cancellation).DescendantNodes().Where(node => rule.Kinds.Contains(node.Kind())))
                {
                    cancellation.ThrowIfCancellationRequested();
                    analyze(new RuleNode(node, model.GetDeclaredSymbol(node, cancellation), model, options, cancellation) { Found = fingerprint => found.Add(fingerprint) });
                }
            }
        }

        return found;
    }
}

/// <summary>A node that a rule looks at.</summary>
internal sealed record RuleNode(SyntaxNode Node, ISymbol? ContainingSymbol, SemanticModel SemanticModel, AnalyzerOptions Options, CancellationToken CancellationToken)
{
    public Compilation Compilation => SemanticModel.Compilation;

    /// <summary>Gets what is not in the baseline.</summary>
    public Action<Diagnostic>? Told { private get; init; }

    /// <summary>Gets the fingerprint of everything.</summary>
    public Action<string>? Found { private get; init; }

    /// <summary>Reports a finding, unless a baseline names it. Alike ones of one member share a fingerprint.</summary>
    /// <param name="identity">What it is about, beside the rule and the member around the node.</param>
    public void Report(DiagnosticDescriptor rule, Location place, IEnumerable<Location> steps, string identity, params string[] arguments)
    {
        string fingerprint = Fingerprints.Of(string.Join("\n", rule.Id, Member(), identity));
        Found?.Invoke(fingerprint);
        if (Told is { } told && !Baseline.Of(Options, CancellationToken).Any(baseline => baseline.Contains(fingerprint)))
        {
            told(Diagnostic.Create(
                rule, place, steps, ImmutableDictionary<string, string?>.Empty.Add(Baseline.FingerprintProperty, fingerprint), [.. arguments]));
        }
    }

    // The functions in a member have no name that survives moved lines.
    private string? Member() => Node.AncestorsAndSelf()
        .Where(static node => node is MemberDeclarationSyntax and not BaseFieldDeclarationSyntax or VariableDeclaratorSyntax { Parent.Parent: BaseFieldDeclarationSyntax })
        .Select(node => SemanticModel.GetDeclaredSymbol(node, CancellationToken)?.GetDocumentationCommentId())
        .FirstOrDefault(static id => id is not null);
}
