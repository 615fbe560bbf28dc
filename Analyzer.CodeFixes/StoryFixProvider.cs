using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>A fix at one of the places that the diagnostic's story passes.</summary>
public abstract class StoryFixProvider : EditsFixProvider
{
    private protected sealed override async Task<IEnumerable<FixEdits>> FindEditsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellation)
    {
        var places = await DiagnosticPlace.OfAsync(document, diagnostic, cancellation).ConfigureAwait(false);
        return FindEdits(places);
    }

    /// <summary>The ways to fix it, the best one first. May be lazy.</summary>
    /// <param name="places">The diagnostic's own place first, then its steps in order.</param>
    private protected abstract IEnumerable<FixEdits> FindEdits(IReadOnlyList<DiagnosticPlace> places);
}
