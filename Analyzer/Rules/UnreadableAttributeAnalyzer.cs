using System.Collections.Immutable;
using CrossRelease.Analyzers.Models;
using CrossRelease.Analyzers.Options;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers;

/// <summary>XR9002: an attribute that names nothing usable, or contradicts another one.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnreadableAttributeAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.XR9002_UnreadableAttribute];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSemanticModelAction(Analyze);
    }

    // An action on attributes would have the compiler walk all nodes of all compilations, for the few that know ours.
    private static void Analyze(SemanticModelAnalysisContext context)
    {
        if (MemberDeclarations.Of(context.SemanticModel.Compilation) is { } declarations && !EditorSwitch.IsOff(context.Options, context.SemanticModel.SyntaxTree))
        {
            foreach (AttributeSyntax attribute in context.SemanticModel.SyntaxTree.GetRoot(context.CancellationToken).DescendantNodes().OfType<AttributeSyntax>())
            {
                Analyze(attribute, declarations, context);
            }
        }
    }

    private static void Analyze(AttributeSyntax attribute, MemberDeclarations declarations, SemanticModelAnalysisContext context)
    {
        string name = attribute.Name is QualifiedNameSyntax qualified ? qualified.Right.Identifier.ValueText : (attribute.Name as SimpleNameSyntax)?.Identifier.ValueText ?? "";
        if (!MemberDeclarations.MayBe(name))
        {
            return;
        }

        // The attributes of a field declaration are those of each of its variables; one report stands for all.
        foreach (ISymbol member in MembersWith(attribute, context.SemanticModel, context.CancellationToken))
        {
            DeclarationProblem? problem = declarations.ProblemsOf(member).FirstOrDefault(problem =>
                problem.Attribute.ApplicationSyntaxReference is { } place && place.SyntaxTree == attribute.SyntaxTree && place.Span == attribute.Span);
            if (problem is not null)
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    Rules.XR9002_UnreadableAttribute, attribute.GetLocation(), problem.Kind, SymbolNames.OfBody(member), problem.Fault));
                return;
            }
        }
    }

    private static IEnumerable<ISymbol> MembersWith(AttributeSyntax attribute, SemanticModel model, CancellationToken cancellation)
    {
        IEnumerable<SyntaxNode> declarations = attribute.Parent?.Parent switch
        {
            FieldDeclarationSyntax field => field.Declaration.Variables,
            { } declaration => [declaration],
            null => [],
        };
        foreach (SyntaxNode declaration in declarations)
        {
            ISymbol? member = declaration is AnonymousFunctionExpressionSyntax ? model.GetSymbolInfo(declaration, cancellation).Symbol : model.GetDeclaredSymbol(declaration, cancellation);
            if (member is IMethodSymbol or IPropertySymbol or IFieldSymbol or INamedTypeSymbol)
            {
                yield return member;
            }
        }
    }
}
