namespace KThreadRuntime.Context;

/// <summary>Running hashes over what is held: of the classes and modes (the chain), and of the instances.</summary>
/// <remarks>
/// 64 bits are trusted, as in the kernel: two chains that collide would share a cache slot. Beside the hash a chain
/// compares its last element and its depth.
/// </remarks>
internal static class ChainKey
{
    internal const ulong Root = 0x9E37_79B9_7F4A_7C15;

    /// <summary>Set in the element of a lock that is held but neither checked nor learned from.</summary>
    internal const uint Unchecked = 0x8000_0000;

    /// <summary>Set in the element of an acquire that a nest lock serialises: a chain of its own, judged otherwise.</summary>
    internal const uint Nested = 0x4000_0000;

    /// <summary>Set in the element of an acquire that ends by itself: it stalls, rather than deadlocks.</summary>
    internal const uint Timed = 0x2000_0000;

    private const uint Flags = Unchecked | Nested | Timed;
    private const ulong Multiplier = 0xD6E8_FEB8_6659_FD93;

    internal static ulong Extend(ulong chain, uint element)
    {
        ulong mixed = (chain ^ element) * Multiplier;
        return mixed ^ (mixed >> 32);
    }

    /// <summary>The element is in it too, so that equal instance hashes mean equal chains.</summary>
    internal static ulong ExtendInstances(ulong instances, long id, uint element) => ((instances + element) * Multiplier) + (ulong)id;

    /// <summary>Class number, mode and try flag of one chain element.</summary>
    internal static uint Element(int classIndex, int mode, bool isTry) => ((uint)classIndex << 4) | ((uint)mode << 1) | (isTry ? 1u : 0u);

    internal static uint WithMode(uint element, int mode) => (element & ~(7u << 1)) | ((uint)mode << 1);

    internal static uint WithClass(uint element, int classIndex) => (element & (Flags | 15)) | ((uint)classIndex << 4);

    internal static int ClassOf(uint element) => (int)((element & ~Flags) >> 4);

    internal static Rules.ChainMode ModeOf(uint element) => (Rules.ChainMode)((element >> 1) & 7);

    /// <summary>How a held entry excludes others, in the words of locks.</summary>
    internal static LockMode LockModeOf(uint element) =>
        ModeOf(element) < Rules.ChainMode.Wait ? (LockMode)ModeOf(element) : LockMode.Exclusive;

    internal static bool IsTry(uint element) => (element & 1) != 0;

    internal static bool IsChecked(uint element) => (element & Unchecked) == 0;

    internal static bool IsPlain(uint element) => (element & Flags) == 0;

    internal static bool IsNested(uint element) => (element & Nested) != 0;
}
