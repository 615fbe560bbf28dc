using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>XR1003: a thread or task waits for its end only if it is not the one that ends.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SkipOwnWaitFixer)), Shared]
public sealed class SkipOwnWaitFixer : OwnPlaceFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["XR1003"];

    private protected override FixEdits? FindEdits(DiagnosticPlace place)
    {
        if (place.Node is not InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0 } wait
            || wait.Parent is not ExpressionStatementSyntax statement
            || wait.Expression is not MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax or MemberAccessExpressionSyntax } access
            || ConditionOf(access, place.Model) is not { } condition)
        {
            return null;
        }

        var text = place.Text;
        var line = text.Lines.GetLineFromPosition(statement.SpanStart);
        var end = text.Lines.GetLineFromPosition(statement.Span.End);
        var indent = text.ToString(TextSpan.FromBounds(line.Start, statement.SpanStart));
        if (statement.Parent is not BlockSyntax || !string.IsNullOrWhiteSpace(indent) || line.LineNumber != end.LineNumber)
        {
            return null;
        }

        var newline = text.ToString(TextSpan.FromBounds(line.End, line.EndIncludingLineBreak));
        var unit = indent.Contains('\t') ? "\t" : "    ";
        var edits = new FixEdits();
        edits.Add(place.Document.Id, new TextChange(new TextSpan(statement.SpanStart, 0), $"if ({condition}){newline}{indent}{{{newline}{indent}{unit}"));
        edits.Add(place.Document.Id, new TextChange(new TextSpan(line.End, 0), $"{newline}{indent}}}"));
        return edits;
    }

    private static string? ConditionOf(MemberAccessExpressionSyntax access, SemanticModel model)
    {
        var type = model.GetTypeInfo(access.Expression).Type;
        var place = access.SpanStart;
        return type?.ToDisplayString() switch
        {
            "System.Threading.Thread" when access.Name.Identifier.ValueText == "Join" => $"{type.ToMinimalDisplayString(model, place)}.CurrentThread != {access.Expression}",
            "System.Threading.Tasks.Task" when access.Name.Identifier.ValueText == "Wait" => $"{type.ToMinimalDisplayString(model, place)}.CurrentId != {access.Expression}.Id",
            _ => null,
        };
    }
}
