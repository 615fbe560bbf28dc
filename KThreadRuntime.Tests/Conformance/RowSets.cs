using KThreadRuntime.Tests.Conformance.Notation;
using KThreadRuntime.Tests.Conformance.Written;

namespace KThreadRuntime.Tests.Conformance;

/// <summary>How each row is played, if it is.</summary>
internal static class RowSets
{
    /// <summary>Rows with no counterpart in .NET, and why. The same list is in the document on conformance.</summary>
    internal static IReadOnlyDictionary<string, string> Inexpressible { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["test_recover_deadlock"] = "no event here can be declared to recover another one",
    };

    /// <summary>Rows whose fault is in the wound/wait mutex's own books, which a bare map does not keep.</summary>
    internal static IReadOnlySet<string> NotOnMaps { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "ww_test_unneeded_slow",
        "ww_test_context_done_twice",
        "ww_test_context_fini_early",
        "ww_test_context_lock_after_done",
    };

    /// <summary>
    /// A KRwLock knows nothing of handlers: a read that queues, queues there too. What the kernel allows would hang, so here it
    /// is reported; a test of its own says so.
    /// </summary>
    internal const string ReadInAHandler = "queued_read_lock_hardirq_ER_rE";

    /// <summary>Whether the notation can say the row.</summary>
    internal static bool IsData(CatalogueRow row)
    {
        try
        {
            StoryParser.Parse(row);
            return true;
        }
        catch (NotationException)
        {
            return false;
        }
    }

    internal static bool IsPlayedOnMaps(CatalogueRow row) => IsData(row) && !NotOnMaps.Contains(row.Case);

    /// <summary>
    /// Whether real locks can play the row. Strands that meet while each holds what the other wants would hang, and sections of
    /// reclaim have no lock.
    /// </summary>
    internal static bool IsPlayedOnPrimitives(CatalogueRow row) =>
        IsData(row) && row.Case != ReadInAHandler && StoryParser.Parse(row) is { IsConcurrent: false } story
        && !story.Steps.Any(s => s is Step.EnterSection { Section: "fsr" });

    internal static bool IsWritten(CatalogueRow row) => WrittenRows.ByRow.Contains(row.Case);
}
