using System.Collections.Generic;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>The text changes that move a locked tail: locals before the lock, their values under it, the statements behind it.</summary>
internal sealed class MovedTail(DocumentId document, LockedTail tail, CapturedOperands operands, SourceText text)
{
    private readonly StatementSyntax _first = tail.Moved[0];
    private readonly StatementSyntax _last = tail.Moved[tail.Moved.Count - 1];
    private readonly string? _flag = tail.IsConditional && !HasOwnCondition(tail, operands) ? operands.Unused("isDue") : null;

    /// <summary>Null when the statements share their lines with the lock's braces or with others: whole lines move.</summary>
    public FixEdits? ToEdits()
    {
        var edits = new FixEdits();
        if (!OwnLines())
        {
            return null;
        }

        if (tail.IsWholeBody && operands.Captures.Count == 0)
        {
            return WithoutLock(edits);
        }

        DeclareLocals(edits);
        foreach (var hoist in operands.Hoists)
        {
            edits.Add(document, hoist.Declaration);
        }

        edits.Add(document, new TextChange(Removed(), Left()));
        var behind = LineBreak + LineBreak + Behind();
        if (tail.Ending is { } ending)
        {
            edits.Add(document, new TextChange(ending.FullSpan, ""));
            behind += $"{LineBreak}{LineBreak}{IndentAt(tail.Outermost.Statement.SpanStart)}{text.ToString(TextSpan.FromBounds(ending.SpanStart, text.Lines.GetLineFromPosition(ending.Span.End).End))}";
        }

        edits.Add(document, new TextChange(new TextSpan(text.Lines.GetLineFromPosition(tail.Outermost.Statement.Span.End).End, 0), behind));
        return edits;
    }

    /// <summary>"late?.Wait()" asks for itself whether the way led there.</summary>
    private static bool HasOwnCondition(LockedTail tail, CapturedOperands operands)
        => tail.Moved.Count == 1
            && tail.Moved[0] is ExpressionStatementSyntax { Expression: ConditionalAccessExpressionSyntax conditional }
            && operands.Captures.Any(capture => capture.Uses.Any(use => use.Span == conditional.Expression.Span));

    private string LineBreak => StatementLines.Break(text.Lines.GetLineFromPosition(tail.Outermost.Statement.SpanStart), text);

    private string Unit => StatementLines.Unit(IndentAt(tail.Outermost.Statement.SpanStart));

    /// <summary>An empty lock would stay, and a bare lock that only waits for its holder is worse than none: it goes, where nothing else is lost with it.</summary>
    private FixEdits? WithoutLock(FixEdits edits)
    {
        var held = tail.Outermost.Statement;
        var body = tail.Moved.Select(statement => statement.FullSpan).ToList();
        var losesComment = held.DescendantTrivia().Any(trivia => (trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia))
            && !body.Any(span => span.Contains(trivia.SpanStart)));
        if (held is not LockStatementSyntax and not UsingStatementSyntax { Declaration: null } || losesComment)
        {
            return null;
        }

