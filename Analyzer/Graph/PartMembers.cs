using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Members that lead to the parts of an object, each with a member of the part that leads back to the whole: where an object is seen
/// to be put into the one, it is also seen to get the whole in the other.
/// </summary>
internal sealed class PartMembers
{
    private readonly Contexts _contexts;
    private readonly HashSet<(string Parts, string Whole)> _pairs = [];

    public PartMembers(Contexts contexts)
    {
        _contexts = contexts;
        var insertions = new Insertions(contexts.Program);
        foreach (BodyFacts body in contexts.Program.Bodies)
        {
            var names = new LocalNames(body);
            foreach (Insertion insertion in insertions.Of(body).Concat(body.Instructions.OfType<StoreMember>().Select(static store => new Insertion(store.Source, store.Target))))
            {
                if (names.Resolve(insertion.Container) is { Kind: ValueKind.Member, Base: { } whole, Id: var parts })
                {
                    _pairs.UnionWith(WaysToWhole(body, names, names.ResolveObject(insertion.Item), whole).Where(way => way != parts).Select(way => (parts, way)));
                }
            }
        }
    }

    /// <summary>Whether the one member is seen to lead to parts, and the other from them back to the whole.</summary>
    public bool AreOpposite(string parts, string whole) => _pairs.Contains((parts, whole));

    private IEnumerable<string> WaysToWhole(BodyFacts body, LocalNames names, Value part, Value whole)
    {
        IEnumerable<string> stored = body.Instructions.OfType<StoreMember>()
            .Where(store => store.Target is { Kind: ValueKind.Member, Base: { } target } && names.ResolveObject(target).Equals(part) && names.Resolve(store.Source).Equals(whole))
            .Select(static store => store.Target.Id);
        return part.Kind switch
        {
            ValueKind.This when body.IsConstructor => stored.Concat(Kept(body, value => value.Equals(whole))),
            ValueKind.Allocation => stored.Concat(body.Instructions.OfType<Call>().Where(call => call.IsCreation && call.Receiver.Equals(part))
                .SelectMany(call => _contexts.Program.Targets(call, call.Receiver).SelectMany(constructor => Kept(constructor, value =>
                    value.Kind == ValueKind.Parameter && value.Id == constructor.Id && value.Index < call.Arguments.Length && names.Resolve(call.Arguments[value.Index]).Equals(whole))))),
            _ => stored,
        };
    }

    // The members in which a constructor keeps such a value.
    private IEnumerable<string> Kept(BodyFacts constructor, Func<Value, bool> isWhole) => _contexts.SummaryOf(constructor).Fields
        .Where(field => field.Key.StartsWith("this.", StringComparison.Ordinal) && isWhole(field.Value))
        .Select(static field => field.Key.Substring(5));
}
