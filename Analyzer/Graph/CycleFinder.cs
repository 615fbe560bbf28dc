using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using CrossRelease.Analyzers.Symbols;

namespace CrossRelease.Analyzers.Graph;

/// <summary>Finds the deadlocks: rings of locks, and waits under a lock that every signaller needs first.</summary>
internal sealed class CycleFinder
{
    private const int MaxChain = 3;

    /// <summary>How many calls of a large recursion a ring of locks may lead through between two of them, and still be told.</summary>
    private const int MaxInKnot = 4;

    private readonly Contexts _contexts;
    private readonly LockGraph _locks;
    private readonly SignalGraph _signals;
    private readonly Dictionary<(BodyFacts, int), Finding> _waits = [];

    private CycleFinder(Contexts contexts, LockGraph locks, SignalGraph signals)
    {
        _contexts = contexts;
        _locks = locks;
        _signals = signals;
    }

    public static List<Finding> Find(Contexts contexts, LockGraph locks, SignalGraph signals, CancellationToken cancellation)
    {
        var finder = new CycleFinder(contexts, locks, signals);
        var findings = new List<Finding>();
        foreach (LockRing ring in finder._locks.Rings())
        {
            cancellation.ThrowIfCancellationRequested();
            findings.Add(finder.Report(ring));
        }

        findings.AddRange(finder.FindUnorderedInstances());
        findings.AddRange(finder.FindObjectsBothWays());
        foreach (BodyFacts root in contexts.With(ContextParts.Wait))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (Event wait in contexts.SummaryOf(root).Events)
            {
                finder.Check(root, wait);
            }
        }

        findings.AddRange(finder.OneOfEachRing());

