using KThreadRuntime.Tests.Conformance.Notation;

namespace KThreadRuntime.Tests.Conformance;

/// <summary>Plays a row from beginning to end under a validator of its own.</summary>
internal static class Performance
{
    /// <summary>As the kernel's selftest does it: one context does everything, event after event, and classes alone decide.</summary>
    internal static Outcome AsKernel(CatalogueRow row, Func<LockdepValidator, IPlayer> cast) => Play(row, Lab.Kernel, cast, contextPerEvent: false);

    /// <summary>The default policy, with each event on a thread of its own; all threads live from the first event to the last.</summary>
    internal static Outcome AsDefault(CatalogueRow row, Func<LockdepValidator, IPlayer> cast) => Play(row, new LockdepOptions(), cast, contextPerEvent: true);

    internal static Func<LockdepValidator, IPlayer> Maps(CatalogueRow row) => validator => new MapPlayer(validator, row.ReadsAreQueued);

    private static Outcome Play(CatalogueRow row, LockdepOptions options, Func<LockdepValidator, IPlayer> cast, bool contextPerEvent)
    {
        Story story = StoryParser.Parse(row);
        using var lab = new Lab(options);
        IPlayer player = cast(lab.Validator);
        var sections = new PseudoLocks(lab.Validator);
        Actor only = lab.Thread("task");
        var contexts = new List<Actor[]>();
        foreach (StoryEvent told in story.Events)
        {
            bool ownContexts = contextPerEvent || told.Strands.Count > 1;
            contexts.Add([.. told.Strands.Select((_, i) => ownContexts ? lab.Thread($"event {contexts.Count + 1}.{i + 1}") : only)]);
        }

        for (int i = 0; i < story.Events.Count; i++)
        {
            PlayEvent(story.Events[i], contexts[i], player, sections);
        }

        return Outcome.Of(lab, player.Refusals);
    }

    private static void PlayEvent(StoryEvent told, Actor[] contexts, IPlayer player, PseudoLocks sections)
    {
        using var meeting = new Barrier(told.Strands.Count);
        var jobs = told.Strands.Select((steps, i) => contexts[i].Begin(() => new Interpreter(player, sections, meeting).Play(steps))).ToList();
        jobs.ForEach(j => j.Finish());
    }
}
