using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>
/// A private lazy value whose factory only waits for a task: it becomes a lazy task, and whoever asks for the value waits for it. Nobody gets past
/// the wait who did not before: all that the program does with the field is to ask for its value.
/// </summary>
internal static class LazyTask
{
    public static async Task<FixEdits?> EditsAsync(DiagnosticPlace place, TaskWait wait, CancellationToken cancellation)
    {
        if (CreationOf(wait) is not { } creation
            || HomeOf(creation, place.Model) is not ({ DeclaredAccessibility: Accessibility.Private, Type: INamedTypeSymbol { Name: "Lazy", TypeArguments: { Length: 1 } results } } field, var written)
            || !SymbolEqualityComparer.Default.Equals(results[0], wait.Type.TypeArguments[0])
            || SoleDeclaration.Of(field, cancellation)?.Parent is not VariableDeclarationSyntax { Variables.Count: 1, Type: var declaration }
            || place.Document.Project.GetDocument(declaration.SyntaxTree) is not { } home
            || ResultIn(declaration) is not { } result
            || await MemberReads.OfAsync(field, written, place.Document.Project.Solution, cancellation).ConfigureAwait(false) is not { } reads
            || await home.GetSemanticModelAsync(cancellation).ConfigureAwait(false) is not { } model)
        {
            return null;
        }

        var edits = new FixEdits();
        edits.Add(home.Id, new TextChange(result.Span, wait.TypeAt(result.SpanStart, model)));
        edits.Add(place.Document.Id, wait.Removed);
        if (creation is ObjectCreationExpressionSyntax { Type: var made })
        {
            if (ResultIn(made) is not { } named)
            {
                return null;
            }

            edits.Add(place.Document.Id, new TextChange(named.Span, wait.TypeAt(named.SpanStart, place.Model)));
        }

        foreach (var (document, read) in reads)
        {
            if (read.Parent is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Value" } asked)
            {
                return null;
            }

            edits.Add(document.Id, new TextChange(new TextSpan(asked.Span.End, 0), wait.Words));
        }

        return edits;
    }

    /// <summary>What is made with a factory that does nothing but wait.</summary>
    private static BaseObjectCreationExpressionSyntax? CreationOf(TaskWait wait)
    {
        SyntaxNode? factory = wait.Whole.Parent switch
        {
            LambdaExpressionSyntax lambda => lambda,
            ReturnStatementSyntax { Parent: BlockSyntax { Statements.Count: 1, Parent: AnonymousFunctionExpressionSyntax function } } => function,
            _ => null,
        };
        return factory is AnonymousFunctionExpressionSyntax { AsyncKeyword.RawKind: (int)SyntaxKind.None, Parent: ArgumentSyntax { Parent: ArgumentListSyntax { Parent: BaseObjectCreationExpressionSyntax creation } } }
            ? creation : null;
    }

    /// <summary>The field that it is made for, and what is written for it where it is assigned.</summary>
    private static (IFieldSymbol Field, ExpressionSyntax? Written)? HomeOf(ExpressionSyntax creation, SemanticModel model) => creation.Parent switch
    {
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator } when model.GetDeclaredSymbol(declarator) is IFieldSymbol field => (field, null),
        AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment
            when assignment.Parent is ExpressionStatementSyntax or ArrowExpressionClauseSyntax && model.GetSymbolInfo(assignment.Left).Symbol is IFieldSymbol field => (field, assignment.Left),
        _ => null,
    };

    private static TypeSyntax? ResultIn(TypeSyntax lazy)
        => lazy.DescendantNodesAndSelf().OfType<GenericNameSyntax>().FirstOrDefault(name => name.Identifier.ValueText == "Lazy")?.TypeArgumentList.Arguments.FirstOrDefault();
}
