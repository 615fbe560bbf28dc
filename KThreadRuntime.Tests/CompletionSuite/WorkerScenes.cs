namespace KThreadRuntime.Tests.CompletionSuite;

/// <summary>Workers: each work is a piece of its own, and one worker runs its works in order.</summary>
internal static class WorkerScenes
{
    [Plays("worker/flush-under-its-lock")]
    internal static void FlushUnderItsLock(SuiteStage stage)
    {
        KMutex a = stage.Props.Mutex("A");
        using KThreadWorker worker = Worker("one");
        KThreadWork work = Work(() => Pass(a), "work");
        Run(worker, work);
        Under(stage, a, () => worker.FlushWork(work));
    }

    [Plays("worker/flush-after-release")]
    internal static void FlushAfterRelease(SuiteStage stage)
    {
        KMutex a = stage.Props.Mutex("A");
        using KThreadWorker worker = Worker("one");
        KThreadWork work = Work(() => Pass(a), "work");
        worker.Queue(work);
        worker.FlushWork(work);
        Under(stage, a, () => { });
        worker.FlushWork(work);
    }

    [Plays("worker/flush-of-all-under-a-works-lock")]
    internal static void FlushOfAll(SuiteStage stage)
    {
        KMutex a = stage.Props.Mutex("A");
        using KThreadWorker worker = Worker("one");
        Run(worker, Work(() => Pass(a), "work"));
        Under(stage, a, () => worker.Flush());
    }

    [Plays("worker/flush-of-itself")]
    internal static void FlushOfItself(SuiteStage stage)
    {
        using KThreadWorker worker = Worker("one");
        var work = new KThreadWork(
            self => Assert.Throws<InvalidOperationException>(() => self.Worker!.FlushWork(self)), "work", file: StoryProps.File, line: 1, member: "work");
        Run(worker, work);
    }

    [Plays("worker/signal-queued-before-its-wait")]
    internal static void OrderedQueue(SuiteStage stage)
    {
        Completion c = stage.Props.Completion("C");
        using KThreadWorker worker = Worker("one");
        KThreadWork signals = Work(() => c.Complete(), "signals"), waits = Work(() => c.Wait(), "waits");
        Run(worker, signals);
        Run(worker, waits);
    }

    [Plays("worker/wait-queued-before-its-signal")]
    internal static void WrongOrder(SuiteStage stage)
    {
        Completion c = stage.Props.Completion("C");
        using KThreadWorker worker = Worker("one");
        worker.Queue(Work(() => c.Wait(), "waits"));
        Patience.UntilWaited(c);
        worker.Queue(Work(() => c.Complete(), "signals"));
        stage.Play("T1: complete(C)");
        worker.Flush();
    }

    [Plays("worker/wait-and-signal-on-two-workers")]
    internal static void TwoWorkers(SuiteStage stage)
    {
        (KMutex b, Completion c) = (stage.Props.Mutex("B"), stage.Props.Completion("C"));
        using KThreadWorker one = Worker("one"), two = Worker("two");
        one.Queue(Work(() => c.Wait(), "waits"));
        Patience.UntilWaited(c);
        Run(two, Work(() => Complete(b, c), "signals"));
        one.Flush();
    }

    [Plays("worker/lock-and-signal-in-one-work")]
    internal static void OneWork(SuiteStage stage)
    {
        (KMutex a, Completion c) = (stage.Props.Mutex("A"), stage.Props.Completion("C"));
        using KThreadWorker worker = Worker("one");
        Run(worker, Work(() => Complete(a, c), "work"));
        stage.Play("T1: L(A) wait(C) U(A)");
    }

    [Plays("worker/lock-and-signal-in-two-works")]
    internal static void TwoWorks(SuiteStage stage)
    {
        (KMutex a, Completion c) = (stage.Props.Mutex("A"), stage.Props.Completion("C"));
        using KThreadWorker worker = Worker("one");
        Run(worker, Work(() => Pass(a), "locks"));
        Run(worker, Work(() => c.Complete(), "signals"));
        stage.Play("T1: L(A) wait(C) U(A)");
    }

    [Plays("worker/lock-queued-before-the-signal")]
    internal static void TwoWorksInOneQueue(SuiteStage stage)
    {
        (KMutex a, Completion c) = (stage.Props.Mutex("A"), stage.Props.Completion("C"));
        using var bothQueued = new ManualResetEventSlim();
        using KThreadWorker worker = Worker("one");
        KThreadWork locks = Work(
            () =>
            {
                Assert.True(bothQueued.Wait(Patience.Limit), "The other work was not queued.");
                Pass(a);
            },
            "locks");
        worker.Queue(locks);
        worker.Queue(Work(() => c.Complete(), "signals"));
        bothQueued.Set();
        worker.Flush();
        stage.Play("T1: L(A) wait(C) U(A)");
    }

    private static KThreadWorker Worker(string name) => KThreadWorker.Create(name, null, StoryProps.File, 1, name);

    private static KThreadWork Work(Action body, string name) => new(_ => body(), name, file: StoryProps.File, line: 1, member: name);

    private static void Run(KThreadWorker worker, KThreadWork work)
    {
        Assert.True(worker.Queue(work));
        worker.Flush();
    }

    private static void Complete(KMutex mutex, Completion completion)
    {
        Pass(mutex);
        completion.Complete();
    }

    private static void Under(SuiteStage stage, KMutex mutex, Action body) => stage.Lab.Thread("flusher").Do(() =>
    {
        using (mutex.EnterScope())
        {
            body();
        }
    });

    private static void Pass(KMutex mutex)
    {
        mutex.Acquire();
        mutex.Release();
    }
}
