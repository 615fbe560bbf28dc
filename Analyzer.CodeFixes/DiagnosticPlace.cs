using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>A place of a diagnostic's story in its document: the diagnostic's own, or a step's.</summary>
internal readonly struct DiagnosticPlace(Document document, SyntaxNode node, SemanticModel model)
{
    public Document Document => document;

    public SyntaxNode Node => node;

    public SemanticModel Model => model;

    /// <summary>The diagnostic's own place first, then its steps in order.</summary>
    public static async Task<IReadOnlyList<DiagnosticPlace>> OfAsync(Document document, Diagnostic diagnostic, CancellationToken cancellation)
    {
        var places = new List<DiagnosticPlace>();
        foreach (var location in new[] { diagnostic.Location }.Concat(diagnostic.AdditionalLocations).Distinct())
        {
            if (location.SourceTree is { } tree
                && document.Project.GetDocument(tree) is { } owner
                && await owner.GetSemanticModelAsync(cancellation).ConfigureAwait(false) is { } model)
            {
                var root = await model.SyntaxTree.GetRootAsync(cancellation).ConfigureAwait(false);
                places.Add(new DiagnosticPlace(owner, root.FindNode(location.SourceSpan, getInnermostNodeForTie: true), model));
            }
        }

        return places;
    }
}
