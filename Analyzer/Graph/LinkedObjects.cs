using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Two objects of one class that know each other in the same way: some body has put each into the same member of the other. So one context goes from the
/// first to the second by that member, and another the other way.
/// </summary>
internal sealed class LinkedObjects
{
    private readonly Program _program;
    private readonly Lazy<Dictionary<string, Site>> _members;

    public LinkedObjects(Program program)
    {
        _program = program;
        _members = new(FindMembers);
    }

    /// <summary>Of the edges of one class, the first that leads from one object to another that is linked to it both ways, with the link. Costs a walk over the program where one may.</summary>
    /// <param name="edges">Edges between instances of the class, the best told first.</param>
    public (LockEdge There, Site Link)? OppositeOf(IReadOnlyList<LockEdge> edges)
    {
        foreach (LockEdge there in edges)
        {
            if (FirstStep(there) is { } member && !InstanceOrder.IsOrdered(there, edges) && _members.Value.TryGetValue(member, out Site? link))
            {
                return (there, link);
            }
        }

        return null;
    }

    private Dictionary<string, Site> FindMembers()
    {
        var members = new Dictionary<string, Site>(StringComparer.Ordinal);
        foreach (BodyFacts body in _program.Bodies)
        {
            foreach (Link link in body.Derived(FindMutual).Links)
            {
                foreach (string member in link.Member is { } own ? [own] : MembersSetBy((Call)link.Instruction))
                {
                    if (!members.ContainsKey(member))
                    {
                        members.Add(member, new Site(body, link.Instruction.Span));
                    }
                }
            }
        }

        return members;
    }

    // `a.Join(b); b.Join(a);`, where Join puts what it is given into a member.
    private IEnumerable<string> MembersSetBy(Call call) => _program.Targets(call, call.Receiver)
        .SelectMany(target => Read(target).Where(link => link.Owner.Kind == ValueKind.This && link.Other.Kind == ValueKind.Parameter && link.Other.Id == target.Id))
        .Select(static link => link.Member).OfType<string>();

    // The links that answer an earlier one: what they put into the one object is the other, and the same the other way round.
    private static MutualLinks FindMutual(BodyFacts body)
    {
        if (!MayLinkBothWays(body))
        {
            return MutualLinks.None;
        }

        var links = new List<Link>();
        var known = new HashSet<(string?, string, Value, Value)>();
        foreach (Link link in Read(body).Where(static link => !link.Owner.Equals(link.Other)))
        {
            if (known.Contains((link.Member, link.How, link.Other, link.Owner)))
            {
                links.Add(link);
            }

            known.Add((link.Member, link.How, link.Owner, link.Other));
        }

        return links.Count == 0 ? MutualLinks.None : new MutualLinks(links);
    }

    // Two instructions of one kind, at least: nearly no body has more to it.
    private static bool MayLinkBothWays(BodyFacts body)
    {
        HashSet<string>? ways = null;
        return body.Instructions.Any(instruction => WayOf(instruction) is { } way && !(ways ??= new(StringComparer.Ordinal)).Add(way));
    }

    private static string? WayOf(Instruction instruction) => instruction switch
    {
        StoreMember { Target: { Kind: ValueKind.Member, Id: var member }, Source: var source } when IsObject(source) => member,
        Move { Puts: true } => "",
        Call { IsCreation: false, Arguments.IsEmpty: false, Method: var method } => method,
        _ => null,
    };

    private static IEnumerable<Link> Read(BodyFacts body)
    {
        LocalNames? names = null;
        foreach (Instruction instruction in body.Instructions)
        {
            if (instruction is StoreMember { Target: { Kind: ValueKind.Member, Base: { } owner, Id: var member }, Source: var source } && IsObject(source))
            {
                names ??= new LocalNames(body);
                yield return new Link(instruction, names.Resolve(owner), member, "", names.Resolve(source));
            }

            if (instruction is Move { Puts: true, From: var parts, Into: var containers })
            {
                names ??= new LocalNames(body);
                foreach (Value list in containers.Select(names.Resolve).Where(static list => list is { Kind: ValueKind.Member }))
                {
                    foreach (Value other in parts.Where(IsObject).Select(names.Resolve))
                    {
                        yield return new Link(instruction, list.Base!, list.Id, "", other);
                    }
                }
            }

            if (instruction is Call { IsCreation: false, Arguments.IsEmpty: false } call && IsObject(call.Receiver))
            {
                names ??= new LocalNames(body);
                Value receiver = names.Resolve(call.Receiver);
                foreach (Value other in call.Arguments.SelectMany(argument => Given(body, names, argument)))
                {
                    yield return new Link(call, receiver, null, call.Method, other);
                    if (receiver is { Kind: ValueKind.Member, Base: { } keeper, Id: var list })
                    {
                        yield return new Link(call, keeper, list, call.Method, other);
                    }
                }
            }
        }
    }

    // The argument, and what a new object that is one was made with.
    private static IEnumerable<Value> Given(BodyFacts body, LocalNames names, Value argument)
    {
        Value given = names.ResolveObject(argument);
        return given.Kind != ValueKind.Allocation ? IsObject(given) ? [given] : []
            : body.Instructions.OfType<Call>().Where(made => made.IsCreation && made.Receiver.Equals(given)).SelectMany(static made => made.Arguments)
                .Where(IsObject).Select(names.Resolve).Concat(IsObject(argument) ? [names.Resolve(argument)] : []);
    }

    private static bool IsObject(Value value) => value.Root.Kind is ValueKind.This or ValueKind.Parameter or ValueKind.Local or ValueKind.Static && value.Kind is not ValueKind.Function;

    // this._lock, then this._peers[]._lock: the member of the one object by which the other is reached.
    private static string? FirstStep(LockEdge edge)
    {
        Value[] held = [.. StepsOf(edge.Held.Lock.Path)];
        Value[] acquired = [.. StepsOf(edge.Event.Target.Path)];
        return acquired.Length > held.Length && acquired[0].Equals(held[0]) && acquired[1] is { Kind: ValueKind.Member, Id: var member }
            && held.Skip(1).Zip(acquired.Skip(1 + acquired.Length - held.Length), static (left, right) => left.Kind == right.Kind && left.Id == right.Id).All(static isSame => isSame)
            ? member : null;
    }

    private static Stack<Value> StepsOf(Value path)
    {
        var steps = new Stack<Value>();
        for (Value? step = path; step is not null; step = step.Kind is ValueKind.Member or ValueKind.Element ? step.Base : null)
        {
            steps.Push(step);
        }

        return steps;
    }

    /// <summary>One object gets to know another.</summary>
    /// <param name="Member">What the owner keeps the other in; null where a method of its own puts it there.</param>
    /// <param name="How">The method that it is handed to; empty for an assignment.</param>
    private sealed record Link(Instruction Instruction, Value Owner, string? Member, string How, Value Other);

    private sealed record MutualLinks(List<Link> Links)
    {
        public static MutualLinks None { get; } = new([]);
    }
}
