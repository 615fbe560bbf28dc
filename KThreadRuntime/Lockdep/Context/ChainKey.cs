namespace KThreadRuntime.Context;

/// <summary>Running hashes over what is held: of the classes and modes (the chain), and of the instances.</summary>
/// <remarks>
/// 64 bits are trusted, as in the kernel: two chains that collide would share a cache slot. Beside the hash a chain
/// compares its last element and its depth.
/// </remarks>
internal static class ChainKey
{
    internal const ulong Root = 0x9E37_79B9_7F4A_7C15;

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

    internal static int ClassOf(uint element) => (int)(element >> 4);

    internal static Rules.ChainMode ModeOf(uint element) => (Rules.ChainMode)((element >> 1) & 7);

    internal static bool IsTry(uint element) => (element & 1) != 0;
}
