using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Options;

/// <summary>
/// Whether the source suppresses a rule at a place. The compiler asks this of a diagnostic's own place only; a deadlock has several, and
/// whoever answers for one of them may be the one who knows that it cannot happen.
/// </summary>
internal static class StepSuppressions
{
    public static bool Covers(SyntaxTree tree, TextSpan place, string id, CancellationToken cancellation)
    {
        SyntaxNode root = tree.GetRoot(cancellation);
        return (root.ContainsDirectives && Mentions.In(tree, "pragma", cancellation) && IsOffByPragma(root, place, id)) || IsOffByAttribute(root, place, id);
    }

    /// <summary>What is in the names of all attributes that suppress messages.</summary>
    public const string AttributeWord = "SuppressMessage";

    /// <summary>Whether an attribute is one of the framework's that suppress messages, by its name.</summary>
    public static bool IsSuppression(AttributeSyntax attribute)
    {
        string name = attribute.Name switch
        {
            QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            _ => "",
        };
        return name is "SuppressMessage" or "SuppressMessageAttribute" or "UnconditionalSuppressMessage" or "UnconditionalSuppressMessageAttribute";
    }

    /// <summary>The id that a suppressing attribute names: its second argument up to a colon.</summary>
    public static string? IdOf(AttributeSyntax attribute)
    {
        string? check = attribute.ArgumentList?.Arguments is { Count: > 1 } arguments && arguments[1].Expression is LiteralExpressionSyntax literal
            ? literal.Token.ValueText
            : null;
        return check is null ? null : check.Split(':')[0].Trim();
    }

    /// <summary>The ids that a pragma names.</summary>
    public static IEnumerable<string> IdsOf(PragmaWarningDirectiveTriviaSyntax pragma) =>
        pragma.ErrorCodes.Select(static code => code is IdentifierNameSyntax name ? name.Identifier.ValueText : code.ToString());

    private static bool IsOffByPragma(SyntaxNode root, TextSpan place, string id)
    {
        bool isOff = false;
        for (DirectiveTriviaSyntax? directive = root.GetFirstDirective(); directive is not null && directive.SpanStart < place.Start; directive = directive.GetNextDirective())
        {
            if (directive is PragmaWarningDirectiveTriviaSyntax { IsActive: true } pragma && (pragma.ErrorCodes.Count == 0 || IdsOf(pragma).Contains(id)))
            {
                isOff = pragma.DisableOrRestoreKeyword.IsKind(SyntaxKind.DisableKeyword);
            }
        }

        return isOff;
    }

    private static bool IsOffByAttribute(SyntaxNode root, TextSpan place, string id) =>
        root.FindNode(place).AncestorsAndSelf()
            .SelectMany(static node => node is MemberDeclarationSyntax member ? member.AttributeLists : default)
            .SelectMany(static list => list.Attributes)
            .Any(attribute => IsSuppression(attribute) && IdOf(attribute) == id);
}
