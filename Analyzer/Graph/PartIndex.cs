namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Which of many numbered things have which parts, one list in order for each part: most things have few, and an edit changes those of
/// few things. Immutable once built.
/// </summary>
internal sealed class PartIndex
{
    private const int MaxParts = 32;

    private readonly int[][] _having;

    /// <param name="partsOf">The parts of a thing, one bit each.</param>
    public PartIndex(int count, Func<int, int> partsOf)
    {
        var lists = new List<int>?[MaxParts];
        for (int i = 0; i < count; i++)
        {
            int parts = partsOf(i);
            for (int part = 0; parts != 0; part++, parts = (int)((uint)parts >> 1))
            {
                if ((parts & 1) != 0)
                {
                    (lists[part] ??= []).Add(i);
                }
            }
        }

        _having = [.. lists.Select(static list => list?.ToArray() ?? [])];
    }

    private PartIndex(int[][] having) => _having = having;

    /// <summary>The things that have one of these parts, in order.</summary>
    public IReadOnlyList<int> Having(int parts)
    {
        int[][] lists = [.. _having.Where((list, part) => ((parts >> part) & 1) != 0 && list.Length > 0)];
        return lists.Length == 0 ? [] : lists.Length == 1 ? lists[0] : [.. new SortedSet<int>(lists.SelectMany(static list => list))];
    }

    /// <summary>Whether a thing has one of these parts.</summary>
    public bool Has(int thing, int parts)
    {
        for (int part = 0; part < MaxParts; part++)
        {
            if (((parts >> part) & 1) != 0 && Array.BinarySearch(_having[part], thing) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The index after the parts of a few things have changed.</summary>
    public PartIndex After(IEnumerable<int> changed, Func<int, int> partsOf)
    {
        int[][] having = (int[][])_having.Clone();
        foreach (int thing in changed)
        {
            int parts = partsOf(thing);
            for (int part = 0; part < MaxParts; part++)
            {
                int place = Array.BinarySearch(having[part], thing);
                bool had = place >= 0;
                if (had != (((parts >> part) & 1) != 0))
                {
                    having[part] = had ? Without(having[part], place) : With(having[part], ~place, thing);
                }
            }
        }

        return new PartIndex(having);
    }

    private static int[] Without(int[] list, int place)
    {
        int[] shorter = new int[list.Length - 1];
        Array.Copy(list, shorter, place);
        Array.Copy(list, place + 1, shorter, place, shorter.Length - place);
        return shorter;
    }

    private static int[] With(int[] list, int place, int thing)
    {
        int[] longer = new int[list.Length + 1];
        Array.Copy(list, longer, place);
        longer[place] = thing;
        Array.Copy(list, place, longer, place + 1, list.Length - place);
        return longer;
    }
}
