using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>A way to tell the objects of one lock class apart. What is not known is of any origin.</summary>
internal abstract class Purposes(ImmutableArray<Origin> all)
{
    /// <summary>What the advice names where a class for each line that waits is the cheapest split; the fix goes by it.</summary>
    public const string WaitSite = "ClassPolicy.WaitSite";

    /// <summary>What the advice names where only a class for each object splits; the fix goes by it.</summary>
    public const string Instance = "ClassPolicy.Instance";

    /// <summary>The advice where only its author can name the uses.</summary>
    public const string KeyForEach = "Give each use a LockClassKey of its own";

    public ImmutableArray<Origin> All { get; } = all;

    /// <summary>Whether something tells which objects these are.</summary>
    public bool AreKnown(ImmutableArray<Origin> origins) => !All.All(origins.Contains);

    /// <summary>Whether no object is of both.</summary>
    public bool AreApart(ImmutableArray<Origin> left, ImmutableArray<Origin> right) =>
        AreKnown(left) && AreKnown(right) && !left.Any(one => right.Any(one.Meets));

    /// <summary>The origins of an object that a path leads to.</summary>
    /// <param name="root">The body in whose frame the path begins.</param>
    public abstract ImmutableArray<Origin> Of(Value path, BodyFacts root);

    /// <summary>The origins of an object that is signalled at the end of a body, or by a body to which no path tells which object it has.</summary>
    public abstract ImmutableArray<Origin> Of(BodyFacts signaller);

    /// <summary>The origins as far as the first body on the way to an event tells them.</summary>
    public ImmutableArray<Origin> Of(Trace trace) =>
        trace.Sites.Select(site => Of(site.Body)).FirstOrDefault(AreKnown) is { IsDefault: false } known ? known : All;

    /// <summary>Whether the path leads to what the running object keeps itself.</summary>
    public abstract bool IsOfThis(Value path);

    /// <summary>How messages call the objects of these origins.</summary>
    public abstract string NameOf(ImmutableArray<Origin> origins, Value? path, BodyFacts root);

    /// <summary>The cheapest finer class that keeps two groups of origins apart, as advice.</summary>
    /// <param name="doWaitsTell">Whether no line waits for objects of both.</param>
    public virtual string Split(Birth birth, ImmutableArray<Origin> left, ImmutableArray<Origin> right, bool doWaitsTell) => KeyForEach;
}
