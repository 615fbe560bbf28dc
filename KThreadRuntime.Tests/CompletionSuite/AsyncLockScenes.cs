namespace KThreadRuntime.Tests.CompletionSuite;

/// <summary>A lock that is held over an await.</summary>
internal static class AsyncLockScenes
{
    [Plays("async/lock-held-over-the-await")]
    internal static void Held(SuiteStage stage) => Play(stage, static async (a, c) =>
    {
        using (await a.AcquireAsync().ConfigureAwait(false))
        {
            await c.WaitAsync().ConfigureAwait(false);
        }
    });

    [Plays("async/lock-released-before-the-await")]
    internal static void Released(SuiteStage stage) => Play(stage, static async (a, c) =>
    {
        using (await a.AcquireAsync().ConfigureAwait(false))
        {
        }

        await c.WaitAsync().ConfigureAwait(false);
    });

    [Plays("async/timed-acquire-of-two-locks")]
    internal static void TimedRing(SuiteStage stage)
    {
        var a = new KAsyncMutex(name: "A");
        var b = new KAsyncMutex(name: "B");
        stage.Lab.Thread("T1").Do(() =>
        {
            using KAsyncMutex.Releaser outer = a.Acquire();
            b.Acquire().Release();
        });
        stage.Lab.Thread("T2").Do(() =>
        {
            using KAsyncMutex.Releaser outer = b.Acquire();
            a.TryAcquire(Patience.Limit).Release();
        });
    }

    [Plays("async/timed-acquire-of-ones-own")]
    internal static void TimedSelf(SuiteStage stage)
    {
        var a = new KAsyncMutex(name: "A");
        stage.Lab.Thread("flow").Do(() =>
        {
            using KAsyncMutex.Releaser held = a.Acquire();
            Assert.False(a.TryAcquire(TimeSpan.FromMilliseconds(1)).IsAcquired);
        });
    }

    private static void Play(SuiteStage stage, Func<KAsyncMutex, Completion, Task> flow)
    {
        Completion c = stage.Props.Completion("C");
        var a = new KAsyncMutex(name: "A");
        Actor signaller = stage.Lab.Thread("signaller");
        Actor.Job wait = stage.Lab.Thread("waiter").Begin(() => c.Wait());
        Patience.UntilWaited(c);
        signaller.Do(() =>
        {
            using (a.Acquire())
            {
            }

            c.Complete();
        });
        wait.Finish();
        Task started = stage.Lab.Thread("flow").Do(() => flow(a, c));
        Patience.UntilWaited(c);
        signaller.Do(() => c.Complete());
        Assert.True(started.Wait(Patience.Limit), "The flow did not end.");
    }
}
