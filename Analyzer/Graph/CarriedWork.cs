using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Completions that lie in containers, by themselves or in the work that carries them: who puts them there, and who signals what is found there only.
/// Not thread-safe.
/// </summary>
internal sealed class CarriedWork(Contexts contexts, SignalGraph signals, Insertions insertions)
{
    /// <summary>How many callers above a signal are asked where it finds what it signals.</summary>
    public const int MaxClimb = 4;

    private Dictionary<string, HashSet<BodyFacts>>? _signallers;

    /// <summary>Whether it waits until it is signalled, whatever else happens.</summary>
    public static bool IsEndless(Event wait) => wait is { Kind: EventKind.Wait or EventKind.WaitCondition, IsTimed: false }
        && !wait.Trace.Leaf.Body.Instructions
            .Any(instruction => instruction.Span == wait.Trace.Leaf.Span && instruction is Affect { Token: not null } or Await { IsIndirect: true });

    /// <summary>That what is waited for is lost.</summary>
    /// <param name="step">Where it is.</param>
    public static Finding Lost(Event wait, string why, Site step)
    {
        Site place = wait.Trace.Place;
        string name = wait.Target.Path.IsNamed || wait.Kind == EventKind.WaitCondition ? LockClass.Of(wait.Target).Name : wait.Text;
        return new Finding(Fault.LostCompletion, place, [place.Body.Name, name, why], [step, .. wait.Trace.Sites.Where(site => site != place)], IsSuggestion: false);
    }

    /// <summary>Who puts what is waited for into the container, where all others who signal it find it there: who waits, or who made it, or what carries it, and hands it out.</summary>
    public BodyFacts? PutterOf(string container, string completion, Event wait, BodyFacts waiter)
    {
        if (Into(waiter, container) is { Length: > 0 } into && IsSignalledThrough(container, completion, into, wait.Target.Path.Root, waiter))
        {
            return waiter;
        }

        if (UnownedCompletions.CreatorOf(contexts.Program, completion) is { } creator
            && creator != waiter
            && Into(creator, container) is { Length: > 0 } made
            && Made(creator, completion) is { } @object
            && IsSignalledThrough(container, completion, made, @object, creator))
        {
            return creator;
        }

        if (wait.Target.Path.Root is { Kind: ValueKind.Allocation } carrier
            && UnownedCompletions.CreatorOf(contexts.Program, carrier.Key) is { } maker
            && maker != waiter
            && Into(maker, container) is { Length: > 0 } kept
            && IsSignalledThrough(container, completion, kept, carrier, maker))
        {
            return maker;
        }

        // What carries it may make it itself, and hand it out to whoever waits in the end.
        string? type = UnownedCompletions.MakerOf(contexts.Program, completion) is { IsConstructor: true, Type: { } owner } ? owner : null;
        return type is null ? null : insertions.Into(container).Where(put => put.Body != waiter && put.Item is { Kind: ValueKind.Allocation, Type: var made } && made == type)
            .FirstOrDefault(put => IsSignalledThrough(container, completion, Into(put.Body, container), put.Item, put.Body)).Body;
    }

    private Insertion[] Into(BodyFacts body, string container) => [.. insertions.Of(body).Where(insertion => WorkDrops.IsAt(insertion.Container, container))];

    private static Value? Made(BodyFacts creator, string completion) =>
        creator.Instructions.Select(static instruction => instruction.Result).FirstOrDefault(result => result.Key == completion);

    /// <summary>Whether what <paramref name="putter"/> has put there is, or carries, the object, and all others who signal it find it there.</summary>
    public bool IsSignalledThrough(string container, string completion, Insertion[] into, Value @object, BodyFacts putter)
    {
        IReadOnlyCollection<BodyFacts> signallers = SignallersOf(completion);
        if (signallers.Count == 0 || signallers.Contains(putter))
        {
            return false;
        }

        BodyFacts[] delegates = [.. into.Where(static insertion => insertion.Item.Kind == ValueKind.Function)
            .Select(insertion => contexts.Program.Body(insertion.Item.Id)).OfType<BodyFacts>()];
        if (delegates.Length > 0 && signallers.All(delegates.Contains))
        {
            return true;
        }

        var objects = new ObjectNames(putter);
        return into.Any(insertion => objects.Carries(insertion.Item, @object) || contexts.PointsTo.Objects(insertion.Item).Contains(completion))
            && signallers.Where(signaller => !contexts.IsUnused(signaller)).ToArray() is { Length: > 0 } used
            && used.All(signaller => contexts.Above([signaller], MaxClimb).Any(above => IsReader(above, container)));
    }

    private bool IsReader(BodyFacts body, string container) => ReadsDirectly(body, container)
        || body.Instructions.OfType<Call>()
            .Any(call => contexts.Program.Targets(call, call.Receiver).Any(target => ReadsDirectly(target, container)));

    /// <summary>Whether the body takes something of what the container keeps.</summary>
    public static bool ReadsDirectly(BodyFacts body, string container) =>
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

    /// <summary>Whether the value is what the member keeps, or something in it.</summary>
    public static bool IsUnder(Value value, string container) =>
        value.Id == container || (value.Base is { } @base && IsUnder(@base, container));

    /// <summary>The bodies that signal the completion, but for who has made it: that is no answer.</summary>
    public IReadOnlyCollection<BodyFacts> SignallersOf(string completion) =>
        (_signallers ??= FindSignallers()).TryGetValue(completion, out HashSet<BodyFacts>? bodies) ? bodies : [];

    private Dictionary<string, HashSet<BodyFacts>> FindSignallers()
    {
        var signallers = new Dictionary<string, HashSet<BodyFacts>>(StringComparer.Ordinal);
        foreach (BodyFacts body in contexts.Program.With(BodyParts.Signal))
        {
            LocalNames? names = null;
            foreach (Affect affect in body.Instructions.OfType<Affect>()
                .Where(affect => affect.Effect.Kind is EffectKind.Signal or EffectKind.ConditionSignal && affect.TargetType != Value.Queue
                    && (names ??= new LocalNames(body)).ResolveObject(affect.Target).Kind != ValueKind.Allocation))
            {
                bool isCondition = affect.Effect.Kind == EffectKind.ConditionSignal;
                foreach (string key in signals.Completions(new SignalEvent(new LockRef(affect.Target, affect.TargetType), isCondition, [], new Trace(new Site(body, affect.Span)))))
                {
                    if (!signallers.TryGetValue(key, out HashSet<BodyFacts>? bodies))
                    {
                        signallers.Add(key, bodies = []);
                    }

                    bodies.Add(body);
                }
            }
        }

        return signallers;
    }
}
