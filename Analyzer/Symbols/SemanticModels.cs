using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Symbols;

/// <summary>The model of a tree that an action was not handed: a callee's body may stand in any file of the compilation.</summary>
internal static class SemanticModels
{
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
}