        edits.Add(document, new TextChange(held.Span, Dedented().Substring(IndentAt(held.SpanStart).Length)));
        return edits;
    }

    private void DeclareLocals(FixEdits edits)
    {
        var indent = IndentAt(tail.Outermost.First.SpanStart);
        var locals = operands.Hoists.Select(hoist => Declaration(hoist.Type, hoist.TypeName, hoist.Name))
            .Concat(operands.Captures.Select(capture => Declaration(capture.Type, capture.TypeName, capture.Name)))
            .Concat(_flag is null ? [] : [$"var {_flag} = false;"]);
        var declarations = string.Concat(locals.Select(local => indent + local + LineBreak));
        if (declarations.Length > 0)
        {
            edits.Add(document, new TextChange(new TextSpan(StatementLines.CommentedStart(tail.Outermost.First, text), 0), declarations));
        }
    }

    /// <summary>What only one branch sets has a value on the others, too; nobody reads it there.</summary>
    private string Declaration(ITypeSymbol type, string typeName, string name)
        => !tail.IsConditional ? $"{typeName} {name};"
            : type.IsValueType ? $"{typeName} {name} = default;"
            : _flag is null && !typeName.EndsWith("?", System.StringComparison.Ordinal) ? $"{typeName}? {name} = null;"
            : typeName.EndsWith("?", System.StringComparison.Ordinal) ? $"{typeName} {name} = null;" : $"{typeName} {name} = null!;";

    private bool OwnLines()
        => StatementLines.AreOwn(_first, _last, text)
            && (tail.Ending is not { } ending || IsAloneOnItsLine(ending))
            && text.Lines.GetLineFromPosition(tail.Outermost.Statement.Span.End).End <= tail.Outermost.Statement.FullSpan.End;

    /// <summary>With no comment of its own above it, either: that would stay behind.</summary>
    private bool IsAloneOnItsLine(StatementSyntax statement)
        => text.Lines.GetLineFromPosition(statement.SpanStart) is var line && line.End >= statement.Span.End
            && string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(statement.FullSpan.Start, statement.SpanStart)))
            && statement.FullSpan.End == line.EndIncludingLineBreak;

    private TextSpan Removed() => TextSpan.FromBounds(_first.FullSpan.Start, _last.FullSpan.End);

    /// <summary>What stays where the statements were: the captures, in a block of their own where a branch had none.</summary>
    private string Left()
    {
        var indent = IndentAt(_first.SpanStart);
        var lines = operands.Captures.Select(capture => $"{indent}{capture.Name} = {capture.Value};{LineBreak}").Concat(_flag is null ? [] : [$"{indent}{_flag} = true;{LineBreak}"]);
        var left = string.Concat(lines);
        if (_first.Parent is BlockSyntax)
        {
            return left;
        }

        var around = IndentAt(_first.Parent!.SpanStart);
        return $"{around}{{{LineBreak}{left}{around}}}{LineBreak}";
    }

    private string Behind()
    {
        var to = IndentAt(tail.Outermost.Statement.SpanStart);
        return _flag is null
            ? Dedented()
            : $"{to}if ({_flag}){LineBreak}{to}{{{LineBreak}{string.Join(LineBreak, Lines().Select(line => line.Length == 0 ? line : Unit + line))}{LineBreak}{to}}}";
    }

    private string Dedented() => string.Join(LineBreak, Lines());

    private IEnumerable<string> Lines()
    {
        var from = IndentAt(_first.SpanStart);
        var to = IndentAt(tail.Outermost.Statement.SpanStart);
        var lines = Replaced().Split('\n').SkipWhile(string.IsNullOrWhiteSpace).Select(line => line.TrimEnd('\r')).ToList();
        while (lines.Count > 0 && string.IsNullOrWhiteSpace(lines[lines.Count - 1]))
        {
            lines.RemoveAt(lines.Count - 1);
        }

        return lines.Select(line => line.StartsWith(from, System.StringComparison.Ordinal) ? to + line.Substring(from.Length) : line);
    }

    /// <summary>The moved statements with each captured operand replaced by its local.</summary>
    private string Replaced()
    {
        var span = Removed();
        var result = new StringBuilder();
        var at = span.Start;
        foreach (var use in operands.Captures.SelectMany(capture => capture.Uses).Concat(Asserted()).OrderBy(use => use.Span.Start))
        {
            result.Append(text.ToString(TextSpan.FromBounds(at, use.Span.Start))).Append(use.NewText);
            at = use.Span.End;
        }

        return result.Append(text.ToString(TextSpan.FromBounds(at, span.End))).ToString();
    }

    /// <summary>What the branch had found not to be null, the compiler does not know behind the flag.</summary>
    private IEnumerable<TextChange> Asserted()
    {
        var nullable = operands.Hoists.Where(hoist => hoist.Type.IsReferenceType && hoist.TypeName.EndsWith("?", System.StringComparison.Ordinal)).Select(hoist => hoist.Name).ToList();
        return _flag is null ? [] : tail.Moved.SelectMany(statement => statement.DescendantNodes().OfType<IdentifierNameSyntax>())
            .Where(name => nullable.Contains(name.Identifier.ValueText) && IsOperand(name) && operands.IsFoundNotNull(name))
            .Where(name => !operands.Captures.Any(capture => capture.Uses.Any(use => use.Span.Contains(name.Span))))
            .Select(name => new TextChange(new TextSpan(name.Span.End, 0), "!"));
    }

    private static bool IsOperand(IdentifierNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Expression == name,
        InvocationExpressionSyntax call => call.Expression == name,
        ArgumentSyntax argument => argument.RefKindKeyword.IsKind(SyntaxKind.None),
        _ => false,
    };

    private string IndentAt(int position) => StatementLines.Indent(position, text);
}
