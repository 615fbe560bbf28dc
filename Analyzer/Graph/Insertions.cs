using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>A body puts an object, or a delegate, into a container. Both are relative to the body's frame.</summary>
internal readonly record struct Insertion(Value Item, Value Container);

/// <summary>
/// What each body puts into which container, by itself or by the methods it calls: so that one method that fills several
/// queues, handed to it, is not taken to put everything into all of them. Computed on demand. Not thread-safe.
/// </summary>
internal sealed class Insertions(Program program)
{
    private const int MaxInsertions = 32;
    private const int MaxDepth = 8;

    private readonly Dictionary<BodyFacts, ImmutableArray<Insertion>> _known = [];
    private readonly Dictionary<string, ImmutableArray<(BodyFacts Body, Value Item)>> _byContainer = new(StringComparer.Ordinal);
    private int _depth;

    /// <summary>What any body puts into the container that a member keeps, once for each body and way.</summary>
    public ImmutableArray<(BodyFacts Body, Value Item)> Into(string container)
    {
        if (!_byContainer.TryGetValue(container, out ImmutableArray<(BodyFacts, Value)> known))
        {
            _byContainer.Add(container, known = [.. program.Bodies.SelectMany(body => Of(body).Where(insertion => WorkDrops.IsAt(insertion.Container, container)).Select(insertion => (body, insertion.Item)))]);
        }

        return known;
    }

    public ImmutableArray<Insertion> Of(BodyFacts body)
    {
        if (_known.TryGetValue(body, out ImmutableArray<Insertion> known))
        {
            return known;
        }

        if (_depth >= MaxDepth)
        {
            return [];
        }

        // What a recursive call adds, the outer one has.
        _known[body] = [];
        _depth++;
        var names = new LocalNames(body);
        ImmutableArray<Insertion> found = [.. body.Instructions
            .SelectMany(instruction => OfInstruction(instruction, names)).Where(static insertion => IsPlace(insertion.Container)).Distinct().Take(MaxInsertions)];
        _depth--;
        return _known[body] = found;
    }

    private static bool IsPlace(Value container) => container.Kind is ValueKind.Member or ValueKind.Static or ValueKind.Parameter;

    private IEnumerable<Insertion> OfInstruction(Instruction instruction, LocalNames names)
    {
        switch (instruction)
        {
            case Move { Empties: false, Takes: false } move:
                return move.Into.Select(names.Resolve).SelectMany(container => move.From.Select(names.ResolveObject)
                    .Where(item => item.Kind != ValueKind.Unknown && !item.Equals(container))
                    .Select(item => new Insertion(item, container)));
            case StoreMember { Target: { Kind: ValueKind.Element, Base: { } array } } store:
                return [new Insertion(names.ResolveObject(store.Source), names.Resolve(array))];
            case Call call:
                return program.Targets(call, call.Receiver).SelectMany(target => Of(target).Select(inner => Move(inner, target, call, names)));
            default:
                return [];
        }
    }

    private static Insertion Move(Insertion inner, BodyFacts target, Call call, LocalNames names)
    {
        Value? Bind(Value root) => root.Kind switch
        {
            ValueKind.This => names.Resolve(call.Receiver),
            ValueKind.Parameter when root.Id == target.Id && root.Index < call.Arguments.Length => names.Resolve(call.Arguments[root.Index]),
            _ => null,
        };
        Value item = inner.Item.Substitute(Bind);
        return new Insertion(inner.Item.Kind == ValueKind.Parameter ? names.ResolveObject(item) : item, inner.Container.Substitute(Bind));
    }
}
