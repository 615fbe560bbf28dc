using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>A place of a diagnostic's story in its document: the diagnostic's own, or a step's.</summary>
internal readonly struct DiagnosticPlace(Document document, SyntaxNode node, SemanticModel model)
{
    public Document Document => document;

    public SyntaxNode Node => node;

    public SemanticModel Model => model;

    public SourceText Text => model.SyntaxTree.GetText();

    /// <summary>The diagnostic's own place first, then its steps in order.</summary>
    public static async Task<IReadOnlyList<DiagnosticPlace>> OfAsync(Document document, Diagnostic diagnostic, CancellationToken cancellation)
    {
        var places = new List<DiagnosticPlace>();
        foreach (var location in new[] { diagnostic.Location }.Concat(diagnostic.AdditionalLocations).Distinct())
        {
            if (await OfAsync(document, location, cancellation).ConfigureAwait(false) is { } place)
            {
                places.Add(place);
            }
        }

        return places;
    }

    /// <summary>One place; null where it is in no document of the project.</summary>
    public static async Task<DiagnosticPlace?> OfAsync(Document document, Location location, CancellationToken cancellation)
    {
        if (location.SourceTree is not { } tree
            || document.Project.GetDocument(tree) is not { } owner
            || await owner.GetSemanticModelAsync(cancellation).ConfigureAwait(false) is not { } model)
        {
            return null;
        }

        var root = await model.SyntaxTree.GetRootAsync(cancellation).ConfigureAwait(false);
        return new DiagnosticPlace(owner, root.FindNode(location.SourceSpan, getInnermostNodeForTie: true), model);
    }
}
