using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>A flow asks for a lock that it holds already: <see cref="Acquire"/> comes while <see cref="Held"/> is held.</summary>
internal sealed record Reentry(HeldLock Held, Event Acquire)
{
    public int Length => Held.Trace.Length + Acquire.Trace.Length;

    /// <summary>The reentry that an acquire is, given what is held; null if it asks for another lock.</summary>
    public static Reentry? Of(Event acquire, ImmutableArray<HeldLock> held, WaysBack waysBack)
    {
        if (held.IsEmpty)
        {
            return null;
        }

        Value target = waysBack.Shortened(acquire.Target.Path);
        HeldLock? strongest = null;
        foreach (HeldLock candidate in held)
        {
            if (AreOne(waysBack.Shortened(candidate.Lock.Path), target) && (strongest is null || Strength(candidate.Mode) > Strength(strongest.Mode)))
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
    public static bool AreOne(Value left, Value right) =>
        !HasElement(left) && !HasElement(right) && (left.Equals(right) || EndsLike(left, right) || EndsLike(right, left));

    private static int Strength(LockMode mode) => mode switch { LockMode.Exclusive => 2, LockMode.Upgradeable => 1, _ => 0 };

    private static bool EndsLike(Value lost, Value path)
    {
        Value root = lost.Root;
        return root.Kind is ValueKind.Instance or ValueKind.Owner
            && lost.Kind == ValueKind.Member
            && path.Root.Kind is ValueKind.This or ValueKind.Instance or ValueKind.Owner
            && path.Key.EndsWith(lost.Key.Substring(root.Key.Length), StringComparison.Ordinal);
    }

    // One object for each key: two paths are the same object only for the same key.
    private static bool HasElement(Value path)
    {
        for (Value? value = path; value is not null; value = value.Base ?? value.Part)
        {
            if (value.Kind == ValueKind.Element)
            {
                return true;
            }
        }

        return false;
    }
}
