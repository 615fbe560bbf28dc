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

/// <summary>A call that begins a lock's body and touches nothing that the lock guards is made before the lock; its result is used under it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CallBeforeLockFixer)), Shared]
public sealed class CallBeforeLockFixer : StoryFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["XR1001", "XR1002", "XR1003"];

    private protected override IEnumerable<FixEdits> FindEdits(IReadOnlyList<DiagnosticPlace> places)
    {
        foreach (var place in places)
        {
            var acquires = places.Where(other => other.Model == place.Model).Select(other => other.Node.Span).ToList();
            if (place.Node.FirstAncestorOrSelf<StatementSyntax>() is { Parent: BlockSyntax body } statement
                && body.Statements[0] == statement
                && LockRegion.Of(body, place.Model, acquires) is { First.Parent: BlockSyntax } region
                && CallOf(statement) is { } call
                && MovableCode.NeedsNoLock(call, place.Model)
                && CallOperands.AreSteadyBefore(region.Statement, call, place.Model)
                && Move(place, statement, region, place.Text) is { } edits)
            {
                yield return edits;
            }
        }
    }

    /// <summary>Only a call whose result is kept: what is called for its effect, a wait above all, is called under the lock for a reason.</summary>
    private static ExpressionSyntax? CallOf(StatementSyntax statement)
    {
        var value = statement switch
        {
            ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment } => assignment.Right,
            LocalDeclarationStatementSyntax { Declaration.Variables: { Count: 1 } variables } local when local.UsingKeyword.IsKind(SyntaxKind.None) || IsLast(local)
                => variables[0].Initializer?.Value,
            _ => null,
        };
        return value is AwaitExpressionSyntax { Expression: InvocationExpressionSyntax awaited }
            ? awaited.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" } configured ? configured.Expression : awaited
            : value as InvocationExpressionSyntax;
    }

    /// <summary>With nothing behind the lock, what is used under it is disposed right after it.</summary>
    private static bool IsLast(LocalDeclarationStatementSyntax used)
        => used.Parent is BlockSyntax { Parent: LockStatementSyntax { Parent: BlockSyntax { Parent: BaseMethodDeclarationSyntax } block } held } && block.Statements.Last() == held;

    private static FixEdits? Move(DiagnosticPlace place, StatementSyntax statement, LockRegion region, SourceText text)
    {
        var line = text.Lines.GetLineFromPosition(statement.SpanStart);
        var before = text.Lines.GetLineFromPosition(region.First.SpanStart);
        var end = text.Lines.GetLineFromPosition(statement.Span.End);
        if (line.LineNumber != end.LineNumber
            || !StatementLines.AreOwn(statement, statement, text)
            || statement.GetLeadingTrivia().Any(trivia => !string.IsNullOrWhiteSpace(trivia.ToString())))
        {
            return null;
        }

        var indent = text.ToString(TextSpan.FromBounds(before.Start, region.First.SpanStart));
        var newline = StatementLines.Break(line, text);
        var edits = new FixEdits();
        if (statement is ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax assignment } && place.Model.GetSymbolInfo(assignment.Left).Symbol is not ILocalSymbol)
        {
            var type = place.Model.GetTypeInfo(assignment.Right).Type;
            var member = statement.FirstAncestorOrSelf<MemberDeclarationSyntax>()!;
            var name = type is null ? "" : CapturedOperands.NameAfter(assignment.Left, type);
            if (type is null || SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None
                || member.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == name))
            {
                return null;
            }

            edits.Add(place.Document.Id, new TextChange(new TextSpan(before.Start, 0), $"{indent}var {name} = {assignment.Right};{newline}"));
            edits.Add(place.Document.Id, new TextChange(assignment.Right.Span, name));
            return edits;
        }

        edits.Add(place.Document.Id, new TextChange(new TextSpan(before.Start, 0), indent + text.ToString(TextSpan.FromBounds(statement.SpanStart, end.EndIncludingLineBreak))));
        edits.Add(place.Document.Id, new TextChange(statement.FullSpan, ""));
        return edits;
    }
}
