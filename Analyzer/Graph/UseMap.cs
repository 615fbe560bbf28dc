namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Who uses what: the uses of each thing in the order of the users, whoever was looked at first. A copy for after an edit costs what the
/// edit has changed. Whoever is copied must not be changed any more. Not thread-safe while it is changed.
/// </summary>
internal sealed class UseMap<TThing, TUse>
    where TThing : notnull
{
    private readonly LayeredMap<TThing, Bucket> _buckets;
    private readonly LayeredMap<long, TThing[]> _things;

    // The buckets that are not another map's as well; null if all are not.
    private readonly HashSet<Bucket>? _owned;

    public UseMap(IEqualityComparer<TThing>? comparer = null)
    {
        _buckets = new LayeredMap<TThing, Bucket>(comparer);
        _things = new LayeredMap<long, TThing[]>();
    }

    public UseMap(UseMap<TThing, TUse> other)
    {
        _buckets = new LayeredMap<TThing, Bucket>(other._buckets);
        _things = new LayeredMap<long, TThing[]>(other._things);
        _owned = [];
    }

    /// <summary>What is used at all, in no order.</summary>
    public IEnumerable<TThing> Things => _buckets.All.Select(static bucket => bucket.Key);

    /// <summary>The uses of a thing.</summary>
    public IReadOnlyList<TUse> this[TThing thing] => _buckets.TryGetValue(thing, out Bucket bucket) ? bucket.Uses : [];

    public bool IsUsed(TThing thing) => _buckets.ContainsKey(thing);

    /// <summary>What a user uses, each thing once.</summary>
    public IReadOnlyList<TThing> ThingsOf(long user) => _things.TryGetValue(user, out TThing[] things) ? things : [];

    /// <summary>Says all that a user uses; what it was said to use before counts no more.</summary>
    public void Set(long user, IEnumerable<(TThing Thing, TUse Use)> uses)
    {
        if (_things.TryGetValue(user, out TThing[] before))
        {
            _things.Remove(user);
            foreach (TThing thing in before)
            {
                Remove(thing, user);
            }
        }

        List<TThing>? things = null;
        foreach ((TThing thing, TUse use) in uses)
        {
            if (Own(thing).Add(user, use))
            {
                (things ??= []).Add(thing);
            }
        }

        if (things is not null)
        {
            _things[user] = [.. things];
        }
    }

    private void Remove(TThing thing, long user)
    {
        Bucket bucket = Own(thing);
        bucket.Remove(user);
        if (bucket.Uses.Count == 0)
        {
            _buckets.Remove(thing);
        }
    }

    private Bucket Own(TThing thing)
    {
        bool isKnown = _buckets.TryGetValue(thing, out Bucket bucket);
        if (!isKnown || _owned?.Contains(bucket) == false)
        {
            _buckets[thing] = bucket = isKnown ? new Bucket(bucket) : new Bucket();
            _owned?.Add(bucket);
        }

        return bucket;
    }

    private sealed class Bucket
    {
        private readonly List<long> _users;

        public Bucket()
        {
            Uses = [];
            _users = [];
        }

        public Bucket(Bucket other)
        {
            Uses = [.. other.Uses];
            _users = [.. other._users];
        }

        public List<TUse> Uses { get; }

        /// <summary>Whether this is the user's first use.</summary>
        public bool Add(long user, TUse use)
        {
            int place = _users.Count;
            while (place > 0 && _users[place - 1] > user)
            {
                place--;
            }

            _users.Insert(place, user);
            Uses.Insert(place, use);
            return place == 0 || _users[place - 1] != user;
        }

        public void Remove(long user)
        {
            int first = _users.IndexOf(user);
            int count = _users.LastIndexOf(user) - first + 1;
            _users.RemoveRange(first, count);
            Uses.RemoveRange(first, count);
        }
    }
}
