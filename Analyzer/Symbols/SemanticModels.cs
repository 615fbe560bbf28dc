using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Symbols;

/// <summary>The model of a tree that an action was not handed: a callee's body may stand in any file of the compilation.</summary>
internal static class SemanticModels
{
    private static bool _isMissing;

    public static SemanticModel Of(Compilation compilation, SyntaxTree tree, SemanticModel? atHand = null)
    {
        if (atHand?.SyntaxTree == tree)
        {
            return atHand;
        }

#pragma warning disable RS1030 // the fact about a callee is in another tree, and no action is handed two models (docs/adr/0021)
        return compilation.GetSemanticModel(tree);
#pragma warning restore RS1030
    }

    /// <summary>
    /// A model to read the bodies of a tree with, once: without the analysis of null references, which costs as much as binding and says
    /// nothing of locks, and held by nobody, so that what it has bound dies young.
    /// </summary>
    public static SemanticModel ForOnePass(Compilation compilation, SyntaxTree tree)
    {
        try
        {
            return Volatile.Read(ref _isMissing) ? Of(compilation, tree) : WithoutNullable(compilation, tree);
        }
        catch (Exception missing) when (missing is MissingMethodException or TypeLoadException)
        {
            // The compiler's authors call this member and its type experimental: one without them has the plain model.
            Volatile.Write(ref _isMissing, true);
            return Of(compilation, tree);
        }
    }

    // Apart, so that its caller can be compiled where the member is missing.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static SemanticModel WithoutNullable(Compilation compilation, SyntaxTree tree) =>
#pragma warning disable RS1030, RSEXPERIMENTAL001 // docs/adr/0021; the member is the one that the editor's own features use
        compilation.GetSemanticModel(tree, SemanticModelOptions.DisableNullableAnalysis);
#pragma warning restore RS1030, RSEXPERIMENTAL001
}
