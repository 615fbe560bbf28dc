namespace KThreadRuntime.Tests.Context;

/// <summary>Hangs that are really there. The probes tell of blocking; nothing in these tests does block.</summary>
public sealed class BlockedFlowsTests
{
    [Fact]
    public void TwoThreadsThatHoldWhatTheOtherWants_ReportAHang()
    {
        using var lab = new Lab();
        LockdepMap a = new("a");
        LockdepMap b = new("b");
        Actor first = lab.Thread("first"), second = lab.Thread("second");
        Hold(first, a);
        Hold(second, b);
        BlockFor(first, b);

        BlockFor(second, a);

        LockdepReport hang = Assert.Single(lab.Reports, r => r.Confidence == Confidence.Closed);
        Assert.Equal(ReportKind.Circular, hang.Kind);
        Assert.StartsWith("second/", hang.Task, StringComparison.Ordinal);
        Assert.Equal("a", hang.Wanted.Name);
        Assert.Equal(["b", "a"], hang.Steps.Select(s => s.Held.Name));
        Assert.Contains(hang.Steps, s => s.Thread.StartsWith("first/", StringComparison.Ordinal));
        GiveUp(first, b);
        GiveUp(second, a);
    }

    [Fact]
    public void OneOfThemOnlyAnnounced_IsNoHang()
    {
        using var lab = new Lab();
        LockdepMap a = new("a");
        LockdepMap b = new("b");
        Actor first = lab.Thread("first"), second = lab.Thread("second");
        Hold(first, a);
        Hold(second, b);
        Hold(first, b);

        BlockFor(second, a);

        Assert.DoesNotContain(lab.Reports, r => r.Confidence == Confidence.Closed);
        Assert.Equal("second", Assert.Single(lab.Validator.BlockedTasks).Task.Split('/')[0]);
    }

    [Fact]
    public void OneOfThemGaveUpBefore_IsNoHang()
    {
        using var lab = new Lab();
        LockdepMap a = new("a");
        LockdepMap b = new("b");
        Actor first = lab.Thread("first"), second = lab.Thread("second");
        Hold(first, a);
        Hold(second, b);
        BlockFor(first, b);
        GiveUp(first, b);

        BlockFor(second, a);

        Assert.DoesNotContain(lab.Reports, r => r.Confidence == Confidence.Closed);
    }

    [Fact]
    public void AWaitThatCanEnd_IsNoHang()
    {
        using var lab = new Lab();
        LockdepMap a = new("a");
        LockdepMap b = new("b");
        Actor first = lab.Thread("first"), second = lab.Thread("second");
        Hold(first, a);
        Hold(second, b);
        first.Do(() =>
        {
            Lockdep.Acquire(b);
            Lockdep.Contended(b, canEnd: true);
        });

        BlockFor(second, a);

        Assert.DoesNotContain(lab.Reports, r => r.Confidence == Confidence.Closed);
    }

    [Fact]
    public void AReaderBehindAQueuedWriterOfItsOwnLock_ReportsAHang()
    {
        using var lab = new Lab();
        LockdepMap rw = new("rw");
        Actor reader = lab.Thread("reader"), writer = lab.Thread("writer");
        Hold(reader, rw, LockMode.Shared);
        BlockFor(writer, rw);

        BlockFor(reader, rw, LockMode.Shared);

        Assert.Contains(lab.Reports, r => r.Confidence == Confidence.Closed);
    }

    [Fact]
    public void AReaderBlockedWithoutAWriter_IsNoHang()
    {
        using var lab = new Lab();
        LockdepMap rw = new("rw");
        Actor reader = lab.Thread("reader"), other = lab.Thread("other");
        Hold(reader, rw, LockMode.Shared);
        Hold(other, rw, LockMode.Shared);

        BlockFor(reader, rw, LockMode.Shared);

        Assert.DoesNotContain(lab.Reports, r => r.Confidence == Confidence.Closed);
    }

