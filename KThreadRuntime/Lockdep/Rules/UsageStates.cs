namespace KThreadRuntime.Rules;

/// <summary>
/// How the instances of a class were used with regard to handlers: acquired in one, or held while one may run; for each level,
/// and apart for writers and readers. The names are the kernel's.
/// </summary>
/// <remarks>
/// A read that waits behind queued writers is marked as a read and, in a handler, as a queued one besides: unlike a read that
/// passes them it can block on readers, which the kernel need not tell apart.
/// </remarks>
[Flags]
internal enum UsageStates : ushort
{
    None = 0,
    UsedInHard = 1 << 0,
    UsedInHardRead = 1 << 1,
    EnabledHard = 1 << 2,
    EnabledHardRead = 1 << 3,
    QueuedReadInHard = 1 << 4,
    UsedInSoft = 1 << 5,
    UsedInSoftRead = 1 << 6,
    EnabledSoft = 1 << 7,
    EnabledSoftRead = 1 << 8,
    QueuedReadInSoft = 1 << 9,
    Used = 1 << 10,
    UsedRead = 1 << 11,
}
