using System.Collections.Immutable;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers;

/// <summary>XR3003: a key that is made anew, that can be replaced, or that objects of different kinds share.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class KeyIsNoClassAnalyzer : DiagnosticAnalyzer
{
    private const string KeepStatic = "Keep it in a static readonly field";
    private const string KeepOrDispose = KeepStatic + ", or dispose it with its owner";

    internal static LocalRule Rule { get; } = new(
        [SyntaxKind.ObjectCreationExpression, SyntaxKind.ImplicitObjectCreationExpression],
        static compilation => CreationSymbols.From(compilation) is { } symbols ? node => Analyze(node, symbols) : null);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.XR3003_KeyIsNoClass, Rules.XR3003_KeyOfUnrelatedObjects];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        Rule.Register(context);
    }

    private static void Analyze(RuleNode context, CreationSymbols symbols)
    {
        var creation = (BaseObjectCreationExpressionSyntax)context.Node;
        if (!symbols.IsKey(context.SemanticModel.GetTypeInfo(creation, context.CancellationToken).Type))
        {
            return;
        }

        if (KeyHome.Of(creation, context.SemanticModel, context.CancellationToken) is { Symbol: { } holder } kept)
        {
            AnalyzeHolder(context, symbols, kept, holder);
        }
        else if (KeyHome.IsArgumentOfCreation(creation, context.SemanticModel, symbols, context.CancellationToken)
            && !KeyHome.RunsOnce(creation, context.SemanticModel, context.CancellationToken))
        {
            Report(context, "new LockClassKey", "is made anew by each call, so every object has a lock class of its own and no order is learned across them", KeepStatic);
        }
    }

    private static void AnalyzeHolder(RuleNode context, CreationSymbols symbols, KeyHome home, ISymbol holder)
    {
        if (holder is ILocalSymbol)
        {
            AnalyzeLocal(context, symbols, home, holder);
        }
        else if (!holder.IsStatic)
        {
            if (!IsDisposed(holder, context))
            {
                Report(context, holder.Name, "is made anew for each instance, so every instance has lock classes of its own and no order is learned across them", KeepOrDispose);
            }
        }
        else if (home.IsMadeAnew)
        {
            Report(context, holder.Name, "is made anew at each use, so every object has a lock class of its own and no order is learned across them", KeepStatic);
        }
        else if (home.CanBeReplaced)
        {
            Report(context, holder.Name, "can be replaced, and then objects that obey the same rules are in two lock classes", "Make it readonly");
        }
        else
        {
            AnalyzeSharing(context, symbols, home, holder);
        }
    }

    private static void AnalyzeLocal(RuleNode context, CreationSymbols symbols, KeyHome home, ISymbol local)
    {
        if (home.IsUsing || IsDisposed(local, context) || KeyHome.RunsOnce(context.Node, context.SemanticModel, context.CancellationToken))
        {
            return;
        }

        // A key that goes anywhere but into new objects has an owner elsewhere.
        var uses = MemberUses.Of(local, context.Compilation, context.SemanticModel, context.CancellationToken).ToList();
        if (uses.Count > 0 && uses.TrueForAll(use => KeyHome.IsArgumentOfCreation(use.Name, use.Model, symbols, context.CancellationToken)))
        {
            Report(context, local.Name, "is made anew by each call, so every object has a lock class of its own and no order is learned across them", KeepOrDispose);
        }
    }

    private static void AnalyzeSharing(RuleNode context, CreationSymbols symbols, KeyHome home, ISymbol key)
    {
        var kinds = new List<(ITypeSymbol Type, SyntaxNode Creation, SemanticModel Model)>();
        foreach ((SimpleNameSyntax name, SemanticModel model) in MemberUses.Of(key, context.Compilation, context.SemanticModel, context.CancellationToken))
        {
            if (KeyHome.CreationGiven(MemberUses.Whole(name), model, symbols, context.CancellationToken) is { } made
                && !kinds.Exists(kind => SymbolEqualityComparer.Default.Equals(kind.Type, made.Type)))
            {
                kinds.Add((made.Type, made.Creation, model));
            }
        }

        if (kinds.Count > 1)
        {
            (ITypeSymbol type, SyntaxNode creation, SemanticModel model) = kinds[1];
            ISymbol? member = model.GetEnclosingSymbol(creation.SpanStart, context.CancellationToken);
            context.Report(
                Rules.XR3003_KeyOfUnrelatedObjects,
                context.Node.GetLocation(),
                kinds.Select(static kind => kind.Creation.GetLocation()),
                key.Name,
                key.Name,
                kinds[0].Type.Name,
                type.Name,
                member is null ? key.Name : SymbolNames.OfBody(member));
        }
    }

    private static bool IsDisposed(ISymbol key, RuleNode context) =>
        MemberUses.Of(key, context.Compilation, context.SemanticModel, context.CancellationToken)
            .Any(static use => MemberUses.CallOn(MemberUses.Whole(use.Name)) is { Name: "Dispose" });

    // At the creation: an editor shows only what an action reports in the node that it was called for.
    private static void Report(RuleNode context, string key, string fault, string advice) =>
        context.Report(Rules.XR3003_KeyIsNoClass, context.Node.GetLocation(), [], key, key, fault, advice);
}
