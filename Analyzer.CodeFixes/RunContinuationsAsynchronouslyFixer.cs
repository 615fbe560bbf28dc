using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FindSymbols;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>Where a task source runs its continuations inside its signal: it is created so that they run elsewhere.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RunContinuationsAsynchronouslyFixer)), Shared]
public sealed class RunContinuationsAsynchronouslyFixer : EditsFixProvider
{
    private const string Flag = "RunContinuationsAsynchronously";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["XR1001", "XR1002", "XR1003", "XR1006", "XR2003"];

    private protected override async Task<IEnumerable<FixEdits>> FindEditsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellation)
    {
        var places = await DiagnosticPlace.OfAsync(document, diagnostic, cancellation).ConfigureAwait(false);
        var sources = places.Select(SignalledSource).OfType<ISymbol>().Distinct(SymbolEqualityComparer.Default).ToList();
        var found = new List<FixEdits>();
        foreach (var source in sources)
        {
            if (await EditsOfAsync(source, document.Project.Solution, cancellation).ConfigureAwait(false) is { } edits)
            {
                found.Add(edits);
            }
        }

        // Who signals what a collection keeps, or a parameter brings, signals what its own class creates.
        foreach (var place in places.Where(place => place.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not null && ReceiverOf(place) is { } receiver
            && IsTaskSource(place.Model.GetTypeInfo(receiver).Type) && place.Model.GetSymbolInfo(receiver).Symbol is IParameterSymbol or ILocalSymbol))
        {
            found.Add(EditsOfClass(place, place.Model.GetTypeInfo(ReceiverOf(place)!).Type!));
        }

        return found;
    }

    private static FixEdits EditsOfClass(DiagnosticPlace place, ITypeSymbol source)
    {
        var edits = new FixEdits();
        foreach (var creation in place.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>()!.DescendantNodes().OfType<BaseObjectCreationExpressionSyntax>())
        {
            if (SymbolEqualityComparer.Default.Equals(place.Model.GetTypeInfo(creation).Type, source) && WithFlag(creation, place.Model) is { } change)
            {
                edits.Add(place.Document.Id, change);
            }
        }

        return edits;
    }

    private static ExpressionSyntax? ReceiverOf(DiagnosticPlace place)
    {
        var call = place.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>();
        return call?.Expression switch
        {
            MemberAccessExpressionSyntax access => access.Expression,
            MemberBindingExpressionSyntax => call.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>()?.Expression,
            _ => null,
        };
    }

    /// <summary>The field, property or local whose task source the place signals.</summary>
    private static ISymbol? SignalledSource(DiagnosticPlace place)
    {
        var receiver = ReceiverOf(place);
        return receiver is not null && IsTaskSource(place.Model.GetTypeInfo(receiver).Type)
            && place.Model.GetSymbolInfo(receiver).Symbol is IFieldSymbol or IPropertySymbol or ILocalSymbol ? place.Model.GetSymbolInfo(receiver).Symbol : null;
    }

    private static bool IsTaskSource(ITypeSymbol? type)
        => type is { Name: "TaskCompletionSource", ContainingNamespace: { Name: "Tasks", ContainingNamespace.Name: "Threading" } };

    /// <summary>Null when some of what the symbol is given is not created in the place where it is given.</summary>
    private static async Task<FixEdits?> EditsOfAsync(ISymbol source, Solution solution, CancellationToken cancellation)
    {
        var edits = new FixEdits();
        var any = false;
        foreach (var (document, value) in await ValuesOfAsync(source, solution, cancellation).ConfigureAwait(false))
        {
            var model = await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
            if (value.IsKind(SyntaxKind.NullLiteralExpression) || value.IsKind(SyntaxKind.SuppressNullableWarningExpression))
            {
                continue;
            }

            if (value is not BaseObjectCreationExpressionSyntax creation || model is null)
            {
                return null;
            }

            if (WithFlag(creation, model) is { } change)
            {
                edits.Add(document.Id, change);
                any = true;
            }
        }

        return any ? edits : null;
    }

    private static async Task<IEnumerable<(Document Document, ExpressionSyntax Value)>> ValuesOfAsync(ISymbol source, Solution solution, CancellationToken cancellation)
    {
        var values = new List<(Document, ExpressionSyntax)>();
        foreach (var declaration in source.DeclaringSyntaxReferences)
        {
            var initial = await declaration.GetSyntaxAsync(cancellation).ConfigureAwait(false) switch
            {
                VariableDeclaratorSyntax variable => variable.Initializer?.Value,
                PropertyDeclarationSyntax property => property.Initializer?.Value,
                _ => null,
            };
            if (initial is not null && solution.GetDocument(declaration.SyntaxTree) is { } document)
            {
                values.Add((document, initial));
            }
        }

        foreach (var reference in (await SymbolFinder.FindReferencesAsync(source, solution, cancellation).ConfigureAwait(false)).SelectMany(found => found.Locations))
        {
            var root = await reference.Document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
            if (AssignedTo(root!.FindNode(reference.Location.SourceSpan, getInnermostNodeForTie: true)) is { } assigned)
            {
                values.Add((reference.Document, assigned));
            }
        }

        return values;
    }

    private static ExpressionSyntax? AssignedTo(SyntaxNode name)
    {
        var target = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
        return target.Parent is AssignmentExpressionSyntax assignment && assignment.Left == target ? assignment.Right : null;
    }

    private static TextChange? WithFlag(BaseObjectCreationExpressionSyntax creation, SemanticModel model)
    {
        if (model.Compilation.GetTypeByMetadataName("System.Threading.Tasks.TaskCreationOptions") is not { } options)
        {
            return null;
        }

        var flag = options.ToMinimalDisplayString(model, creation.SpanStart) + "." + Flag;
        var given = creation.ArgumentList?.Arguments.FirstOrDefault(argument => SymbolEqualityComparer.Default.Equals(model.GetTypeInfo(argument.Expression).Type, options));
        if (given is not null)
        {
            return WithFlag(given.Expression, flag, model);
        }

        return creation.ArgumentList switch
        {
            null => new TextChange(new TextSpan(((ObjectCreationExpressionSyntax)creation).Type.Span.End, 0), $"({flag})"),
            { Arguments.Count: 0 } list => new TextChange(new TextSpan(list.OpenParenToken.Span.End, 0), flag),
            var list => new TextChange(new TextSpan(list.Arguments.Last().Span.End, 0), ", " + flag),
        };
    }

    private static TextChange? WithFlag(ExpressionSyntax given, string flag, SemanticModel model)
    {
        var known = model.GetConstantValue(given) is { HasValue: true, Value: int value } ? value : (int?)null;
        if ((known & (int)TaskCreationOptions.RunContinuationsAsynchronously) is > 0)
        {
            return null;
        }

        var combines = given is MemberAccessExpressionSyntax or IdentifierNameSyntax or InvocationExpressionSyntax or ParenthesizedExpressionSyntax
            || given.IsKind(SyntaxKind.BitwiseOrExpression);
        return new TextChange(given.Span, known == 0 ? flag : combines ? $"{given} | {flag}" : $"({given}) | {flag}");
    }
}
