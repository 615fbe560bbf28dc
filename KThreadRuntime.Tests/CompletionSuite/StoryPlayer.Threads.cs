namespace KThreadRuntime.Tests.CompletionSuite;

/// <content>Kernel threads: parked, exited.</content>
internal sealed partial class StoryPlayer
{
    private void AddThreadSteps()
    {
        _steps["park"] = (step, run) =>
        {
            KThread thread = _props.KThread(step.Target).KThread;
            bool isParked = _waits.On(Woken(step.Target)).Count > 0;
            Block(run, new StoryWait(Parked(step.Target), () => thread.ShouldPark && !isParked), () => thread.Park(StoryProps.File, step.Line, step.Member));
        };
        _steps["stop"] = (step, run) =>
        {
            StoryKThread thread = _props.KThread(step.Target);
            Expect(_waits.On(Woken(step.Target)));
            Block(run, new StoryWait(Exited(step.Target), () => thread.KThread.ShouldStop && !thread.IsGone), () => thread.Stop(step.Line, step.Member));
        };
        _steps["unpark"] = (step, run) =>
        {
            LetGo(
                [.. _waits.On(Woken(step.Target)), .. _waits.On(Parked(step.Target))],
                () => _props.KThread(step.Target).KThread.Unpark(StoryProps.File, step.Line, step.Member));
        };
        _steps["parkme"] = (step, run) =>
        {
            KThread self = KThread.Current!;
            Expect(_waits.On(Parked(run.Actor)));
            Block(run, new StoryWait(Woken(run.Actor), () => self.ShouldPark), () => self.ParkMe(StoryProps.File, step.Line, step.Member));
        };
        _steps["exit"] = (_, run) => End(run, inFault: false);
        _steps["throw"] = (_, run) => End(run, inFault: true);
    }

    private static string Parked(string name) => $"{name}.parked";

    private static string Exited(string name) => $"{name}.exited";

    private static string Woken(string name) => $"{name}.woken";

    private void End(StoryRun run, bool inFault)
    {
        StoryKThread thread = _props.KThread(run.Actor);
        Expect([.. _waits.On(Parked(run.Actor)), .. _waits.On(Exited(run.Actor))]);
        if (inFault)
        {
            thread.WillFault();
        }

        run.EndsThread = true;
        run.EndsInFault = inFault;
        lock (_gate)
        {
            _ending.Add(thread);
        }
    }
}
