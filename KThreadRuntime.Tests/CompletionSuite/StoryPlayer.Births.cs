namespace KThreadRuntime.Tests.CompletionSuite;

/// <content>What exists before a story begins. Prediction looks back to a completion's birth, so birth is part of the story.</content>
internal sealed partial class StoryPlayer
{
    private static readonly HashSet<string> _onCompletions =
    [
        "wait", "timed", "cancellable", "cancelled", "interrupted", "failed", "givenUp", "await", "expire", "try", "zero", "done", "complete", "completeAll",
        "failAll", "cancelAll", "fail", "reinit",
    ];

    private static readonly HashSet<string> _onMaps = ["begin", "begin.timed", "signal"];
    private static readonly HashSet<string> _onSemaphores = ["down", "timed.down", "try.down", "up"];
    private static readonly HashSet<string> _onKThreads = ["park", "stop", "unpark"];

    private void AddBirthSteps() => _steps["new"] = (step, _) => _props.Completion(step.Target);

    /// <summary>Creates everything in the order of its first mention, but for what a step of its own creates.</summary>
    private void Prepare(IReadOnlyList<StorySegment> story)
    {
        IEnumerable<StoryStep> steps = story.SelectMany(s => s.Steps);
        HashSet<string> born = [.. steps.Where(s => s.Name == "new").Select(s => s.Target)];
        foreach (StorySegment segment in story)
        {
            if (segment.Actor[0] is 'K' or 'J')
            {
                _props.KThread(segment.Actor);
            }

            foreach (StoryStep step in segment.Steps.Where(s => !born.Contains(s.Target)))
            {
                Create(step);
            }
        }
    }

    private void Create(StoryStep step)
    {
        if (_onCompletions.Contains(step.Name))
        {
            _props.Completion(step.Target);
        }
        else if (_onMaps.Contains(step.Name))
        {
            _props.Map(step.Target);
        }
        else if (_onSemaphores.Contains(step.Name))
        {
            _props.Semaphore(step.Target);
        }
        else if (_onKThreads.Contains(step.Name))
        {
            _props.KThread(step.Target);
        }
    }
}
