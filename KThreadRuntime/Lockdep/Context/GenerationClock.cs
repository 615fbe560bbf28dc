using System.Runtime.InteropServices;

namespace KThreadRuntime.Context;

/// <summary>
/// The order of waits: a number that only the start of a blocking wait (and, for prediction, the birth of a completion)
/// advances. An acquire stamped with a number not below a wait's came after that wait began.
/// </summary>
internal sealed class GenerationClock
{
    private PaddedLong _generation;

    internal long Now => Volatile.Read(ref _generation.Value);

    internal long Advance() => Interlocked.Increment(ref _generation.Value);

    /// <summary>Cache lines of its own, since every acquire of every thread reads the number.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct PaddedLong
    {
        [FieldOffset(128)]
        internal long Value;
    }
}
