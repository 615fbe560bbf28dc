namespace KThreadRuntime.Tests.CompletionSuite;

/// <summary>
/// Plays a story with real primitives on real threads, one segment after the other. Actors by their first letter: T a thread, K and J
/// kernel threads, P a thread-pool item that nobody scoped, W a thread-pool work item in a scope.
/// </summary>
internal sealed partial class StoryPlayer : IDisposable
{
    private readonly Lab _lab;
    private readonly StoryProps _props;
    private readonly StoryWaits _waits = new();
    private readonly List<StoryRun> _runs = [];
    private readonly Lock _gate = new();
    private readonly List<StoryKThread> _ending = [];
    private readonly Dictionary<string, Actor> _threads = [];
    private readonly Dictionary<string, Action<StoryStep, StoryRun>> _steps = [];

    internal StoryPlayer(Lab lab, StoryProps props)
    {
        _lab = lab;
        _props = props;
        AddBirthSteps();
        AddLockSteps();
        AddWaitSteps();
        AddSignalSteps();
        AddSemaphoreSteps();
        AddThreadSteps();
    }

    /// <summary>The steps that stories may consist of.</summary>
    internal static IReadOnlyCollection<string> StepNames
    {
        get
        {
            using var lab = new Lab();
            using var player = new StoryPlayer(lab, new StoryProps(SuiteSettings.Parse(SuiteSettings.Default)));
            return player._steps.Keys;
        }
    }

    internal void Play(IReadOnlyList<StorySegment> story)
    {
        Prepare(story);
        foreach (StorySegment segment in story)
        {
            Begin(segment);
            Settle();
        }
    }

    /// <summary>Whoever was let wait must have been let go by the end.</summary>
    internal void AssertNobodyWaits()
    {
        StoryRun? stuck = _runs.Find(r => !r.IsDone);
        Assert.True(stuck is null, $"The story ends while {stuck?.Actor} waits for {stuck?.Wait?.Target}.");
    }

    public void Dispose()
    {
        foreach (StoryKThread thread in _props.KThreads())
        {
            thread.Dispose();
        }
    }

    private void Begin(StorySegment segment)
    {
        Assert.DoesNotContain(_runs, r => r.Actor == segment.Actor && !r.IsDone);
        var run = new StoryRun(segment.Actor, r => Perform(segment, r));
        _runs.Add(run);
        switch (segment.Actor[0])
        {
            case 'T':
                ThreadOf(segment.Actor).Begin(run.Run);
                break;
            case 'K' or 'J':
                _props.KThread(segment.Actor).Begin(run);
                break;
            case 'P':
                _ = Task.Run(run.Run);
                break;
            case 'W':
                _ = Task.Run(() => RunScoped(run));
                break;
            default:
                throw new FormatException($"{segment.Actor} is no actor.");
        }
    }

    private static void RunScoped(StoryRun run)
    {
        using (Lockdep.BeginWork())
        {
            run.Run();
        }
    }

    private void Perform(StorySegment segment, StoryRun run)
    {
        foreach (StoryStep step in segment.Steps)
        {
            if (!_steps.TryGetValue(step.Name, out Action<StoryStep, StoryRun>? perform))
            {
                throw new FormatException($"\"{step.Name}\" is no step.");
            }

            perform(step, run);
        }
    }

    /// <summary>Waits until every actor is through or blocked, and whoever was let go has gone on.</summary>
    private void Settle()
    {
        Patience.Until(IsSettled, "The story does not settle.");
        _runs.ForEach(r => r.ThrowIfFailed());
    }

    /// <summary>
    /// Nobody is let go while this looks around. Otherwise an actor that was seen blocked could be let go by one that is seen through.
    /// </summary>
    private bool IsSettled()
    {
        lock (_gate)
        {
            return _runs.TrueForAll(r => r.IsSettled) && _ending.TrueForAll(t => t.IsGone);
        }
    }

    /// <summary>What the step does next lets these go. The story waits for what their actors do then.</summary>
    private StoryWait[] Expect(IEnumerable<StoryWait> waits)
    {
        StoryWait[] leaving = [.. waits];
        lock (_gate)
        {
            Array.ForEach(leaving, w => w.LetGo());
        }

        return leaving;
    }

    private Actor ThreadOf(string name)
    {
        if (!_threads.TryGetValue(name, out Actor? thread))
        {
            _threads[name] = thread = _lab.Thread(name);
        }

        return thread;
    }
}
