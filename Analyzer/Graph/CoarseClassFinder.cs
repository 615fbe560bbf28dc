using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using CrossRelease.Analyzers.Options;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Finds lock classes of the runtime that put completions of several purposes together. The engine knows whose completion is
/// meant; a class by creation site does not. So a wait under a lock for one and a signaller of another one that needs the lock
/// close a ring there that no objects can.
/// </summary>
internal sealed class CoarseClassFinder
{
    private readonly Contexts _contexts;
    private readonly LockGraph _locks;
    private readonly SignalGraph _signals;
    private readonly HashSet<Site> _deadlocks;
    private readonly Dictionary<string, List<(BodyFacts Root, Event Wait)>> _waits = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Obligee>> _signallers = new(StringComparer.Ordinal);

    private CoarseClassFinder(Contexts contexts, LockGraph locks, SignalGraph signals, IEnumerable<Finding> rings)
    {
        _contexts = contexts;
        _locks = locks;
        _signals = signals;
        _deadlocks = [.. rings.Where(static ring => ring.Fault is Fault.CrossReleaseCycle or Fault.CompletionRing or Fault.LoopRing or Fault.SelfDeadlock).Select(static ring => ring.Place)];
    }

    /// <param name="rings">Deadlocks: a wait that is one is no matter of classes.</param>
    public static IEnumerable<Finding> Find(Contexts contexts, LockGraph locks, SignalGraph signals, IEnumerable<Finding> rings, CancellationToken cancellation)
    {
        var finder = new CoarseClassFinder(contexts, locks, signals, rings);
        (BodyFacts Body, Birth Birth)[] all =
        [
            .. contexts.Program.With(BodyParts.Birth).Where(static body => !body.IsExternal).SelectMany(static body => body.Instructions.OfType<Birth>().Select(birth => (body, birth))),
        ];
        if (all.Length == 0)
        {
            return [];
        }

        finder.FindUses(cancellation);
        var walk = new OwnerWalk(contexts);
        (BodyFacts Body, Birth Birth)[] births = [.. all.Where(born => born.Birth.ClassKey is null && contexts.Program.Options.ClassPolicy.GoesByCreation(born.Birth.Kind))];
        return births.Select(born => finder.Check(new LockClassInUse(new Site(born.Body, born.Birth.Span), "All that this line creates", [born]), Origins.Of(contexts, walk, born.Body, born.Birth)))
            .Concat(SharedKeys.Of(contexts, all).Select(shared => finder.Check(shared, shared.Births.Length > 1
                ? [new KeyPurposes(contexts.PointsTo, shared.Key!, [.. shared.Births.Select(static born => born.Birth.Made.Key)])]
                : Origins.Of(contexts, walk, shared.Births[0].Maker, shared.Births[0].Birth))))
            .OfType<Finding>()
            .Concat(CoarseLockFinder.Find(contexts, walk, births, rings, cancellation));
    }

    // ---- who waits and who signals ----

    /// <summary>A context that signals a completion.</summary>
    /// <param name="Path">The completion; null where the end of the body is the signal.</param>
    private sealed record Obligee(BodyFacts Body, Value? Path, ImmutableArray<Event> Before, Site Signal);

    private void FindUses(CancellationToken cancellation)
    {
        foreach (BodyFacts body in _contexts.Roots)
        {
            cancellation.ThrowIfCancellationRequested();
            Summary summary = _contexts.SummaryOf(body);
            foreach (Event wait in summary.Events.Where(static found => found is { Kind: EventKind.Wait or EventKind.WaitAny, IsTimed: false }))
            {
                Add(_waits, _signals.Completions(wait), (body, wait));
            }

            foreach (SignalEvent signal in summary.Signals)
            {
                Add(_signallers, _signals.Completions(signal), new Obligee(body, signal.Target.Path, signal.Before, signal.Trace.Leaf));
            }
        }

        foreach (KeyValuePair<string, HashSet<string>> spawned in _contexts.PointsTo.SpawnedBodies)
        {
            BodyFacts body = _contexts.Program.Body(spawned.Key)!;
            Add(_signallers, spawned.Value, new Obligee(body, null, _contexts.SummaryOf(body).Events, new Site(body, body.Span)));
        }
    }

