namespace KThreadRuntime;

/// <summary>Thrown by <see cref="ThrowingSink"/> out of the probe that closed the ring.</summary>
public sealed class LockdepException : InvalidOperationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="report">What was found.</param>
    public LockdepException(LockdepReport report)
        : base((report ?? throw new ArgumentNullException(nameof(report))).ToString()) => Report = report;

    /// <summary>What was found.</summary>
    public LockdepReport Report { get; }
}
