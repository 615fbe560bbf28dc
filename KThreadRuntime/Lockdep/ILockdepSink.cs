namespace KThreadRuntime;

/// <summary>Receives reports, on the thread whose event closed the ring.</summary>
/// <remarks>
/// It runs before that thread blocks, with whatever the thread holds still held, and with no lock of the validator. It may use
/// tracked primitives: they are tracked and not checked. What it throws leaves the probe that called it; an acquire or wait
/// then has not begun, and a signal has been given.
/// </remarks>
public interface ILockdepSink
{
    /// <summary>Takes a report. Each ring comes once, and again only when it has become a hang.</summary>
    /// <param name="report">What was found.</param>
    void Report(LockdepReport report);
}
