using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

/// <summary>What summarising a body gave, and what it depended on besides the program and the points-to solution.</summary>
internal sealed class ContextRun
{
    public ContextRun(BodyFacts body, BodySummary found, ContextRun? earlier)
    {
        Body = body;
        Summary = found.Summary;
        Reentries = found.Reentries.IsEmpty && earlier is not null ? earlier.Reentries : found.Reentries;
        Passed = found.Passed;
        Breaches = found.Breaches.IsEmpty && earlier is not null ? earlier.Breaches : found.Breaches;

        // A round over bodies in recursion adds to those before.
        Ran = Union(found.Callees, earlier?.Ran);
        Detached = Union(found.Detached, earlier?.Detached);
    }

    public BodyFacts Body { get; }

    public Summary Summary { get; set; }

    /// <summary>The bodies that ran in its context.</summary>
    public IReadOnlyCollection<BodyFacts> Ran { get; }

    /// <summary>The async bodies that it started and did not await.</summary>
    public IReadOnlyCollection<BodyFacts> Detached { get; }

    public ImmutableArray<Reentry> Reentries { get; }

    public ImmutableArray<Breach> Breaches { get; }

    /// <summary>The waits that cannot block.</summary>
    public IReadOnlyCollection<TextSpan> Passed { get; }

    /// <summary>The summaries that it was made from.</summary>
    public Dictionary<BodyFacts, Summary>? Demands { get; set; }

    public List<(BodyFacts Body, Budget Budget)>? Hits { get; set; }

    private static IReadOnlyCollection<BodyFacts> Union(IReadOnlyCollection<BodyFacts> found, IReadOnlyCollection<BodyFacts>? earlier) =>
        earlier is null || earlier.Count == 0 ? found : [.. earlier.Concat(found).Distinct()];
}
