using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>Whether two instances of one class that nest may nest the other way round as well.</summary>
internal static class InstanceOrder
{
    /// <summary>
    /// True for operands of equal standing (two parameters, or the object and a parameter) and for objects found through a
    /// third one that both share. False where nothing says so: a parent and its own child, an order chosen by a comparison.
    /// </summary>
    public static bool MayNestBothWays(LockEdge edge, IEnumerable<LockEdge> all, Contexts contexts)
    {
        Value held = edge.Held.Lock.Path;
        Value acquired = edge.Event.Target.Path;
        return !edge.IsSharedRead
            && !HasGate(edge)
            && (IsThroughThirdObject(held, acquired, contexts)
                || ((AreEqualOperands(held, acquired, edge.Root, contexts) || AreAtEqualOperands(edge, contexts)) && !all.Any(other => IsOpposite(edge, other))));
    }

    /// <summary>Whether something keeps apart two calls that go opposite ways, or the body chooses the way.</summary>
    /// <param name="all">All edges of the class.</param>
    public static bool IsOrdered(LockEdge edge, IEnumerable<LockEdge> all) => edge.IsSharedRead || HasGate(edge) || all.Any(other => IsOpposite(edge, other));

    private static bool HasGate(LockEdge edge) => edge.Event.Held.Any(other => other != edge.Held && other.Mode != LockMode.Read && IsOneForAll(other.Lock.Path));

    // Both orders in one body mean that it chooses between them.
    private static bool IsOpposite(LockEdge edge, LockEdge other) =>
        other.Root == edge.Root
        && AreOne(other.Held.Lock.Path, edge.Event.Target.Path)
        && AreOne(other.Event.Target.Path, edge.Held.Lock.Path);

    private static bool AreOne(Value left, Value right) => left.Equals(right) && !left.IsAtOtherKey(right);

    private static bool AreEqualOperands(Value held, Value acquired, BodyFacts root, Contexts contexts) =>
        held.Root is var left && IsOperand(left, root)
        && acquired.Root is var right && IsOperand(right, root)
        && !left.Equals(right)
        && Rest(held, left) is { } rest
        && rest == Rest(acquired, right)
        && !IsGivenTo(left, right, contexts) && !IsGivenTo(right, left, contexts);

    // Who puts the one parameter into the other has exchanged the two, as they compare.
    private static bool IsGivenTo(Value target, Value source, Contexts contexts) => target.Kind == ValueKind.Parameter && contexts.Program.Body(target.Id) is { } body
        && body.Instructions.OfType<AssignLocal>().Any(assign => assign.Local == target.Key && assign.Source.Root.Equals(source));

    // Two elements of one container, by keys of equal standing.
    private static bool AreAtEqualOperands(LockEdge edge, Contexts contexts)
    {
        (Value held, Value acquired) = (edge.Held.Lock.Path, edge.Event.Target.Path);
        bool isApart = false;
        for ((Value? one, Value? other) = held.Equals(acquired) ? (held, acquired) : default; one is not null && other is not null; (one, other) = (one.Base, other.Base))
        {
            if (one.Kind == ValueKind.Element && one.At?.IsLike(other.At) != true)
            {
                if (one.At is not { } left || other.At is not { } right || left.Root.Equals(right.Root) || !AreEqualOperands(left, right, edge.Root, contexts))
                {
                    return false;
                }

                isApart = true;
            }
        }

        // A lock of the object that keeps the container is one for all its elements.
        return isApart && !edge.Event.Held.Any(other => other != edge.Held && other.Mode != LockMode.Read && held.Root.Kind == ValueKind.This && other.Lock.Path.Root.Kind == ValueKind.This && !other.Lock.Path.HasElement);
    }

    // What a callee left in a parameter of its own may be either of the two.
    private static bool IsOperand(Value value, BodyFacts root) =>
        value.Kind == ValueKind.This || (value.Kind == ValueKind.Parameter && root.Id.StartsWith(value.Id, StringComparison.Ordinal));

    private static string? Rest(Value path, Value root) =>
        path.Key.StartsWith(root.Key, StringComparison.Ordinal) ? path.Key.Substring(root.Key.Length) : null;

    // this._lock, then this._shared._all[]._lock: the other instance reaches this one in the same way.
    private static bool IsThroughThirdObject(Value held, Value acquired, Contexts contexts)
    {
        if (held is not { Kind: ValueKind.Member, Base.Kind: ValueKind.This } || acquired.Kind != ValueKind.Member || acquired.Root.Kind != ValueKind.This)
        {
            return false;
        }

        for (Value? value = acquired.Base; value is not null; value = value.Base)
        {
            if (value is { Kind: ValueKind.Element, Base: { Kind: ValueKind.Member, Base: { Kind: ValueKind.Member, Id: var third } } } && !contexts.KeepsOwn(third))
            {
                return true;
            }
        }

        return false;
    }

    // A static lock, or one of an object that this one merely refers to, is the same for all instances.
    private static bool IsOneForAll(Value path) =>
        path.Kind == ValueKind.Static || path is { Kind: ValueKind.Member, Base.Kind: not ValueKind.This };
}
