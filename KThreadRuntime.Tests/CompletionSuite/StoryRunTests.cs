namespace KThreadRuntime.Tests.CompletionSuite;

/// <summary>When a story may go on.</summary>
public class StoryRunTests
{
    [Fact]
    public void Asleep_IsSettledUntilItIsLetGo()
    {
        using var actor = new Actor("T1");
        using var go = new ManualResetEventSlim();
        var wait = new StoryWait("C", () => true);
        var run = new StoryRun("T1", r => Wait(r, wait, go.Wait));
        Actor.Job job = actor.Begin(run.Run);
        Patience.Until(() => run.IsSettled, "The actor does not sleep.");
        wait.LetGo();
        Assert.False(run.IsSettled);
        go.Set();
        job.Finish();
        Assert.True(run.IsSettled);
    }

    [Fact]
    public void AboutToSleep_IsNotSettled()
    {
        using var actor = new Actor("T1");
        bool isSettled = true;
        var wait = new StoryWait("C", () => true);
        var run = new StoryRun("T1", r => Wait(r, wait, () => isSettled = r.IsSettled));
        actor.Do(run.Run);
        Assert.False(isSettled);
    }

    private static void Wait(StoryRun run, StoryWait wait, Action body)
    {
        run.Wait = wait;
        body();
        run.Wait = null;
    }
}