    [Fact]
    public void ThreadsThatOweEachOtherASignal_ReportAHang()
    {
        using var lab = new Lab();
        Completion one = new(name: "one");
        Completion two = new(name: "two");
        Actor first = lab.Thread("first"), second = lab.Thread("second");
        first.Do(() => Lockdep.Owe(one.Map!));
        second.Do(() => Lockdep.Owe(two.Map!));
        Actor.Job firstWait = first.Begin(() => two.Wait());
        Patience.UntilWaited(two);

        Actor.Job secondWait = second.Begin(() => one.Wait());
        Patience.UntilWaited(one);
        Patience.Until(() => lab.Reports.Any(r => r.Confidence == Confidence.Closed), "The hang was not reported.");

        one.Complete();
        two.Complete();
        firstWait.Finish();
        secondWait.Finish();
    }

    [Fact]
    public void AWaitForWhatSomebodyElseOwesToo_IsNoHang()
    {
        using var lab = new Lab();
        Completion one = new(name: "one");
        Actor first = lab.Thread("first"), second = lab.Thread("second");
        first.Do(() => Lockdep.Owe(one.Map!));
        second.Do(() => Lockdep.Owe(one.Map!));

        Actor.Job wait = first.Begin(() => one.Wait());
        Patience.UntilWaited(one);
        Patience.Until(() => lab.Validator.BlockedTasks.Count == 1, "The wait did not begin.");
        Assert.DoesNotContain(lab.Reports, r => r.Confidence == Confidence.Closed);

        second.Do(() => one.Complete());
        wait.Finish();
    }

    [Fact]
    public void AWaitForACompletionThatNobodyOwes_IsNoHang()
    {
        using var lab = new Lab();
        Completion one = new(name: "one");
        Completion two = new(name: "two");
        Actor first = lab.Thread("first"), second = lab.Thread("second");
        first.Do(() => Lockdep.Owe(one.Map!));
        Actor.Job firstWait = first.Begin(() => two.Wait());
        Patience.UntilWaited(two);
        Actor.Job secondWait = second.Begin(() => one.Wait());
        Patience.UntilWaited(one);
        Patience.Until(() => lab.Validator.BlockedTasks.Count == 2, "The waits did not begin.");

        Assert.DoesNotContain(lab.Reports, r => r.Confidence == Confidence.Closed);

        one.Complete();
        two.Complete();
        firstWait.Finish();
        secondWait.Finish();
    }

    [Fact]
    public void StopUnderALockThatTheThreadIsBlockedOn_ReportsAHang()
    {
        using var lab = new Lab();
        LockdepMap gate = new("gate");
        using var isBlocked = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        KThread worker = KThread.Run(_ =>
        {
            Lockdep.Acquire(gate);
            Lockdep.Contended(gate);
            isBlocked.Set();
            goOn.Wait();
            Lockdep.Acquired(gate);
            Lockdep.Release(gate);
            return 0;
        });
        Actor stopper = lab.Thread("stopper");
        Hold(stopper, gate);
        Assert.True(isBlocked.Wait(Patience.Limit));

        Actor.Job stop = stopper.Begin(() => worker.Stop());
        Patience.Until(() => lab.Reports.Any(r => r.Confidence == Confidence.Closed), "The hang was not reported.");

        goOn.Set();
        stop.Finish();
    }

    [Fact]
    public void ContentionOnWhatWasNotAnnounced_Reports()
    {
        using var lab = new Lab();
        LockdepMap a = new("a");

        Lockdep.Contended(a);

        Assert.Equal(ReportKind.UnbalancedContention, lab.Single().Kind);
    }

    [Fact]
    public void ContentionOnWhatIsNotTracked_IsQuiet()
    {
        using var lab = new Lab();
        LockdepMap a = new("a") { Validation = LockValidation.NoTrack };

        Lockdep.Acquire(a);
        Lockdep.Contended(a);

        lab.IsQuiet();
        Assert.Empty(lab.Validator.BlockedTasks);
    }

