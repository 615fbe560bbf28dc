using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>Where one body keeps an object for good.</summary>
internal static class KeptObjects
{
    private const int MaxHops = 4;

    /// <summary>
    /// The place, as a path from <see cref="Value.This"/>, a static member or a variable, of an object that the body has made,
    /// was given, got from a call or names by a path; null if it keeps it nowhere.
    /// </summary>
    /// <param name="all">The body's instructions.</param>
    public static Value? PlaceOf(Value @object, Instruction[] all) => PlaceOf(@object, all, depth: 0);

    public static bool IsObject(Value value) => value.Kind is not (ValueKind.Unknown or ValueKind.Function);

    private static Value? PlaceOf(Value @object, Instruction[] all, int depth)
    {
        switch (@object.Root.Kind)
        {
            case ValueKind.This or ValueKind.Static:
                return @object;
            case ValueKind.Allocation or ValueKind.CallResult or ValueKind.Local or ValueKind.Parameter when @object.Equals(@object.Root) && depth < MaxHops:
                Value[] places = [.. all.Select(instruction => Kept(instruction, @object)).OfType<Value>().Distinct()
                    .Select(place => PlaceOf(place, all, depth + 1)).OfType<Value>().Distinct()];
                return places.Length > 0 ? places.FirstOrDefault(static place => place.Root.Kind == ValueKind.This) ?? places[0]
                    : @object.Kind == ValueKind.Local && Value.IsVariable(@object.Key) ? @object
                    : null;
            default:
                return null;
        }
    }

    private static Value? Kept(Instruction instruction, Value @object) => instruction switch
    {
        AssignLocal assign when assign.Source.Equals(@object) => Value.OfPlace(assign.Local),
        StoreMember store when store.Source.Equals(@object) => store.Target,
        Move { Into.IsEmpty: false } move when move.Into[0] is var into && IsObject(into) && !into.Equals(@object) && move.From.Contains(@object) => Value.Element(into),
        _ => null,
    };
}
