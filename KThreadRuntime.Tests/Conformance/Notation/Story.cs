namespace KThreadRuntime.Tests.Conformance.Notation;

/// <summary>A parsed row: events, one after the other.</summary>
internal sealed record Story(IReadOnlyList<StoryEvent> Events)
{
    /// <summary>Whether several contexts act at the same time.</summary>
    internal bool IsConcurrent => Events.Any(e => e.Strands.Count > 1);

    /// <summary>Every step, those of handlers after their handler.</summary>
    internal IEnumerable<Step> Steps => Events.SelectMany(e => e.Strands).SelectMany(Flatten);

    private static IEnumerable<Step> Flatten(IReadOnlyList<Step> steps) =>
        steps.SelectMany(s => s is Step.Handler handler ? Flatten(handler.Body).Prepend(s) : [s]);
}

/// <summary>What happens between two bars: one strand, or several at the same time.</summary>
internal sealed record StoryEvent(IReadOnlyList<IReadOnlyList<Step>> Strands);
