using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>Which lines a statement has.</summary>
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
}
