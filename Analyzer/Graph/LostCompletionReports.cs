using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>How a wait for a completion that somebody can leave unsignalled is told.</summary>
internal sealed class LostCompletionReports(Contexts contexts, CompletionUses uses)
{
    /// <summary>The wait that stands first in the source.</summary>
    public CompletionUse First(IEnumerable<CompletionUse> waits) =>
        waits.OrderBy(use => contexts.Program.PathOf(use.Body), StringComparer.Ordinal).ThenBy(use => contexts.Program.SpanOf(use.Site).Start).First();

    public static Finding Of(CompletionUse wait, string why, ImmutableArray<Site> steps) => new(
        Fault.LostCompletion, wait.Site, [wait.Body.Name, wait.Name, why], [.. steps.Where(step => step != wait.Site)], IsSuggestion: false);

    /// <summary>The surest of the ways on which the completion is not signalled; null if there is none.</summary>
    public Finding? Report(CompletionUse[] waits, CompletionUse signal, IEnumerable<Default> defaults)
    {
        Default? way = defaults.OrderByDescending(static way => way.Cause is { IsSeen: true }).ThenBy(static way => way.Cause is null)
            .ThenBy(way => way.Cause is { } cause ? contexts.Program.SpanOf(cause.Site).Start : -1).FirstOrDefault();
        if (way is null)
        {
            return null;
        }

        string how = way.Cause is not { } cause ? "return"
            : (way.IsThrown ? "leave by an exception" : "go on after an exception") + (cause.Site.Body == signal.Body ? "" : $" from '{cause.Site.Body.Name}'");
        ImmutableArray<Site> steps = way.Cause is null ? [signal.Site] : [way.Cause.Site, signal.Site];
        return Of(First(waits), $"'{signal.Body.Name}', which signals it, can {how} before it does. Do it on every path.", steps);
    }

    /// <summary>The same, told of the first place that signals it.</summary>
    public Finding? Report(CompletionUse[] waits, string completion, IEnumerable<Default> defaults) => Report(waits, uses.Signals(completion)[0], defaults);
}