    private static void Add<T>(Dictionary<string, List<T>> uses, IEnumerable<string> completions, T use)
    {
        foreach (string completion in completions)
        {
            if (!uses.TryGetValue(completion, out List<T>? known))
            {
                uses.Add(completion, known = []);
            }

            known.Add(use);
        }
    }

    // ---- what one class is for ----

    private Finding? Check(LockClassInUse @class, IEnumerable<Purposes> tellings)
    {
        string[] made = [.. @class.Births.Select(static born => born.Birth.Made.Key)];
        (BodyFacts Root, Event Wait)[] waits = [.. made.SelectMany(key => _waits.TryGetValue(key, out List<(BodyFacts, Event)>? known) ? known : []).Distinct()];
        Obligee[] signallers = [.. made.SelectMany(key => _signallers.TryGetValue(key, out List<Obligee>? known) ? known : []).Distinct()];
        return waits.Length == 0 || signallers.Length == 0 ? null
            : tellings.Select(purposes => Check(@class, purposes, waits, signallers)).OfType<Finding>().OrderBy(static found => found.IsSuggestion).FirstOrDefault();
    }

    private Finding? Check(LockClassInUse @class, Purposes purposes, (BodyFacts Root, Event Wait)[] waits, Obligee[] signallers)
    {
        Use[] uses = [.. waits.Select(wait => new Use(wait.Root, wait.Wait, wait.Wait.HeldOver, purposes.Of(wait.Wait.Target.Path, wait.Root)))];
        Finding[] rings = [.. uses.Where(use => !use.Held.IsEmpty && !_deadlocks.Contains(use.Wait.Trace.Place))
            .SelectMany(use => signallers.SelectMany(signaller => Rings(@class, purposes, uses, use, signaller)))];
        return rings.OrderBy(static ring => ring.IsSuggestion).ThenBy(static ring => ring.Steps.Length).FirstOrDefault()
            ?? Differing(@class, purposes, uses, signallers);
    }

    /// <summary>A wait, and whose completion it is for.</summary>
    private sealed record Use(BodyFacts Root, Event Wait, ImmutableArray<HeldLock> Held, ImmutableArray<Origin> Whose)
    {
        public bool Holds(LockClass @lock) => Held.Any(held => LockClass.Of(held.Lock).Equals(@lock));
    }

    private IEnumerable<Finding> Rings(LockClassInUse @class, Purposes purposes, Use[] uses, Use use, Obligee signaller)
    {
        ImmutableArray<Origin> signalled = Whose(purposes, signaller);
        foreach (Event acquire in signaller.Before.Where(static found => found is { Kind: EventKind.Acquire, IsTimed: false }))
        {
            if (Conflict(use, acquire) is { } @lock
                && !acquire.Claims.Meets(use.Wait.Claims)
                && (!purposes.AreKnown(signalled) && IsOwn(purposes, signaller) ? purposes.Of(acquire.Trace) : signalled) is var whose
                && purposes.AreApart(use.Whose, whose))
            {
                string held = LockClass.Of(@lock.Lock).Name;
                string actor = (acquire.Trace.Sites.Select(static site => site.Body).FirstOrDefault(body => body.Outer is null && purposes.AreKnown(purposes.Of(body))) ?? signaller.Body).Name;
                yield return new Finding(
                    Fault.ClassClosesRing,
                    @class.Place,
                    [
                        purposes.NameOf(use.Whose, use.Wait.Target.Path, use.Root), purposes.NameOf(whose, signaller.Path, signaller.Body),
                        use.Wait.Trace.Place.Body.Name, held, actor, Split(@class, purposes, uses, use.Whose, whose), @class.What,
                    ],
                    [.. @lock.Trace.Sites.Concat(use.Wait.Trace.Sites).Concat(acquire.Trace.Sites).Append(signaller.Signal).Distinct()],
                    IsSuggestion: use.Wait.Trace.IsGuess || @lock.Trace.IsGuess || acquire.Trace.IsGuess);
            }
        }
    }

