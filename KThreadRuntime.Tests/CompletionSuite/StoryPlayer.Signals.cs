namespace KThreadRuntime.Tests.CompletionSuite;

/// <content>Signals, and what is owed.</content>
internal sealed partial class StoryPlayer
{
    private void AddSignalSteps()
    {
        _steps["complete"] = (step, run) => LetGo(
            _waits.On(step.Target).Take(1), () => _props.Completion(step.Target).Complete(StoryProps.File, step.Line, step.Member));
        _steps["completeAll"] = (step, run) => LetGo(
            _waits.On(step.Target), () => _props.Completion(step.Target).CompleteAll(StoryProps.File, step.Line, step.Member));
        _steps["fail"] = (step, run) => LetGo(_waits.On(step.Target).Take(1), () => Fail(step, run));
        _steps["failAll"] = (step, run) => LetGo(
            _waits.On(step.Target), () => _props.Completion(step.Target).Fail(new StoryFault(), StoryProps.File, step.Line, step.Member));
        _steps["cancelAll"] = (step, run) => LetGo(
            _waits.On(step.Target), () => _props.Completion(step.Target).Cancel(StoryProps.File, step.Line, step.Member));
        _steps["reinit"] = (step, _) => _props.Completion(step.Target).Reinitialize();
        _steps["signal"] = (step, run) => Lockdep.Signal(_props.Map(step.Target), StoryProps.File, step.Line, step.Member);
        _steps["owe"] = (step, _) => Lockdep.Owe(_props.MapOf(step.Target));
    }

    /// <summary>Signals, and lets the story go on when those are out of their wait: a stale wait would take the next signal.</summary>
    private void LetGo(IEnumerable<StoryWait> waits, Action signal)
    {
        StoryWait[] leaving = Expect(waits);
        signal();
        Patience.Until(() => Array.TrueForAll(leaving, w => w.IsOver), "A signal let nobody go.");
    }

    /// <summary>The signal that comes on the way out of what failed.</summary>
    private void Fail(StoryStep step, StoryRun run) => Assert.Throws<StoryFault>(new Action(() =>
    {
        try
        {
            throw new StoryFault();
        }
        finally
        {
            _props.Completion(step.Target).Complete(StoryProps.File, step.Line, step.Member);
        }
    }));
}
