using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Two objects of one class that run each other's handlers under their own locks: code that knows both has registered with each, in the same way, a
/// handler that takes the lock of the other. So one context goes from the first to the second, and another the other way.
/// </summary>
internal sealed class MutualHandlers
{
    private readonly Contexts _contexts;
    private readonly Dictionary<BodyFacts, Registration?> _registrations = [];

    public MutualHandlers(Contexts contexts)
    {
        _contexts = contexts;
        foreach (BodyFacts body in contexts.Program.With(BodyParts.Handler))
        {
            LocalNames? names = null;
            foreach (Instruction instruction in body.Instructions)
            {
                (Value? source, string how, IEnumerable<Value> handlers) = instruction switch
                {
                    StoreMember { Target: { Kind: ValueKind.Member, Base: { } owner, Id: var member } } store => (owner, member, [store.Source]),
                    Call { IsCreation: false } call => (call.Receiver, call.Method, call.Arguments),
                    _ => ((Value?)null, "", (IEnumerable<Value>)[]),
                };
                foreach (Value handler in source is null ? [] : handlers.Where(static value => value is { Kind: ValueKind.Function, Base: null or { Kind: ValueKind.This } }))
                {
                    if (contexts.Program.Body(handler.Id) is { } known)
                    {
                        // Of several objects that run one handler it is not known which.
                        names ??= new LocalNames(body);
                        _registrations[known] = _registrations.ContainsKey(known) ? null : new Registration(known, body, names.Resolve(source!), how);
                    }
                }
            }
        }
    }

    /// <summary>Of the edges of one class, the first that leads from one object to another whose handler leads back, with that handler's acquire.</summary>
    /// <param name="edges">Edges between instances of the class, the best told first.</param>
    public (LockEdge There, Event Back)? OppositeOf(IReadOnlyList<LockEdge> edges)
    {
        foreach ((LockEdge there, Registration handler, string member, Value other) in ByHandlers(edges))
        {
            if (_registrations.Values.OfType<Registration>().Where(known => known.How == handler.How && known.Source.Equals(other))
                .SelectMany(known => Asked(known, member)).FirstOrDefault(found => found.Target.Path.Base!.Equals(handler.Source)) is { } back)
            {
                return (there, back);
            }
        }

        return null;
    }

    /// <summary>
    /// Of the edges of one class, the first that leads from an object to another one that is kept with it, by a handler that was registered with each of them; with
    /// the body that did so.
    /// </summary>
    /// <param name="edges">Edges between instances of the class, the best told first.</param>
    public (LockEdge There, BodyFacts By)? AmongEach(IReadOnlyList<LockEdge> edges)
    {
        foreach ((LockEdge there, Registration handler, _, Value other) in ByHandlers(edges))
        {
            if (other is { HasElement: true, ConstantKeys: "" } && handler.Source.Root is { Kind: ValueKind.Parameter or ValueKind.Local } each && Keeps(handler.By, each, other.WithoutElements))
            {
                return (there, handler.By);
            }
        }

        return null;
    }

    // The edges that a handler leads along, with the member that keeps both locks, and the object whose lock the handler asks for.
    private IEnumerable<(LockEdge There, Registration Handler, string Member, Value Other)> ByHandlers(IReadOnlyList<LockEdge> edges)
    {
        foreach (LockEdge there in edges)
        {
            // Whatever else is held around the handlers of the one is held around those of the other.
            if (there.Held.Lock.Path is { Kind: ValueKind.Member, Id: var member } && !LockGraph.ShareLock(there, there, but: there.From.Key)
                && HandlerOn(there) is { } handler
                && Asked(handler, member).FirstOrDefault(found => found.Trace.Leaf == there.Event.Trace.Leaf)?.Target.Path.Base is { } other)
            {
                yield return (there, handler, member, other);
            }
        }
    }

    // Whether the body puts a value, or all that is in it, into the container.
    private static bool Keeps(BodyFacts body, Value value, Value container) => container.Kind is ValueKind.Member or ValueKind.Static
        && body.Instructions.OfType<Move>().Any(move => move.From.Any(from => from.Root.Equals(value)) && move.Into.Any(into => into.WithoutElements.Id == container.Id));

    // The first handler that runs under the lock.
    private Registration? HandlerOn(LockEdge edge)
    {
        var before = new HashSet<BodyFacts>(edge.Held.Trace.Sites.Select(static site => site.Body));
        return edge.Event.Trace.Sites.Where(site => !before.Contains(site.Body))
            .Select(site => _registrations.TryGetValue(site.Body, out Registration? known) ? known : null).FirstOrDefault(static known => known is not null);
    }

    // The locks in that member that the handler asks for, of other objects than the one that runs it.
    private IEnumerable<Event> Asked(Registration handler, string member) => handler.Source.Kind is ValueKind.Unknown or ValueKind.This ? []
        : _contexts.SummaryOf(handler.Body).Events.Where(found => found is { Kind: EventKind.Acquire, Target.Path: { Kind: ValueKind.Member, Base: { } asked, Id: var id } }
            && id == member && asked.Kind != ValueKind.Unknown && !asked.Equals(handler.Source));

    /// <summary>A handler, and what it was registered with, as the code sees it that did so.</summary>
    /// <param name="By">The code that did so.</param>
    /// <param name="How">The method or member that registers it.</param>
    private sealed record Registration(BodyFacts Body, BodyFacts By, Value Source, string How);
}
