using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>Which lines a statement has, and how they begin and end.</summary>
internal static class StatementLines
{
    /// <summary>The start of the statement's first line, or of the comment lines right above it: a comment stays with what it is about.</summary>
    public static int CommentedStart(SyntaxNode statement, SourceText text)
    {
        var line = text.Lines.GetLineFromPosition(statement.SpanStart);
        while (line.LineNumber > 0
            && text.Lines[line.LineNumber - 1] is var above
            && above.Start >= statement.FullSpan.Start
            && !string.IsNullOrWhiteSpace(above.ToString()))
        {
            line = above;
        }

        return line.Start;
    }

    /// <summary>Whether nothing else stands on the lines of the statements, from the first to the last.</summary>
    public static bool AreOwn(StatementSyntax first, StatementSyntax last, SourceText text)
        => BeginsLine(first, text) && last.FullSpan.End == text.Lines.GetLineFromPosition(last.Span.End).EndIncludingLineBreak;

    public static bool BeginsLine(SyntaxNode node, SourceText text)
        => string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(text.Lines.GetLineFromPosition(node.SpanStart).Start, node.SpanStart)));

    /// <summary>The white space that the line of a position begins with.</summary>
    public static string Indent(int position, SourceText text)
    {
        var line = text.Lines.GetLineFromPosition(position).ToString();
        return line.Substring(0, line.Length - line.TrimStart().Length);
    }

    /// <summary>What a level more than that indentation adds to it.</summary>
    public static string Unit(string indent) => indent.Contains('\t') ? "\t" : "    ";

    /// <summary>How the line ends; the last one of a file without a break as most do.</summary>
    public static string Break(TextLine line, SourceText text)
        => line.EndIncludingLineBreak > line.End ? text.ToString(TextSpan.FromBounds(line.End, line.EndIncludingLineBreak)) : "\n";
}
