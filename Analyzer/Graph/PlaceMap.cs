using System.Collections;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// What each place of a state holds. Immutable; sorted by place, so that two maps are joined in one walk over both. A change
/// copies the map: bodies have tens of places, and states are joined more often than changed.
/// </summary>
internal sealed class PlaceMap : IEnumerable<KeyValuePair<string, Value>>
{
    private readonly KeyValuePair<string, Value>[] _places;

    // The marks of all places, and perhaps of some that have gone: most paths that are asked for are told not to be there without a key.
    private readonly ulong _marks;

    private PlaceMap(KeyValuePair<string, Value>[] places, ulong marks) => (_places, _marks) = (places, marks);

    public static PlaceMap Empty { get; } = new([], 0);

    public int Count => _places.Length;

    public Value this[string place] => Find(place) ?? throw new KeyNotFoundException(place);

    /// <summary>What the place holds; null if it is not known.</summary>
    public Value? Find(string place)
    {
        int index = IndexOf(place);
        return index < 0 ? null : _places[index].Value;
    }

    /// <inheritdoc cref="Find(string)"/>
    public Value? Find(Value place) => (_marks & place.KeyMark) == 0 ? null : Find(place.Key);

    public PlaceMap SetItem(string place, Value value)
    {
        int index = IndexOf(place);
        if (index >= 0)
        {
            if (_places[index].Value.IsLike(value))
            {
                return this;
            }

            KeyValuePair<string, Value>[] changed = [.. _places];
            changed[index] = new(place, value);
            return new PlaceMap(changed, _marks);
        }

        var longer = new KeyValuePair<string, Value>[_places.Length + 1];
        Array.Copy(_places, longer, ~index);
        longer[~index] = new(place, value);
        Array.Copy(_places, ~index, longer, ~index + 1, _places.Length - ~index);
        return new PlaceMap(longer, _marks | Value.MarkOf(place));
    }

    public PlaceMap Remove(string place)
    {
        int index = IndexOf(place);
        if (index < 0)
        {
            return this;
        }

        var shorter = new KeyValuePair<string, Value>[_places.Length - 1];
        Array.Copy(_places, shorter, index);
        Array.Copy(_places, index + 1, shorter, index, shorter.Length - index);
        return shorter.Length == 0 ? Empty : new PlaceMap(shorter, _marks);
    }

    /// <summary>All places of both; where both know a place, <paramref name="merge"/> says what it holds. This map itself if that changes nothing.</summary>
    public PlaceMap Join(PlaceMap other, Func<string, Value, Value, Value> merge)
    {
        if (ReferenceEquals(_places, other._places) || other.Count == 0)
        {
            return this;
        }

        var joined = new List<KeyValuePair<string, Value>>(Math.Max(Count, other.Count));
        bool isSame = true;
        int left = 0, right = 0;
        while (left < Count || right < other.Count)
        {
            int order = left == Count ? 1 : right == other.Count ? -1 : Compare(_places[left].Key, other._places[right].Key);
            if (order < 0)
            {
                joined.Add(_places[left++]);
            }
            else if (order > 0)
            {
                isSame = false;
                joined.Add(other._places[right++]);
            }
            else
            {
                KeyValuePair<string, Value> known = _places[left++];
                Value merged = Merge(known, other._places[right++].Value, merge);
                isSame &= merged.IsLike(known.Value);
                joined.Add(new(known.Key, merged));
            }
        }

        return isSame ? this : new PlaceMap([.. joined], _marks | other._marks);
    }

    /// <summary>Whether joining the other into this changes nothing.</summary>
    public bool Covers(PlaceMap other, Func<string, Value, Value, Value> merge)
    {
        if (ReferenceEquals(_places, other._places))
        {
            return true;
        }

        int left = 0;
        foreach (KeyValuePair<string, Value> place in other._places)
        {
            int order = 1;
            while (left < Count && (order = Compare(_places[left].Key, place.Key)) < 0)
            {
                left++;
            }

            if (left == Count || order != 0 || !Merge(_places[left], place.Value, merge).IsLike(_places[left].Value))
            {
                return false;
            }

            left++;
        }

        return true;
    }

    public IEnumerator<KeyValuePair<string, Value>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, Value>>)_places).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static Value Merge(KeyValuePair<string, Value> known, Value other, Func<string, Value, Value, Value> merge) =>
        ReferenceEquals(known.Value, other) ? other : merge(known.Key, known.Value, other);

    private static int Compare(string left, string right) => ReferenceEquals(left, right) ? 0 : string.CompareOrdinal(left, right);

    // The complement of where the place belongs if it is not there.
    private int IndexOf(string place)
    {
        int low = 0, high = _places.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = Compare(_places[middle].Key, place);
            if (order == 0)
            {
                return middle;
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return ~low;
    }
}
