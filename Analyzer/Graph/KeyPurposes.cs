using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Symbols;

namespace CrossRelease.Analyzers.Graph;

/// <summary>Tells the objects that were given one key apart by the lines that make them: each is an origin.</summary>
internal sealed class KeyPurposes : Purposes
{
    private readonly PointsTo _pointsTo;
    private readonly string _key;
    private readonly Dictionary<string, Origin> _byBirth = new(StringComparer.Ordinal);

    /// <param name="key">The key, by its creation: what is given it counts as keeping it.</param>
    /// <param name="births">The objects, by their creations.</param>
    public KeyPurposes(PointsTo pointsTo, string key, ImmutableArray<string> births)
        : base([.. births.Select(static birth => new Origin(null, [birth], []))])
    {
        _pointsTo = pointsTo;
        _key = key;
        foreach (Origin origin in All)
        {
            _byBirth.Add(origin.Places.Single(), origin);
        }
    }

    public override ImmutableArray<Origin> Of(Value path, BodyFacts root) => Known(_pointsTo.Objects(path).Where(made => PointsTo.IsCompletion(made) && made != _key));

    public override ImmutableArray<Origin> Of(BodyFacts signaller) => _pointsTo.SpawnedBodies.TryGetValue(signaller.Id, out HashSet<string>? ends) ? Known(ends) : All;

    public override bool IsOfThis(Value path) => false;

    public override string NameOf(ImmutableArray<Origin> origins, Value? path, BodyFacts root) => path is { Kind: ValueKind.Member or ValueKind.Static or ValueKind.Local or ValueKind.Element }
        ? LockClass.Of(new LockRef(path.WithoutElements, null)).Name
        : "another one";

    private ImmutableArray<Origin> Known(IEnumerable<string> objects)
    {
        Origin?[] known = [.. objects.Select(made => _byBirth.TryGetValue(made, out Origin? origin) ? origin : null)];
        return known.Length > 0 && !known.Contains(null) ? [.. known.OfType<Origin>()] : All;
    }
}
