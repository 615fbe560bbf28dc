using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>XR1006: the awaited work goes on without the blocked context.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ConfigureAwaitFixer)), Shared]
public sealed class ConfigureAwaitFixer : StoryFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["XR1006"];

    private protected override IEnumerable<FixEdits> FindEdits(IReadOnlyList<DiagnosticPlace> places)
    {
        var edits = new FixEdits();
        var open = new Queue<DiagnosticPlace>(places.Skip(1).Where(place => FunctionOf(place.Node) is not null).Concat(Called(places[0], places[0].Node)));
        var seen = new HashSet<SyntaxNode>();
        while (open.Count > 0)
        {
            // Every await of the methods on the way: the first may be over at once, and then the next one goes on in the context.
            var place = open.Dequeue();
            if (FunctionOf(place.Node) is { } function && seen.Add(function))
            {
                foreach (var awaited in function.DescendantNodes(node => node == function || node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)).OfType<AwaitExpressionSyntax>())
                {
                    Add(edits, place, awaited);
                    foreach (var called in Called(place, awaited.Expression))
                    {
                        open.Enqueue(called);
                    }
                }
            }
        }

        return [edits];
    }

    /// <summary>The async function that a node is in, or is.</summary>
    private static SyntaxNode? FunctionOf(SyntaxNode node)
        => node.AncestorsAndSelf().FirstOrDefault(around => around is MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax) switch
        {
            MethodDeclarationSyntax method when method.Modifiers.Any(SyntaxKind.AsyncKeyword) => method,
            LocalFunctionStatementSyntax local when local.Modifiers.Any(SyntaxKind.AsyncKeyword) => local,
            AnonymousFunctionExpressionSyntax lambda when lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword) => lambda,
            _ => null,
        };

    /// <summary>The methods of the program that an expression calls.</summary>
    private static IEnumerable<DiagnosticPlace> Called(DiagnosticPlace place, SyntaxNode expression)
    {
        foreach (var call in expression.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>())
        {
            if (place.Model.GetSymbolInfo(call).Symbol is IMethodSymbol { DeclaringSyntaxReferences: { Length: 1 } references }
                && place.Document.Project.GetDocument(references[0].SyntaxTree) is { } document)
            {
                yield return new DiagnosticPlace(document, references[0].GetSyntax(), SemanticModels.Of(place.Model.Compilation, references[0].SyntaxTree, place.Model));
            }
        }
    }

    private static void Add(FixEdits edits, DiagnosticPlace place, AwaitExpressionSyntax awaited)
    {
        if (place.Model.GetTypeInfo(awaited.Expression).Type is { Name: "Task" or "ValueTask", ContainingNamespace: { Name: "Tasks", ContainingNamespace.Name: "Threading" } })
        {
            var simple = awaited.Expression is InvocationExpressionSyntax or MemberAccessExpressionSyntax or IdentifierNameSyntax or ElementAccessExpressionSyntax or ParenthesizedExpressionSyntax;
            if (!simple)
            {
                edits.Add(place.Document.Id, new TextChange(new TextSpan(awaited.Expression.SpanStart, 0), "("));
            }

            edits.Add(place.Document.Id, new TextChange(new TextSpan(awaited.Expression.Span.End, 0), (simple ? "" : ")") + ".ConfigureAwait(false)"));
        }
    }
}
