using KThreadRuntime.Tests.Conformance.Notation;

namespace KThreadRuntime.Tests.Conformance;

/// <summary>What the kernel's lock types are to the validator.</summary>
internal static class LockTypes
{
    internal static LockdepMapKind KindOf(LockSort sort) => sort == LockSort.LocalLock ? LockdepMapKind.LocalLock : LockdepMapKind.Lock;

    internal static LockWaitType WaitTypeOf(LockSort sort) => sort switch
    {
        LockSort.RawSpin => LockWaitType.Spin,
        LockSort.Spin or LockSort.Write or LockSort.Read or LockSort.LocalLock => LockWaitType.Config,
        _ => LockWaitType.Sleep,
    };
}