    [Fact]
    public void ContendedAcquires_AreCountedByMode()
    {
        using var lab = new Lab();
        LockdepMap a = new("a");
        for (int i = 0; i < 2; i++)
        {
            Lockdep.Acquire(a, i == 0 ? LockMode.Exclusive : LockMode.Shared);
            Lockdep.Contended(a);
            Lockdep.Acquired(a);
            Lockdep.Release(a);
        }

        Lockdep.Acquire(a);
        Lockdep.Release(a);

        Assert.Equal((1, 1), (a.Class!.Contention.Exclusive.Count, a.Class.Contention.Shared.Count));
        Assert.Empty(lab.Validator.BlockedTasks);
    }

    [Fact]
    public void AFailedAcquire_IsNotCounted()
    {
        using var lab = new Lab();
        LockdepMap a = new("a");
        Lockdep.Acquire(a);
        Lockdep.Contended(a);
        Lockdep.NotAcquired(a);
        Lockdep.Release(a);

        Assert.Equal(0, a.Class!.Contention.Exclusive.Count);
    }

    [Fact]
    public void AWaitBeyondTheThreshold_ReportsOnceWithEverybodyWhoIsBlocked()
    {
        using var lab = new Lab(new LockdepOptions { HungWaitThreshold = TimeSpan.FromMilliseconds(20) });
        LockdepMap gate = new("gate");
        LockdepMap held = new("held");
        Completion slow = new(name: "slow");
        Actor waiter = lab.Thread("waiter"), other = lab.Thread("other");
        Hold(other, held);
        BlockFor(other, gate);

        Actor.Job wait = waiter.Begin(() => slow.Wait());
        Patience.Until(() => lab.Reports.Count > 0, "The watchdog was silent.");
        slow.Complete();
        wait.Finish();

        LockdepReport hung = lab.Single();
        Assert.Equal(ReportKind.HungWait, hung.Kind);
        Assert.StartsWith("waiter/", hung.Task, StringComparison.Ordinal);
        Assert.Contains("it waits for (completion)slow.", hung.Detail, StringComparison.Ordinal);
        Assert.Contains("on gate at", hung.Detail, StringComparison.Ordinal);
        Assert.Contains("holding held", hung.Detail, StringComparison.Ordinal);
        Assert.NotNull(hung.Stack);
    }

    [Fact]
    public void AWaitWithATimeoutBelowTheThreshold_IsQuiet()
    {
        using var lab = new Lab(new LockdepOptions { HungWaitThreshold = TimeSpan.FromMilliseconds(20) });

        Assert.False(new Completion(name: "slow").Wait(TimeSpan.FromMilliseconds(10)));

        lab.IsQuiet();
    }

    [Fact]
    public void ASinkThatThrowsAtTheWatchdog_LosesNoSignalAndIsCounted()
    {
        using var lab = new Lab(new LockdepOptions { HungWaitThreshold = TimeSpan.FromMilliseconds(20), Sinks = [new ThrowingSink()] });
        Completion slow = new(name: "slow");
        Actor waiter = lab.Thread("waiter");

        Actor.Job wait = waiter.Begin(() => slow.Wait());
        Patience.Until(() => lab.Validator.Statistics.FailedSinks == 1, "The sink was not asked.");
        slow.Complete();

        wait.Finish();
        Assert.False(slow.TryWait());
    }

    private static void Hold(Actor actor, LockdepMap map, LockMode mode = LockMode.Exclusive) => actor.Do(() => Lockdep.Acquire(map, mode));

    private static void BlockFor(Actor actor, LockdepMap map, LockMode mode = LockMode.Exclusive) => actor.Do(() =>
    {
        Lockdep.Acquire(map, mode);
        Lockdep.Contended(map);
    });

    private static void GiveUp(Actor actor, LockdepMap map) => actor.Do(() =>
    {
        Lockdep.NotAcquired(map);
        Lockdep.Release(map);
    });
}
