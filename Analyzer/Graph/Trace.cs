using CrossRelease.Analyzers.Flow;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

/// <summary>A place in a body.</summary>
internal sealed record Site(BodyFacts Body, TextSpan Span)
{
    /// <summary>Whether it is in a loop of its body.</summary>
    public bool IsInLoop => Body.Blocks.Any(block => block.IsInCycle && block.Instructions.Any(instruction => instruction.Span == Span));
}

/// <summary>The calls that lead from a body to an event: outermost first, the event's own place last.</summary>
internal sealed class Trace
{
    public Trace(Site site, Trace? inner = null, bool isGuess = false)
    {
        Site = site;
        Inner = inner;
        IsGuess = isGuess || inner is { IsGuess: true };
        Length = inner is null ? 1 : inner.Length + 1;
    }

    public Site Site { get; }

    public Trace? Inner { get; }

    public int Length { get; }

    /// <summary>Whether one of the calls may as well run another type's member: nothing tells which of several.</summary>
    public bool IsGuess { get; }

    /// <summary>Which of two ways to the same event tells it better: one that is no guess, then the shorter one.</summary>
    public bool IsBetterThan(Trace other) => IsGuess != other.IsGuess ? !IsGuess : Length < other.Length;

    /// <summary>Where the event itself is.</summary>
    public Site Leaf
    {
        get
        {
            Trace trace = this;
            while (trace.Inner is { } inner)
            {
                trace = inner;
            }

            return trace.Site;
        }
    }

    /// <summary>Where a report about the event stands: at the event, or at the call that leads to it in another assembly.</summary>
    public Site Place
    {
        get
        {
            Site place = Site;
            for (Trace? trace = this; trace is not null; trace = trace.Inner)
            {
                place = trace.Site.Body.IsExternal && !place.Body.IsExternal ? place : trace.Site;
            }

            return place;
        }
    }

    public IEnumerable<Site> Sites
    {
        get
        {
            for (Trace? trace = this; trace is not null; trace = trace.Inner)
            {
                yield return trace.Site;
            }
        }
    }
}
