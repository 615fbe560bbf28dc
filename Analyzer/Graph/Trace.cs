using CrossRelease.Analyzers.Flow;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

/// <summary>A place in a body.</summary>
internal sealed record Site(BodyFacts Body, TextSpan Span)
{
    /// <summary>Whether it is in a loop of its body.</summary>
    public bool IsInLoop => Body.Blocks.Any(block => block.IsInCycle && block.Instructions.Any(instruction => instruction.Span == Span));
}

/// <summary>Why a call may as well not run what it is followed to, where nothing tells.</summary>
internal enum Guess
{
    /// <summary>It runs what it is followed to.</summary>
    None,

    /// <summary>It goes around a recursion so large that a state which keeps two of its bodies apart is lost on the way.</summary>
    Knot,

    /// <summary>One of those that answer is a wrapper, which hands on to another one of them.</summary>
    Wrapper,

    /// <summary>Many may answer, or one of the caller's own type; or a lock is held only by objects that a member of theirs says so of.</summary>
    OneOfMany,
}

/// <summary>The calls that lead from a body to an event: outermost first, the event's own place last.</summary>
internal sealed class Trace
{
    public Trace(Site site, Trace? inner = null, Guess guess = Guess.None)
    {
        Site = site;
        Inner = inner;
        OwnGuess = guess;
        Guess = inner is null || guess > inner.Guess ? guess : inner.Guess;
        Length = inner is null ? 1 : inner.Length + 1;
    }

    public Site Site { get; }

    public Trace? Inner { get; }

    public int Length { get; }

    /// <summary>What the outermost of the calls is.</summary>
    public Guess OwnGuess { get; }

    /// <summary>The worst of the calls.</summary>
    public Guess Guess { get; }

    public bool IsGuess => Guess != Guess.None;

    /// <summary>The same way, of which nothing tells that it is gone.</summary>
    public Trace AsGuess() => new(Site, Inner, Guess.OneOfMany);

    /// <summary>The way to this event and on to another one.</summary>
    public Trace Then(Trace other) => new(Site, Inner?.Then(other) ?? other, OwnGuess);

    /// <summary>Which of two ways to the same event tells it better: the lesser guess, then the shorter one.</summary>
    public bool IsBetterThan(Trace other) => Guess != other.Guess ? Guess < other.Guess : Length < other.Length;

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

    public IEnumerable<Site> Sites => Calls.Select(static call => call.Site);

    /// <summary>The trace from each of its places on.</summary>
    public IEnumerable<Trace> Calls
    {
        get
        {
            for (Trace? trace = this; trace is not null; trace = trace.Inner)
            {
                yield return trace;
            }
        }
    }
}
