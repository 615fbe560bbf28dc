using System.Collections.Generic;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>The text changes that move a wait: locals before the lock, their values under it, the wait behind it.</summary>
internal sealed class MovedWait(DocumentId document, LockedWait wait, CapturedOperands operands, SourceText text)
{
    /// <summary>Null when the statements share their lines with the lock's braces or with others: whole lines move.</summary>
    public FixEdits? ToEdits()
    {
        var edits = new FixEdits();
        if (!OwnLines())
        {
            return null;
        }

        DeclareLocals(edits);
        foreach (var hoist in operands.Hoists)
        {
            // "var parked = x;" becomes "parked = x;": the declaration stands before the lock now.
            var declared = hoist.Declaration.Declaration;
            edits.Add(document, new TextChange(TextSpan.FromBounds(hoist.Declaration.SpanStart, declared.Variables[0].SpanStart), ""));
        }

        edits.Add(document, new TextChange(Removed(), Captures()));
        edits.Add(document, new TextChange(new TextSpan(text.Lines.GetLineFromPosition(wait.Outermost.Span.End).End, 0), LineBreak + LineBreak + Moved()));
        return edits;
    }

    private string LineBreak
    {
        get
        {
            var line = text.Lines.GetLineFromPosition(wait.Outermost.SpanStart);
            return line.EndIncludingLineBreak > line.End ? text.ToString(TextSpan.FromBounds(line.End, line.EndIncludingLineBreak)) : "\n";
        }
    }

    private void DeclareLocals(FixEdits edits)
    {
        var indent = IndentAt(wait.Outermost.SpanStart);
        var locals = operands.Hoists.Select(hoist => $"{hoist.Type} {hoist.Name};").Concat(operands.Captures.Select(capture => $"{capture.Type} {capture.Name};"));
        var declarations = string.Concat(locals.Select(local => indent + local + LineBreak));
        if (declarations.Length > 0)
        {
            edits.Add(document, new TextChange(new TextSpan(CommentedStart(), 0), declarations));
        }
    }

    /// <summary>The start of the lock's first line, or of the comment lines right above it: a comment stays with its lock.</summary>
    private int CommentedStart()
    {
        var line = text.Lines.GetLineFromPosition(wait.Outermost.SpanStart);
        while (line.LineNumber > 0
            && text.Lines[line.LineNumber - 1] is var above
            && above.Start >= wait.Outermost.FullSpan.Start
            && !string.IsNullOrWhiteSpace(above.ToString()))
        {
            line = above;
        }

        return line.Start;
    }

    private bool OwnLines()
    {
        var first = wait.Moved[0];
        var start = text.Lines.GetLineFromPosition(first.SpanStart);
        return string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(start.Start, first.SpanStart)))
            && wait.Moved[wait.Moved.Count - 1].FullSpan.End == text.Lines.GetLineFromPosition(wait.Moved[wait.Moved.Count - 1].Span.End).EndIncludingLineBreak
            && text.Lines.GetLineFromPosition(wait.Outermost.Span.End).End <= wait.Outermost.FullSpan.End;
    }

    private TextSpan Removed() => TextSpan.FromBounds(wait.Moved[0].FullSpan.Start, wait.Moved[wait.Moved.Count - 1].FullSpan.End);

    private string Captures()
    {
        var indent = IndentAt(wait.Moved[0].SpanStart);
        return string.Concat(operands.Captures.Select(capture => $"{indent}{capture.Name} = {capture.Operand};{LineBreak}"));
    }

    private string Moved()
    {
        var from = IndentAt(wait.Moved[0].SpanStart);
        var to = IndentAt(wait.Outermost.SpanStart);
        var lines = Replaced().Split('\n').SkipWhile(string.IsNullOrWhiteSpace).Select(line => line.TrimEnd('\r')).ToList();
        while (lines.Count > 0 && string.IsNullOrWhiteSpace(lines[lines.Count - 1]))
        {
            lines.RemoveAt(lines.Count - 1);
        }

        return string.Join(LineBreak, lines.Select(line => line.StartsWith(from, System.StringComparison.Ordinal) ? to + line.Substring(from.Length) : line));
    }

    /// <summary>The moved statements with each captured operand replaced by its local.</summary>
    private string Replaced()
    {
        var span = Removed();
        var result = new StringBuilder();
        var at = span.Start;
        foreach (var capture in operands.Captures.OrderBy(capture => capture.Operand.SpanStart))
        {
            result.Append(text.ToString(TextSpan.FromBounds(at, capture.Operand.SpanStart))).Append(capture.Name);
            at = capture.Operand.Span.End;
        }

        return result.Append(text.ToString(TextSpan.FromBounds(at, span.End))).ToString();
    }

    private string IndentAt(int position)
    {
        var line = text.Lines.GetLineFromPosition(position).ToString();
        return line.Substring(0, line.Length - line.TrimStart().Length);
    }
}
