using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>How a wait for a completion that somebody can leave unsignalled is told.</summary>
internal sealed class LostCompletionReports(Contexts contexts, CompletionUses uses)
{
    private const int MaxRunners = 64;

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

        // The body with the signal, where it is that one which fails; else the context around it.
        BodyFacts leaving = way.Cause is null || IsRunBy(way.Cause.Site.Body, signal.Body) ? signal.Body : way.Body;
        string how = way.Cause is not { } cause ? "return"
            : (way.IsThrown ? "leave by an exception" : "go on after an exception") + (cause.Site.Body == leaving ? "" : $" from '{cause.Site.Body.Name}'");
        ImmutableArray<Site> steps = way.Cause is null ? [signal.Site] : [way.Cause.Site, signal.Site];
        return Of(First(waits), $"'{leaving.Name}', which signals it, can {how} before it does. Do it on every path.", steps);
    }

    /// <summary>The same, told of the first place that signals it.</summary>
    public Finding? Report(CompletionUse[] waits, string completion, IEnumerable<Default> defaults) => Report(waits, uses.Signals(completion)[0], defaults);

    private bool IsRunBy(BodyFacts body, BodyFacts caller)
    {
        var seen = new HashSet<BodyFacts> { body };
        var work = new Queue<BodyFacts>(seen);
        while (work.Count > 0 && !seen.Contains(caller) && seen.Count <= MaxRunners)
        {
            foreach (BodyFacts next in contexts.CallersOf(work.Dequeue()).Where(seen.Add))
            {
                work.Enqueue(next);
            }
        }

        return seen.Contains(caller);
    }
}
