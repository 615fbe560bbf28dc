namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// A dictionary that may begin as a copy of another one, at the cost of what has been changed since that one was full: the rest is shared.
/// Whoever is copied must not be changed any more. Not thread-safe while it is changed.
/// </summary>
internal sealed class LayeredMap<TKey, TValue>
    where TKey : notnull
{
    private const int LeastChanges = 256;

    private readonly IEqualityComparer<TKey> _comparer;
    private readonly Dictionary<TKey, TValue> _bulk;
    private readonly Dictionary<TKey, (bool IsThere, TValue Value)>? _changes;

    public LayeredMap(IEqualityComparer<TKey>? comparer = null)
    {
        _comparer = comparer ?? EqualityComparer<TKey>.Default;
        _bulk = new Dictionary<TKey, TValue>(_comparer);
    }

    public LayeredMap(LayeredMap<TKey, TValue> other)
    {
        _comparer = other._comparer;
        bool isBulky = other._changes?.Count > LeastChanges + (other._bulk.Count / 8);
        _bulk = isBulky ? other.ToDictionary() : other._bulk;
        _changes = isBulky || other._changes is null
            ? new Dictionary<TKey, (bool, TValue)>(_comparer)
            : new Dictionary<TKey, (bool, TValue)>(other._changes, _comparer);
    }

    public TValue this[TKey key]
    {
        get => TryGetValue(key, out TValue value) ? value : throw new KeyNotFoundException();
        set
        {
            if (_changes is null)
            {
                _bulk[key] = value;
            }
            else
            {
                _changes[key] = (true, value);
            }
        }
    }

    /// <summary>All that is there, in no order.</summary>
    public IEnumerable<KeyValuePair<TKey, TValue>> All => _changes is null or { Count: 0 }
        ? _bulk
        : _bulk.Where(known => !_changes.ContainsKey(known.Key))
            .Concat(_changes.Where(static change => change.Value.IsThere).Select(static change => new KeyValuePair<TKey, TValue>(change.Key, change.Value.Value)));

    public bool TryGetValue(TKey key, out TValue value)
    {
        if (_changes is { Count: > 0 } && _changes.TryGetValue(key, out (bool IsThere, TValue Value) change))
        {
            value = change.Value;
            return change.IsThere;
        }

        return _bulk.TryGetValue(key, out value);
    }

    public bool ContainsKey(TKey key) => TryGetValue(key, out _);

    public void Remove(TKey key)
    {
        if (_changes is null)
        {
            _bulk.Remove(key);
        }
        else if (_bulk.ContainsKey(key))
        {
            _changes[key] = (false, default!);
        }
        else
        {
            _changes.Remove(key);
        }
    }

    private Dictionary<TKey, TValue> ToDictionary()
    {
        var all = new Dictionary<TKey, TValue>(_bulk.Count, _comparer);
        foreach (KeyValuePair<TKey, TValue> known in All)
        {
            all.Add(known.Key, known.Value);
        }

        return all;
    }
}
