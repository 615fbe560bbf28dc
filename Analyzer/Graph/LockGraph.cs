using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>The dependencies between lock classes over all contexts, and the rings among them.</summary>
internal sealed class LockGraph
{
    private const int MaxRing = 4;
    public const int MaxEvidence = 16;

    private readonly UseMap<(string From, string To), LockEdge> _edges;
    private readonly UseMap<string, (BodyFacts Body, LockMode Mode)> _takers;
    private readonly HashSet<string> _handedOver = new(StringComparer.Ordinal);
    private readonly Lazy<Dictionary<string, List<string>>> _targets;
    private readonly Lazy<Dictionary<(string From, string To), List<string>>> _joined;

    // What was looked at in the program before, and once all rings are found, what was looked at in this one.
    private Dictionary<string, LockRingProof> _proofs;

    private readonly Budgets _budgets;
    private readonly Contexts _contexts;
    private readonly CallersLocks _callersLocks;

    /// <param name="before">The graph of the contexts that these were taken over from; null if there is none.</param>
    public LockGraph(Contexts contexts, LockGraph? before = null)
    {
        _budgets = contexts.Program.Budgets;
        _contexts = contexts;
        _callersLocks = new CallersLocks(contexts);
        bool isKept = before is not null && contexts.Changed is not null;
        _edges = isKept ? new(before!._edges) : new();
        _takers = isKept ? new(before!._takers) : new(StringComparer.Ordinal);
        _proofs = isKept ? before!._proofs : [];
        _targets = new Lazy<Dictionary<string, List<string>>>(FindTargets);
        _joined = new Lazy<Dictionary<(string, string), List<string>>>(JoinTypes);
        foreach (BodyFacts body in isKept ? contexts.Changed! : contexts.With(ContextParts.Acquire))
        {
            int index = contexts.Program.IndexOf(body.Id);

            // Before it starts anything, and after all that has ended, a program has one thread.
            Event[] acquires = contexts.Has(index, ContextParts.Acquire)
                ? [.. contexts.SummaryOf(body).Events.Where(found => found.Kind == EventKind.Acquire && !(body.IsProgramEntry && found.IsAlone))]
                : [];
            _edges.Set(index, acquires.SelectMany(acquire => Edges(body, acquire)).Where(static found => !IsChosen(found.Edge)));
            _takers.Set(index, body.Role == BodyRole.Order ? [] : acquires.Select(static acquire => (LockClass.Of(acquire.Target).Key, (acquire.Trace.Leaf.Body, SideOf(acquire)))));
        }

        foreach (BodyFacts body in contexts.With(ContextParts.ExitHeld))
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

    // Two elements whose keys a caller spells out, and a body that exchanges the two, as they compare.
    private static bool IsChosen(LockEdge edge) => edge.Held.Lock.Path.IsAtConstantKeys && edge.Event.Target.Path.IsAtConstantKeys
        && edge.Held.Trace.Leaf.Body is var body && edge.Event.Trace.Leaf.Body == body
        && body.Instructions.OfType<AssignLocal>().Select(static assign => Value.LocalOf(assign.Local)).Where(place => place is { Kind: ValueKind.Parameter } && place.Id == body.Id).Distinct().Count() > 1;

    // Whoever may become the writer, and does, has kept all others out of that since.
    private static LockMode SideOf(Event acquire) =>
        acquire.Mode == LockMode.Exclusive && acquire.Held.Any(held => held.Mode == LockMode.Upgradeable && LockClass.Of(held.Lock).Equals(LockClass.Of(acquire.Target))) ? LockMode.Upgradeable : acquire.Mode;

    /// <summary>The dependencies within one class, class by class.</summary>
    public IEnumerable<LockEdge> SelfEdges =>
        _edges.Things.Where(static ends => ends.From == ends.To).OrderBy(static ends => ends.From, StringComparer.Ordinal).SelectMany(ends => _edges[ends])
        .Where(edge => !_contexts.PointsTo.Soles.AreOne(edge.Held.Lock.Path, edge.Event.Target.Path));

    /// <summary>
    /// Whether who asks for one side of a lock of the class can be kept waiting by who holds the other: a reader is by another one only while somebody asks for the write side, and by
    /// who may become the writer only while somebody else does.
    /// </summary>
    public bool KeepsOut(LockClass @lock, LockMode held, LockMode wanted) => (held, wanted) switch
    {
        (LockMode.Read, LockMode.Read) => (SidesOf(@lock.Key) & ~Side(LockMode.Read)) != 0,
        (LockMode.Upgradeable, LockMode.Read) => (SidesOf(@lock.Key) & Side(LockMode.Exclusive)) != 0,
        _ => true,
    };

    // The sides of a class that somebody asks for, as a set of bits.
    private int SidesOf(string @class) => _takers[@class].Aggregate(0, static (sides, taker) => sides | Side(taker.Mode));

    private static int Side(LockMode mode) => 1 << (int)mode;

    /// <summary>Whether the semaphore is taken by one method and given back by another: then it is a completion as well.</summary>
    public bool IsHandedOver(LockClass @lock) => _handedOver.Count > 0 && _handedOver.Contains(@lock.Key);

    /// <summary>Whether a body other than <paramref name="taker"/> takes the lock.</summary>
    public bool IsTakenElsewhere(LockClass @lock, BodyFacts taker) => _takers[@lock.Key].Any(other => other.Body != taker);

    /// <summary>What code does between two classes.</summary>
    public IEnumerable<LockEdge> Between(string from, string to) => All(from, to).Where(static edge => !edge.IsDeclared);

    /// <summary>
    /// The shortest proven ring through each set of classes, at most four long, in a stable order; of those that break a declared order
    /// one for each place that does.
    /// </summary>
    public IEnumerable<LockRing> Rings()
    {
        var reported = new Dictionary<string, List<string[]>>(StringComparer.Ordinal);
        var proofs = new Dictionary<string, LockRingProof>(StringComparer.Ordinal);
        foreach (ImmutableArray<LockEdge> ring in DeclaredOrderBreaks.Of(_edges.Things.SelectMany(ends => _edges[ends])))
        {
            AddReported(ring);
            yield return new LockRing(ring);
        }

        for (int length = 2; length <= MaxRing; length++)
        {
            foreach (string start in _targets.Value.Keys.OrderBy(static key => key, StringComparer.Ordinal))
            {
                foreach (ImmutableArray<string> path in Paths([start], length))
                {
                    if (!HasReported(path) && Prove(path, proofs) is { } ring)
                    {
                        ring = Sure(ring, path);
                        AddReported(ring.Edges);
                        yield return ring;
                    }
                }
            }
        }

        _proofs = proofs;

        // A ring that contains a reported one says nothing new.
        bool HasReported(ImmutableArray<string> path) => path.Any(first => reported.TryGetValue(first, out List<string[]>? known) && known.Exists(ring => ring.All(path.Contains)));

        void AddReported(ImmutableArray<LockEdge> ring)
        {
            string[] classes = [.. ring.Select(static edge => edge.From.Key)];
            if (!reported.TryGetValue(classes[0], out List<string[]>? known))
            {
                reported.Add(classes[0], known = []);
            }

            known.Add(classes);
        }
    }

    private static IEnumerable<((string From, string To) Ends, LockEdge Edge)> Edges(BodyFacts root, Event acquire)
    {
        foreach (HeldLock held in acquire.Held)
        {
            // Two locks of which nothing is known are not one.
            var edge = new LockEdge(root, held, acquire);
            if (!held.IsAssumed && edge.From.Key != Value.Unknown.Key && edge.To.Key != Value.Unknown.Key)
            {
                yield return ((edge.From.Key, edge.To.Key), edge);
            }
        }
    }

    // An object is locked by the type that its lock statement knows it as: 'this' in a base class, a variable in its users. What waits for the
    // one may wait for the other. From one object of a family to another that says nothing: there the order is that of whole and part.
    private Dictionary<(string From, string To), List<string>> JoinTypes()
    {
        Program program = _contexts.Program;
        string[] held = [.. _edges.Things.Select(static ends => ends.From).Where(IsType).Distinct()];
        var joined = new Dictionary<(string, string), List<string>>();
        foreach ((string from, string to) in _edges.Things.Where(ends => IsType(ends.To) && !AreFamily(ends.From, ends.To)).OrderBy(static ends => ends.To, StringComparer.Ordinal))
        {
            foreach (string other in held.Where(other => other != to && AreFamily(to, other) && !AreFamily(from, other)))
            {
                if (!joined.TryGetValue((from, other), out List<string>? types))
                {
                    joined.Add((from, other), types = []);
                }

                types.Add(to);
            }
        }

        return joined;

        bool AreFamily(string left, string right) => IsType(left) && IsType(right) && program.MayBeOne(left, right);
    }

    private static bool IsType(string key) => key.StartsWith("T:", StringComparison.Ordinal) && !key.EndsWith("[]", StringComparison.Ordinal);

    private IReadOnlyList<LockEdge> All(string from, string to) => !_joined.Value.TryGetValue((from, to), out List<string>? types) ? _edges[(from, to)]
        : [.. _edges[(from, to)], .. types.SelectMany(type => _edges[(from, type)])];

    // The classes that each class leads to, in order; what leads nowhere further, or is led to by nothing, is part of no ring.
    private Dictionary<string, List<string>> FindTargets()
    {
        (string From, string To)[] ends = [.. _edges.Things.Union(_joined.Value.Keys).Where(static ends => ends.From != ends.To)];
        int count;
        do
        {
            count = ends.Length;
            var from = new HashSet<string>(ends.Select(static ends => ends.From), StringComparer.Ordinal);
            var to = new HashSet<string>(ends.Select(static ends => ends.To), StringComparer.Ordinal);
            ends = [.. ends.Where(ends => from.Contains(ends.To) && to.Contains(ends.From))];
        }
        while (ends.Length < count);
        return ends.GroupBy(static ends => ends.From, StringComparer.Ordinal)
            .ToDictionary(static same => same.Key, static same => same.Select(static ends => ends.To).OrderBy(static key => key, StringComparer.Ordinal).ToList(), StringComparer.Ordinal);
    }

    private IEnumerable<ImmutableArray<string>> Paths(ImmutableArray<string> path, int length)
    {
        if (!_targets.Value.TryGetValue(path[path.Length - 1], out List<string>? targets))
        {
            yield break;
        }

        if (path.Length == length)
        {
            if (targets.BinarySearch(path[0], StringComparer.Ordinal) >= 0)
            {
                yield return path;
            }

            yield break;
        }

        foreach (string next in targets)
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
    private LockRing? Prove(ImmutableArray<string> classes, Dictionary<string, LockRingProof> proofs)
    {
        string path = string.Join("\n", classes);
        IReadOnlyList<LockEdge>[] all = [.. classes.Select((from, i) => All(from, classes[(i + 1) % classes.Length]))];
        int[] sides = [.. classes.Select(SidesOf)];
        bool isKnown = _proofs.TryGetValue(path, out LockRingProof? proof) && proof.Evidence.SequenceEqual(all, ReferenceComparer.Instance) && proof.Sides.SequenceEqual(sides);
        if (!isKnown)
        {
            LockEdge[][] evidence = [.. all.Select(InOrder)];
            LockRing? ring = Choose(evidence, []) is { } edges ? new LockRing(edges) : null;
            int cut = ring is null ? Array.FindIndex(all, static edges => edges.Count > MaxEvidence) : -1;
            proof = new LockRingProof(all, sides, ring, cut < 0 ? null : evidence[cut][0]);
        }

        proofs.Add(path, proof!);
        if (proof!.Cut is not null)
        {
            _budgets.Hit(proof.Cut.Root, Budget.Evidence);
        }

        return proof.Ring;
    }

    // The ring without what is there for callers only that nobody sees, if there is one.
    private LockRing Sure(LockRing ring, ImmutableArray<string> classes)
    {
        if (!ring.Edges.Any(_callersLocks.Hold))
        {
            return ring;
        }

        LockEdge[][] seen = [.. classes.Select((from, i) => InOrder(All(from, classes[(i + 1) % classes.Length]).Where(edge => !_callersLocks.Hold(edge))))];
        return Choose(seen, []) is { } edges ? new LockRing(edges) : new LockRing(ring.Edges) { NeedsUnseenCaller = true };
    }

    private static LockEdge[] InOrder(IEnumerable<LockEdge> edges) =>
        [.. edges.OrderBy(static edge => edge.IsGuess).ThenBy(static edge => edge.Length).ThenBy(static edge => edge.Root.Id, StringComparer.Ordinal).Take(MaxEvidence)];

    private ImmutableArray<LockEdge>? Choose(LockEdge[][] evidence, ImmutableArray<LockEdge> chosen)
    {
        if (chosen.Length == evidence.Length)
        {
            return Blocks(chosen[chosen.Length - 1], chosen[0]) && !DescendsOneMember(chosen) && !IsOfNewObject(chosen) && chosen.Any(static edge => !edge.IsDeclared) ? chosen : null;
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
        !_contexts.AreApart(waiter.Event.Target.Path, holder.Held.Lock.Path) && KeepsOut(holder.From, holder.Held.Mode, waiter.Event.Mode);

    // Every step goes from an object to what one and the same member of it holds (the wrapped target of a wrapper): a ring of
    // locks would need a ring of objects.
    private static bool DescendsOneMember(ImmutableArray<LockEdge> ring)
    {
        string? first = FirstMember(ring[0]);
        return first is not null && ring.All(edge => FirstMember(edge) == first);
    }

    // The one takes two locks of one object; the other goes from an object to one that it has made since: no object is both.
    private bool IsOfNewObject(ImmutableArray<LockEdge> ring) => ring.Length == 2 && ((IsOfOneObject(ring[0]) && IsMadeSince(ring[1])) || (IsOfOneObject(ring[1]) && IsMadeSince(ring[0])));

    private bool IsOfOneObject(LockEdge edge) =>
        Shortened(edge.Held.Lock) is { Kind: ValueKind.Member, Base: { } holder } && Shortened(edge.Event.Target) is { Kind: ValueKind.Member, Base: { } owner } && holder.Equals(owner);

    private Value Shortened(LockRef @lock) => _contexts.PointsTo.WaysBack.Shortened(@lock.Path);

    private bool IsMadeSince(LockEdge edge)
    {
        if (Shortened(edge.Event.Target) is not { Kind: ValueKind.Member, Base: { Kind: ValueKind.Allocation } made } || edge.Held.Lock.Path.Root.Equals(made)
            || UnownedCompletions.CreatorOf(_contexts.Program, made.Key) is not { } maker)
        {
            return false;
        }

        Site held = edge.Held.Trace.Leaf;
        return maker == held.Body
            ? maker.Instructions.Where(instruction => InstructionValues.Of(instruction).Any(value => value.Root.Equals(made))).All(instruction => instruction.Span.Start > held.Span.Start)
            : edge.Event.Trace.Sites.Any(site => site.Body == maker) && edge.Held.Trace.Sites.All(site => site.Body != maker);
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

    // What one of two objects says, or was seen to be, under its lock is nothing to the other.
    private static bool ShareGate(LockEdge left, LockEdge right)
    {
        string? two = AreTwo(left, right) ? left.From.Key : AreTwo(right, left) ? right.From.Key : null;
        return two is null
            ? left.Event.Claims.Meets(right.Event.Claims) || ShareLock(left, right)
            : left.Event.Claims.Any(claim => right.Event.Claims.Contains(claim) && !claim.EndsWith("@" + two, StringComparison.Ordinal)) || ShareLock(left, right, but: two);
    }

    // What the one holds is what the other waits for: one of many, of which that other holds another one already.
    private static bool AreTwo(LockEdge holder, LockEdge waiter) =>
        waiter.To.Equals(holder.From) && waiter.Event.Target.Path.HasElement && waiter.Event.Held.Any(held => LockClass.Of(held.Lock).Equals(waiter.To));

    /// <summary>Whether a lock that both hold keeps them from being here at once.</summary>
    /// <param name="but">A class that does not count.</param>
    public static bool ShareLock(LockEdge left, LockEdge right, string? but = null) =>
        left.Event.Held.Any(held => LockClass.Of(held.Lock).Key != but && right.Event.Held.Any(held.Excludes));

    private sealed class ReferenceComparer : IEqualityComparer<IReadOnlyList<LockEdge>>
    {
        public static ReferenceComparer Instance { get; } = new();

        public bool Equals(IReadOnlyList<LockEdge>? x, IReadOnlyList<LockEdge>? y) => ReferenceEquals(x, y);

        public int GetHashCode(IReadOnlyList<LockEdge> obj) => RuntimeHelpers.GetHashCode(obj);
    }
}
