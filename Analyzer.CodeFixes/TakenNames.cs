using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>The identifiers that a declaration uses: what a fix adds to it has another name.</summary>
internal sealed class TakenNames(SyntaxNode declaration)
{
    private readonly HashSet<string> _names = [.. declaration.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText)];

    /// <summary>Those of the member that a node stands in.</summary>
    public static TakenNames Around(SyntaxNode node) => new(node.FirstAncestorOrSelf<MemberDeclarationSyntax>()!);

    public bool Contains(string name) => _names.Contains(name);

    /// <summary>The name, or one with a number where it is in use; from now on it is in use.</summary>
    public string Take(string name)
    {
        var free = name;
        for (var number = 2; !_names.Add(free); number++)
        {
            free = name + number;
        }

        return free;
    }
}
