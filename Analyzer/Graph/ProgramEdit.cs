using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>Which bodies an edit has changed. Types, and with them who overrides what, are as they were.</summary>
/// <param name="Changes">Each body before and after; null where the other reading has none of that id.</param>
internal sealed record ProgramEdit(ImmutableArray<(BodyFacts? Before, BodyFacts? After)> Changes)
{
    /// <summary>Whether bodies have come or gone.</summary>
    public bool ChangesMembers => Changes.Any(static change => change.Before is null || change.After is null);

    /// <summary>The edit between two readings of the same trees; null if it has changed more than bodies.</summary>
    public static ProgramEdit? Between(ImmutableArray<TreeFacts> before, ImmutableArray<TreeFacts> after)
    {
        if (before.Length != after.Length)
        {
            return null;
        }

        ImmutableArray<(BodyFacts? Before, BodyFacts? After)>.Builder changes = ImmutableArray.CreateBuilder<(BodyFacts?, BodyFacts?)>();
        for (int i = 0; i < before.Length; i++)
        {
            if (ReferenceEquals(before[i], after[i]))
            {
                continue;
            }

            if (before[i].Types != after[i].Types || before[i].Path != after[i].Path || before[i].Origin != after[i].Origin || before[i].Origin is not null)
            {
                return null;
            }

            if (before[i].Bodies != after[i].Bodies && !Compare(before[i].Bodies, after[i].Bodies, changes))
            {
                return null;
            }
        }

        return new ProgramEdit(changes.ToImmutable());
    }

    // Of two bodies of one id, which only broken code has, the program knows one alone.
    private static bool Compare(ImmutableArray<BodyFacts> before, ImmutableArray<BodyFacts> after, ImmutableArray<(BodyFacts? Before, BodyFacts? After)>.Builder changes)
    {
        var gone = new Dictionary<string, BodyFacts>(StringComparer.Ordinal);
        foreach (BodyFacts body in before)
        {
            if (gone.ContainsKey(body.Id))
            {
                return false;
            }

            gone.Add(body.Id, body);
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (BodyFacts body in after)
        {
            if (!seen.Add(body.Id))
            {
                return false;
            }

            gone.TryGetValue(body.Id, out BodyFacts? old);
            gone.Remove(body.Id);
            if (!ReferenceEquals(old, body))
            {
                changes.Add((old, body));
            }
        }

        changes.AddRange(gone.Values.Select(static body => ((BodyFacts?)body, (BodyFacts?)null)));
        return true;
    }
}
