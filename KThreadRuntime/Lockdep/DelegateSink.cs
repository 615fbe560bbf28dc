namespace KThreadRuntime;

/// <summary>Hands reports to a delegate: a logger, as a rule.</summary>
/// <param name="take">Called on the thread whose event closed the ring; see <see cref="ILockdepSink"/> for what it may do.</param>
public sealed class DelegateSink(Action<LockdepReport> take) : ILockdepSink
{
    private readonly Action<LockdepReport> _take = take ?? throw new ArgumentNullException(nameof(take));

    /// <inheritdoc/>
    public void Report(LockdepReport report) => _take(report);
}
