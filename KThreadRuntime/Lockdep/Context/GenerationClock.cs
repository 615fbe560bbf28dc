using System.Runtime.CompilerServices;

namespace KThreadRuntime.Context;

/// <summary>
/// The order of waits: a number that only the start of a blocking wait (and, for prediction, the birth of a completion)
/// advances. An acquire stamped with a number not below a wait's came after that wait began.
/// </summary>
internal sealed class GenerationClock
{
    private const int Padding = 16;

    // Cache lines of its own, since every acquire of every thread reads the number.
#if NET
    // Pinned, so that the warm path reads it at an address, with no object in between.
    private readonly long[] _generation = GC.AllocateArray<long>(Padding + 1 + Padding, pinned: true);
#else
    private readonly long[] _generation = new long[Padding + 1 + Padding];
#endif

    internal long Now => Volatile.Read(ref _generation[Padding]);

    internal long Advance() => Interlocked.Increment(ref _generation[Padding]);

#if NET
    /// <summary>Where the number lies for as long as the clock is reachable.</summary>
    internal unsafe nint Address => (nint)Unsafe.AsPointer(ref _generation[Padding]);
#endif
}
