namespace KThreadRuntime.Tests.CompletionSuite;

/// <summary>
/// A lock is held, a worker is started, and its end is waited for; the worker takes the lock. Another detector's manual names this
/// as what it cannot see. Here the wait has a way out, so that the scene ends.
/// </summary>
internal static class WorkerLaunchScenes
{
    [Plays("launch/timed-wait-for-the-worker")]
    internal static void Timed(SuiteStage stage)
    {
        KMutex a = stage.Props.Mutex("A");
        Completion c = stage.Props.Completion("C");
        Actor worker = stage.Lab.Thread("worker");
        Actor.Job work;
        using (a.EnterScope())
        {
            work = worker.Begin(() =>
            {
                using (a.EnterScope())
                {
                }

                c.Complete();
            });
            Assert.False(c.Wait(TimeSpan.FromMilliseconds(1)));
        }

        work.Finish();
    }

    [Plays("launch/cancelled-wait-for-the-worker")]
    internal static void Cancelled(SuiteStage stage)
    {
        KMutex a = stage.Props.Mutex("A");
        Completion c = stage.Props.Completion("C");
        Actor worker = stage.Lab.Thread("worker");
        using var cancel = new CancellationTokenSource();
        Actor.Job work;
        using (a.EnterScope())
        {
            work = worker.Begin(() =>
            {
                Patience.UntilWaited(c);
                cancel.Cancel();
                using (a.EnterScope())
                {
                }

                c.Complete();
            });
            Assert.ThrowsAny<OperationCanceledException>(() => c.Wait(cancel.Token));
        }

        work.Finish();
    }

    [Plays("launch/interrupted-stop-of-the-worker")]
    internal static void InterruptedStop(SuiteStage stage)
    {
        KMutex a = stage.Props.Mutex("A");
        KThread worker = KThread.Create(_ => Take(a), "worker", line: 1, member: "worker");
        Actor starter = stage.Lab.Thread("starter");
        Actor.Job stop = starter.Begin(() =>
        {
            using (a.EnterScope())
            {
                worker.Wake();
                Patience.Until(() => stage.Lab.Validator.BlockedTasks.Count == 1, "The worker does not wait for the lock.");
                Assert.Throws<ThreadInterruptedException>(() => worker.Stop());
            }
        });
        Patience.Until(() => worker.ShouldStop, "Nobody asked the worker to stop.");
        starter.Thread.Interrupt();
        stop.Finish();
        Assert.Equal(0, worker.Stop());
    }

    [Plays("launch/wait-after-release")]
    internal static void AfterRelease(SuiteStage stage)
    {
        KMutex a = stage.Props.Mutex("A");
        Completion c = stage.Props.Completion("C");
        Actor worker = stage.Lab.Thread("worker");
        Actor.Job work;
        using (a.EnterScope())
        {
            work = worker.Begin(() =>
            {
                Patience.UntilWaited(c);
                Take(a);
                c.Complete();
            });
        }

        c.Wait();
        work.Finish();
    }

    [Plays("launch/stop-after-release")]
    internal static void StopAfterRelease(SuiteStage stage)
    {
        KMutex a = stage.Props.Mutex("A");
        KThread worker;
        using (a.EnterScope())
        {
            worker = KThread.Run(self => Take(a), "worker", line: 1, member: "worker");
        }

        Patience.Until(() => worker.HasExited, "The worker did not end.");
        Assert.Equal(0, worker.Stop());
    }

    private static int Take(KMutex mutex)
    {
        using (mutex.EnterScope())
        {
            return 0;
        }
    }
}