    private static ImmutableArray<Origin> Whose(Purposes purposes, Obligee signaller)
    {
        ImmutableArray<Origin> whose = signaller.Path is { } path ? purposes.Of(path, signaller.Body) : purposes.All;
        return !purposes.AreKnown(whose) && IsOwn(purposes, signaller) ? purposes.Of(signaller.Body) : whose;
    }

    // Only of its own completion does the code that signals it tell whose it is.
    private static bool IsOwn(Purposes purposes, Obligee signaller) => signaller.Path is not { } path || purposes.IsOfThis(path);

    private HeldLock? Conflict(Use use, Event acquire)
    {
        LockClass needed = LockClass.Of(acquire.Target);
        HeldLock? @lock = use.Held.FirstOrDefault(held => LockClass.Of(held.Lock).Equals(needed)
            && _locks.KeepsOut(needed, held.Mode, acquire.Mode));

        // A lock that both hold besides keeps them from being here at once.
        return @lock is null || acquire.Held.Any(gate => use.Held.Any(gate.Excludes))
            ? null
            : @lock;
    }

    // Two uses under different locks, with signallers of their own: one more acquire, and the class closes a ring.
    private static Finding? Differing(LockClassInUse @class, Purposes purposes, Use[] uses, Obligee[] signallers)
    {
        foreach (Use use in uses.Where(static use => !use.Held.IsEmpty).OrderBy(static use => use.Wait.Trace.Length))
        {
            LockClass @lock = LockClass.Of(use.Held[use.Held.Length - 1].Lock);
            foreach (Use other in uses.Where(other => !other.Holds(@lock) && purposes.AreApart(use.Whose, other.Whose)).OrderBy(static other => other.Wait.Trace.Length))
            {
                if (HasOwnSignaller(purposes, signallers, use, other) && HasOwnSignaller(purposes, signallers, other, use))
                {
                    return new Finding(
                        Fault.ClassIsShared,
                        @class.Place,
                        [
                            purposes.NameOf(use.Whose, use.Wait.Target.Path, use.Root), purposes.NameOf(other.Whose, other.Wait.Target.Path, other.Root),
                            use.Wait.Trace.Place.Body.Name, @lock.Name, other.Wait.Trace.Place.Body.Name, Split(@class, purposes, uses, use.Whose, other.Whose), @class.What,
                        ],
                        [.. use.Held[use.Held.Length - 1].Trace.Sites.Concat(use.Wait.Trace.Sites).Concat(other.Wait.Trace.Sites).Distinct()],
                        IsSuggestion: true);
                }
            }
        }

        return null;
    }

    private static bool HasOwnSignaller(Purposes purposes, Obligee[] signallers, Use use, Use other) =>
        signallers.Any(signaller => Whose(purposes, signaller) is var whose && purposes.AreApart(whose, other.Whose) && whose.Any(one => use.Whose.Any(one.Meets)));

    // What waits keep apart can go by them, if no line waits for two of them.
    private static string Split(LockClassInUse @class, Purposes purposes, Use[] uses, ImmutableArray<Origin> left, ImmutableArray<Origin> right) => @class.Key is not null
        ? Purposes.KeyForEach
        : purposes.Split(@class.Births[0].Birth, left, right, !uses.Any(use => uses.Any(other => use.Wait.Trace.Leaf == other.Wait.Trace.Leaf && purposes.AreApart(use.Whose, other.Whose))));
}
