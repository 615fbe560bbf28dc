namespace KThreadRuntime.Tests.Conformance.Notation;

/// <summary>A parsed row: events, one after the other.</summary>
internal sealed record Story(IReadOnlyList<StoryEvent> Events)
{
    /// <summary>Whether a lock is acquired by a context that holds it already, and would wait for itself.</summary>
    internal bool BlocksItself => Events.Any(e => e.Strands.Any(s => new SelfBlocking().Finds(s)));

    private sealed class SelfBlocking
    {
        private readonly List<LockName> _held = [];

        internal bool Finds(IReadOnlyList<Step> steps) => steps.Any(Finds);

        private bool Finds(Step step)
        {
            switch (step)
            {
                case Step.Handler handler:
                    return Finds(handler.Body);
                case Step.Acquire { Lock: LockName wanted }:
                    bool blocks = _held.Exists(h => h.Instance == wanted.Instance && !(h.IsRead && wanted.IsRead));
                    _held.Add(wanted);
                    return blocks;
                case Step.TryAcquire { Expected: true, Lock: LockName taken }:
                    _held.Add(taken);
                    return false;
                case Step.Release { Lock: LockName released }:
                    _held.Remove(released);
                    return false;
                default:
                    return false;
            }
        }
    }
}

/// <summary>What happens between two bars: one strand, or several at the same time.</summary>
internal sealed record StoryEvent(IReadOnlyList<IReadOnlyList<Step>> Strands);
