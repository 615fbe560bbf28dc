using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>A critical pair seen as a dependency: <see cref="Event"/> acquires a lock while <see cref="Held"/> is held.</summary>
internal sealed record LockEdge(BodyFacts Root, HeldLock Held, Event Event)
{
    public LockClass From { get; } = LockClass.Of(Held.Lock);

    public LockClass To { get; } = LockClass.Of(Event.Target);

    public int Length => Event.Trace.Length + Held.Trace.Length;

    /// <summary>Whether an attribute declares it, and no code is seen to do it.</summary>
    public bool IsDeclared => Root.Role == BodyRole.Order;

    /// <summary>Whether it reads on both sides.</summary>
    public bool IsSharedRead => Held.Mode == LockMode.Read && Event.Mode == LockMode.Read;

    /// <summary>Whether nothing tells that the calls on the way run what they are taken to run.</summary>
    public bool IsGuess => Event.Trace.IsGuess || Held.Trace.IsGuess;

    /// <summary>
    /// For locks that two objects keep in one member: the member by which the object of the acquired one is reached from that of the held one; null
    /// if it takes none or several.
    /// </summary>
    public string? Step =>
        Held.Lock.Path is { Kind: ValueKind.Member, Base: { } from, Id: var held } && Event.Target.Path is { Kind: ValueKind.Member, Base: { } to, Id: var acquired } && held == acquired
        && to.WithoutElements is { Kind: ValueKind.Member, Base: { } whole, Id: var step } && whole.Equals(from) ? step : null;

    /// <summary>
    /// Whether it asks for the next one's lock only as long as something has not been initialised, while the next one took that lock for something
    /// else: nothing tells that it does so that early.
    /// </summary>
    public bool MayComeTooLate(LockEdge next) => Event.IsUntilInitialized && next.Held.Trace.Leaf != Event.Trace.Leaf;
}

/// <summary>The dependencies between lock classes over all contexts, and the rings among them.</summary>
internal sealed class LockGraph
{
    private const int MaxRing = 4;
    public const int MaxEvidence = 16;

    private readonly Dictionary<string, Dictionary<string, List<LockEdge>>> _edges = new(StringComparer.Ordinal);
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private readonly HashSet<string> _handedOver = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<BodyFacts>> _takers = new(StringComparer.Ordinal);

    private readonly Budgets _budgets;
    private readonly Contexts _contexts;

    public LockGraph(Contexts contexts)
    {
        _budgets = contexts.Program.Budgets;
        _contexts = contexts;
        foreach (BodyFacts root in contexts.Roots)
        {
            foreach (Event found in contexts.SummaryOf(root).Events)
            {
                // Before it starts anything, and after all that has ended, a program has one thread.
                if (found.Kind == EventKind.Acquire && !(root.IsProgramEntry && found.IsAlone))
                {
                    Add(root, found);
                }
            }
        }

        JoinTypes();
        foreach (BodyFacts body in contexts.Program.Bodies)
        {
            foreach (HeldLock held in contexts.SummaryOf(body).ExitHeld)
            {
                if (held.IsSemaphore)
                {
                    _handedOver.Add(LockClass.Of(held.Lock).Key);
                }
            }
        }
    }

    public IEnumerable<LockEdge> SelfEdges =>
        _edges.SelectMany(static from => from.Value.TryGetValue(from.Key, out List<LockEdge>? self) ? self : []);

    /// <summary>Whether a reader of the class can be kept out: somebody asks for the write side.</summary>
    public bool IsWritten(LockClass @lock) => _written.Contains(@lock.Key);

    /// <summary>Whether the semaphore is taken by one method and given back by another: then it is a completion as well.</summary>
    public bool IsHandedOver(LockClass @lock) => _handedOver.Contains(@lock.Key);

    /// <summary>Whether a body other than <paramref name="taker"/> takes the lock.</summary>
    public bool IsTakenElsewhere(LockClass @lock, BodyFacts taker) =>
        _takers.TryGetValue(@lock.Key, out HashSet<BodyFacts>? takers) && takers.Any(other => other != taker);

    /// <summary>What code does between two classes.</summary>
    public IEnumerable<LockEdge> Between(string from, string to) => All(from, to).Where(static edge => !edge.IsDeclared);

