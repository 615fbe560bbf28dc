using System.Collections.Immutable;
using System.Linq;
using CrossRelease.Analyzers.Options;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers;

/// <summary>XR3002: a factory gives all of its callers' objects the lock class of its own line.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class WrapperHidesSiteAnalyzer : DiagnosticAnalyzer
{
    internal static LocalRule Rule { get; } = new(
        [
            SyntaxKind.MethodDeclaration, SyntaxKind.OperatorDeclaration, SyntaxKind.ConversionOperatorDeclaration, SyntaxKind.PropertyDeclaration,
            SyntaxKind.IndexerDeclaration,
        ],
        static compilation => CreationSymbols.From(compilation) is { } symbols ? node => Analyze(node, symbols) : null);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.XR3002_WrapperHidesSite];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        Rule.Register(context);
    }

    private static void Analyze(RuleNode context, CreationSymbols symbols)
    {
        var member = context.SemanticModel.GetDeclaredSymbol(context.Node, context.CancellationToken) switch
        {
            IMethodSymbol method => method,
            IPropertySymbol { GetMethod: { } getter } => getter,
            _ => null,
        };
        if (member is null)
        {
            return;
        }

        var creations = new WrapperHidesSiteCreations(context.Compilation, symbols, context.SemanticModel, context.CancellationToken).Of(member);
        if (creations.IsEmpty || HasAtMostOneCaller(member))
        {
            return;
        }

        var policy = AnalysisSettings.Of(context.Compilation, context.Options, context.CancellationToken).Options.ClassPolicy;
        creations = creations.RemoveAll(creation => !policy.GoesByCreation(creation.Created.Name));
        if (creations.IsEmpty)
        {
            return;
        }

        context.Report(
            Rules.XR3002_WrapperHidesSite,
            PlaceOf(context.Node),
            creations.Select(creation => creation.Expression.GetLocation()),
            "",
            (member.AssociatedSymbol ?? member).ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat),
            creations[0].Created.Name);
    }

    private static Location PlaceOf(SyntaxNode declaration) => declaration switch
    {
        MethodDeclarationSyntax method => method.Identifier.GetLocation(),
        PropertyDeclarationSyntax property => property.Identifier.GetLocation(),
        IndexerDeclarationSyntax indexer => indexer.ThisKeyword.GetLocation(),
        OperatorDeclarationSyntax @operator => @operator.OperatorToken.GetLocation(),
        ConversionOperatorDeclarationSyntax conversion => conversion.Type.GetLocation(),
        _ => declaration.GetLocation(),
    };

    /// <summary>
    /// A private member that is named once is a piece of its caller, and hides nothing from it. Names are counted, not bound: another overload's
    /// use counts too, which can only take this exemption away.
    /// </summary>
    private static bool HasAtMostOneCaller(IMethodSymbol member)
    {
        if (member.DeclaredAccessibility != Accessibility.Private || !member.ExplicitInterfaceImplementations.IsEmpty)
        {
            return false;
        }

        var name = (member.AssociatedSymbol ?? member).Name;
        return member.ContainingType.DeclaringSyntaxReferences
            .SelectMany(part => part.GetSyntax().DescendantNodes().OfType<SimpleNameSyntax>())
            .Count(use => use.Identifier.ValueText == name) <= 1;
    }
}