        // A semaphore's wait may close a ring of locks and one of completions: it is one deadlock.
        return [.. findings.GroupBy(static finding => (finding.Fault, finding.Place)).Select(static same => same.First())];
    }

    // ---- rings of locks ----

    // A call that a wrapper may answer does not come back to it from the object in it: a ring is none if another of its ways leads through those that answer as well.
    private bool IsGuess(ImmutableArray<LockEdge> ring) => ring.Any(edge => edge.Guess == Guess.OneOfMany || edge.CallsInKnot > MaxInKnot
        || (edge.Guess == Guess.Wrapper && TypesThatAnswer(edge) is var types && ring.Any(other => other != edge && other.Calls.Any(call => types.Contains(call.Site.Body.Type)))));

    private HashSet<string?> TypesThatAnswer(LockEdge edge) =>
        [.. edge.Calls.Where(static call => call.OwnGuess == Guess.Wrapper).Select(static call => call.Site)
            .SelectMany(static site => site.Body.Instructions.OfType<Call>().Where(call => call.Span == site.Span))
            .SelectMany(call => _contexts.Program.Targets(call, call.Receiver)).Select(static target => target.Type)];

    private Finding Report(LockRing proven)
    {
        // A semaphore that one method takes and another gives back is waited for like any completion.
        ImmutableArray<LockEdge> ring = proven.Edges;
        int handedOver = Enumerable.Range(0, ring.Length).FirstOrDefault(i => ring[i].Event.IsSemaphore && _locks.IsHandedOver(ring[i].To));
        bool isCrossRelease = ring[handedOver].Event.IsSemaphore && _locks.IsHandedOver(ring[handedOver].To);
        int first = isCrossRelease ? handedOver : OddOne(proven);
        if (proven.Report is { } known && known.First == first && known.IsCrossRelease == isCrossRelease)
        {
            return known.Finding;
        }

        Finding finding = Report(ring, first, isCrossRelease);
        finding = proven.NeedsUnseenCaller ? finding with { IsSuggestion = true } : finding;
        proven.Report = new LockRingReport(first, isCrossRelease, finding);
        return finding;
    }

    private Finding Report(ImmutableArray<LockEdge> ring, int first, bool isCrossRelease)
    {
        LockEdge[] rotated = [.. Enumerable.Range(0, ring.Length).Select(i => ring[(first + i) % ring.Length])];
        LockEdge mine = rotated[0];
        LockEdge other = rotated[1];
        string[] others = [.. rotated.Skip(1).Select(static edge => edge.IsDeclared
            ? $"[AcquiredBefore] on '{edge.Root.Name}' says that '{edge.From.Name}' comes before '{edge.To.Name}'"
            : $"'{edge.Root.Name}' acquires '{edge.To.Name}' while holding '{edge.From.Name}'")];
        ImmutableArray<Site> steps = [.. rotated.SelectMany(edge => Story(edge.Held.Trace, edge.Event.Trace))];
        return new Finding(
            isCrossRelease ? Fault.CrossReleaseCycle : Fault.LockOrderCycle,
            mine.Event.Trace.Place,
            isCrossRelease
                ? [mine.Root.Name, mine.To.Name, mine.From.Name, other.Root.Name, rotated.Length > 2 ? " (" + string.Join(", ", others) + ")" : ""]
                : [mine.Root.Name, mine.To.Name, mine.From.Name, string.Join(", and ", others)],
            Others(steps, mine.Event.Trace.Place),
            IsSuggestion: IsGuess(ring) || ring.Where((edge, i) => edge.MayComeTooLate(ring[(i + 1) % ring.Length])).Any());
    }

    // The order that the fewest places take is told of: the others show what was meant.
    private int OddOne(LockRing proven)
    {
        ImmutableArray<LockEdge> ring = proven.Edges;
        int[] places = proven.Places ??= [.. ring.Select(step => Math.Max(1, _locks.Between(step.From.Key, step.To.Key).Where(static edge => !edge.IsGuess).Select(static edge => edge.Event.Trace.Leaf).Distinct().Count()))];
        return Enumerable.Range(0, ring.Length)
            .OrderBy(i => ring[i].IsDeclared)
            .ThenBy(i => ring[i].Event.Trace.Place.Body.IsExternal)
            .ThenBy(i => places[i])
            .ThenBy(i => IsOfWholeBody(ring[i].Event.Trace.Place))
            .ThenBy(i => _contexts.Program.PathOf(ring[i].Event.Trace.Place.Body), StringComparer.Ordinal)
            .ThenBy(i => _contexts.Program.SpanOf(ring[i].Event.Trace.Place).Start)
            .First();
    }

    // A lock that a whole method is under has no statement of its own.
    private static bool IsOfWholeBody(Site place) => place.Body.Instructions.OfType<Affect>().Any(affect => affect.Span == place.Span && affect.Scope is { } scope && scope.Contains(place.Body.Span));

    private IEnumerable<Finding> FindUnorderedInstances()
    {
        var reported = new HashSet<string>(StringComparer.Ordinal);
        foreach (LockEdge edge in _locks.SelfEdges.OrderBy(static edge => edge.IsGuess).ThenBy(static edge => edge.Length).ThenBy(static edge => edge.Root.Id, StringComparer.Ordinal))
        {
            if (!reported.Contains(edge.From.Key) && InstanceOrder.MayNestBothWays(edge, _locks.Between(edge.From.Key, edge.From.Key), _contexts))
            {
                reported.Add(edge.From.Key);
                Site place = edge.Event.Trace.Place;
                yield return new Finding(
                    Fault.LockOrderCycle,
                    place,
                    [edge.Root.Name, edge.To.Name, edge.From.Name, "they belong to two instances, and another call can hold them the other way round"],
                    Others([.. Story(edge.Held.Trace, edge.Event.Trace)], place),
                    IsSuggestion: edge.IsGuess);
            }
        }
    }

    // One context goes from a whole to its parts, another from a part to the whole; or two objects run each other's handlers, or know each other. A flag
    // that both have set says nothing: each has its own.
    private IEnumerable<Finding> FindObjectsBothWays()
    {
        PartMembers? members = null;
        MutualHandlers? handlers = null;
        LinkedObjects? linked = null;
        foreach (IGrouping<string, LockEdge> same in _locks.SelfEdges.GroupBy(static edge => edge.From.Key).OrderBy(static edges => edges.Key, StringComparer.Ordinal))
        {
            LockEdge[] edges = [.. same.Where(static edge => !edge.IsSharedRead)
                .OrderBy(static edge => edge.IsGuess).ThenBy(static edge => edge.Length).ThenBy(static edge => edge.Root.Id, StringComparer.Ordinal)];
            LockEdge[] steps = [.. edges.Where(static edge => edge.Step is not null)];
            if (steps.Select(static edge => edge.Step).Distinct().Skip(1).Any()
                && steps.SelectMany(up => steps.Where(down => down.Step != up.Step
                    && (members ??= new PartMembers(_contexts)).AreOpposite(down.Step!, up.Step!) && !LockGraph.ShareLock(up, down, but: same.Key)).Select(down => (up, down))).FirstOrDefault() is ({ } up, { } down))
            {
                yield return BothWays(up, down.IsGuess, Story(down.Held.Trace, down.Event.Trace), $"'{down.Root.Name}' goes the other way: the one is reached by '{SymbolNames.OfId(up.Step!)}', the other by '{SymbolNames.OfId(down.Step!)}'");
            }
            else if ((handlers ??= new MutualHandlers(_contexts)).OppositeOf(edges) is ({ } there, { } back))
            {
                yield return BothWays(there, back.Trace.IsGuess, back.Trace.Sites, "they belong to two objects that run each other's handlers: another call goes the other way");
            }
            else if (handlers.AmongEach(edges) is ({ } one, { } by))
            {
                yield return BothWays(one, isGuess: false, [new Site(by, by.Span)], $"they belong to two objects with which '{by.Name}' registers the same handler: another call goes the other way");
            }
            else if ((linked ??= new LinkedObjects(_contexts.Program)).OppositeOf(edges) is ({ } first, { } link))
            {
                yield return BothWays(first, isGuess: false, [link], $"they belong to two objects that '{link.Body.Name}' links to each other: another call goes the other way");
            }
        }
    }

    private static Finding BothWays(LockEdge there, bool isGuess, IEnumerable<Site> back, string how)
    {
        Site place = there.Event.Trace.Place;
        return new Finding(
            Fault.LockOrderCycle,
            place,
            [there.Root.Name, there.To.Name, there.From.Name, how],
            Others([.. Story(there.Held.Trace, there.Event.Trace), .. back], place),
            IsSuggestion: there.IsGuess || isGuess);
    }

    // ---- waits ----

    private void Check(BodyFacts root, Event wait)
    {
        bool isWait = wait.Kind is EventKind.Wait or EventKind.WaitAny or EventKind.WaitCondition
            || (wait is { Kind: EventKind.Acquire, IsSemaphore: true } && _locks.IsHandedOver(LockClass.Of(wait.Target)));
        if (!isWait || wait.IsTimed)
        {
            return;
        }

        ImmutableArray<HeldLock> held = _signals.HeldOver(wait);
        var ring = new SignalRing(_contexts, _locks, _signals, root, wait, held);
        if (!ring.CanClose)
        {
            return;
        }

        string[] completions = [.. _signals.Completions(wait)];
        Blockage? blockage = ring.Close(wait, completions, MaxChain);
        if (blockage is not null)
        {
            Keep(blockage.Lock is { } @lock ? CrossRelease(wait, @lock, blockage) : CompletionRing(root, wait, blockage));
        }
        else if (!held.IsEmpty && !wait.IsFlowWait && wait.Kind is EventKind.Wait or EventKind.WaitAny)
        {
            CheckIndependence(wait, held, completions);
        }
    }

    private static Finding CompletionRing(BodyFacts root, Event wait, Blockage blockage)
    {
        Blockage last = blockage;
        while (last.Inner is { } inner)
        {
            last = inner;
        }

        Site place = wait.Trace.Place;
        string signaller = blockage.Signaller.Body == root ? $"another run of '{root.Name}'" : $"'{blockage.Signaller.Body.Name}'";
        return new Finding(
            Fault.CompletionRing,
            place,
            [place.Body.Name, Name(wait), signaller, Name(last.Event), root.Name],
            Others([.. wait.Trace.Sites, .. blockage.Event.Trace.Sites, .. blockage.Inner?.Event.Trace.Sites ?? [], blockage.Signaller.Signal], place),
            IsSuggestion: wait.Trace.IsGuess || blockage.IsGuess);
    }

    private static Finding CrossRelease(Event wait, HeldLock @lock, Blockage blockage)
    {
        Site place = wait.Trace.Place;
        string via = blockage.Holder is { } holder
            ? $" (it needs '{holder.From.Name}', held by '{holder.Root.Name}' which needs '{holder.To.Name}')"
            : blockage.Inner is { } inner ? $" (it waits for '{Name(blockage.Event)}', which '{inner.Signaller.Body.Name}' signals)"
            : "";
        ImmutableArray<Site> steps =
        [
            .. Story(@lock.Trace, wait.Trace), .. blockage.Event.Trace.Sites, .. blockage.Inner?.Event.Trace.Sites ?? [], blockage.Signaller.Signal,
        ];
        return new Finding(
            Fault.CrossReleaseCycle,
            place,
            [place.Body.Name, Name(wait), LockClass.Of(@lock.Lock).Name, blockage.Signaller.Body.Name, via],
            Others(steps, place),
            IsSuggestion: wait.Trace.IsGuess || @lock.Trace.IsGuess || blockage.IsGuess);
    }

    // No ring is proven. The wait is still a hazard unless everybody who signals is seen to need nothing of ours.
    private void CheckIndependence(Event wait, ImmutableArray<HeldLock> held, string[] completions)
    {
        Signaller[] signallers = [.. completions.SelectMany(_signals.Of)];
        bool runsOpenCode = signallers.Any(static signaller => signaller.Before.Any(static found => found.Kind is EventKind.RunOpenCode or EventKind.Invoke));
        if (signallers.Length > 0 && !runsOpenCode)
        {
            return;
        }

        HeldLock @lock = held[held.Length - 1];
        bool isWarning = wait.IsKThread || (signallers.Any(signaller => signaller.Before.Any(IsUnseen)) && _locks.IsTakenElsewhere(LockClass.Of(@lock.Lock), @lock.Trace.Leaf.Body));
        Site place = wait.Trace.Place;
        string signaller = signallers.Length > 0 ? $"; '{signallers[0].Body.Name}', which signals it, runs code that is not seen here" : "";
        Keep(new Finding(
            Fault.WaitUnderLock,
            place,
            [place.Body.Name, Name(wait), LockClass.Of(@lock.Lock).Name, signaller],
            Others([.. Story(@lock.Trace, wait.Trace)], place),
            IsSuggestion: !isWarning || wait.Trace.IsGuess));
    }

    // In a program nobody else hands it delegates.
    private bool IsUnseen(Event found) => found.IsForeign && !(found.Kind == EventKind.Invoke && _contexts.Program.HasEntry);

    // Each wait of a ring of completions tells the same deadlock: it is told at the first of them, and leads to the others.
    private IEnumerable<Finding> OneOfEachRing()
    {
        var rings = new List<Finding>();
        foreach (Finding finding in _waits.Values.OrderBy(static finding => finding.IsSuggestion)
            .ThenBy(finding => _contexts.Program.PathOf(finding.Place.Body), StringComparer.Ordinal).ThenBy(finding => _contexts.Program.SpanOf(finding.Place).Start))
        {
            if (finding.Fault != Fault.CompletionRing)
            {
                yield return finding;
            }
            else if (!rings.Exists(other => other.Steps.Contains(finding.Place) && finding.Steps.Contains(other.Place)))
            {
                rings.Add(finding);
                yield return finding;
            }
        }
    }

    // One report a wait: the strongest, then the one with the shortest story.
    private void Keep(Finding finding)
    {
        (BodyFacts, int) key = (finding.Place.Body, finding.Place.Span.Start);
        if (!_waits.TryGetValue(key, out Finding? known) || Rank(finding).CompareTo(Rank(known)) < 0)
        {
            _waits[key] = finding;
        }
    }

    private static (int, int, int) Rank(Finding finding) => (finding.IsSuggestion ? 1 : 0, (int)finding.Fault, finding.Steps.Length);

    /// <summary>How messages call what is waited for.</summary>
    public static string Name(Event wait)
    {
        Value path = (wait.Target.Path.QueueOfRoom ?? wait.Target.Path).WithoutElements;

        return path.IsNamed && !path.Equals(Value.Finalizers) ? LockClass.Of(new LockRef(path, null)).Name : wait.Text;
    }

    private static IEnumerable<Site> Story(Trace held, Trace found) => held.Sites.Concat(found.Sites);

    private static ImmutableArray<Site> Others(ImmutableArray<Site> steps, Site place) => [.. steps.Where(step => step != place).Distinct()];
}
