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

/// <summary>XR1002 on two objects of one class: they are locked in the order of a number that each has for good.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(OrderTwoLocksFixer)), Shared]
public sealed class OrderTwoLocksFixer : StoryFixProvider
{
    private static readonly string[] _keyNames = ["Id", "Number", "Key", "Index", "Ordinal", "Sequence"];

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["XR1002"];

    private protected override IEnumerable<FixEdits> FindEdits(IReadOnlyList<DiagnosticPlace> places)
    {
        foreach (var place in places)
        {
            foreach (var (outer, inner) in NestedOperands(place))
            {
                if (KeyOf(outer, inner, place.Model) is { } key && Order(place, outer, inner, key, place.Text) is { } edits)
                {
                    yield return edits;
                }
            }
        }
    }

    /// <summary>The two objects whose locks nest at the place: of two lock statements, or of a call in the delegate that another call runs.</summary>
    private static IEnumerable<(ExpressionSyntax Outer, ExpressionSyntax Inner)> NestedOperands(DiagnosticPlace place)
    {
        var roots = new List<ExpressionSyntax>();
        foreach (var node in place.Node.AncestorsAndSelf().TakeWhile(node => node is not MemberDeclarationSyntax)
            .Concat(place.Node.DescendantNodes().OfType<InvocationExpressionSyntax>().TakeWhile(call => call != place.Node).Take(1)))
        {
            var operand = node switch
            {
                LockStatementSyntax held => held.Expression,
                InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } => access,
                _ => null,
            };
            if (operand is not null && RootOf(operand) is { } root && place.Model.GetSymbolInfo(root).Symbol is IParameterSymbol or ILocalSymbol)
            {
                roots.Add(root);
            }
        }

        return from outer in roots
               from inner in roots
               where outer != inner && outer.Parent!.FirstAncestorOrSelf<SyntaxNode>(node => node is LockStatementSyntax or InvocationExpressionSyntax)!.Span.Contains(inner.Span)
               select (outer, inner);
    }

    private static ExpressionSyntax? RootOf(ExpressionSyntax operand) => operand switch
    {
        MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax name } => name,
        IdentifierNameSyntax name => name,
        _ => null,
    };

    /// <summary>A number that is set once, and named as one that tells the objects apart.</summary>
    private static string? KeyOf(ExpressionSyntax outer, ExpressionSyntax inner, SemanticModel model)
    {
        var type = model.GetTypeInfo(outer).Type;
        return type is not null
            && SymbolEqualityComparer.Default.Equals(type, model.GetTypeInfo(inner).Type)
            && !SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(outer).Symbol, model.GetSymbolInfo(inner).Symbol)
            ? type.GetMembers().Where(member => IsKey(member) && model.IsAccessible(outer.SpanStart, member)).Select(member => member.Name)
                .OrderBy(name => System.Array.FindIndex(_keyNames, known => IsNamed(name, known))).FirstOrDefault()
            : null;
    }

    private static bool IsKey(ISymbol member) => !member.IsStatic && _keyNames.Any(known => IsNamed(member.Name, known)) && member switch
    {
        IFieldSymbol { IsReadOnly: true, AssociatedSymbol: null } field => IsNumber(field.Type),
        IPropertySymbol { SetMethod: null, IsIndexer: false } property => IsNumber(property.Type) && UnguardedUse.IsAuto(property),
        _ => false,
    };

    private static bool IsNamed(string name, string known) => name.TrimStart('_').EndsWith(known, System.StringComparison.OrdinalIgnoreCase);

    private static bool IsNumber(ITypeSymbol type)
        => type.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_UInt32 or SpecialType.System_UInt64;

    private static FixEdits? Order(DiagnosticPlace place, ExpressionSyntax outer, ExpressionSyntax inner, string key, SourceText text)
    {
        var statement = outer.FirstAncestorOrSelf<StatementSyntax>()!;
        var line = text.Lines.GetLineFromPosition(statement.SpanStart);
        if (statement.Parent is not (BlockSyntax or SwitchSectionSyntax) || !StatementLines.BeginsLine(statement, text))
        {
            return null;
        }

        var indent = StatementLines.Indent(statement.SpanStart, text);
        var newline = StatementLines.Break(line, text);
        var names = TakenNames.Around(statement);
        var (first, second) = (names.Take("first"), names.Take("second"));
        var test = $"{outer}.{key} <= {inner}.{key}";
        var edits = new FixEdits();
        edits.Add(place.Document.Id, new TextChange(
            new TextSpan(line.Start, 0),
            $"{indent}var {first} = {test} ? {outer} : {inner};{newline}{indent}var {second} = {test} ? {inner} : {outer};{newline}"));
        edits.Add(place.Document.Id, new TextChange(outer.Span, first));
        edits.Add(place.Document.Id, new TextChange(inner.Span, second));
        return edits;
    }
}
