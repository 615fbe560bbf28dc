using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers.Flow;

/// <summary>What was read of a file before an edit of it.</summary>
/// <param name="Tree">The file's tree then; null if there was none.</param>
/// <param name="Read">The facts as they were read.</param>
/// <param name="Kept">The same with bodies of still earlier readings in them, and their moves.</param>
internal sealed record EarlierReading(SyntaxTree? Tree, TreeFacts Read, TreeFacts Kept)
{
    public static EarlierReading Nothing { get; } = new(null, new TreeFacts([], []), new TreeFacts([], []));

    /// <summary>
    /// The members, to take over those that a later tree of the same declarations has unchanged; null if what one means may depend on another.
    /// Cost: a walk over the declarations of both.
    /// </summary>
    public KeptMembers? For(SyntaxTree later, CancellationToken cancellation)
    {
        if (Tree is null || Kept.NamesOrdersElsewhere || !Tree.Options.Equals(later.Options) || DependsOnOrder(Tree, cancellation) || DependsOnOrder(later, cancellation) || DeclaresTwice())
        {
            return null;
        }

        SyntaxNode[] members = [.. TreeReader.Members(Tree, cancellation)];
        return members.Length == TreeReader.Members(later, cancellation).Count() ? new KeptMembers(Kept, members) : null;
    }

    // A symbol that the file itself defines decides which calls there are; what a top-level statement declares is known to all others.
    private static bool DependsOnOrder(SyntaxTree tree, CancellationToken cancellation) =>
        tree.GetRoot(cancellation) is not CompilationUnitSyntax unit
        || unit.Members.Any(SyntaxKind.GlobalStatement)
        || unit.GetFirstDirective(static directive => directive is DefineDirectiveTriviaSyntax or UndefDirectiveTriviaSyntax) is not null;

    // In broken code: the functions nested in members of one name are numbered together.
    private bool DeclaresTwice()
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        return !Kept.Bodies.All(body => body.Outer is not null || ids.Add(body.Id));
    }
}
