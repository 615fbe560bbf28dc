namespace KThreadRuntime.Tests;

public class HandlerRuleTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ClassUsedBothWays_ReportsWithBothSites(bool handlerFirst)
    {
        using var lab = new Lab();
        LockdepMap a = Spin("a");
        Actor t1 = lab.Thread("T1"), t2 = lab.Thread("T2");
        if (handlerFirst)
        {
            t1.Do(() => InHandler(a));
        }

        t2.Do(() => Pass(a));
        if (!handlerFirst)
        {
            t1.Do(() => InHandler(a));
        }

        LockdepReport report = lab.Single();
        Assert.Equal((ReportKind.InconsistentState, Confidence.Possible), (report.Kind, report.Confidence));
        Assert.Equal("a", report.Subject!.Name);
        Assert.Matches(
            handlerFirst ? @"^holds while a hard handler may run what T1/\d+ acquired, at InHandler \(HandlerRuleTests.cs:\d+\), in such a handler.$"
                : @"^acquires in a hard handler what T2/\d+ held, from Pass \(HandlerRuleTests.cs:\d+\), while such a handler may run.$",
            report.Detail);
        Assert.Equal(handlerFirst ? nameof(Pass) : nameof(InHandler), report.SubjectSite.Member);
    }

    [Fact]
    public void ClassChangedSoThatItsPathConflicts_ReportsTheInversion()
    {
        using var lab = new Lab();
        LockdepMap a = Spin("a"), b = Spin("b"), c = Spin("c");
        lab.Thread("T1").Do(() => Masked(() => Nest(a, b, c)));
        lab.Thread("T2").Do(() => Pass(c));
        lab.IsQuiet();
        lab.Thread("T3").Do(() => InHandler(a));

        LockdepReport report = lab.Single();
        Assert.Equal((ReportKind.HandlerInversion, Confidence.Possible), (report.Kind, report.Confidence));
        Assert.Equal(("a", "c"), (report.Subject!.Name, report.Other!.Name));
        Assert.Equal("a -> c", string.Join(", ", report.Steps.Select(s => $"{s.Held.Name} -> {s.Wanted.Name}")));
        Assert.Matches(
            @"^has changed how \(a\) is used: T3/\d+ acquired, at InHandler \(.*\), \(a\) in a hard handler, its holder may come to wait for \(c\), "
            + @"and T2/\d+ held, from Pass \(.*\), that while such a handler may run.$",
            report.Detail);
    }

    [Fact]
    public void ClassHeldWhileHandlersMayRun_LooksBackForTheInversion()
    {
        using var lab = new Lab();
        LockdepMap a = Spin("a"), b = Spin("b"), c = Spin("c");
        InHandler(a);
        Masked(() => Nest(a, b));
        Masked(() => Nest(b, c));
        lab.IsQuiet();
        Pass(c);

        LockdepReport report = lab.Single();
        Assert.Equal((ReportKind.HandlerInversion, "c", "a"), (report.Kind, report.Subject!.Name, report.Other!.Name));
        Assert.Equal("a -> b, b -> c", string.Join(", ", report.Steps.Select(s => $"{s.Held.Name} -> {s.Wanted.Name}")));
    }

    [Fact]
    public void DependencyThatJoinsTheTwo_ReportsTheOrder()
    {
        using var lab = new Lab();
        LockdepMap a = Spin("a"), b = Spin("b"), c = Spin("c"), d = Spin("d");
        InHandler(a);
        Pass(d);
        Masked(() => Nest(a, b));
        Masked(() => Nest(c, d));
        lab.IsQuiet();
        Masked(() => Nest(b, c));

        LockdepReport report = lab.Single();
        Assert.Equal((ReportKind.HandlerOrder, "a", "d"), (report.Kind, report.Subject!.Name, report.Other!.Name));
        Assert.Equal("a -> b, b -> c, c -> d", string.Join(", ", report.Steps.Select(s => $"{s.Held.Name} -> {s.Wanted.Name}")));
        Assert.StartsWith("makes (b) lead to (c): ", report.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void PathOverACompletion_Reports()
    {
        using var lab = new Lab();
        LockdepMap a = new("a", waitType: LockWaitType.None), b = Spin("b"), done = new("done", kind: LockdepMapKind.Completion);
        Actor waiter = lab.Thread("waiter"), signaller = lab.Thread("signaller");
        WaitTicket wait = waiter.Do(() =>
        {
            Lockdep.HandlersOff(HandlerLevel.Hard);
            Lockdep.Acquire(a);
            return Lockdep.BeginWait(done);
        });
        signaller.Do(() =>
        {
            Pass(b);
            Lockdep.Signal(done);
        });
        waiter.Do(() =>
        {
            Lockdep.EndWait(wait);
            Lockdep.Release(a);
            lab.IsQuiet();
            InHandler(a);
        });

        Assert.Equal((ReportKind.HandlerInversion, "a", "b"), (lab.Single().Kind, lab.Single().Subject!.Name, lab.Single().Other!.Name));
    }

    [Fact]
    public void InterruptedLockItself_ReportsTheHang()
    {
        using var lab = new Lab();
        LockdepMap a = Spin("a");
        Lockdep.HandlersOff(HandlerLevel.Hard);
        Lockdep.Acquire(a);
        InHandler(a);

        Assert.Equal((ReportKind.InconsistentState, Confidence.Closed), (lab.Single().Kind, lab.Single().Confidence));
    }

    [Fact]
    public void LockThatItsHolderMayHaveAgain_LetsTheHandlerIn()
    {
        using var lab = new Lab(Lab.Everything);
        var a = new LockdepMap("a", kind: LockdepMapKind.ReentrantLock, waitType: LockWaitType.Spin);
        Lockdep.Acquire(a);
        InHandler(a);
        Lockdep.Release(a);

        lab.IsQuiet();
        Assert.Equal("?.+.", a.Class!.Usage);
    }

    [Fact]
    public void LockThatItsHolderMayHaveAgain_StillLeadsToOthers()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a", kind: LockdepMapKind.ReentrantLock, waitType: LockWaitType.Spin);
        LockdepMap b = Spin("b");
        Nest(a, b);
        InHandler(a);

        Assert.Equal((ReportKind.HandlerInversion, "b"), (lab.Single().Kind, lab.Single().Other!.Name));
    }

    [Theory]
    [InlineData(LockMode.SharedRecursive, false)]
    [InlineData(LockMode.Shared, true)]
    public void ReadInAHandlerBesideAHeldRead_BlocksOnlyBehindAQueuedWriter(LockMode inHandler, bool reports)
    {
        using var lab = new Lab();
        LockdepMap a = Spin("a");
        Pass(a, LockMode.SharedRecursive);
        InHandler(a, inHandler);

        Assert.Equal(reports ? 1 : 0, lab.Reports.Count);
    }

    [Fact]
    public void TryInAHandler_WaitsForNobody()
    {
        using var lab = new Lab(Lab.Everything);
        LockdepMap a = Spin("a");
        Pass(a);
        using (Lockdep.EnterHandler(HandlerLevel.Hard))
        {
            Lockdep.TryAcquired(a);
            Lockdep.Release(a);
        }

        lab.IsQuiet();
    }

    [Fact]
    public void LockHeldByATry_CanBeInterrupted()
    {
        using var lab = new Lab();
        LockdepMap a = Spin("a");
        InHandler(a);
        Lockdep.TryAcquired(a);

        Assert.Equal(ReportKind.InconsistentState, lab.Single().Kind);
    }

    [Fact]
    public void LockThatIsNotValidated_IsNotMarked()
    {
        using var lab = new Lab(Lab.Everything);
        LockdepMap a = Spin("a");
        a.Validation = LockValidation.NoValidate;
        Pass(a);
        InHandler(a);
        Lockdep.HandlersOff(HandlerLevel.Hard);
        Lockdep.Acquire(a);
        Lockdep.HandlersOn(HandlerLevel.Hard);

        lab.IsQuiet();
    }

    [Theory]
    [InlineData(false, LockdepPolicy.Default, 1)]
    [InlineData(true, LockdepPolicy.Default, 0)]
    [InlineData(true, LockdepPolicy.Kernel, 1)]
    public void GateOverThePath_DissolvesItExceptInTheKernel(bool gated, LockdepPolicy policy, int reports)
    {
        using var lab = new Lab(new LockdepOptions { Policy = policy });
        LockdepMap gate = Spin("gate"), a = Spin("a"), b = Spin("b"), c = Spin("c");
        LockdepMap[] first = gated ? [gate, a, b] : [a, b], second = gated ? [gate, b, c] : [b, c];
        Masked(() => Nest(first));
        Masked(() => Nest(second));
        Pass(c);
        InHandler(a);

        Assert.Equal(reports, lab.Reports.Count(r => r.Subject!.Name == "a"));
    }

    [Fact]
    public void GatedPathBesideAnother_DoesNotHideIt()
    {
        using var lab = new Lab();
        LockdepMap gate = Spin("gate"), a = Spin("a"), b = Spin("b"), c = Spin("c"), d = Spin("d"), e = Spin("e");
        Masked(() => Nest(gate, a, b));
        Masked(() => Nest(gate, b, c));
        Masked(() => Nest(a, d));
        Masked(() => Nest(d, e));
        Masked(() => Nest(e, c));
        Pass(c);
        InHandler(a);

        Assert.Equal("a -> d, d -> e, e -> c", string.Join(", ", lab.Single().Steps.Select(s => $"{s.Held.Name} -> {s.Wanted.Name}")));
    }

    [Fact]
    public void GateThatIsLeftAwayOnce_StandsNoLonger()
    {
        using var lab = new Lab();
        LockdepMap gate = Spin("gate"), a = Spin("a"), b = Spin("b"), c = Spin("c");
        Masked(() => Nest(gate, a, b));
        Masked(() => Nest(gate, b, c));
        Pass(c);
        InHandler(a);
        lab.IsQuiet();
        Masked(() => Nest(b, c));

        Assert.Equal((ReportKind.HandlerOrder, "a"), (lab.Single().Kind, lab.Single().Subject!.Name));
    }

    [Fact]
    public void PairOfClasses_IsToldOnce()
    {
        using var lab = new Lab();
        LockdepMap a = Spin("a"), b = Spin("b"), c = Spin("c");
        Pass(c);
        InHandler(a);
        Masked(() => Nest(a, c));
        Masked(() => Nest(a, b));
        Masked(() => Nest(b, c));

        Assert.Equal("a -> c", string.Join(", ", lab.Single().Steps.Select(s => $"{s.Held.Name} -> {s.Wanted.Name}")));
    }

    [Fact]
    public void ClassThatIsInconsistentItself_IsNotToldOfAgainWithEachNeighbour()
    {
        using var lab = new Lab();
        LockdepMap a = Spin("a"), b = Spin("b"), c = Spin("c");
        Nest(a, b);
        InHandler(a);
        Nest(a, c);

        Assert.Equal(ReportKind.InconsistentState, lab.Single().Kind);
    }

    [Fact]
    public void SinkThatThrows_LeavesTheLockUnheldAndTheStateKnown()
    {
        using var lab = new Lab(new LockdepOptions { Sinks = [new ThrowingSink()] });
        LockdepMap a = Spin("a");
        InHandler(a);

        Assert.Throws<LockdepException>(() => Lockdep.Acquire(a));
        Assert.False(Lockdep.IsHeld(a));
        Lockdep.Acquire(a);
        Lockdep.Release(a);
        Assert.Equal("?.+.", a.Class!.Usage);
    }

    private static LockdepMap Spin(string name) => new(name, new LockClassKey(name), waitType: LockWaitType.Spin);

    private static void Masked(Action action)
    {
        using (Lockdep.MaskHandlers(HandlerLevel.Hard))
        {
            action();
        }
    }

    private static void InHandler(LockdepMap map, LockMode mode = LockMode.Exclusive)
    {
        using (Lockdep.EnterHandler(HandlerLevel.Hard))
        {
            Lockdep.Acquire(map, mode);
            Lockdep.Release(map);
        }
    }

    private static void Pass(LockdepMap map, LockMode mode = LockMode.Exclusive)
    {
        Lockdep.Acquire(map, mode);
        Lockdep.Release(map);
    }

    private static void Nest(params LockdepMap[] maps)
    {
        Array.ForEach(maps, m => Lockdep.Acquire(m));
        Array.ForEach(maps, m => Lockdep.Release(m));
    }
}
