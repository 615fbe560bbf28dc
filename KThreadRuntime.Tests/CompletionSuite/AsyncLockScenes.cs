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
