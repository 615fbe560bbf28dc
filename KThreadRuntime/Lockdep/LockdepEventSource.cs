using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Tracing;

namespace KThreadRuntime;

/// <summary>The events of the event source <c>KThreadRuntime-Lockdep</c>, for <c>dotnet-trace</c> and other listeners.</summary>
[EventSource(Name = EventSourceSink.SourceName)]
internal sealed class LockdepEventSource : EventSource
{
    internal const int ReportId = 1;

    internal static readonly LockdepEventSource Log = new();

    private LockdepEventSource()
    {
    }

    /// <summary>A report: what it is in words, and all of it as text.</summary>
    [Event(ReportId, Level = EventLevel.Warning, Message = "{0} ({1}) {2}")]
#if NET
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "All arguments are strings, which need no members kept.")]
#endif
    internal void Report(string kind, string confidence, string fingerprint, string chain, string text) =>
        WriteEvent(ReportId, kind, confidence, fingerprint, chain, text);
}
