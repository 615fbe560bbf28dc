namespace KThreadRuntime;

/// <summary>
/// Writes each report as event 1 of the event source <see cref="SourceName"/>, at the level of a warning, with its kind,
/// confidence, fingerprint, chain and text.
/// </summary>
/// <remarks>Costs a test while nobody listens: the text is not built then. Safe to share between threads.</remarks>
public sealed class EventSourceSink : ILockdepSink
{
    /// <summary>The event source's name, for <c>dotnet-trace</c> and listeners.</summary>
    public const string SourceName = "KThreadRuntime-Lockdep";

    /// <inheritdoc/>
    public void Report(LockdepReport report)
    {
        if (LockdepEventSource.Log.IsEnabled())
        {
            LockdepEventSource.Log.Report(
                report.Kind.ToString(), report.Confidence.ToString(), report.Fingerprint, report.Chain, report.ToString());
        }
    }
}
