using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Symbols;

namespace CrossRelease.Analyzers.Graph;

/// <summary>One way in which owners of objects of a creation site come to be.</summary>
/// <param name="Type">The class of the owner, where the creation tells it.</param>
/// <param name="Places">Where owners of this origin may be kept.</param>
/// <param name="Functions">The delegates that the creating calls were given.</param>
internal sealed record Origin(string? Type, ImmutableHashSet<string> Places, ImmutableHashSet<BodyFacts> Functions)
{
    private readonly Dictionary<string, Origin> _atKeys = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How messages call owners of this origin; null where no member keeps them.</summary>
    public string? Home { get; } = Places.Where(Origins.IsMember).OrderBy(static place => place, StringComparer.Ordinal).Select(SymbolNames.OfId).FirstOrDefault();

    /// <summary>Where its objects are, each at a key of its own; null where they are not known to be.</summary>
    public Shelf? Shelf { get; init; }

    /// <summary>Whether a container of services makes them.</summary>
    public bool IsOfContainer { get; init; }

    /// <summary>For the object at one key: the origin of them all.</summary>
    public Origin? Whole { get; private init; }

    /// <summary>For what a call hands out: the origin of those that the called body has kept besides.</summary>
    public Origin? Before { get; init; }

    /// <summary>Whether an object may be of both.</summary>
    public bool Meets(Origin other) => Equals(other) || Equals(other.Whole) || other.Equals(Whole) || ComesFrom(other) || other.ComesFrom(this);

    private bool ComesFrom(Origin other)
    {
        for (Origin? before = Before; before is not null; before = before.Before)
        {
            if (before.Equals(other.Whole ?? other))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether one line, or one container of services, makes the owners of both.</summary>
    public bool IsMadeLike(Origin other) =>
        (IsOfContainer && other.IsOfContainer) || (Shelf?.Put is { } put && ReferenceEquals(put, other.Shelf?.Put));

    /// <summary>Those of its objects that a place leads to; null if it keeps none of them.</summary>
    /// <param name="isElement">Whether they are taken out of a container in the place.</param>
    /// <param name="key">The constant key that they are taken from.</param>
    public Origin? In(string place, bool isElement, string? key)
    {
        if (!Places.Contains(place))
        {
            return null;
        }

        switch (Shelf?.Of(place))
        {
            case { IsInside: true, Key: { } put } when isElement && key is not null:
                return Shelf.AreOne(put, key) ? this : null;
            case { IsInside: true, Key: null } when isElement && key is not null:
                return At(key);
            case { IsInside: false, Key: { } taken } when !isElement:
                return At(taken);
            default:
                return this;
        }
    }

    private Origin At(string key)
    {
        if (!_atKeys.TryGetValue(key, out Origin? origin))
        {
            _atKeys.Add(key, origin = this with { Whole = this });
        }

        return origin;
    }

    public bool Equals(Origin? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Places.Count;
}
