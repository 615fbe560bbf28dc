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
/// <param name="Word">What stands in the text of each node that it finds something at; null if nothing does in all.</param>
internal sealed record LocalRule(ImmutableArray<SyntaxKind> Kinds, Func<Compilation, Action<RuleNode>?> Begin, string? Word = null)
{
    /// <summary>What each of its diagnostics has, and none of the engine's.</summary>
    public const string Property = "Local";

    private static ImmutableArray<LocalRule> All => [WrapperHidesSiteAnalyzer.Rule, KeyIsNoClassAnalyzer.Rule, StopIsNeverSeenAnalyzer.Rule, CompletionReusedAnalyzer.Rule, ForgottenPulse.Rule, StaleCheck.Rule];

    /// <summary>Looks at the nodes of a compilation tree by tree, unless an editor is to be left alone. Actions on nodes would have the compiler walk all of them.</summary>
    public void Register(AnalysisContext context) => context.RegisterCompilationStartAction(start =>
    {
        if (!EditorSwitch.IsOff(start.Options, start.Compilation.SyntaxTrees.FirstOrDefault()) && Begin(start.Compilation) is { } analyze)
        {
            start.RegisterSemanticModelAction(model =>
            {
                foreach (SyntaxNode node in NodesIn(model.SemanticModel.SyntaxTree, model.CancellationToken))
                {
                    analyze(new RuleNode(node, model.SemanticModel, model.Options, model.CancellationToken) { Told = model.ReportDiagnostic });
                }
            });
        }
    });

    private IEnumerable<SyntaxNode> NodesIn(SyntaxTree tree, CancellationToken cancellation) => Word is not null && !Mentions.In(tree, Word, cancellation) ? []
        : tree.GetRoot(cancellation).DescendantNodes().Where(node => Kinds.Contains(node.Kind()));

    /// <summary>The fingerprints of all findings of these rules in a compilation, muted or not. Costs a walk over all nodes.</summary>
    public static HashSet<string> FingerprintsIn(Compilation compilation, AnalyzerOptions options, CancellationToken cancellation)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        (LocalRule Rule, Action<RuleNode>? Analyze)[] rules = [.. All.Select(rule => (rule, rule.Begin(compilation))).Where(static rule => rule.Item2 is not null)];
        foreach (SyntaxTree tree in rules.Length == 0 ? [] : compilation.SyntaxTrees)
        {
            SemanticModel model = SemanticModels.Of(compilation, tree, null);
            foreach ((LocalRule rule, Action<RuleNode>? analyze) in rules)
            {
                foreach (SyntaxNode node in rule.NodesIn(tree, cancellation))
                {
                    cancellation.ThrowIfCancellationRequested();
                    analyze!(new RuleNode(node, model, options, cancellation) { Found = fingerprint => found.Add(fingerprint) });
                }
            }
        }

        return found;
    }
}

/// <summary>A node that a rule looks at.</summary>
internal sealed record RuleNode(SyntaxNode Node, SemanticModel SemanticModel, AnalyzerOptions Options, CancellationToken CancellationToken)
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
                rule, place, steps, ImmutableDictionary<string, string?>.Empty.Add(Baseline.FingerprintProperty, fingerprint).Add(LocalRule.Property, null), [.. arguments]));
        }
    }

    // The functions in a member have no name that survives moved lines.
    private string? Member() => Node.AncestorsAndSelf()
        .Where(static node => node is MemberDeclarationSyntax and not BaseFieldDeclarationSyntax or VariableDeclaratorSyntax { Parent.Parent: BaseFieldDeclarationSyntax })
        .Select(node => SemanticModel.GetDeclaredSymbol(node, CancellationToken)?.GetDocumentationCommentId())
        .FirstOrDefault(static id => id is not null);
}
