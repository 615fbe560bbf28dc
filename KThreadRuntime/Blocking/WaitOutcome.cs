namespace KThreadRuntime.Blocking;

/// <summary>Why a <see cref="Waiter"/> stopped sleeping. Only the primitive's queue knows whether it was granted meanwhile.</summary>
internal enum WaitOutcome
{
    Granted,
    TimedOut,
    Cancelled,
}
