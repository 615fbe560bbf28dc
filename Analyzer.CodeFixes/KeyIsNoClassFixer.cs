using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>XR3003: the key is made once, for the type, and stays.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(KeyIsNoClassFixer)), Shared]
public sealed class KeyIsNoClassFixer : OwnPlaceFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["XR3003"];

    private protected override FixEdits? FindEdits(DiagnosticPlace place)
    {
        if (place.Node.FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>() is not { } creation
            || creation.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not { Parent: TypeDeclarationSyntax and not InterfaceDeclarationSyntax } member)
        {
            return null;
        }

        var edits = new FixEdits();
        switch (creation.Parent)
        {
            case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1 } declared } } when declared.Parent is FieldDeclarationSyntax field:
                AddModifiers(edits, place.Document.Id, field.Modifiers, declared.SpanStart, "static", "readonly");
                return edits;
            case EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax { AccessorList: { } accessors } property }:
                AddModifiers(edits, place.Document.Id, property.Modifiers, property.Type.SpanStart, "static");
                foreach (var setter in accessors.Accessors.Where(accessor => !accessor.IsKind(SyntaxKind.GetAccessorDeclaration)))
                {
                    edits.Add(place.Document.Id, new TextChange(TextSpan.FromBounds(setter.SpanStart, setter.GetLastToken().GetNextToken().SpanStart), ""));
                }

                return edits;
            case ArrowExpressionClauseSyntax { Parent: PropertyDeclarationSyntax property } arrow:
                AddModifiers(edits, place.Document.Id, property.Modifiers, property.Type.SpanStart, "static");
                edits.Add(place.Document.Id, new TextChange(arrow.ArrowToken.Span, "{ get; } ="));
                return edits;
            case ArgumentSyntax:
                var text = place.Text;
                return Extract(edits, place.Document.Id, creation, member, text) ? edits : null;
            default:
                return null;
        }
    }

    private static void AddModifiers(FixEdits edits, DocumentId document, SyntaxTokenList modifiers, int typeStart, params string[] wanted)
    {
        var missing = wanted.Where(word => !modifiers.Any(modifier => modifier.ValueText == word)).ToList();
        if (missing.Count > 0)
        {
            var before = modifiers.FirstOrDefault(modifier => missing.Contains("static") && modifier.IsKind(SyntaxKind.ReadOnlyKeyword));
            edits.Add(document, new TextChange(new TextSpan(before.IsKind(SyntaxKind.None) ? typeStart : before.SpanStart, 0), string.Join(" ", missing) + " "));
        }
    }

    /// <summary>A key that is made in a call gets a field before the member that the call is in.</summary>
    private static bool Extract(FixEdits edits, DocumentId document, BaseObjectCreationExpressionSyntax creation, MemberDeclarationSyntax member, SourceText text)
    {
        var type = (TypeDeclarationSyntax)member.Parent!;
        var of = member switch
        {
            PropertyDeclarationSyntax property => property.Identifier.ValueText,
            MethodDeclarationSyntax method => method.Identifier.ValueText,
            FieldDeclarationSyntax { Declaration.Variables: { Count: 1 } variables } => variables[0].Identifier.ValueText,
            ConstructorDeclarationSyntax => type.Identifier.ValueText,
            _ => "",
        };
        var line = text.Lines.GetLineFromPosition(member.SpanStart);
        var name = of.TrimStart('_') is { Length: > 0 } letters ? $"_{char.ToLowerInvariant(letters[0])}{letters.Substring(1)}Key" : "";
        var arguments = creation.ArgumentList?.ToString() ?? "()";
        if (name.Length == 0
            || type.DescendantTokens().Any(token => token.ValueText == name)
            || creation.ArgumentList?.Arguments.All(argument => argument.Expression is LiteralExpressionSyntax) == false
            || creation.Initializer is not null
            || !StatementLines.BeginsLine(member, text))
        {
            return false;
        }

        var indent = StatementLines.Indent(member.SpanStart, text);
        var newline = StatementLines.Break(line, text);
        var written = creation is ObjectCreationExpressionSyntax named ? named.Type.ToString() : "LockClassKey";
        edits.Add(document, new TextChange(new TextSpan(member.SpanStart, 0), $"private static readonly {written} {name} = new{arguments};{newline}{newline}{indent}"));
        edits.Add(document, new TextChange(creation.Span, name));
        return true;
    }
}
