namespace KThreadRuntime.Tests;

/// <summary>Locks of one class that nest: by subclass, and under an outer lock.</summary>
public class AnyLockNestedTests
{
    public static TheoryData<string> Kinds => [.. AnyLock.Sleeping, .. AnyLock.Spinning];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void OfOneClass_Reports(string kind)
    {
        using var lab = new Lab(Lab.Kernel);
        (AnyLock parent, AnyLock child) = Family(kind);
        AnyLockTests.Nest(parent, child.Acquire, child);

        Assert.Equal(ReportKind.Recursive, lab.Single().Kind);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void InnerSubclass_IsQuiet(string kind)
    {
        using var lab = new Lab(Lab.Kernel);
        (AnyLock parent, AnyLock child) = Family(kind);
        for (int i = 0; i < 2; i++)
        {
            AnyLockTests.Nest(parent, () => child.AcquireSubclass(1, default), child);
        }

        lab.IsQuiet();
        Assert.Equal(1, lab.Validator.Statistics.Dependencies);
        Assert.Equal(0, lab.Validator.Statistics.UnbalancedReleases);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void SubclassesInOppositeOrders_Report(string kind)
    {
        using var lab = new Lab();
        (AnyLock parent, AnyLock child) = Family(kind);
        lab.Thread("T1").Do(() => AnyLockTests.Nest(parent, () => child.AcquireSubclass(1, default), child));
        lab.Thread("T2").Do(() =>
        {
            child.AcquireSubclass(1, default);
            AnyLockTests.Pass(parent);
            child.Release();
        });

        Assert.Equal(ReportKind.Circular, lab.Single().Kind);
        Assert.Equal("family --> family/1", lab.Single().Chain);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WrongSubclass_IsRefused(string kind)
    {
        using var lab = new Lab();
        (AnyLock parent, _) = Family(kind);

        Assert.Throws<ArgumentOutOfRangeException>(() => parent.AcquireSubclass(8, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => parent.AcquireSubclass(-1, default));
        Assert.False(parent.IsMine());
        lab.IsQuiet();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void UnderAnOuterLock_BothOrdersAreQuiet(string kind)
    {
        using var lab = new Lab();
        (AnyLock a, AnyLock b) = Family(kind);
        AnyLock hold = kind == nameof(KRawSpinLock) ? AnyLock.Create(kind, "outer") : AnyLock.Create(nameof(KMutex), "outer");
        lab.Thread("T1").Do(() => NestUnder(hold, a, b));
        lab.Thread("T2").Do(() => NestUnder(hold, b, a));

        lab.IsQuiet();
        Assert.Equal(0, lab.Validator.Statistics.UnbalancedReleases);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void OuterLockNotHeld_Reports(string kind)
    {
        using var lab = new Lab();
        AnyLock outer = AnyLock.Create(nameof(KMutex), "outer");
        (AnyLock a, _) = Family(kind);
        a.AcquireUnder(outer.Map(), default);
        a.Release();

        Assert.Equal(ReportKind.NestLockNotTaken, lab.Single().Kind);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void NoOuterLock_IsRefused(string kind)
    {
        using var lab = new Lab();
        (AnyLock a, _) = Family(kind);

        Assert.Equal("nestLock", Assert.Throws<ArgumentNullException>(() => a.AcquireUnder(null, default)).ParamName);
        Assert.False(a.IsMine());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ByTheHolder_IsReportedAndRefused(string kind)
    {
        using var lab = new Lab();
        (AnyLock a, _) = Family(kind);
        a.AcquireSubclass(1, default);

        Assert.Throws<LockRecursionException>(() => a.AcquireSubclass(2, default));
        Assert.True(a.IsMine());
        Assert.Equal(ReportKind.Recursive, lab.Single().Kind);
        a.Release();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Cancelled_HoldsNothing(string kind)
    {
        using var lab = new Lab(Lab.Everything);
        using var source = new CancellationTokenSource();
        AnyLock outer = AnyLock.Create(nameof(KMutex), "outer");
        (AnyLock a, _) = Family(kind);
        Actor other = lab.Thread("other");
        a.Acquire();
        Actor.Job waiting = other.Begin(() => a.AcquireSubclass(1, source.Token));
        Patience.Until(() => lab.Validator.BlockedTasks.Count == 1, "the acquire did not block");
        source.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(waiting.Finish);
        a.Release();
        Assert.ThrowsAny<OperationCanceledException>(() => a.AcquireUnder(outer.Map(), source.Token));
        other.Do(() => AnyLockTests.Pass(a));
        lab.IsQuiet();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Contended_WaitsForItsTurn(string kind)
    {
        using var lab = new Lab(Lab.Everything);
        (AnyLock a, _) = Family(kind);
        Actor other = lab.Thread("other");
        a.Acquire();
        Actor.Job waiting = other.Begin(() => a.AcquireSubclass(1, default));
        Patience.Until(() => lab.Validator.BlockedTasks.Count == 1, "the acquire did not block");
        Assert.False(waiting.IsDone);
        a.Release();
        waiting.Finish();
        Assert.True(other.Do(a.IsMine));
        other.Do(a.Release);
        lab.IsQuiet();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void SinkThatThrows_LeavesTheLockFree(string kind)
    {
        using var lab = new Lab(new LockdepOptions { Sinks = [new ThrowingSink()] });
        AnyLock outer = AnyLock.Create(nameof(KMutex), "outer");
        (AnyLock a, _) = Family(kind);

        Assert.Throws<LockdepException>(() => a.AcquireUnder(outer.Map(), default));
        Assert.False(a.IsMine());
        AnyLockTests.Pass(a);
    }

    private static (AnyLock Parent, AnyLock Child) Family(string kind)
    {
        var key = new LockClassKey("family");
        return (AnyLock.Create(kind, key), AnyLock.Create(kind, key));
    }

    private static void NestUnder(AnyLock outer, AnyLock first, AnyLock second)
    {
        outer.Acquire();
        first.AcquireUnder(outer.Map(), default);
        second.AcquireUnder(outer.Map(), default);
        second.Release();
        first.Release();
        outer.Release();
    }
}