    private IEnumerable<LockEdge> All(string from, string to) =>
        _edges.TryGetValue(from, out Dictionary<string, List<LockEdge>>? targets) && targets.TryGetValue(to, out List<LockEdge>? edges) ? edges : [];

    /// <summary>
    /// The shortest proven ring through each set of classes, at most four long, in a stable order; of those that break a declared order
    /// one for each place that does.
    /// </summary>
    public IEnumerable<ImmutableArray<LockEdge>> Rings()
    {
        var reported = new List<HashSet<string>>();
        foreach (ImmutableArray<LockEdge> ring in DeclaredOrderBreaks.Of(_edges))
        {
            reported.Add(new HashSet<string>(ring.Select(static edge => edge.From.Key), StringComparer.Ordinal));
            yield return ring;
        }

        for (int length = 2; length <= MaxRing; length++)
        {
            foreach (string start in _edges.Keys.OrderBy(static key => key, StringComparer.Ordinal).ToArray())
            {
                foreach (ImmutableArray<string> path in Paths([start], length))
                {
                    // A ring that contains a reported one says nothing new.
                    if (!reported.Exists(known => known.IsSubsetOf(path)) && Prove(path) is { } ring)
                    {
                        reported.Add(new HashSet<string>(path, StringComparer.Ordinal));
                        yield return ring;
                    }
                }
            }
        }
    }

    private void Add(BodyFacts root, Event acquire)
    {
        LockClass to = LockClass.Of(acquire.Target);
        if (root.Role != BodyRole.Order)
        {
            AddTaker(to, acquire);
        }

        foreach (HeldLock held in acquire.Held)
        {
            if (held.IsAssumed)
            {
                continue;
            }

            var edge = new LockEdge(root, held, acquire);
            if (!_edges.TryGetValue(edge.From.Key, out Dictionary<string, List<LockEdge>>? targets))
            {
                _edges.Add(edge.From.Key, targets = new Dictionary<string, List<LockEdge>>(StringComparer.Ordinal));
            }

            if (!targets.TryGetValue(to.Key, out List<LockEdge>? edges))
            {
                targets.Add(to.Key, edges = []);
            }

            edges.Add(edge);
        }
    }

    // An object is locked by the type that its lock statement knows it as: 'this' in a base class, a variable in its users. What waits for the
    // one may wait for the other. From one object of a family to another that says nothing: there the order is that of whole and part.
    private void JoinTypes()
    {
        Program program = _contexts.Program;
        string[] held = [.. _edges.Keys.Where(IsType)];
        var joined = new List<(Dictionary<string, List<LockEdge>> Targets, string To, LockEdge[] Edges)>();
        foreach (KeyValuePair<string, Dictionary<string, List<LockEdge>>> from in _edges)
        {
            foreach (KeyValuePair<string, List<LockEdge>> to in from.Value.Where(to => IsType(to.Key) && !AreFamily(from.Key, to.Key)))
            {
                joined.AddRange(held.Where(other => other != to.Key && AreFamily(to.Key, other) && !AreFamily(from.Key, other))
                    .Select(other => (from.Value, other, to.Value.ToArray())));
            }
        }

        foreach ((Dictionary<string, List<LockEdge>> targets, string to, LockEdge[] edges) in joined)
        {
            targets[to] = targets.TryGetValue(to, out List<LockEdge>? own) ? [.. own, .. edges] : [.. edges];
        }

        bool AreFamily(string left, string right) => IsType(left) && IsType(right) && program.MayBeOne(left, right);
    }

    private static bool IsType(string key) => key.StartsWith("T:", StringComparison.Ordinal) && !key.EndsWith("[]", StringComparison.Ordinal);

    private void AddTaker(LockClass to, Event acquire)
    {
        if (acquire.Mode != LockMode.Read)
        {
            _written.Add(to.Key);
        }

        if (!_takers.TryGetValue(to.Key, out HashSet<BodyFacts>? takers))
        {
            _takers.Add(to.Key, takers = []);
        }

        takers.Add(acquire.Trace.Leaf.Body);
    }

