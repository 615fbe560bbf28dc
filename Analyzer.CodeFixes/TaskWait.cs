using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>An expression that blocks until a task has its result.</summary>
/// <param name="Task">The task.</param>
/// <param name="Type">Its type, which names that of the result.</param>
/// <param name="Words">What is written behind the task in order to wait.</param>
internal sealed record TaskWait(ExpressionSyntax Expression, ExpressionSyntax Task, INamedTypeSymbol Type, string Words)
{
    private static readonly SymbolDisplayFormat _format =
        SymbolDisplayFormat.MinimallyQualifiedFormat.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <summary>The expression with the parentheses around it.</summary>
    public ExpressionSyntax Whole
    {
        get
        {
            var whole = Expression;
            while (whole.Parent is ParenthesizedExpressionSyntax parentheses)
            {
                whole = parentheses;
            }

            return whole;
        }
    }

    /// <summary>The change after which nobody waits here.</summary>
    public TextChange Removed => new(TextSpan.FromBounds(Task.Span.End, Expression.Span.End), "");

    /// <summary>Null for any other expression.</summary>
    public static TaskWait? Of(SyntaxNode node, SemanticModel model)
    {
        var (task, words) = node switch
        {
            MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Result" } result => (result.Expression, ".Result"),
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "GetResult", Expression: InvocationExpressionSyntax awaiter } }
                when AwaitedBy(awaiter, "GetAwaiter") is { } awaited => (AwaitedBy(awaited, "ConfigureAwait") ?? awaited, ".GetAwaiter().GetResult()"),
            _ => (null, ""),
        };
        return task is not null
            && model.GetTypeInfo(task).Type is INamedTypeSymbol { Name: "Task", TypeArguments.Length: 1, ContainingNamespace: { Name: "Tasks", ContainingNamespace.Name: "Threading" } } type
            && !HasComments(node, TextSpan.FromBounds(task.Span.End, node.Span.End))
            ? new TaskWait((ExpressionSyntax)node, task, type, words) : null;
    }

    /// <summary>Whether comments would go with a part of a node.</summary>
    public static bool HasComments(SyntaxNode node, TextSpan part)
        => node.DescendantTrivia().Any(trivia => part.Contains(trivia.Span) && !string.IsNullOrWhiteSpace(trivia.ToString()));

    /// <summary>The type of the task as it is written at a place.</summary>
    public string TypeAt(int position, SemanticModel model) => Type.ToMinimalDisplayString(model, position, _format);

    private static ExpressionSyntax? AwaitedBy(ExpressionSyntax call, string name)
        => call is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } && access.Name.Identifier.ValueText == name ? access.Expression : null;
}
