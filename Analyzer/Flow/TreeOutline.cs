using System.Runtime.CompilerServices;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers.Flow;

/// <summary>What syntax alone tells of a tree: a hash of its declarations, and whether it may touch a lock or a completion.</summary>
internal sealed class TreeOutline
{
    private const int Unknown = 0;
    private const int No = 1;
    private const int Yes = 2;

    private static readonly ConditionalWeakTable<SyntaxTree, TreeOutline> _outlines = new();

    private volatile int _mayBlock = Unknown;
    private volatile Mention? _mention;

    private TreeOutline(long declarations) => Declarations = declarations;

    /// <summary>A hash of everything outside bodies: what bodies of other trees can depend on.</summary>
    public long Declarations { get; }

    /// <summary>Whether the tree has a lock statement or names a member that some model knows.</summary>
    /// <param name="tree">The tree that this is the outline of.</param>
    public bool MayBlock(SyntaxTree tree, CancellationToken cancellation) => _mayBlock switch
    {
        Unknown => (_mayBlock = NamesModel(tree.GetRoot(cancellation)) ? Yes : No) == Yes,
        int known => known == Yes,
    };

    /// <summary>Whether the tree names a member that these models know, the shipped ones or more.</summary>
    public bool MayBlockUnder(ApiModels models, SyntaxTree tree, CancellationToken cancellation)
    {
        bool mayBlock = MayBlock(tree, cancellation);
        if (mayBlock || models == ApiModels.Shipped)
        {
            return mayBlock;
        }

        Mention? known = _mention;
        if (known?.Models != models)
        {
            bool isMentioned = tree.GetRoot(cancellation).DescendantNodes().Any(node => node is SimpleNameSyntax name && models.MayModel(name.Identifier.ValueText));
            _mention = known = new Mention(models, isMentioned);
        }

        return known.IsMentioned;
    }

    public static TreeOutline Of(SyntaxTree tree, CancellationToken cancellation)
    {
        if (!_outlines.TryGetValue(tree, out TreeOutline? outline))
        {
            outline = Read(tree.GetRoot(cancellation), cancellation);
            outline = _outlines.GetValue(tree, _ => outline);
        }

        return outline;
    }

    private static TreeOutline Read(SyntaxNode root, CancellationToken cancellation)
    {
        long hash = 17;
        foreach (SyntaxNodeOrToken item in root.DescendantNodesAndTokens(static node => node is not (BlockSyntax or ArrowExpressionClauseSyntax)))
        {
            if (item.IsToken)
            {
                hash = Combine(hash, StringComparer.Ordinal.GetHashCode(item.AsToken().Text));
            }
            else if (item.AsNode() is BlockSyntax or ArrowExpressionClauseSyntax)
            {
                // `P { get; }` is storage, `P { get => _p; }` is not, and both end in a semicolon.
                hash = Combine(hash, item.RawKind);
            }
        }

        cancellation.ThrowIfCancellationRequested();
        return new TreeOutline(hash);
    }

    private static bool NamesModel(SyntaxNode root) => root.DescendantNodes().Any(static node => node switch
    {
        LockStatementSyntax => true,
        SimpleNameSyntax name => ApiModels.Shipped.MayModel(name.Identifier.ValueText) || (name.Parent is AttributeSyntax && MemberDeclarations.MayBe(name.Identifier.ValueText)),
        _ => false,
    });

    public static long Combine(long hash, long next) => unchecked((hash * 1099511628211L) ^ next);

    private sealed record Mention(ApiModels Models, bool IsMentioned);
}
