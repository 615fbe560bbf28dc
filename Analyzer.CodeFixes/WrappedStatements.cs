using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>The text changes that put statements in a <c>try</c>, so that what has to happen happens on every way out of them.</summary>
internal sealed class WrappedStatements
{
    private readonly DocumentId _document;
    private readonly SourceText _text;
    private readonly IReadOnlyList<StatementSyntax> _body;
    private readonly string _indent;
    private readonly string _break;
    private readonly HashSet<int> _removedLines;

    private WrappedStatements(DocumentId document, SourceText text, IReadOnlyList<StatementSyntax> body, IEnumerable<StatementSyntax> removed)
    {
        _removedLines = [.. removed.Select(statement => text.Lines.GetLineFromPosition(statement.SpanStart).LineNumber)];
        _document = document;
        _text = text;
        _body = body;
        var line = text.Lines.GetLineFromPosition(body[0].SpanStart);
        _indent = StatementLines.Indent(body[0].SpanStart, text);
        _break = StatementLines.Break(line, text);
    }

    private string Unit => StatementLines.Unit(_indent);

    /// <summary>The last statement moves into a <c>finally</c>. Null when the statements do not stand on lines of their own.</summary>
    /// <param name="removed">Statements in the body, each on one line, that the <c>finally</c> makes superfluous.</param>
    public static FixEdits? WithFinally(
        DocumentId document, SourceText text, SemanticModel model, IReadOnlyList<StatementSyntax> body, StatementSyntax last, IReadOnlyList<StatementSyntax> removed)
    {
        if (!body.Append(last).Concat(removed).All(statement => IsSimple(statement, text)))
        {
            return null;
        }

        var wrapped = new WrappedStatements(document, text, body, removed);
        var edits = new FixEdits();
        var lastStart = StatementLines.CommentedStart(last, text);
        var bodyEnd = text.Lines.GetLineFromPosition(body[body.Count - 1].Span.End);
        if (!wrapped.Begin(edits, model, [last]))
        {
            return null;
        }

        edits.Add(document, new TextChange(
            TextSpan.FromBounds(bodyEnd.EndIncludingLineBreak, lastStart),
            $"{wrapped._indent}}}{wrapped._break}{wrapped._indent}finally{wrapped._break}{wrapped._indent}{{{wrapped._break}"));
        wrapped.Indent(edits, lastStart, last.Span.End);
        edits.Add(document, new TextChange(new TextSpan(text.Lines.GetLineFromPosition(last.Span.End).End, 0), $"{wrapped._break}{wrapped._indent}}}"));
        return edits;
    }

    /// <summary>An exception goes to a handler of one statement, and on.</summary>
    /// <param name="exception">What the handler calls it, with its type; null when it does not look at it.</param>
    public static FixEdits? WithCatch(
        DocumentId document, SourceText text, SemanticModel model, IReadOnlyList<StatementSyntax> body, string? exception, string handler)
    {
        var wrapped = new WrappedStatements(document, text, body, []);
        var edits = new FixEdits();
        if (!body.All(statement => IsSimple(statement, text)) || !wrapped.Begin(edits, model, []))
        {
            return null;
        }

        string[] lines = ["}", exception is null ? "catch" : $"catch ({exception})", "{", wrapped.Unit + handler, wrapped.Unit + "throw;", "}"];
        edits.Add(document, new TextChange(
            new TextSpan(text.Lines.GetLineFromPosition(body[body.Count - 1].Span.End).End, 0),
            string.Concat(lines.Select(line => wrapped._break + wrapped._indent + line))));
        return edits;
    }

    private bool Begin(FixEdits edits, SemanticModel model, IReadOnlyList<StatementSyntax> moved)
    {
        var first = StatementLines.CommentedStart(_body[0], _text);
        var declarations = new List<string>();
        foreach (var statement in _body)
        {
            foreach (var local in DeclaredAndUsedBehind(statement, model, moved))
            {
                if (local.DeclaringSyntaxReferences[0].GetSyntax() is not VariableDeclaratorSyntax { Initializer: not null, Parent: VariableDeclarationSyntax { Variables.Count: 1 } declared }
                    || declared.Parent != statement || declared.Type is RefTypeSyntax || local.IsConst)
                {
                    return false;
                }

                var type = declared.Type.IsVar ? local.Type.ToMinimalDisplayString(model, declared.SpanStart) : declared.Type.ToString();
                declarations.Add($"{_indent}{type} {local.Name};{_break}");
                edits.Add(_document, new TextChange(TextSpan.FromBounds(declared.SpanStart, declared.Variables[0].SpanStart), ""));
            }
        }

        // The empty line before what is indented: a change of its own would touch that of the first line.
        var opening = string.Concat(declarations) + $"{_indent}try{_break}{_indent}{{{_break}";
        Indent(edits, first, _body[_body.Count - 1].Span.End, opening);
        return !_body.OfType<LocalDeclarationStatementSyntax>().Any(declaration => !declaration.UsingKeyword.IsKind(SyntaxKind.None));
    }

    private IEnumerable<ILocalSymbol> DeclaredAndUsedBehind(StatementSyntax statement, SemanticModel model, IReadOnlyList<StatementSyntax> moved)
    {
        if (statement.Parent is not BlockSyntax block)
        {
            return [];
        }

        var behind = block.Statements.SkipWhile(other => other != _body[_body.Count - 1]).Skip(1).Concat(moved)
            .SelectMany(other => other.DescendantNodes().OfType<IdentifierNameSyntax>()).Select(name => name.Identifier.ValueText).ToList();
        return statement.DescendantNodes().Where(node => node is VariableDeclaratorSyntax or SingleVariableDesignationSyntax)
            .Select(node => model.GetDeclaredSymbol(node)).OfType<ILocalSymbol>().Where(local => behind.Contains(local.Name)).ToList();
    }

    private void Indent(FixEdits edits, int start, int end, string before = "")
    {
        for (var line = _text.Lines.GetLineFromPosition(start); ; line = _text.Lines[line.LineNumber + 1])
        {
            var unit = string.IsNullOrWhiteSpace(line.ToString()) ? "" : Unit;
            if (_removedLines.Contains(line.LineNumber))
            {
                var next = _text.Lines[line.LineNumber + 1];
                edits.Add(_document, new TextChange(TextSpan.FromBounds(line.Start, next.Start), before + (string.IsNullOrWhiteSpace(next.ToString()) ? "" : Unit)));
                line = next;
            }
            else
            {
                edits.Add(_document, new TextChange(new TextSpan(line.Start, 0), before + unit));
            }

            before = "";
            if (line.End >= end)
            {
                return;
            }
        }
    }

    /// <summary>On lines of its own, and no token of it would change with its indentation.</summary>
    private static bool IsSimple(StatementSyntax statement, SourceText text)
        => !statement.ContainsDirectives
            && !statement.DescendantTokens().Any(token => token.Text.Contains('\n'))
            && StatementLines.AreOwn(statement, statement, text);
}
