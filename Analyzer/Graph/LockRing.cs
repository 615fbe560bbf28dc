using System.Collections.Immutable;

namespace CrossRelease.Analyzers.Graph;

/// <summary>A proven ring of dependencies: each acquires what the next holds.</summary>
internal sealed class LockRing(ImmutableArray<LockEdge> edges)
{
    public ImmutableArray<LockEdge> Edges { get; } = edges;

    /// <summary>Whether it is one only if somebody whom nobody sees calls a body without the lock that all others hold.</summary>
    public bool NeedsUnseenCaller { get; init; }

    /// <summary>From how many places code takes each step, once that has been counted: it depends on the evidence alone.</summary>
    public int[]? Places { get; set; }

    /// <summary>The report that was made of it last: what it says depends on the ring and on where its story begins.</summary>
    public LockRingReport? Report { get; set; }
}

/// <summary>The report of a ring.</summary>
/// <param name="First">The dependency that it begins with.</param>
internal sealed record LockRingReport(int First, bool IsCrossRelease, Finding Finding);

/// <summary>Whether a path of classes is a ring, and what that was told by.</summary>
/// <param name="Evidence">What leads from each class to the next.</param>
/// <param name="Sides">Of each class, the sides that somebody asks for.</param>
/// <param name="Ring">Null if it is none.</param>
/// <param name="Cut">What there was too much of to look at, if it is none.</param>
internal sealed record LockRingProof(IReadOnlyList<LockEdge>[] Evidence, int[] Sides, LockRing? Ring, LockEdge? Cut);
