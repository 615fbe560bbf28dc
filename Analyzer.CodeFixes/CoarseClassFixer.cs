using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using CrossRelease.Analyzers.Graph;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>XR3001: the constructor takes its caller's site and passes it on; where it is no constructor's, a completion goes by the line that waits.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CoarseClassFixer)), Shared]
public sealed class CoarseClassFixer : EditsFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["XR3001"];

    private protected override async Task<IEnumerable<FixEdits>> FindEditsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellation)
    {
        var root = await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        if (root?.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not ExpressionSyntax creation
            || model?.GetSymbolInfo(creation, cancellation).Symbol is not IMethodSymbol creator
            || CreationSymbols.From(model.Compilation) is not { } symbols)
        {
            return [];
        }

        var edits = new FixEdits();
        string message = diagnostic.GetMessage(CultureInfo.InvariantCulture);
        if (new[] { Purposes.WaitSite, Purposes.Instance }.FirstOrDefault(message.Contains) is { } policy)
        {
            edits.Add(document.Id, Argument(creation, "policy: " + policy));
            return [edits];
        }

        var made = creator.MethodKind == MethodKind.Constructor ? creator.ContainingType : creator.ReturnType as INamedTypeSymbol;
        if (made is null
            || ConstructorOf(creation, model, cancellation) is not (var constructor, var declaration)
            || await WrapperHidesSiteEdit.OfConstructorAsync(constructor, declaration, document, symbols, cancellation).ConfigureAwait(false) is not { } edit)
        {
            return [];
        }

        edit.Forward(new WrapperHidesSiteCreations.Hidden(creation, creator, made), edits);
        edit.TakeSite(edits);
        return [edits];
    }

    /// <summary>The constructor that runs the creation, and where its parameters are, or would be.</summary>
    private static (IMethodSymbol, SyntaxNode)? ConstructorOf(ExpressionSyntax creation, SemanticModel model, CancellationToken cancellation)
    {
        // What a function in it creates is not created by the constructor.
        if (creation.Ancestors().TakeWhile(node => node is not MemberDeclarationSyntax).Any(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
        {
            return null;
        }

        switch (creation.FirstAncestorOrSelf<MemberDeclarationSyntax>())
        {
            case ConstructorDeclarationSyntax own when model.GetDeclaredSymbol(own, cancellation) is { IsStatic: false } constructor:
                return (constructor, own);
            case { Parent: ClassDeclarationSyntax type } member
                when member is FieldDeclarationSyntax or PropertyDeclarationSyntax { Initializer: not null }
                    && !member.Modifiers.Any(SyntaxKind.StaticKeyword)
                    && model.GetDeclaredSymbol(type, cancellation) is { DeclaringSyntaxReferences.Length: 1, InstanceConstructors: { Length: 1 } constructors }
                    && (type.ParameterList is not null || (constructors[0].IsImplicitlyDeclared && HasPrimaryConstructors(type))):
                return (constructors[0], type);
            default:
                return null;
        }
    }

    private static bool HasPrimaryConstructors(ClassDeclarationSyntax type)
        => ((CSharpParseOptions)type.SyntaxTree.Options).LanguageVersion >= LanguageVersion.CSharp12;

    private static TextChange Argument(ExpressionSyntax creation, string argument) => creation switch
    {
        BaseObjectCreationExpressionSyntax { ArgumentList: { } list } => new TextChange(
            new TextSpan(list.CloseParenToken.SpanStart, 0), list.Arguments.Count == 0 ? argument : ", " + argument),
        ObjectCreationExpressionSyntax made => new TextChange(new TextSpan(made.Type.Span.End, 0), $"({argument})"),
        _ => new TextChange(new TextSpan(creation.Span.End, 0), ""),
    };
}
