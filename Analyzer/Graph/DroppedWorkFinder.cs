using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Finds completions that are lost with the work that carries them: somebody puts work into a container and waits for it,
/// whoever signals the completion finds the work in that container only, and another method empties the container without signalling.
/// </summary>
internal sealed class DroppedWorkFinder
{
    private const int MaxClimb = 4;
    private const int DropperCallers = 2;

    private readonly Contexts _contexts;
    private readonly SignalGraph _signals;
    private readonly Insertions _insertions;
    private readonly Dictionary<string, HashSet<BodyFacts>> _signallers = new(StringComparer.Ordinal);
    private readonly List<WorkDrop> _drops;
    private readonly ILookup<BodyFacts, (Site Site, Insertion Slot)> _overwrites;

    private DroppedWorkFinder(Contexts contexts, SignalGraph signals)
    {
        _contexts = contexts;
        _signals = signals;
        _insertions = new Insertions(contexts.Program);
        _drops = [.. contexts.Program.With(BodyParts.Drop).SelectMany(static body => WorkDrops.Of(body).Drops)];
        _overwrites = contexts.Program.With(BodyParts.Overwrite).SelectMany(static body => WorkDrops.Of(body).Overwrites.Select(overwrite => (Body: body, Overwrite: overwrite)))
            .ToLookup(static found => found.Body, static found => found.Overwrite);
        if (_drops.Count + _overwrites.Count > 0)
        {
            FindSignallers();
        }
    }

    public static IEnumerable<Finding> Find(Contexts contexts, LockGraph locks, SignalGraph signals, CancellationToken cancellation)
    {
        var finder = new DroppedWorkFinder(contexts, signals);
        var findings = new Dictionary<Site, Finding>();
        foreach (BodyFacts body in finder._drops.Count + finder._overwrites.Count == 0 ? [] : contexts.With(ContextParts.EndlessWait))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (Finding finding in finder.Check(body).Concat(finder.CheckSlots(body)))
            {
                if (!findings.ContainsKey(finding.Place))
                {
                    findings.Add(finding.Place, finding);
                }
            }
        }

