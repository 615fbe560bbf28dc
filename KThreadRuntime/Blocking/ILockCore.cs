namespace KThreadRuntime.Blocking;

/// <summary>The blocking of a lock without its probes: what <see cref="TrackedLock"/> puts the probes around.</summary>
internal interface ILockCore
{
    /// <summary>Takes the lock if that needs no waiting.</summary>
    bool TryTake(LockMode mode);

    /// <summary>Waits for the lock and takes it.</summary>
    /// <param name="mode">The side.</param>
    /// <param name="milliseconds">The longest wait, above 0; -1 for ever.</param>
    /// <param name="token">Ends the wait.</param>
    /// <param name="watched">Whose wait beyond the validator's threshold is told; null where the probes are switched off.</param>
    /// <returns>False when the time was over first.</returns>
    bool Wait(LockMode mode, int milliseconds, CancellationToken token, LockdepMap? watched);

    /// <summary>Gives the lock back.</summary>
    void Free(LockMode mode);
}
