namespace KThreadRuntime.Tests.CompletionSuite;

/// <content>Semaphores: a unit that was acquired is owed until it is given back.</content>
internal sealed partial class StoryPlayer
{
    private void AddSemaphoreSteps()
    {
        _steps["down"] = (step, run) => BlockForUnit(step, run, s => s.Acquire(StoryProps.File, step.Line, step.Member));
        _steps["timed.down"] = (step, run) =>
            BlockForUnit(step, run, s => Assert.True(s.TryAcquire(Patience.Limit, default, StoryProps.File, step.Line, step.Member)));
        _steps["try.down"] = (step, _) => Assert.Equal(step.Result, _props.Semaphore(step.Target).TryAcquire());
        _steps["up"] = (step, _) => LetGo(
            _waits.On(step.Target).Take(1), () => _props.Semaphore(step.Target).Release(StoryProps.File, step.Line, step.Member));
    }

    private void BlockForUnit(StoryStep step, StoryRun run, Action<KSemaphore> acquire)
    {
        KSemaphore semaphore = _props.Semaphore(step.Target);
        int before = semaphore.WaiterCount;
        Block(run, new StoryWait(step.Target, () => semaphore.WaiterCount > before), () => acquire(semaphore));
    }
}
