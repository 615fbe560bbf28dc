using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>
/// Statements that end the body of the locks around them, perhaps in a branch: nothing follows them under a lock. Then running them after the
/// locks changes nothing but what is held.
/// </summary>
internal sealed class LockedTail
{
    private LockedTail(IReadOnlyList<StatementSyntax> moved, LockRegion inner, LockRegion outermost, bool isConditional)
    {
        Moved = moved;
        Inner = inner;
        Outermost = outermost;
        IsConditional = isConditional;
    }

    /// <summary>What moves: the statement asked for, and all behind it.</summary>
    public IReadOnlyList<StatementSyntax> Moved { get; }

    public LockRegion Inner { get; }

    /// <summary>The lock that everything moves behind.</summary>
    public LockRegion Outermost { get; }

    /// <summary>Whether the statements stand in a branch, so that only some ways through the lock come to them.</summary>
    public bool IsConditional { get; }

    /// <summary>Whether nothing would be left under the only lock.</summary>
    public bool IsWholeBody => Inner == Outermost && (Moved[0] == Inner.Body || (Inner.Body is BlockSyntax body && body.Statements[0] == Moved[0]));

    public static LockedTail? Find(StatementSyntax statement, SemanticModel model, IReadOnlyCollection<TextSpan> acquires)
    {
        List<StatementSyntax> moved = statement.Parent is BlockSyntax own ? [.. own.Statements.SkipWhile(other => other != statement)] : [statement];
        LockRegion? inner = null;
        LockRegion? outermost = null;
        bool isBranch = false;
        bool isConditional = false;
        for (StatementSyntax? at = statement; at is not null;)
        {
            StatementSyntax body = at.Parent is BlockSyntax block && (at == statement || block.Statements.Last() == at) ? block : at;
            if (LockRegion.Of(body, model, acquires) is { } region)
            {
                inner ??= region;
                outermost = region;
                isConditional = isBranch;
                at = region.Statement;
            }
            else
            {
                at = BranchAround(body);
                isBranch = true;
            }
        }

        // Another lock farther out would still be held; a lock without a block around it leaves no place to move to.
        return outermost?.Statement.Parent is BlockSyntax or SwitchSectionSyntax or GlobalStatementSyntax
            && !StatementsAround(outermost.Statement).Any(other => LockRegion.Of(other, model, acquires) is not null)
            && !moved.Any(IsHardToMove)
            ? new LockedTail(moved, inner!, outermost, isConditional)
            : null;
    }

    /// <summary>The whole if statement that a branch belongs to.</summary>
    private static StatementSyntax? BranchAround(StatementSyntax branch)
    {
        var found = branch.Parent switch
        {
            IfStatementSyntax condition => condition,
            ElseClauseSyntax { Parent: IfStatementSyntax condition } => condition,
            _ => null,
        };
        while (found?.Parent is ElseClauseSyntax { Parent: IfStatementSyntax chained })
        {
            found = chained;
        }

        return found;
    }

    private static IEnumerable<StatementSyntax> StatementsAround(SyntaxNode node)
        => node.Ancestors().TakeWhile(ancestor => ancestor is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax)).OfType<StatementSyntax>();

    /// <summary>Directives do not move with a statement, and a string over several lines would change with its indentation.</summary>
    private static bool IsHardToMove(StatementSyntax statement)
        => statement.ContainsDirectives
            || statement.DescendantTokens().Any(token => !token.IsKind(SyntaxKind.EndOfFileToken) && token.Text.Contains('\n'))
            || statement.DescendantNodes().Any(node => node is AnonymousFunctionExpressionSyntax);
}