    private IEnumerable<ImmutableArray<string>> Paths(ImmutableArray<string> path, int length)
    {
        if (!_edges.TryGetValue(path[path.Length - 1], out Dictionary<string, List<LockEdge>>? targets))
        {
            yield break;
        }

        if (path.Length == length)
        {
            if (targets.ContainsKey(path[0]))
            {
                yield return path;
            }

            yield break;
        }

        foreach (string next in targets.Keys.OrderBy(static key => key, StringComparer.Ordinal))
        {
            // A ring is found once, from its least class.
            if (string.CompareOrdinal(next, path[0]) > 0 && !path.Contains(next))
            {
                foreach (ImmutableArray<string> longer in Paths(path.Add(next), length))
                {
                    yield return longer;
                }
            }
        }
    }

    // Candidate first, then refinement: choose for each dependency a piece of evidence such that all can block at once.
    private ImmutableArray<LockEdge>? Prove(ImmutableArray<string> classes)
    {
        LockEdge[][] all = [.. classes.Select((from, i) => All(from, classes[(i + 1) % classes.Length])
            .OrderBy(static edge => edge.IsGuess).ThenBy(static edge => edge.Length).ThenBy(static edge => edge.Root.Id, StringComparer.Ordinal).ToArray())];
        LockEdge[][] evidence = [.. all.Select(static edges => edges.Take(MaxEvidence).ToArray())];
        ImmutableArray<LockEdge>? ring = Choose(evidence, []);
        if (ring is null && Array.Find(all, static edges => edges.Length > MaxEvidence) is { } cut)
        {
            _budgets.Hit(cut[0].Root, Budget.Evidence);
        }

        return ring;
    }

    private ImmutableArray<LockEdge>? Choose(LockEdge[][] evidence, ImmutableArray<LockEdge> chosen)
    {
        if (chosen.Length == evidence.Length)
        {
            return Blocks(chosen[chosen.Length - 1], chosen[0]) && !DescendsOneMember(chosen) && chosen.Any(static edge => !edge.IsDeclared) ? chosen : null;
        }

        foreach (LockEdge candidate in evidence[chosen.Length])
        {
            bool fits = chosen.All(other => !ShareGate(other, candidate))
                && (chosen.IsEmpty || Blocks(chosen[chosen.Length - 1], candidate));
            if (fits && Choose(evidence, chosen.Add(candidate)) is { } ring)
            {
                return ring;
            }
        }

        return null;
    }

    // The acquire of one waits for what the next holds.
    private bool Blocks(LockEdge waiter, LockEdge holder) =>
        !_contexts.AreApart(waiter.Event.Target.Path, holder.Held.Lock.Path) && AreBlocking(waiter, holder);

    private bool AreBlocking(LockEdge waiter, LockEdge holder) =>
        waiter.Event.Mode != LockMode.Read || holder.Held.Mode != LockMode.Read || IsWritten(holder.From);

    // Every step goes from an object to what one and the same member of it holds (the wrapped target of a wrapper): a ring of
    // locks would need a ring of objects.
    private static bool DescendsOneMember(ImmutableArray<LockEdge> ring)
    {
        string? first = FirstMember(ring[0]);
        return first is not null && ring.All(edge => FirstMember(edge) == first);
    }

    // The member by which the path to the acquired lock leaves the object whose lock is held.
    private static string? FirstMember(LockEdge edge)
    {
        if (edge.Held.Lock.Path is not { Kind: ValueKind.Member, Base: { } owner })
        {
            return null;
        }

        for (Value? value = edge.Event.Target.Path.Base; value?.Base is { } from; value = from)
        {
            if (from.Equals(owner))
            {
                return value.Kind == ValueKind.Member ? value.Id : null;
            }
        }

        return null;
    }

    private static bool ShareGate(LockEdge left, LockEdge right) => left.Event.Claims.Meets(right.Event.Claims) || ShareLock(left, right);

    /// <summary>Whether a lock that both hold keeps them from being here at once.</summary>
    /// <param name="but">A class that does not count.</param>
    public static bool ShareLock(LockEdge left, LockEdge right, string? but = null) =>
        left.Event.Held.Any(held => LockClass.Of(held.Lock).Key != but && right.Event.Held.Any(held.Excludes));
}
