using CrossRelease.Analyzers.Flow;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

/// <summary>What goes on when something is signalled: a registered callback, or an async body after one of its awaits.</summary>
/// <param name="Site">The await that it goes on from; null for a body that runs as a whole.</param>
internal sealed record Continuation(BodyFacts Body, string? Site)
{
    /// <summary>How an await is known to events after it.</summary>
    public static string SiteOf(BodyFacts body, TextSpan span) => body.Id + "@" + span.Start;

    /// <summary>Whether an event of the body happens, and blocks the thread, before the continuation returns to the signal.</summary>
    public bool Runs(Event found) => !found.IsFlowWait && (Site is null ? !found.IsAfterAwait : found.Resumed.Contains(Site));
}
