namespace KThreadRuntime.Tests.CompletionSuite;

/// <content>Waits.</content>
internal sealed partial class StoryPlayer
{
    private readonly Dictionary<string, CancellationTokenSource> _cancels = [];
    private readonly Dictionary<(string, string), WaitTicket> _tickets = [];

    private void AddWaitSteps()
    {
        _steps["wait"] = (step, run) => Block(step, run, c => c.Wait(StoryProps.File, step.Line, step.Member));
        _steps["timed"] = (step, run) => Block(step, run, c => Assert.True(c.Wait(Patience.Limit, StoryProps.File, step.Line, step.Member)));
        _steps["cancellable"] = (step, run) => Block(step, run, c => c.Wait(CancelOf(step.Target).Token, StoryProps.File, step.Line, step.Member));
        _steps["cancelled"] = (step, run) => Block(
            step, run, c => Assert.Throws<OperationCanceledException>(() => c.Wait(CancelOf(step.Target).Token, StoryProps.File, step.Line, step.Member)), true);
        _steps["interrupted"] = (step, run) => Block(
            step, run, c => Assert.Throws<ThreadInterruptedException>(() => c.Wait(StoryProps.File, step.Line, step.Member)));
        _steps["failed"] = (step, run) => Block(
            step, run, c => Assert.Throws<StoryFault>(() => c.Wait(StoryProps.File, step.Line, step.Member)));
        _steps["givenUp"] = (step, run) => Block(
            step, run, c => Assert.Throws<TaskCanceledException>(() => c.Wait(StoryProps.File, step.Line, step.Member)));
        _steps["await"] = Await;

        // Nobody signals meanwhile, so this waits its millisecond out.
        _steps["expire"] = (step, run) =>
            Assert.False(_props.Completion(step.Target).Wait(TimeSpan.FromMilliseconds(1), StoryProps.File, step.Line, step.Member));
        _steps["try"] = (step, _) => Assert.Equal(step.Result, _props.Completion(step.Target).TryWait());
        _steps["zero"] = (step, run) =>
            Assert.Equal(step.Result, _props.Completion(step.Target).Wait(TimeSpan.Zero, StoryProps.File, step.Line, step.Member));
        _steps["done"] = (step, _) => Assert.Equal(step.Result, _props.Completion(step.Target).IsDone);
        _steps["begin"] = (step, run) => KeepTicket(step, run, isTimed: false);
        _steps["begin.timed"] = (step, run) => KeepTicket(step, run, isTimed: true);
        _steps["end"] = (step, run) => Lockdep.EndWait(_tickets[(run.Actor, step.Target)]);
        _steps["cancel"] = Cancel;
        _steps["interrupt"] = Interrupt;
    }

    private void Block(StoryStep step, StoryRun run, Action<Completion> wait, bool isCancellable = false)
    {
        Completion completion = _props.Completion(step.Target);
        int before = completion.WaiterCount;
        Block(run, new StoryWait(step.Target, () => completion.WaiterCount > before) { IsCancellable = isCancellable }, () => wait(completion));
    }

    private void Block(StoryRun run, StoryWait wait, Action body)
    {
        _waits.Add(wait);
        run.Wait = wait;
        try
        {
            body();
        }
        finally
        {
            run.Wait = null;
            wait.End();
        }
    }

    /// <summary>Starts an asynchronous wait and goes on: the thread that starts it is not the one that waits.</summary>
    private void Await(StoryStep step, StoryRun run)
    {
        Completion completion = _props.Completion(step.Target);
        Task task = completion.WaitAsync(default, StoryProps.File, step.Line, step.Member);
        _waits.Add(new StoryWait(step.Target, () => true) { Task = task });
    }

    private void KeepTicket(StoryStep step, StoryRun run, bool isTimed) =>
        _tickets[(run.Actor, step.Target)] = Lockdep.BeginWait(_props.Map(step.Target), isTimed, StoryProps.File, step.Line, step.Member);

    private void Cancel(StoryStep step, StoryRun run)
    {
        Expect(_waits.On(step.Target).Where(w => w.IsCancellable));
        CancelOf(step.Target).Cancel();
    }

    private void Interrupt(StoryStep step, StoryRun run)
    {
        Expect([_runs.Single(r => r.Actor == step.Target && !r.IsDone).Wait!]);
        ThreadOf(step.Target).Thread.Interrupt();
    }

    private CancellationTokenSource CancelOf(string target)
    {
        lock (_cancels)
        {
            if (!_cancels.TryGetValue(target, out CancellationTokenSource? cancel))
            {
                _cancels[target] = cancel = new CancellationTokenSource();
            }

            return cancel;
        }
    }
}
