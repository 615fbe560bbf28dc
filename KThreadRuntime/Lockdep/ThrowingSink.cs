namespace KThreadRuntime;

/// <summary>Throws a <see cref="LockdepException"/> at the acquire, wait or signal that closed the ring.</summary>
public sealed class ThrowingSink : ILockdepSink
{
    /// <inheritdoc/>
    public void Report(LockdepReport report) => throw new LockdepException(report);
}
