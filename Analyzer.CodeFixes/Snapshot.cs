using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>A loop over what the lock guards, that is to run after the lock: the elements are copied under it.</summary>
internal sealed class Snapshot
{
    private readonly ExpressionSyntax _collection;
    private readonly ITypeSymbol _collectionType;
    private readonly ITypeSymbol _element;
    private readonly string _elementName;
    private readonly IReadOnlyList<(TextSpan Span, Func<string, string> Text)> _uses;

    private Snapshot(
        ExpressionSyntax collection, ITypeSymbol collectionType, ITypeSymbol element, StatementSyntax loop, StatementSyntax body, SemanticModel model,
        IReadOnlyList<(TextSpan Span, Func<string, string> Text)> uses)
    {
        _collection = collection;
        _collectionType = collectionType;
        _element = element;
        _elementName = element.ToMinimalDisplayString(model, loop.SpanStart);
        _uses = uses;
        Loop = loop;
        Body = body;
    }

    public StatementSyntax Loop { get; }

    public StatementSyntax Body { get; }

    /// <summary>What the copy stands for in the loop's body: an element by its index.</summary>
    public TextSpan? Span => _uses.Count > 2 ? _uses[2].Span : null;

    /// <summary>A <c>foreach</c>, or a <c>for</c> over all indices in which the collection is used for nothing but its element.</summary>
    public static Snapshot? Of(StatementSyntax loop, SemanticModel model) => loop switch
    {
        CommonForEachStatementSyntax each when each.AwaitKeyword.IsKind(SyntaxKind.None)
            && model.GetForEachStatementInfo(each).ElementType is { } element
            && model.GetTypeInfo(each.Expression).Type is { } collection
            => new Snapshot(each.Expression, collection, element, each, each.Statement, model, [(each.Expression.Span, name => name)]),
        ForStatementSyntax
        {
            Declaration.Variables: { Count: 1 } indices,
            Condition: BinaryExpressionSyntax
            {
                RawKind: (int)SyntaxKind.LessThanExpression,
                Left: IdentifierNameSyntax,
                Right: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Count" or "Length" } count,
            },
            Incrementors: { Count: 1 } steps,
        } counted when indices[0].Initializer?.Value is LiteralExpressionSyntax { Token.ValueText: "0" } && steps[0] is PostfixUnaryExpressionSyntax
            => OfCounted(counted, indices[0], count, model),
        _ => null,
    };

    public void AddTo(List<CapturedOperands.Capture> captures, Func<string, string> unused)
    {
        var basis = CapturedOperands.NameAfter(_collection, _collectionType);
        var name = unused(basis == "waited" ? "snapshot" : basis);
        captures.Add(new CapturedOperands.Capture(
            _collectionType, _elementName + "[]", name, _collection + ".ToArray()", [.. _uses.Select(use => new TextChange(use.Span, use.Text(name)))]));
    }

    private static Snapshot? OfCounted(ForStatementSyntax loop, VariableDeclaratorSyntax index, MemberAccessExpressionSyntax count, SemanticModel model)
    {
        var collection = count.Expression;
        var inBody = loop.Statement.DescendantNodes().OfType<ExpressionSyntax>().Where(node => SyntaxFactory.AreEquivalent(node, collection)).ToList();
        var indices = loop.Statement.DescendantNodes().OfType<IdentifierNameSyntax>().Count(name => name.Identifier.ValueText == index.Identifier.ValueText);
        return inBody.Count == 1
            && inBody[0].Parent is ElementAccessExpressionSyntax { ArgumentList.Arguments: { Count: 1 } arguments } element
            && arguments[0].Expression is IdentifierNameSyntax used
            && used.Identifier.ValueText == index.Identifier.ValueText && indices == 1
            && model.GetTypeInfo(element).Type is { } type && model.GetTypeInfo(collection).Type is { } collectionType
            ? new Snapshot(
                collection, collectionType, type, loop, loop.Statement, model,
                [(collection.Span, name => name), (count.Name.Span, _ => "Length"), (element.Span, name => $"{name}[{used}]")])
            : null;
    }
}
