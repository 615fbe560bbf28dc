using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>A flow asks for a lock that it holds already: <see cref="Acquire"/> comes while <see cref="Held"/> is held.</summary>
internal sealed record Reentry(HeldLock Held, Event Acquire)
{
    public int Length => Held.Trace.Length + Acquire.Trace.Length;

    /// <summary>The reentry that an acquire is, given what is held; null if it asks for another lock.</summary>
    public static Reentry? Of(Event acquire, ImmutableArray<HeldLock> held, Program program, PointsTo pointsTo, LockNames names)
    {
        if (held.IsEmpty)
        {
            return null;
        }

        Value target = pointsTo.WaysBack.Shortened(acquire.Target.Path);
        HeldLock? strongest = null;
        foreach (HeldLock candidate in held)
        {
            if (AreOne(pointsTo.WaysBack.Shortened(candidate.Lock.Path), target, program, pointsTo.Soles, names.KeepsOwn) && (strongest is null || Strength(candidate.Mode) > Strength(strongest.Mode)))
            {
                strongest = candidate;
            }
        }

        return strongest is null ? null : new Reentry(strongest, acquire);
    }

    /// <summary>
    /// Whether two paths lead to one object. Where a call through a delegate or interface has lost the object that a path
    /// starts from, an object of that type on the other path is taken for it.
    /// </summary>
    /// <param name="keepsOwn">Whether each object has one of its own in a member.</param>
    public static bool AreOne(Value left, Value right, Program program, SoleObjects soles, Func<string, bool> keepsOwn)
    {
        (left, right) = (Found(left, program), Found(right, program));
        return left.Equals(right) ? AreAtOneKey(left, right) : soles.AreOne(left, right) || EndsLike(left, right, program, keepsOwn) || EndsLike(right, left, program, keepsOwn);
    }

    // What is found by a key of an object's own, and is of its class, is that object.
    private static Value Found(Value path, Program program)
    {
        if (path is not { Kind: ValueKind.Member, Base: { } @base })
        {
            return path;
        }

        return @base is { Kind: ValueKind.Element, At: { Kind: ValueKind.Member, IsComputed: false, Base: { } keyed, Id: var key } }
            && program.AreRelated(DelegateHolders.DeclaringType(key), DelegateHolders.DeclaringType(path.Id))
                ? Value.Member(Found(keyed, program), path.Id)
                : Found(@base, program) is var found && ReferenceEquals(found, @base) ? path : Value.Member(found, path.Id);
    }

    private static int Strength(LockMode mode) => mode switch { LockMode.Exclusive => 2, LockMode.Upgradeable => 1, _ => 0 };

    // The shorter path starts from an object that the longer one may come back to: one that a call has lost (an instance of its
    // type), or any other, by way of a reference that an object of another class keeps. What a class itself keeps, or its base
    // class does for it, is the next one in a row: the inner one of a decorator.
    private static bool EndsLike(Value shorter, Value longer, Program program, Func<string, bool> keepsOwn)
    {
        Value? end = longer;
        Value? path = shorter;
        Value first = shorter;
        while (path is { Kind: ValueKind.Member or ValueKind.Element } && end is not null && end.Kind == path.Kind && end.Id == path.Id)
        {
            if (path.Kind == ValueKind.Element && !AreKnownEqual(path.At, end.At))
            {
                return false;
            }

            first = path;
            (path, end) = (path.Base, end.Base);
        }

        if (end is null || path is null || end.Equals(longer))
        {
            return false;
        }

        return path.Kind is ValueKind.Instance or ValueKind.Owner
            ? longer.Root.Kind is ValueKind.This or ValueKind.Instance or ValueKind.Owner && !end.HasElement
            : end.Kind == ValueKind.Member && !keepsOwn(end.Id)
                && (Leads(path, end) || (path.Kind == ValueKind.This && longer.Root.Kind == ValueKind.Instance) || (longer.Root is { Kind: ValueKind.Owner, Part: { } part } && Leads(path, part)))
                && !program.AreRelated(DelegateHolders.DeclaringType(end.Id), DelegateHolders.DeclaringType(first.Id));
    }

    /// <summary>Whether the path <paramref name="to"/> goes by way of <paramref name="from"/>.</summary>
    public static bool Leads(Value from, Value to)
    {
        Value? path = to.Base;
        while (path is not null && !path.Equals(from))
        {
            path = path.Base;
        }

        return path is not null;
    }

    // Equal paths lead to one object if each element on the way was asked for by one and the same key.
    private static bool AreAtOneKey(Value left, Value right)
    {
        for ((Value? one, Value? other) = (left, right); one is not null && other is not null; (one, other) = (one.Base ?? one.Part, other.Base ?? other.Part))
        {
            if (one.Kind == ValueKind.Element && !AreKnownEqual(one.At, other.At))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreKnownEqual(Value? left, Value? right) => left is { IsStable: true } && !ReferenceEquals(left, Value.Whole) && left.IsLike(right);
}
