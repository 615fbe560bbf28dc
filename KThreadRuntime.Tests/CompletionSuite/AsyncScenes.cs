namespace KThreadRuntime.Tests.CompletionSuite;

/// <summary>Asynchronous flows: a flow is no thread, and each continuation is pool work of its own.</summary>
internal static class AsyncScenes
{
    [Plays("async/continuation-signals")]
    internal static void ContinuationSignals(SuiteStage stage) => Relay(stage, isScoped: false);

    [Plays("async/scoped-continuation-signals")]
    internal static void ScopedContinuationSignals(SuiteStage stage) => Relay(stage, isScoped: true);

    [Plays("async/continuation-signals-first")]
    internal static void ContinuationSignalsFirst(SuiteStage stage)
    {
        (KMutex a, Completion c) = (stage.Props.Mutex("A"), stage.Props.Completion("C"));
        Completion start = stage.Props.Completion("S");
        Task flow = Flow(start, () =>
        {
            using (Lockdep.BeginWork())
            {
                c.Complete();
                Pass(a);
            }
        });
        stage.Play("T2: complete(S)");
        Finish(flow);
        stage.Play("T1: L(A) wait(C) U(A)");
    }

    [Plays("async/flow-that-waits-holds-nothing")]
    internal static void FlowHoldsNothing(SuiteStage stage)
    {
        (KMutex a, Completion c) = (stage.Props.Mutex("A"), stage.Props.Completion("C"));
        Task flow = LockThenAwait(a, c);
        stage.Play("T2: L(A) U(A) complete(C)");
        Finish(flow);
    }

    [Plays("async/blocking-on-the-task-under-a-lock")]
    internal static void BlockingOnTheTask(SuiteStage stage)
    {
        (KMutex a, Completion c) = (stage.Props.Mutex("A"), stage.Props.Completion("C"));
        stage.Play("T1: wait(C) | T2: L(A) U(A) complete(C)");
        Actor waiter = stage.Lab.Thread("T3");
        Actor.Job job = waiter.Begin(() =>
        {
            using (a.EnterScope())
            {
                Finish(c.WaitAsync());
            }
        });
        Patience.UntilWaited(c);
        stage.Play("T2: complete(C)");
        job.Finish();
    }

    [Plays("async/cancelled-task-waits-no-more")]
    internal static void CancelledTask(SuiteStage stage)
    {
        Completion c = stage.Props.Completion("C");
        using var cancel = new CancellationTokenSource();
        Task wait = c.WaitAsync(cancel.Token);
        cancel.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => wait.GetAwaiter().GetResult());
        stage.Play("T2: L(A) U(A) complete(C) | T1: L(A) wait(C) U(A)");
    }

    [Plays("async/cancelled-task-waited")]
    internal static void CancelledTaskWaited(SuiteStage stage)
    {
        (KMutex a, Completion c) = (stage.Props.Mutex("A"), stage.Props.Completion("C"));
        using var cancel = new CancellationTokenSource();
        using (a.EnterScope())
        {
            Task wait = c.WaitAsync(cancel.Token);
            cancel.Cancel();
            Assert.ThrowsAny<OperationCanceledException>(() => wait.GetAwaiter().GetResult());
        }

        stage.Play("T1: wait(C) | T2: L(A) U(A) complete(C)");
    }

    private static void Relay(SuiteStage stage, bool isScoped)
    {
        (KMutex a, Completion c) = (stage.Props.Mutex("A"), stage.Props.Completion("C"));
        Completion start = stage.Props.Completion("S");
        Task flow = Flow(start, () =>
        {
            using (isScoped ? Lockdep.BeginWork() : default)
            {
                Pass(a);
                c.Complete();
            }
        });
        stage.Play("T2: complete(S)");
        Finish(flow);
        stage.Play("T1: L(A) wait(C) U(A)");
    }

    private static async Task Flow(Completion start, Action then)
    {
        await start.WaitAsync().ConfigureAwait(false);
        then();
    }

    private static async Task LockThenAwait(KMutex a, Completion c)
    {
        Pass(a);
        await c.WaitAsync().ConfigureAwait(false);
    }

    private static void Pass(KMutex mutex)
    {
        mutex.Acquire();
        mutex.Release();
    }

    private static void Finish(Task task) => Assert.True(task.Wait(Patience.Limit), "The flow did not end.");
}
