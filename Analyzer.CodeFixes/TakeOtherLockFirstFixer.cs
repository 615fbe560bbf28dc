using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>XR1002: where one lock is taken on the way to the other, the other is taken before it, where it has a name there. Locks of monitors nest.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(TakeOtherLockFirstFixer)), Shared]
public sealed class TakeOtherLockFirstFixer : StoryFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["XR1002"];

    private protected override IEnumerable<FixEdits> FindEdits(IReadOnlyList<DiagnosticPlace> places)
    {
        // The inner acquire of the first side stands first in the report, and last on its way.
        var sides = places.Skip(1).Append(places[0]).ToList();
        for (var at = 0; at < sides.Count; at++)
        {
            if (HeldAt(sides[at]) is not { } outer)
            {
                continue;
            }

            var way = sides.Skip(at + 1).Concat(sides.Take(at)).ToList();
            var names = way.Select(other => HeldAt(other) is { } inner ? NameElsewhere.Of(inner, other.Model, outer, sides[at].Model, way) : null).OfType<string>();
            foreach (var name in names.Distinct().Where(name => !IsHeld(name, outer)))
            {
                yield return TakeFirst(sides[at], outer, name);
            }
        }
    }

    private static LockStatementSyntax? HeldAt(DiagnosticPlace place)
        => place.Node.FirstAncestorOrSelf<StatementSyntax>() is LockStatementSyntax held && !held.Statement.Span.Contains(place.Node.SpanStart) ? held : null;

    /// <summary>Held already, or what is locked here was put before it by the fix itself.</summary>
    private static bool IsHeld(string name, LockStatementSyntax at)
        => at.AncestorsAndSelf().OfType<LockStatementSyntax>().Any(held => held.Expression.ToString() == name)
            || (at.Statement is LockStatementSyntax next && next.Expression.ToString() == name);

    private static FixEdits TakeFirst(DiagnosticPlace place, LockStatementSyntax held, string name)
    {
        var text = place.Text;
        var line = text.Lines.GetLineFromPosition(held.SpanStart);
        var between = StatementLines.BeginsLine(held, text) ? StatementLines.Break(line, text) + StatementLines.Indent(held.SpanStart, text) : " ";
        var edits = new FixEdits();
        edits.Add(place.Document.Id, new TextChange(new TextSpan(held.SpanStart, 0), $"lock ({name}){between}"));
        return edits;
    }
}
