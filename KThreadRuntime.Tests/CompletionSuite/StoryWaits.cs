namespace KThreadRuntime.Tests.CompletionSuite;

/// <summary>The waits of a story that are not over, oldest first: whom a signal lets go.</summary>
internal sealed class StoryWaits
{
    private readonly Lock _gate = new();
    private readonly List<StoryWait> _waits = [];

    internal StoryWait Add(StoryWait wait)
    {
        lock (_gate)
        {
            _waits.Add(wait);
        }

        return wait;
    }

    internal IReadOnlyList<StoryWait> On(string target)
    {
        lock (_gate)
        {
            _waits.RemoveAll(w => w.IsOver);
            return [.. _waits.Where(w => w.Target == target)];
        }
    }
}
