namespace KThreadRuntime.Tests.CompletionSuite;

/// <content>Locks, and what parts one piece of work from the next.</content>
internal sealed partial class StoryPlayer
{
    private readonly ThreadLocal<Stack<IDisposable>> _scopes = new(() => new Stack<IDisposable>());

    private void AddLockSteps()
    {
        _steps["L"] = (step, run) => _props.Mutex(step.Target).Acquire(StoryProps.File, step.Line, step.Member);
        _steps["U"] = (step, run) => _props.Mutex(step.Target).Release(StoryProps.File, step.Line, step.Member);
        _steps["T"] = (step, run) => Assert.Equal(step.Result, _props.Mutex(step.Target).TryAcquire(StoryProps.File, step.Line, step.Member));
        _steps["rs.L"] = (step, run) => _props.RwSemaphore(step.Target).AcquireRead(StoryProps.File, step.Line, step.Member);
        _steps["rs.U"] = (step, run) => _props.RwSemaphore(step.Target).ReleaseRead(StoryProps.File, step.Line, step.Member);
        _steps["ws.L"] = (step, run) => _props.RwSemaphore(step.Target).AcquireWrite(StoryProps.File, step.Line, step.Member);
        _steps["ws.U"] = (step, run) => _props.RwSemaphore(step.Target).ReleaseWrite(StoryProps.File, step.Line, step.Member);
        _steps["ws.down"] = (step, run) => _props.RwSemaphore(step.Target).Downgrade(StoryProps.File, step.Line, step.Member);
        _steps["acq"] = (step, run) => Lockdep.Acquire(_props.LockMap(step.Target), LockMode.Exclusive, 0, StoryProps.File, step.Line, step.Member);
        _steps["read.acq"] = (step, run) =>
            Lockdep.Acquire(_props.LockMap(step.Target), LockMode.SharedRecursive, 0, StoryProps.File, step.Line, step.Member);
        _steps["try.acq"] = (step, run) => Lockdep.TryAcquired(_props.LockMap(step.Target), LockMode.Exclusive, 0, StoryProps.File, step.Line, step.Member);
        _steps["rel"] = (step, run) => Lockdep.Release(_props.LockMap(step.Target), StoryProps.File, step.Line, step.Member);
        _steps["cut"] = (_, _) => Lockdep.IndependencePoint();
        _steps["work{"] = (_, _) => _scopes.Value!.Push(Lockdep.BeginWork());
        _steps["hirq{"] = (_, _) => _scopes.Value!.Push(Lockdep.EnterHandler(HandlerLevel.Hard));
        _steps["}"] = (_, _) => _scopes.Value!.Pop().Dispose();
        _steps["lost"] = (step, _) => Assert.Equal(step.Result, _lab.Validator.Statistics.HistoryOverflows > 0);
    }
}
