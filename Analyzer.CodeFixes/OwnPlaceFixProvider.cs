using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>A fix that looks at the diagnostic's own place and at nothing else.</summary>
public abstract class OwnPlaceFixProvider : EditsFixProvider
{
    private protected sealed override async Task<IEnumerable<FixEdits>> FindEditsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellation)
    {
        if (diagnostic.Properties.ContainsKey(DeadlockReporter.ByHandProperty))
        {
            return [];
        }

        var place = await DiagnosticPlace.OfAsync(document, diagnostic.Location, cancellation).ConfigureAwait(false);
        return place is { } own && FindEdits(own) is { } edits ? [edits] : [];
    }

    /// <summary>The changes that fix it; null when they could change what the program does.</summary>
    private protected abstract FixEdits? FindEdits(DiagnosticPlace place);
}
