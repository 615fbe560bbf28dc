using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>Where one body takes work out of reach without a look at it. Depends on nothing but the body; immutable.</summary>
/// <param name="Drops">What empties a container, or takes one piece of work out of it, with the member that keeps the container.</param>
/// <param name="Overwrites">What is put, under a lock, into a slot for one piece of work.</param>
internal sealed record WorkDrops(WorkDrop[] Drops, (Site Site, Insertion Slot)[] Overwrites)
{
    private static readonly WorkDrops _none = new([], []);

    public static WorkDrops Of(BodyFacts body) => body.Derived(Read);

    /// <summary>Whether a value is what a member keeps, or in it.</summary>
    public static bool IsAt(Value value, string container) =>
        (value.Kind is ValueKind.Member or ValueKind.Static && value.Id == container) || (value.Kind == ValueKind.Element && IsAt(value.Base!, container));

    private static WorkDrops Read(BodyFacts body)
    {
        if (body.IsConstructor)
        {
            return _none;
        }

        WorkDrop[] drops = [.. FindDrops(body)];
        (Site, Insertion)[] overwrites = [.. FindOverwrites(body)];
        return drops.Length + overwrites.Length == 0 ? _none : new WorkDrops(drops, overwrites);
    }

    private static IEnumerable<WorkDrop> FindDrops(BodyFacts body)
    {
        LocalNames? names = null;
        foreach (Instruction instruction in body.Instructions)
        {
            Value? container = instruction switch
            {
                Move { Into: { IsEmpty: false } emptied } move when move.Empties || move.Loses => emptied[0],
                StoreMember { Source: { Kind: ValueKind.Allocation, Type: null }, Target: { Kind: ValueKind.Member or ValueKind.Static } replaced } => replaced,
                _ => null,
            };
            if (container is not null
                && (names ??= new LocalNames(body)).Resolve(container) is { Kind: ValueKind.Member or ValueKind.Static } place
                && !Reads(body, place.Id, names))
            {
                yield return new WorkDrop(body, new Site(body, instruction.Span), place.Id, instruction is Move { Loses: true });
            }
        }
    }

    // A slot for one piece of work, under a lock since several contexts put theirs into it, and nobody looks whether it is taken.
    private static IEnumerable<(Site, Insertion)> FindOverwrites(BodyFacts body)
    {
        StoreMember[] stores = LockTakes.Of(body).Stores;
        if (stores.Length == 0 || !body.Instructions.Any(static instruction => instruction is Affect { Effect.Kind: EffectKind.Acquire, IsStatement: true }))
        {
            yield break;
        }

        var names = new LocalNames(body);
        foreach (StoreMember store in stores)
        {
            bool isTested = body.Blocks.Any(block => block.Test is { } test && IsAt(names.Resolve(test.Subject), store.Target.Id));
            bool isWork = !isTested && names.ResolveObject(store.Source).Kind is ValueKind.Allocation or ValueKind.Parameter;
            if (isWork && !Reads(body, store.Target.Id, names))
            {
                yield return (new Site(body, store.Span), new Insertion(names.ResolveObject(store.Source), names.Resolve(store.Target)));
            }
        }
    }

    // Who takes out what is in it before, may see to it.
    private static bool Reads(BodyFacts body, string container, LocalNames names) => body.Instructions.Any(instruction => instruction switch
    {
        Move { Empties: false, Loses: false } move => move.From.Any(value => IsAt(names.Resolve(value), container)),
        AssignLocal assign => IsAt(assign.Source, container) && Value.IsVariable(assign.Local),
        Call call => call.Arguments.Any(value => IsAt(names.Resolve(value), container)),
        _ => false,
    });
}

/// <summary>A body takes work out of reach.</summary>
/// <param name="Container">The member that keeps it.</param>
/// <param name="IsOne">Whether it is the work of one key.</param>
internal sealed record WorkDrop(BodyFacts Body, Site Site, string Container, bool IsOne);
