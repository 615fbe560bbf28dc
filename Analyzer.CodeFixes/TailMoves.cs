using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>The ways to take one step of a diagnostic's story, and what stands behind it, out of the locks around it.</summary>
internal static class TailMoves
{
    /// <param name="isMovable">Whether a call may run without the lock; asked for each of those that move.</param>
    public static async Task<IEnumerable<FixEdits>> FindAsync(
        Document document, Diagnostic diagnostic, Func<ExpressionSyntax, SemanticModel, bool> isMovable, CancellationToken cancellation)
    {
        var places = await DiagnosticPlace.OfAsync(document, diagnostic, cancellation).ConfigureAwait(false);
        var found = new List<FixEdits>();
        foreach (var place in places)
        {
            var text = await place.Document.GetTextAsync(cancellation).ConfigureAwait(false);
            var acquires = places.Where(other => other.Model == place.Model).Select(other => other.Node.Span).ToList();
            foreach (var statement in Candidates(place.Node))
            {
                var tails = new[] { LockedTail.Find(statement, place.Model, acquires), LockedTail.FindAmid(statement, place.Model, acquires) };
                found.AddRange(tails.OfType<LockedTail>().Select(tail => EditsOf(tail, place, isMovable, text)).OfType<FixEdits>().Take(1));
            }
        }

        return found;
    }

    private static FixEdits? EditsOf(LockedTail tail, DiagnosticPlace place, Func<ExpressionSyntax, SemanticModel, bool> isMovable, SourceText text)
        => CallsOf(tail, place, isMovable, out var snapshot) is { } calls
            && CapturedOperands.Find(tail, calls, snapshot, place.Model) is { } operands
            && !(tail.IsWholeBody && operands.Captures.Count == 0 && calls.Any(call => MovableCode.IsForeign(call, place.Model)))
            ? new MovedTail(place.Document.Id, tail, operands, text).ToEdits() : null;

    /// <summary>The statement of the place, and the loop that it is the body of.</summary>
    private static IEnumerable<StatementSyntax> Candidates(SyntaxNode node)
    {
        var inner = node.Ancestors().TakeWhile(ancestor => ancestor is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax));
        var statement = (node as StatementSyntax) ?? inner.OfType<StatementSyntax>().FirstOrDefault();
        if (statement is null or LockStatementSyntax or UsingStatementSyntax)
        {
            yield break;
        }

        yield return statement;
        if ((statement.Parent is BlockSyntax block ? block.Parent : statement.Parent) is StatementSyntax loop and (CommonForEachStatementSyntax or ForStatementSyntax))
        {
            yield return loop;
        }
    }

    /// <summary>The calls that move, and a field that is returned behind them; null when something else would move with them.</summary>
    private static IReadOnlyList<ExpressionSyntax>? CallsOf(
        LockedTail tail, DiagnosticPlace place, Func<ExpressionSyntax, SemanticModel, bool> isMovable, out Snapshot? snapshot)
    {
        var model = place.Model;
        var calls = new List<ExpressionSyntax>();
        snapshot = Snapshot.Of(tail.Moved[0], model);
        var all = snapshot is null ? tail.Moved : BodyOf(snapshot).Concat(tail.Moved.Skip(1));
        foreach (var statement in all)
        {
            // The step of the story is known to do what must not be done under the lock. Of the others nothing is known.
            if (MovableCode.CallOf(statement, model) is { } call
                && (MovableCode.IsWait(call, model) || MovableCode.IsAtomic(call, model) || (isMovable(call, model) && (statement.Span.Contains(place.Node.Span) || !MovableCode.IsThroughInterface(call, model)))))
            {
                calls.Add(call);
            }
            else if (statement is ReturnStatementSyntax { Expression: { } returned } && calls.Count > 0 && GuardedFields.IsKeptStill(returned, tail.Outermost.Statement, model))
            {
                calls.Add(returned);
            }
            else if (calls.Count == 0 || !MovableCode.IsEnd(statement, model))
            {
                return null;
            }
        }

        return calls;
    }

    private static IEnumerable<StatementSyntax> BodyOf(Snapshot snapshot) => snapshot.Body is BlockSyntax block ? block.Statements : new[] { snapshot.Body };
}