        return findings.Values;
    }

    // ---- who waits ----

    private IEnumerable<Finding> Check(BodyFacts body)
    {
        foreach (Event wait in _drops.Count == 0 ? [] : _contexts.SummaryOf(body).Events.Where(IsEndless))
        {
            foreach (string completion in _signals.Completions(wait))
            {
                foreach (WorkDrop drop in _drops)
                {
                    // Who takes out its own work when it has it is done with it.
                    if (IsPutInto(drop.Container, completion, wait, body)
                        && !Above(drop.Body, MaxClimb).Contains(body)
                        && !(drop.IsOne && Above(body, MaxClimb).Contains(drop.Body))
                        && !Above(drop.Body, DropperCallers).Any(above => SeesTo(above, completion, above == drop.Body ? null : drop.Container)))
                    {
                        yield return Report(wait, drop.Body, drop.Site, drop.Container, drop.IsOne ? "takes it out of" : "empties");
                    }
                }
            }
        }
    }

    // By who waits, or by who made the completion, or what carries it, and hands it out.
    private bool IsPutInto(string container, string completion, Event wait, BodyFacts waiter)
    {
        Insertion[] into = Into(waiter, container);
        return (into.Length > 0 && IsSignalledThrough(container, completion, into, wait.Target.Path.Root, waiter))
            || (UnownedCompletions.CreatorOf(_contexts.Program, completion) is { } creator
                && creator != waiter
                && Into(creator, container) is { Length: > 0 } made
                && Made(creator, completion) is { } @object
                && IsSignalledThrough(container, completion, made, @object, creator))
            || (wait.Target.Path.Root is { Kind: ValueKind.Allocation } carrier
                && UnownedCompletions.CreatorOf(_contexts.Program, carrier.Key) is { } maker
                && maker != waiter
                && Into(maker, container) is { Length: > 0 } kept
                && IsSignalledThrough(container, completion, kept, carrier, maker));
    }

    private Insertion[] Into(BodyFacts body, string container) => [.. _insertions.Of(body).Where(insertion => WorkDrops.IsAt(insertion.Container, container))];

    private static Value? Made(BodyFacts creator, string completion) =>
        creator.Instructions.Select(static instruction => instruction.Result).FirstOrDefault(result => result.Key == completion);

    // Who comes second, before the work was taken out, leaves the first one waiting.
    private IEnumerable<Finding> CheckSlots(BodyFacts body)
    {
        foreach ((Site site, Insertion slot) in _overwrites[body])
        {
            foreach (Event wait in _contexts.SummaryOf(body).Events.Where(static found => IsEndless(found) && found.Held.IsEmpty && found.Claims.IsEmpty))
            {
                if (_signals.Completions(wait).Any(completion => IsSignalledThrough(slot.Container.Id, completion, [slot], wait.Target.Path.Root, body)))
                {
                    yield return Report(wait, body, site, slot.Container.Id, "overwrites");
                }
            }
        }
    }

    private static bool IsEndless(Event wait) => wait is { Kind: EventKind.Wait or EventKind.WaitCondition, IsTimed: false }
        && !wait.Trace.Leaf.Body.Instructions
            .Any(instruction => instruction.Span == wait.Trace.Leaf.Span && instruction is Affect { Token: not null } or Await { IsIndirect: true });

    private bool IsSignalledThrough(string container, string completion, Insertion[] into, Value @object, BodyFacts putter)
    {
        if (!_signallers.TryGetValue(completion, out HashSet<BodyFacts>? signallers) || signallers.Contains(putter))
        {
            return false;
        }

        BodyFacts[] delegates = [.. into.Where(static insertion => insertion.Item.Kind == ValueKind.Function)
            .Select(insertion => _contexts.Program.Body(insertion.Item.Id)).OfType<BodyFacts>()];
        if (delegates.Length > 0 && signallers.All(delegates.Contains))
        {
            return true;
        }

        var objects = new ObjectNames(putter);
        return into.Any(insertion => objects.Carries(insertion.Item, @object) || _contexts.PointsTo.Objects(insertion.Item).Contains(completion))
            && signallers.Where(signaller => !_contexts.IsUnused(signaller)).ToArray() is { Length: > 0 } used
            && used.All(signaller => Above(signaller, MaxClimb).Any(above => IsReader(above, container)));
    }

    private bool IsReader(BodyFacts body, string container) => ReadsDirectly(body, container)
        || body.Instructions.OfType<Call>()
            .Any(call => _contexts.Program.Targets(call, call.Receiver).Any(target => ReadsDirectly(target, container)));

    private static bool ReadsDirectly(BodyFacts body, string container) =>
        body.Instructions.Any(instruction => instruction switch
        {
            Move { Empties: false, Loses: false } move => move.From.Any(value => IsUnder(value, container)),
            AssignLocal assign => IsUnder(assign.Source, container),
            ReturnValue returned => IsUnder(returned.Source, container),
            Call call => IsUnder(call.Receiver, container) || call.Arguments.Any(value => IsUnder(value, container)),
            Invoke invoke => IsUnder(invoke.Delegate, container),
            Affect affect => IsUnder(affect.Target, container),
            _ => false,
        });

    private static bool IsUnder(Value value, string container) =>
        value.Id == container || (value.Base is { } @base && IsUnder(@base, container));

    // ---- who signals ----

    private void FindSignallers()
    {
        foreach (BodyFacts body in _contexts.Program.With(BodyParts.Signal))
        {
            foreach (Affect affect in body.Instructions.OfType<Affect>()
                .Where(static affect => affect.Effect.Kind is EffectKind.Signal or EffectKind.ConditionSignal && affect.TargetType != Value.Queue))
            {
                bool isCondition = affect.Effect.Kind == EffectKind.ConditionSignal;
                foreach (string key in _signals.Completions(new SignalEvent(new LockRef(affect.Target, affect.TargetType), isCondition, [], new Trace(new Site(body, affect.Span)))))
                {
                    if (!_signallers.TryGetValue(key, out HashSet<BodyFacts>? bodies))
                    {
                        _signallers.Add(key, bodies = []);
                    }

                    bodies.Add(body);
                }
            }
        }
    }

    // What a call of it takes out of the container, one at a time, is not what is dropped.
    private bool SeesTo(BodyFacts body, string completion, string? container) => _contexts.SummaryOf(body).Signals.Any(signal =>
        _signals.Completions(signal).Contains(completion)
        && (container is null || !signal.Trace.Sites.Any(site => site.Body != body && ReadsDirectly(site.Body, container)) || signal.Trace.Sites.Any(site => site.Body != body && site.IsInLoop)));

    private HashSet<BodyFacts> Above(BodyFacts body, int levels)
    {
        HashSet<BodyFacts> above = [body];
        BodyFacts[] level = [body];
        for (int i = 0; i < levels && level.Length > 0; i++)
        {
            level = [.. level.SelectMany(_contexts.CallersOf).Where(above.Add)];
        }

        return above;
    }

    private static Finding Report(Event wait, BodyFacts dropper, Site drop, string container, string how)
    {
        Site place = wait.Trace.Place;
        string name = LockClass.Of(new LockRef(Value.Static(container), null)).Name;
        Value path = wait.Target.Path;
        string waited = path.IsNamed || wait.Kind == EventKind.WaitCondition ? LockClass.Of(wait.Target).Name : wait.Text;
        return new Finding(
            Fault.LostCompletion,
            place,
            [place.Body.Name, waited, $"whoever signals it finds it in '{name}', which '{dropper.Name}' {how}. Signal what is dropped."],
            [drop, .. wait.Trace.Sites.Where(site => site != place)],
            IsSuggestion: false);
    }

    /// <summary>Which objects of a body are made of which.</summary>
    private sealed class ObjectNames(BodyFacts body)
    {
        private readonly Instruction[] _instructions = [.. body.Instructions];

        /// <summary>Whether the item is the object, or was made with it.</summary>
        public bool Carries(Value item, Value @object)
        {
            Value whole = Named(item);
            Value part = Named(@object);
            return part.Kind is ValueKind.Local or ValueKind.Allocation or ValueKind.Parameter or ValueKind.CallResult
                && (whole.Equals(part) || _instructions.Any(instruction => instruction switch
                {
                    Call { IsCreation: true } creation => Named(creation.Receiver).Equals(whole) && creation.Arguments.Any(argument => Named(argument).Equals(part)),
                    Move { Result.Kind: ValueKind.Allocation } made => made.Result.Equals(whole) && made.From.Any(source => Named(source).Equals(part)),
                    StoreMember { Target: { Kind: ValueKind.Member, Base: { } target } } store => Named(target).Equals(whole) && Named(store.Source).Equals(part),
                    _ => false,
                }));
        }

        private Value Named(Value value)
        {
            AssignLocal[] assigns = [.. _instructions.OfType<AssignLocal>().Where(assign => assign.Local == value.Key)];
            return assigns.Length == 1 && assigns[0].Source is { Kind: ValueKind.Allocation or ValueKind.Local or ValueKind.Parameter } source ? source : value;
        }
    }
}
