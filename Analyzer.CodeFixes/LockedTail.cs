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
    private LockedTail(IReadOnlyList<StatementSyntax> moved, StatementSyntax? ending, LockRegion inner, LockRegion outermost, bool isConditional)
    {
        Moved = moved;
        Ending = ending;
        Inner = inner;
        Outermost = outermost;
        IsConditional = isConditional;
    }

    /// <summary>What moves: the statement asked for, and all behind it.</summary>
    public IReadOnlyList<StatementSyntax> Moved { get; }

    /// <summary>The return that ends the lock's body, apart from what moves: it goes behind it.</summary>
    public StatementSyntax? Ending { get; }

    public LockRegion Inner { get; }

    /// <summary>The lock that everything moves behind.</summary>
    public LockRegion Outermost { get; }

    /// <summary>Whether the statements stand in a branch, so that only some ways through the lock come to them.</summary>
    public bool IsConditional { get; }

    /// <summary>Whether nothing would be left under the only lock.</summary>
    public bool IsWholeBody => Inner == Outermost && (Moved[0] == Inner.Body || (Inner.Body is BlockSyntax body && body.Statements[0] == Moved[0] && body.Statements.Count == Moved.Count));

    public static LockedTail? Find(StatementSyntax statement, SemanticModel model, IReadOnlyCollection<TextSpan> acquires)
        => Find(
            statement.Parent is BlockSyntax own ? [.. own.Statements.SkipWhile(other => other != statement)] : [statement],
            static (at, first, block) => at == first || block.Statements.Last() == at,
            model,
            acquires);

    /// <summary>
    /// A statement alone, where all that may follow it under the locks is that what it works on is given up, and a return.
    /// </summary>
    public static LockedTail? FindAmid(StatementSyntax statement, SemanticModel model, IReadOnlyCollection<TextSpan> acquires)
    {
        var ending = EndingBehind(statement, model, acquires);
        return Find(
            [statement],
            (at, _, block) => block.Statements.SkipWhile(other => other != at).Skip(1).All(other => other == ending || GivenUp.IsBy(other, statement, model)),
            model,
            acquires,
            ending);
    }

    /// <summary>A return of what no lock guards, at the end of the body of the only lock: no way through the body ends elsewhere and goes on.</summary>
    private static StatementSyntax? EndingBehind(StatementSyntax statement, SemanticModel model, IReadOnlyCollection<TextSpan> acquires)
    {
        var body = StatementsAround(statement).OfType<BlockSyntax>().FirstOrDefault(block => LockRegion.Of(block, model, acquires) is not null);
        return body?.Statements.Last() is ReturnStatementSyntax last && last != statement && MovableCode.IsEnd(last, model)
            && !StatementsAround(body.Parent!).Any(around => LockRegion.Of(around, model, acquires) is not null) ? last : null;
    }

    private static LockedTail? Find(
        IReadOnlyList<StatementSyntax> moved,
        System.Func<StatementSyntax, StatementSyntax, BlockSyntax, bool> isLast,
        SemanticModel model,
        IReadOnlyCollection<TextSpan> acquires,
        StatementSyntax? ending = null)
    {
        LockRegion? inner = null;
        LockRegion? outermost = null;
        bool isBranch = false;
        bool isConditional = false;
        for (StatementSyntax? at = moved[0]; at is not null;)
        {
            StatementSyntax body = at.Parent is BlockSyntax block && isLast(at, moved[0], block) ? block : at;
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
            && !moved.Any(statement => IsHardToMove(statement, model, outermost.Statement))
            ? new LockedTail(moved, ending, inner!, outermost, isConditional)
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
    private static bool IsHardToMove(StatementSyntax statement, SemanticModel model, StatementSyntax held)
        => statement.ContainsDirectives
            || statement.DescendantTokens().Any(token => !token.IsKind(SyntaxKind.EndOfFileToken) && token.Text.Contains('\n'))
            || statement.DescendantNodes().OfType<AnonymousFunctionExpressionSyntax>().Any(function => !CallOperands.IsOutsiders(function, model, held));
}
