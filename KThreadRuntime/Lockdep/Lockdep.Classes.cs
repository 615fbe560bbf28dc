using System.Runtime.CompilerServices;
using KThreadRuntime.Context;

namespace KThreadRuntime;

/// <content>Other classes for instances that exist already, and orders within a class.</content>
public static partial class Lockdep
{
    /// <summary>
    /// Gives an instance another class. If the calling thread holds it, it counts as released and acquired again under the new
    /// class, with all that was acquired after it.
    /// </summary>
    /// <param name="map">The lock or completion.</param>
    /// <param name="key">The new class; null for the class of the creation site.</param>
    /// <param name="name">What reports call the class; by default what the key says.</param>
    /// <param name="subclass">0 to 7: which class of the key a plain acquire belongs to.</param>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; all is held as before, under the new class.</exception>
    /// <remarks>
    /// The kernel's <c>lockdep_set_class</c> and <c>lock_set_class</c>. Call it before other threads see the instance, or while the
    /// calling thread holds it. Every thread's next acquire of anything costs a look-up.
    /// </remarks>
    public static void SetClass(LockdepMap map, LockClassKey? key, string? name = null, int subclass = 0)
    {
        if (IsSupported)
        {
            Require(map);
            map.Label(key, name, subclass);
            LockdepContext.For(map.Validator).Relabel(map);
        }
    }

    /// <summary>Makes a plain acquire of an instance belong to a subclass of its class; otherwise as <see cref="SetClass"/>.</summary>
    /// <param name="map">The lock or completion.</param>
    /// <param name="subclass">0 to 7.</param>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; all is held as before, under the new class.</exception>
    public static void SetSubclass(LockdepMap map, int subclass)
    {
        if (IsSupported)
        {
            Require(map);
            map.Label(subclass);
            LockdepContext.For(map.Validator).Relabel(map);
        }
    }

    /// <summary>
    /// Says how the instances of a class nest: where the comparison of a held one with a wanted one is negative, that is
    /// legal and nothing is learned from it; where it is not, that is reported, with the value.
    /// </summary>
    /// <param name="map">An instance of the class; the order is for all of them.</param>
    /// <param name="order">The comparison. Its answers are checked: one that contradicts itself is reported.</param>
    /// <param name="describe">How reports call an instance; by default its number.</param>
    /// <remarks>
    /// The kernel's <c>lock_set_cmp_fn</c>. Set it before the class's instances nest. Both functions run on the thread that
    /// acquires, before it blocks, and may use locks; what they throw is reported and goes no further.
    /// </remarks>
    public static void SetOrder(LockdepMap map, Comparison<LockdepMap> order, Func<LockdepMap, string>? describe = null)
    {
        if (order is null)
        {
            throw new ArgumentNullException(nameof(order));
        }

        if (IsSupported)
        {
            RequireLock(map);
            map.ClassFor(0).Order = new Rules.ClassOrder(order, describe);
        }
    }
}
