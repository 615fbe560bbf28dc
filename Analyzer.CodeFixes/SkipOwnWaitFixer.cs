using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>XR1003: a thread or task waits for its end only if it is not the one that ends.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SkipOwnWaitFixer)), Shared]
public sealed class SkipOwnWaitFixer : StoryFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["XR1003"];

    private protected override IEnumerable<FixEdits> FindEdits(IReadOnlyList<DiagnosticPlace> places)
    {
        var place = places[0];
        if (place.Node is not InvocationExpressionSyntax wait)
        {
            yield break;
        }

        var isAsync = places.Any(step => IsInAsyncCode(step.Node));
        var edits = new FixEdits();
        if (WaitAllOf(wait, place.Model) is { } others && !isAsync)
        {
            edits.Add(place.Document.Id, others);
            yield return edits;
        }
        else if (WaitedBy(wait) is { } waited && ConditionOf(waited.Target, waited.Name, isAsync, place.Model) is { } condition && TryGuard(place, waited.Whole, condition, edits))
        {
            yield return edits;
        }
    }

    /// <summary>What runs behind an await is not inside its task.</summary>
    private static bool IsInAsyncCode(SyntaxNode node)
        => node.AncestorsAndSelf().FirstOrDefault(around => around is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax) switch
        {
            AnonymousFunctionExpressionSyntax function => function.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword),
            LocalFunctionStatementSyntax function => function.Modifiers.Any(SyntaxKind.AsyncKeyword),
            MethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
            _ => false,
        };

    /// <summary>"x.Wait()" and "x?.Wait()".</summary>
    private static (ExpressionSyntax Whole, ExpressionSyntax Target, string Name)? WaitedBy(InvocationExpressionSyntax wait) => wait switch
    {
        { ArgumentList.Arguments.Count: > 0 } => null,
        { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax or MemberAccessExpressionSyntax } access } => (wait, access.Expression, access.Name.Identifier.ValueText),
        { Expression: MemberBindingExpressionSyntax binding, Parent: ConditionalAccessExpressionSyntax { Expression: IdentifierNameSyntax or MemberAccessExpressionSyntax } whole }
            => (whole, whole.Expression, binding.Name.Identifier.ValueText),
        _ => null,
    };

    private static bool TryGuard(DiagnosticPlace place, ExpressionSyntax wait, string condition, FixEdits edits)
    {
        // "() => x.Wait()" keeps its line.
        if (wait.Parent is ParenthesizedLambdaExpressionSyntax or SimpleLambdaExpressionSyntax)
        {
            edits.Add(place.Document.Id, new TextChange(new TextSpan(wait.SpanStart, 0), $"{{ if ({condition}) {{ "));
            edits.Add(place.Document.Id, new TextChange(new TextSpan(wait.Span.End, 0), "; } }"));
            return true;
        }

        if (wait.Parent is not ExpressionStatementSyntax { Parent: BlockSyntax } statement)
        {
            return false;
        }

        var text = place.Text;
        var line = text.Lines.GetLineFromPosition(statement.SpanStart);
        if (!StatementLines.BeginsLine(statement, text) || line.LineNumber != text.Lines.GetLineFromPosition(statement.Span.End).LineNumber)
        {
            return false;
        }

        var indent = StatementLines.Indent(statement.SpanStart, text);
        var newline = StatementLines.Break(line, text);
        edits.Add(place.Document.Id, new TextChange(new TextSpan(statement.SpanStart, 0), $"if ({condition}){newline}{indent}{{{newline}{indent}{StatementLines.Unit(indent)}"));
        edits.Add(place.Document.Id, new TextChange(new TextSpan(line.End, 0), $"{newline}{indent}}}"));
        return true;
    }

    private static string? ConditionOf(ExpressionSyntax target, string method, bool isAsync, SemanticModel model)
    {
        var type = model.GetTypeInfo(target).Type?.WithNullableAnnotation(NullableAnnotation.None);
        var place = target.SpanStart;
        return type?.ToDisplayString() switch
        {
            "System.Threading.Thread" when method == "Join" => $"{type.ToMinimalDisplayString(model, place)}.CurrentThread != {target}",
            "System.Threading.Tasks.Task" when method == "Wait" && !isAsync && target.Parent is not ConditionalAccessExpressionSyntax
                => $"{type.ToMinimalDisplayString(model, place)}.CurrentId != {target}.Id",
            _ => null,
        };
    }

    /// <summary>Task.WaitAll(all): of all the others.</summary>
    private static TextChange? WaitAllOf(InvocationExpressionSyntax wait, SemanticModel model)
    {
        if (wait is not { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "WaitAll" } access, ArgumentList.Arguments: { Count: 1 } arguments }
            || model.GetSymbolInfo(wait).Symbol is not IMethodSymbol { ContainingType: { Name: "Task", ContainingNamespace.Name: "Tasks" } }
            || arguments[0].Expression is not (IdentifierNameSyntax or MemberAccessExpressionSyntax)
            || model.GetTypeInfo(arguments[0].Expression).Type is not IArrayTypeSymbol { ElementType.Name: "Task" })
        {
            return null;
        }

        var all = arguments[0].Expression;
        var taken = wait.FirstAncestorOrSelf<MemberDeclarationSyntax>()!.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText);
        return taken.Contains("task") ? null : new TextChange(all.Span, $"{all}.Where(task => task.Id != {access.Expression}.CurrentId).ToArray()");
    }
}
