namespace KThreadRuntime.Tests;

/// <summary>What every exclusive lock, and the write side of every reader/writer lock, does alike.</summary>
public class AnyLockTests
{
    internal static TimeSpan Brief { get; } = TimeSpan.FromMilliseconds(20);

    public static TheoryData<string> Kinds => [.. AnyLock.Sleeping, .. AnyLock.Spinning];

    public static TheoryData<string> SleepingKinds => [.. AnyLock.Sleeping];

    public static TheoryData<string> SpinningKinds => [.. AnyLock.Spinning];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Acquire_ExcludesOthersUntilRelease(string kind)
    {
        AnyLock held = AnyLock.Create(kind, "a");
        using var other = new Actor("other");
        held.Acquire();
        Assert.True(held.IsMine());
        Assert.False(other.Do(held.TryAcquire));
        Assert.False(other.Do(held.IsMine));
        Actor.Job waiting = other.Begin(held.Acquire);
        Assert.False(waiting.IsDone);

        held.Release();
        waiting.Finish();
        Assert.False(held.TryAcquire());
        other.Do(held.Release);
        Assert.True(held.TryAcquire());
        held.Release();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ManyThreads_LoseNoUpdate(string kind)
    {
        AnyLock guard = AnyLock.Create(kind, "a");
        const int Threads = 4, Rounds = 2000;
        int count = 0;
        Actor[] actors = [.. Enumerable.Range(0, Threads).Select(i => new Actor($"A{i}"))];
        Actor.Job[] jobs = [.. actors.Select((actor, i) => actor.Begin(() =>
        {
            for (int n = 0; n < Rounds; n++)
            {
                TakeSomehow(guard, (i + n) % 4);
                count++;
                guard.Release();
            }
        }))];
        Array.ForEach(jobs, j => j.Finish());
        Array.ForEach(actors, a => a.Dispose());

        Assert.Equal(Threads * Rounds, count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AcquireByTheHolder_IsReportedAndRefused(string kind)
    {
        using var lab = new Lab();
        AnyLock held = AnyLock.Create(kind, "a");
        held.Acquire();

        Assert.Throws<LockRecursionException>(held.Acquire);
        Assert.Throws<LockRecursionException>(() => held.TryAcquireFor(Patience.Limit, default));
        Assert.False(held.TryAcquire());
        Assert.True(held.IsMine());
        Assert.Equal(ReportKind.Recursive, lab.Single().Kind);
        Assert.Equal(Confidence.Closed, lab.Single().Confidence);
        held.Release();
        Assert.Equal(0, lab.Validator.Statistics.UnbalancedReleases);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ReleaseByAnother_IsReportedAndRefused(string kind)
    {
        using var lab = new Lab();
        AnyLock held = AnyLock.Create(kind, "a");
        held.Acquire();

        Assert.Throws<SynchronizationLockException>(() => lab.Thread("other").Do(held.Release));
        Assert.True(held.IsMine());
        Assert.Equal(ReportKind.UnbalancedRelease, lab.Single().Kind);
        held.Release();
        Assert.Throws<SynchronizationLockException>(held.Release);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void OppositeOrders_Report(string kind)
    {
        using var lab = new Lab();
        AnyLock a = AnyLock.Create(kind, "a"), b = AnyLock.Create(kind, "b");
        lab.Thread("T1").Do(() => Nest(a, b.Acquire, b));
        lab.Thread("T2").Do(() => Nest(b, a.Acquire, a));

        Assert.Equal(ReportKind.Circular, lab.Single().Kind);
        Assert.Equal(Confidence.Certain, lab.Single().Confidence);
        Assert.Equal("a --> b", lab.Single().Chain);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void OppositeOrderByTry_IsQuiet(string kind)
    {
        using var lab = new Lab(Lab.Everything);
        AnyLock a = AnyLock.Create(kind, "a"), b = AnyLock.Create(kind, "b");
        lab.Thread("T1").Do(() => Nest(a, b.Acquire, b));
        lab.Thread("T2").Do(() => Nest(b, () => Assert.True(a.TryAcquire()), a));

        lab.IsQuiet();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ContendedAcquire_IsCounted(string kind)
    {
        using var lab = new Lab();
        AnyLock held = AnyLock.Create(kind, "a");
        Actor other = lab.Thread("other");
        held.Acquire();
        Actor.Job waiting = other.Begin(held.Acquire);
        Patience.Until(() => lab.Validator.BlockedTasks.Count == 1, "the acquire did not block");
        held.Release();
        waiting.Finish();
        other.Do(held.Release);

        Assert.Equal(1, held.Map()!.Class!.Contention.Exclusive.Count);
        Assert.Empty(lab.Validator.BlockedTasks);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void HangThatIsThere_IsReportedAndASinkCanEndIt(string kind)
    {
        using var lab = new Lab(new LockdepOptions { Sinks = [new DelegateSink(ThrowIfClosed)] });
        (AnyLock a, AnyLock b, Actor t1, Actor t2, Actor.Job first) = HalfOfAHang(lab, kind);

        LockdepException thrown = Assert.Throws<LockdepException>(() => t2.Do(a.Acquire));
        Assert.Equal(Confidence.Closed, thrown.Report.Confidence);
        EndHang(a, b, t1, t2, first);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void HangThatCanBeCancelled_IsNotReportedAsOne(string kind)
    {
        using var lab = new Lab(new LockdepOptions { Sinks = [new DelegateSink(ThrowIfClosed)] });
        using var source = new CancellationTokenSource();
        (AnyLock a, AnyLock b, Actor t1, Actor t2, Actor.Job first) = HalfOfAHang(lab, kind);
        Actor.Job second = t2.Begin(() => a.AcquireUnless(source.Token));
        Patience.Until(() => lab.Validator.BlockedTasks.Count == 2, "the acquire did not block");
        source.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(second.Finish);
        Assert.All(lab.Reports, r => Assert.NotEqual(Confidence.Closed, r.Confidence));
        EndHang(a, b, t1, t2, first);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void SinkThatThrows_LeavesTheLockFree(string kind)
    {
        using var lab = new Lab(new LockdepOptions { Sinks = [new ThrowingSink()] });
        AnyLock a = AnyLock.Create(kind, "a"), b = AnyLock.Create(kind, "b");
        lab.Thread("T1").Do(() => Nest(a, b.Acquire, b));
        Actor t2 = lab.Thread("T2");

        t2.Do(b.Acquire);
        Assert.Throws<LockdepException>(() => t2.Do(a.Acquire));
        Assert.True(a.TryAcquire());
        a.Release();
        t2.Do(b.Release);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void DisposeOfAHeldLock_Reports(string kind)
    {
        using var lab = new Lab();
        AnyLock held = AnyLock.Create(kind, "a");
        held.Acquire();
        held.Dispose();

        Assert.Equal(ReportKind.HeldLockFreed, lab.Single().Kind);
        Assert.Equal("a", lab.Single().Subject!.Name);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void DisposeOfAReleasedLock_IsQuiet(string kind)
    {
        using var lab = new Lab(Lab.Everything);
        AnyLock released = AnyLock.Create(kind, "a");
        Pass(released);
        released.Dispose();

        lab.IsQuiet();
    }

    [Theory]
    [MemberData(nameof(SleepingKinds))]
    public void InterruptedAcquire_ThrowsAndHoldsNothing(string kind)
    {
        using var lab = new Lab(Lab.Everything);
        AnyLock held = AnyLock.Create(kind, "a");
        AnyLock next = AnyLock.Create(kind, "b");
        Actor other = lab.Thread("other");
        held.Acquire();
        Actor.Job waiting = other.Begin(held.Acquire);
        Patience.Until(() => lab.Validator.Statistics.Chains == 2, "the acquire was not announced");
        other.Thread.Interrupt();

        Assert.Throws<ThreadInterruptedException>(waiting.Finish);
        other.Do(() => Pass(next));
        held.Release();
        Assert.Equal(0, lab.Validator.Statistics.Dependencies);
        lab.IsQuiet();
    }

    [Theory]
    [MemberData(nameof(SpinningKinds))]
    public void InterruptedSpin_GoesOnAndKeepsTheInterrupt(string kind)
    {
        using var lab = new Lab();
        using var never = new ManualResetEventSlim();
        AnyLock held = AnyLock.Create(kind, "a");
        Actor other = lab.Thread("other");
        bool acquired = false;
        held.Acquire();
        Actor.Job waiting = other.Begin(() =>
        {
            held.Acquire();
            acquired = true;
            held.Release();
            never.Wait(Patience.Limit);
        });
        Patience.Until(() => lab.Validator.Statistics.Chains == 2, "the acquire was not announced");
        other.Thread.Interrupt();
        held.Release();

        Assert.Throws<ThreadInterruptedException>(waiting.Finish);
        Assert.True(acquired);
    }

    /// <summary>One thread holds the first lock and blocks for the second, which the other thread holds.</summary>
    private static (AnyLock A, AnyLock B, Actor T1, Actor T2, Actor.Job First) HalfOfAHang(Lab lab, string kind)
    {
        AnyLock a = AnyLock.Create(kind, "a"), b = AnyLock.Create(kind, "b");
        Actor t1 = lab.Thread("T1"), t2 = lab.Thread("T2");
        t1.Do(a.Acquire);
        t2.Do(b.Acquire);
        Actor.Job first = t1.Begin(b.Acquire);
        Patience.Until(() => lab.Validator.BlockedTasks.Count == 1, "the acquire did not block");
        return (a, b, t1, t2, first);
    }

    private static void EndHang(AnyLock a, AnyLock b, Actor t1, Actor t2, Actor.Job first)
    {
        t2.Do(b.Release);
        first.Finish();
        t1.Do(b.Release);
        t1.Do(a.Release);
    }

    private static void ThrowIfClosed(LockdepReport report)
    {
        if (report.Confidence == Confidence.Closed)
        {
            throw new LockdepException(report);
        }
    }

    internal static void TakeSomehow(AnyLock guard, int how)
    {
        switch (how)
        {
            case 0:
                guard.Acquire();
                break;
            case 1:
                guard.AcquireUnless(CancellationToken.None);
                break;
            case 2:
                Assert.True(guard.TryAcquireFor(Patience.Limit, default));
                break;
            default:
                SpinWait.SpinUntil(guard.TryAcquire);
                break;
        }
    }

    internal static void Pass(AnyLock one)
    {
        one.Acquire();
        one.Release();
    }

    internal static void Nest(AnyLock outer, Action acquireInner, AnyLock inner)
    {
        outer.Acquire();
        acquireInner();
        inner.Release();
        outer.Release();
    }
}
