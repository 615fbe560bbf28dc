namespace KThreadRuntime;

/// <summary>What a work threw.</summary>
/// <param name="work">The work.</param>
/// <param name="exception">What it threw.</param>
public sealed class KThreadWorkFailedEventArgs(KThreadWork work, Exception exception) : EventArgs
{
    /// <summary>The work.</summary>
    public KThreadWork Work { get; } = work;

    /// <summary>What it threw.</summary>
    public Exception Exception { get; } = exception;
}
