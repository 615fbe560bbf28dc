using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>Which objects of a body are made of which.</summary>
internal sealed class ObjectNames(BodyFacts body)
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
