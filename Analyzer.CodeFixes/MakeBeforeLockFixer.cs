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

/// <summary>
/// What a dictionary under a lock does not have yet is made between two looks at it, without the lock. Two may make it at once; the first to keep it
/// wins, as long as nobody ever takes an entry out: who makes it could otherwise bring back what has been dropped meanwhile.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MakeBeforeLockFixer)), Shared]
public sealed class MakeBeforeLockFixer : StoryFixProvider
{
    private static readonly ImmutableArray<string> _keeping = ["TryGetValue", "ContainsKey", "Count", "Add", "TryAdd", "Keys", "Values"];

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["XR1001", "XR1002", "XR2001"];

    private protected override IEnumerable<FixEdits> FindEdits(IReadOnlyList<DiagnosticPlace> places)
    {
        foreach (var place in places)
        {
            if (place.Node.FirstAncestorOrSelf<IfStatementSyntax>() is
                {
                    Else: null,
                    Condition: PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression, Operand: InvocationExpressionSyntax look },
                    Parent: BlockSyntax { Parent: LockStatementSyntax { Parent: BlockSyntax } held } body,
                } missing
                && body.Statements.Count == 2 && body.Statements[0] == missing
                && Look.Of(look, place.Model) is { } found
                && body.Statements[1] is ReturnStatementSyntax { Expression: IdentifierNameSyntax returned } && returned.Identifier.ValueText == found.Value
                && MadeIn(missing.Statement, found) is { } made
                && CanBeMadeFirst(made, place.Model)
                && Edits(place, held, found, made) is { } edits)
            {
                yield return edits;
            }
        }
    }

    private static bool CanBeMadeFirst(ExpressionSyntax made, SemanticModel model)
        => made is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax
            && (MovableCode.NeedsNoLock(made, model) || model.GetSymbolInfo(made).Symbol is IMethodSymbol { MethodKind: MethodKind.DelegateInvoke })
            && CallOperands.AreSteadyBefore(made.FirstAncestorOrSelf<LockStatementSyntax>()!, made, model);

    /// <summary>"values[key] = value = Make()", or the two steps one after the other.</summary>
    private static ExpressionSyntax? MadeIn(StatementSyntax statement, Look look)
    {
        IReadOnlyList<StatementSyntax> steps = statement is BlockSyntax block ? [.. block.Statements] : [statement];
        var first = (steps.FirstOrDefault() as ExpressionStatementSyntax)?.Expression as AssignmentExpressionSyntax;
        return first switch
        {
            { Left: ElementAccessExpressionSyntax entry, Right: AssignmentExpressionSyntax inner } when steps.Count == 1 && look.IsEntry(entry) && look.IsValue(inner.Left) => inner.Right,
            { Right: var made } when steps.Count == 2 && look.IsValue(first.Left)
                && steps[1] is ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { Left: ElementAccessExpressionSyntax entry } kept } && look.IsEntry(entry) && look.IsValue(kept.Right) => made,
            _ => null,
        };
    }

    private static FixEdits? Edits(DiagnosticPlace place, LockStatementSyntax held, Look look, ExpressionSyntax made)
    {
        var text = place.Text;
        var line = text.Lines.GetLineFromPosition(held.SpanStart);
        if (!StatementLines.BeginsLine(held, text) || made.ToString().Contains('\n'))
        {
            return null;
        }

        var names = TakenNames.Around(held);
        var (known, name) = (names.Take("known"), names.Take("made"));
        var indent = StatementLines.Indent(held.SpanStart, text);
        var unit = StatementLines.Unit(indent);
        string[] lines =
        [
            $"lock ({held.Expression})", "{", $"{unit}if ({look.Dictionary}.TryGetValue({look.Key}, out var {known}))", unit + "{", $"{unit}{unit}return {known};", unit + "}", "}",
        ];
        var end = StatementLines.Break(line, text);
        var edits = new FixEdits();
        edits.Add(place.Document.Id, new TextChange(
            new TextSpan(line.Start, 0), string.Concat(lines.Select(added => indent + added + end)) + $"{end}{indent}var {name} = {made};{end}"));
        edits.Add(place.Document.Id, new TextChange(made.Span, name));
        return edits;
    }

    /// <summary>A look into a dictionary that only grows.</summary>
    private sealed record Look(ExpressionSyntax Dictionary, ExpressionSyntax Key, string Value)
    {
        public static Look? Of(InvocationExpressionSyntax call, SemanticModel model)
            => call is { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "TryGetValue" } access, ArgumentList.Arguments: { Count: 2 } arguments }
                && model.GetSymbolInfo(access.Expression).Symbol is IFieldSymbol { IsReadOnly: true, DeclaredAccessibility: Accessibility.Private } field
                && field.Type is { Name: "Dictionary" or "SortedDictionary", ContainingNamespace.Name: "Generic" }
                && CallOperands.IsSteady(arguments[0].Expression, model)
                && ValueOf(arguments[1].Expression) is { } value
                && OnlyGrows(field, model)
                ? new Look(access.Expression, arguments[0].Expression, value) : null;

        public bool IsEntry(ElementAccessExpressionSyntax entry)
            => SyntaxFactory.AreEquivalent(entry.Expression, Dictionary) && entry.ArgumentList.Arguments is { Count: 1 } arguments && SyntaxFactory.AreEquivalent(arguments[0].Expression, Key);

        public bool IsValue(ExpressionSyntax expression) => expression is IdentifierNameSyntax name && name.Identifier.ValueText == Value;

        private static string? ValueOf(ExpressionSyntax argument)
            => argument is DeclarationExpressionSyntax { Designation: SingleVariableDesignationSyntax local } ? local.Identifier.ValueText : null;

        private static bool OnlyGrows(IFieldSymbol field, SemanticModel model)
            => field.ContainingType.DeclaringSyntaxReferences is { Length: 1 } declarations
                && declarations[0].SyntaxTree == model.SyntaxTree
                && declarations[0].GetSyntax().DescendantNodes().OfType<IdentifierNameSyntax>()
                    .Where(name => name.Identifier.ValueText == field.Name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name).Symbol?.OriginalDefinition, field.OriginalDefinition))
                    .All(name => name.Parent is ElementAccessExpressionSyntax or CommonForEachStatementSyntax
                        || (name.Parent is MemberAccessExpressionSyntax access && access.Expression == name && _keeping.Contains(access.Name.Identifier.ValueText)));
    }
}
