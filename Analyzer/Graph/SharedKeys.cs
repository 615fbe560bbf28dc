using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Symbols;

namespace CrossRelease.Analyzers.Graph;

/// <summary>The objects of one lock class, by their creations.</summary>
/// <param name="Place">Where the class is named: the creation, or the key.</param>
/// <param name="What">How a message begins.</param>
internal sealed record LockClassInUse(Site Place, string What, ImmutableArray<(BodyFacts Maker, Birth Birth)> Births)
{
    /// <summary>The key that names the class, by its creation; null for a class by its line.</summary>
    public string? Key { get; init; }
}

/// <summary>
/// Finds the keys of this program that several objects of one kind are given: by several lines, or by one to which its callers hand
/// the same key. A key that one line names itself is a decision. What is of several kinds is another rule's matter (XR3003).
/// </summary>
internal static class SharedKeys
{
    public static IEnumerable<LockClassInUse> Of(Contexts contexts, IEnumerable<(BodyFacts Body, Birth Birth)> births)
    {
        var byKey = new SortedDictionary<string, List<(BodyFacts, Birth Birth)>>(StringComparer.Ordinal);
        foreach ((BodyFacts body, Birth birth) in births)
        {
            if (birth.ClassKey is { } key && contexts.PointsTo.Objects(key).Where(PointsTo.IsCompletion).Take(2).ToArray() is { Length: 1 } only)
            {
                if (!byKey.TryGetValue(only[0], out List<(BodyFacts, Birth)>? given))
                {
                    byKey.Add(only[0], given = []);
                }

                given.Add((body, birth));
            }
        }

        foreach (KeyValuePair<string, List<(BodyFacts, Birth Birth)>> shared in byKey)
        {
            List<(BodyFacts, Birth Birth)> given = shared.Value;
            if ((given.Count > 1 || given[0].Birth.ClassKey!.Kind != ValueKind.Static)
                && given.TrueForAll(born => born.Birth.Kind == given[0].Birth.Kind)
                && CreationOf(contexts.Program, shared.Key) is (var place, { } name))
            {
                yield return new LockClassInUse(place, $"All that gets the key '{name}'", [.. given]) { Key = shared.Key };
            }
        }
    }

    private static (Site, string?)? CreationOf(Program program, string key)
    {
        foreach (BodyFacts body in program.Bodies.Where(static body => !body.IsExternal))
        {
            if (body.Instructions.FirstOrDefault(instruction => instruction is Move && instruction.Result.Key == key) is { } creation)
            {
                Value? kept = KeptObjects.PlaceOf(creation.Result, [.. body.Instructions]);
                return (new Site(body, creation.Span), kept is { Kind: ValueKind.Static or ValueKind.Member } ? SymbolNames.OfId(kept.Id) : null);
            }
        }

        return null;
    }
}
