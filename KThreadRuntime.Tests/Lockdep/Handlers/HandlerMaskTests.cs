using KThreadRuntime.Context;

namespace KThreadRuntime.Tests;

public class HandlerMaskTests
{
    private readonly LockClassKey _key = new("a");

    [Theory]
    [InlineData(HandlerLevel.Hard, HandlerLevel.Hard, false)]
    [InlineData(HandlerLevel.Hard, HandlerLevel.Soft, false)]
    [InlineData(HandlerLevel.Soft, HandlerLevel.Soft, false)]
    [InlineData(HandlerLevel.Soft, HandlerLevel.Hard, true)]
    public void LockHeldWhileALevelIsOff_IsSafeFromThatLevelAndLower(HandlerLevel off, HandlerLevel handler, bool reports)
    {
        using var lab = new Lab();
        LockdepMap a = Spin();
        InHandler(handler, a);
        using (Lockdep.MaskHandlers(off))
        {
            Pass(a);
        }

        Assert.Equal(reports ? 1 : 0, lab.Reports.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LockHeldWhenHandlersComeOn_IsHeldWhileTheyMayRun(bool heldThen)
    {
        using var lab = new Lab();
        LockdepMap a = Spin();
        InHandler(HandlerLevel.Hard, a);
        Lockdep.HandlersOff(HandlerLevel.Hard);
        Lockdep.Acquire(a);
        if (!heldThen)
        {
            Lockdep.Release(a);
        }

        Lockdep.HandlersOn(HandlerLevel.Hard);
        Assert.Equal(heldThen ? 1 : 0, lab.Reports.Count);
    }

    [Fact]
    public void SwitchingOffTwice_IsAsOnce()
    {
        using var lab = new Lab();
        LockdepMap a = Spin();
        InHandler(HandlerLevel.Hard, a);
        Lockdep.HandlersOff(HandlerLevel.Hard);
        Lockdep.HandlersOff(HandlerLevel.Hard);
        Lockdep.HandlersOn(HandlerLevel.Hard);
        Pass(a);

        Assert.Equal(ReportKind.InconsistentState, lab.Single().Kind);
    }

    [Fact]
    public void InnerMask_LeavesTheOuterOneInForce()
    {
        using var lab = new Lab();
        LockdepMap a = Spin();
        InHandler(HandlerLevel.Hard, a);
        using (Lockdep.MaskHandlers(HandlerLevel.Hard))
        {
            using (Lockdep.MaskHandlers(HandlerLevel.Hard))
            {
            }

            Pass(a);
        }

        lab.IsQuiet();
    }

    [Fact]
    public void SwitchingOnInAHandlerOfTheLevel_IsReportedAndIgnored()
    {
        using var lab = new Lab();
        LockdepMap a = Spin();
        using (Lockdep.EnterHandler(HandlerLevel.Hard))
        {
            Lockdep.HandlersOn(HandlerLevel.Hard);
            Pass(a);
        }

        Assert.Equal(ReportKind.Misuse, lab.Single().Kind);
        Assert.Equal("-...", a.Class!.Usage);
    }

    [Fact]
    public void MaskOfAHandler_EndsWithIt()
    {
        using var lab = new Lab();
        LockdepMap a = Spin();
        using (Lockdep.EnterHandler(HandlerLevel.Soft))
        {
            Lockdep.HandlersOff(HandlerLevel.Hard);
        }

        Pass(a);
        Assert.Equal("+.+.", a.Class!.Usage);
    }

    [Fact]
    public void LockKnownFromWhileHandlersWereOff_IsLookedAtAgainWhenTheyAreOn()
    {
        using var lab = new Lab();
        LockdepMap a = Spin(), b = new("b", waitType: LockWaitType.Spin);
        InHandler(HandlerLevel.Hard, b);
        using (Lockdep.MaskHandlers(HandlerLevel.Hard))
        {
            for (int i = 0; i < 4; i++)
            {
                Nest(a, b);
            }
        }

        lab.IsQuiet();
        Nest(a, b);
        Assert.Equal("b", lab.Single().Subject!.Name);
    }

    [Fact]
    public void LockKnownInBothStates_IsNotLookedAtAgain()
    {
        using var lab = new Lab();
        LockdepMap a = Spin();
        LockdepContext here = LockdepContext.For(lab.Validator);
        Alternate(a, 2);
        long before = here.SlowAcquires;
        Alternate(a, 100);

        Assert.Equal(before, here.SlowAcquires);
    }

    [Fact]
    public void HandlerThatComesThoughOff_ShowsThatWhatIsHeldCanBeInterrupted()
    {
        using var lab = new Lab();
        LockdepMap a = Spin();
        InHandler(HandlerLevel.Hard, a);
        Lockdep.HandlersOff(HandlerLevel.Hard);
        Lockdep.Acquire(a);
        lab.IsQuiet();
        using (Lockdep.EnterHandler(HandlerLevel.Hard))
        {
        }

        Assert.Equal(ReportKind.InconsistentState, lab.Single().Kind);
    }

    private LockdepMap Spin() => new("a", _key, waitType: LockWaitType.Spin);

    private static void Alternate(LockdepMap map, int times)
    {
        for (int i = 0; i < times; i++)
        {
            Pass(map);
            using (Lockdep.MaskHandlers(HandlerLevel.Hard))
            {
                Pass(map);
            }
        }
    }

    private static void InHandler(HandlerLevel level, LockdepMap map)
    {
        using (Lockdep.EnterHandler(level))
        {
            Pass(map);
        }
    }

    private static void Nest(LockdepMap outer, LockdepMap inner)
    {
        Lockdep.Acquire(outer);
        Pass(inner);
        Lockdep.Release(outer);
    }

    private static void Pass(LockdepMap map)
    {
        Lockdep.Acquire(map);
        Lockdep.Release(map);
    }
}
