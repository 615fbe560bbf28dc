using static KThreadRuntime.Tests.AnyLockTests;

namespace KThreadRuntime.Tests;

/// <summary>Acquires that end by themselves, or are ended, on every exclusive lock.</summary>
public class AnyLockTimedTests
{
    [Theory]
    [MemberData(nameof(Kinds), MemberType = typeof(AnyLockTests))]
    public void TimedAcquire_GivesUpAndHoldsNothing(string kind)
    {
        using var lab = new Lab(Lab.Everything);
        AnyLock held = AnyLock.Create(kind, "a");
        AnyLock next = AnyLock.Create(kind, "b");
        Actor other = lab.Thread("other");
        held.Acquire();

        Assert.False(other.Do(() => held.TryAcquireFor(Brief, default)));
        Assert.False(other.Do(() => held.TryAcquireFor(TimeSpan.Zero, default)));
        other.Do(() => Pass(next));
        Assert.Equal(0, lab.Validator.Statistics.Dependencies);
        held.Release();
        Assert.True(other.Do(() => held.TryAcquireFor(Brief, default)));
        other.Do(held.Release);
        Assert.Throws<ArgumentOutOfRangeException>(() => held.TryAcquireFor(TimeSpan.FromMilliseconds(-2), default));
        lab.IsQuiet();
    }

    [Theory]
    [MemberData(nameof(Kinds), MemberType = typeof(AnyLockTests))]
    public void TimedAcquire_GetsTheLockWhenItIsReleasedInTime(string kind)
    {
        using var lab = new Lab();
        AnyLock held = AnyLock.Create(kind, "a");
        Actor other = lab.Thread("other");
        held.Acquire();
        Actor.Job waiting = other.Begin(() => Assert.True(held.TryAcquireFor(Patience.Limit, default)));
        Patience.Until(() => lab.Validator.Statistics.Chains >= 2, "the acquire was not announced");
        held.Release();

        waiting.Finish();
        Assert.True(other.Do(held.IsMine));
        other.Do(held.Release);
    }

    [Theory]
    [MemberData(nameof(Kinds), MemberType = typeof(AnyLockTests))]
    public void CancelledAcquire_ThrowsAndHoldsNothing(string kind)
    {
        using var lab = new Lab(Lab.Everything);
        using var source = new CancellationTokenSource();
        AnyLock held = AnyLock.Create(kind, "a");
        AnyLock next = AnyLock.Create(kind, "b");
        Actor other = lab.Thread("other");
        held.Acquire();
        Actor.Job waiting = other.Begin(() => held.AcquireUnless(source.Token));
        Patience.Until(() => lab.Validator.Statistics.Chains == 2, "the acquire was not announced");
        source.Cancel();

        OperationCanceledException thrown = Assert.ThrowsAny<OperationCanceledException>(waiting.Finish);
        Assert.Equal(source.Token, thrown.CancellationToken);
        Assert.ThrowsAny<OperationCanceledException>(() => next.AcquireUnless(source.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => next.TryAcquireFor(TimeSpan.Zero, source.Token));
        other.Do(() => Pass(next));
        held.Release();
        Assert.Equal(0, lab.Validator.Statistics.Dependencies);
        lab.IsQuiet();
    }

    [Theory]
    [MemberData(nameof(Kinds), MemberType = typeof(AnyLockTests))]
    public void OppositeOrderInTime_ReportsAStall(string kind)
    {
        using var lab = new Lab();
        AnyLock a = AnyLock.Create(kind, "a"), b = AnyLock.Create(kind, "b");
        Actor t1 = lab.Thread("T1");
        t1.Do(() => Nest(a, b.Acquire, b));
        lab.Thread("T2").Do(() => Nest(b, () => Assert.True(a.TryAcquireFor(Patience.Limit, default)), a));

        Assert.Equal(Confidence.Possible, lab.Single().Confidence);
        Assert.Equal(ReportFlags.Stall, lab.Single().Flags & ReportFlags.Stall);
        Assert.Equal("a --> b", lab.Single().Chain);
    }

    [Theory]
    [MemberData(nameof(Kinds), MemberType = typeof(AnyLockTests))]
    public void TimedOrderThatIsWaitedForToo_IsNoStallAnyLonger(string kind)
    {
        using var lab = new Lab();
        AnyLock a = AnyLock.Create(kind, "a"), b = AnyLock.Create(kind, "b");
        Actor t1 = lab.Thread("T1"), t2 = lab.Thread("T2");
        t1.Do(() => Nest(a, () => Assert.True(b.TryAcquireFor(Patience.Limit, default)), b));
        t1.Do(() => Nest(a, b.Acquire, b));
        t2.Do(() => Nest(b, a.Acquire, a));

        Assert.Equal(Confidence.Certain, lab.Single().Confidence);
        Assert.Equal(ReportFlags.None, lab.Single().Flags & ReportFlags.Stall);
    }
}
