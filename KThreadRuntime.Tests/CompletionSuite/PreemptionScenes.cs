using KThreadRuntime.Blocking;

namespace KThreadRuntime.Tests.CompletionSuite;

/// <summary>
/// The waiter is preempted between the publication of its request and its sleep, and the other side does all of its work
/// meanwhile. The stamp was taken before the request went out, so nothing of that work is lost.
/// </summary>
internal static class PreemptionScenes
{
    [Plays("preempted/park")]
    internal static void Park(SuiteStage stage)
    {
        KMutex a = stage.Props.Mutex("A");
        KThread thread = stage.Props.KThread("K1").KThread;
        Preempted(() => thread.Park(), () => stage.Play("K1: L(A) U(A) parkme"));
        stage.Play("T1: unpark(K1)");
        using (a.EnterScope())
        {
            Preempted(() => thread.Park(), () => stage.Play("K1: parkme"));
        }

        stage.Play("T1: unpark(K1)");
    }

    [Plays("preempted/park-after-release")]
    internal static void ParkAfterRelease(SuiteStage stage)
    {
        KThread thread = stage.Props.KThread("K1").KThread;
        Preempted(() => thread.Park(), () => stage.Play("K1: L(A) U(A) parkme"));
        stage.Play("T1: unpark(K1) L(A) U(A)");
        Preempted(() => thread.Park(), () => stage.Play("K1: parkme"));
        stage.Play("T1: unpark(K1)");
    }

    [Plays("preempted/stop")]
    internal static void Stop(SuiteStage stage)
    {
        StopWhileItExits(stage);
        stage.Play("T1: L(A) stop(K1) U(A)");
    }

    [Plays("preempted/stop-after-release")]
    internal static void StopAfterRelease(SuiteStage stage)
    {
        StopWhileItExits(stage);
        stage.Play("T1: L(A) U(A) stop(K1)");
    }

    [Plays("preempted/stop-asynchronously")]
    internal static void StopAsynchronously(SuiteStage stage)
    {
        KThread thread = stage.Props.KThread("K1").KThread;
        using (thread.StopToken.Register(() => stage.Play("K1: L(A) U(A) exit")))
        {
            Assert.True(thread.DisposeAsync().AsTask().Wait(Patience.Limit));
        }

        stage.Play("T1: L(A) stop(K1) U(A)");
    }

    [Plays("preempted/wait")]
    internal static void Wait(SuiteStage stage)
    {
        KMutex a = stage.Props.Mutex("A");
        Completion c = stage.Props.Completion("C");
        Preempted(() => c.Wait(), () => stage.Play("T2: L(A) U(A) complete(C)"));
        using (a.EnterScope())
        {
            Preempted(() => c.Wait(), () => stage.Play("T2: complete(C)"));
        }
    }

    [Plays("preempted/wait-lock-after")]
    internal static void WaitLockAfter(SuiteStage stage)
    {
        KMutex a = stage.Props.Mutex("A");
        Completion c = stage.Props.Completion("C");
        using (a.EnterScope())
        {
            Preempted(() => c.Wait(), () => stage.Play("T2: L(B) U(B) complete(C)"));
        }

        stage.Play("T2: L(A) U(A)");
    }

    /// <summary>What is registered with the stop token runs after the request went out, and before the stopper blocks.</summary>
    private static void StopWhileItExits(SuiteStage stage)
    {
        KThread thread = stage.Props.KThread("K1").KThread;
        using (thread.StopToken.Register(() => stage.Play("K1: L(A) U(A) exit")))
        {
            thread.Stop();
        }
    }

    private static void Preempted(Action wait, Action meanwhile)
    {
        bool happened = false;
        Waiter.Preemption = () =>
        {
            Waiter.Preemption = null;
            happened = true;
            meanwhile();
        };
        try
        {
            wait();
        }
        finally
        {
            Waiter.Preemption = null;
        }

        Assert.True(happened, "The wait did not block.");
    }
}
