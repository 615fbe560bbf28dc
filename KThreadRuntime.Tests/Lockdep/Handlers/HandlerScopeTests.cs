using KThreadRuntime.Context;

namespace KThreadRuntime.Tests;

public class HandlerScopeTests
{
    private static LockdepContext Here => LockdepContext.For(LockdepValidator.Current);

    [Fact]
    public void WhatTheInterruptedFlowHolds_IsNoSourceForTheHandler()
    {
        using var lab = new Lab(Lab.Everything);
        LockdepMap a = Spin("a"), b = Spin("b");
        Lockdep.Acquire(a);
        using (Lockdep.EnterHandler(HandlerLevel.Hard))
        {
            Nest(b);
        }

        Lockdep.Release(a);
        Assert.Equal(0, lab.Validator.Statistics.Dependencies);
        lab.IsQuiet();
    }

    [Fact]
    public void WhatTheHandlerHolds_IsASourceForWhatItAcquiresNext()
    {
        using var lab = new Lab(Lab.Everything);
        LockdepMap a = Spin("a"), b = Spin("b");
        using (Lockdep.EnterHandler(HandlerLevel.Hard))
        {
            Lockdep.Acquire(a);
            Nest(b);
            Lockdep.Release(a);
        }

        Assert.Equal(1, lab.Validator.Statistics.Dependencies);
    }

    [Fact]
    public void InterruptedFlowsLock_CannotBeReleasedByTheHandler()
    {
        using var lab = new Lab();
        LockdepMap a = Spin("a");
        Lockdep.Acquire(a);
        using (Lockdep.EnterHandler(HandlerLevel.Soft))
        {
            Lockdep.Release(a);
            Assert.False(Lockdep.IsHeld(a));
        }

        Assert.Equal(ReportKind.UnbalancedRelease, lab.Single().Kind);
        Assert.True(Lockdep.IsHeld(a));
        Lockdep.Release(a);
        lab.Single();
    }

    [Fact]
    public void LockStillHeldAtTheEnd_IsReportedAndReleased()
    {
        using var lab = new Lab();
        LockdepMap below = Spin("below"), left = Spin("left");
        Lockdep.Acquire(below);
        using (Lockdep.EnterHandler(HandlerLevel.Soft))
        {
            Lockdep.Acquire(left);
        }

        LockdepReport report = lab.Single();
        Assert.Equal((ReportKind.HeldAtBoundary, "left"), (report.Kind, report.Subject!.Name));
        Assert.False(Lockdep.IsHeld(left));
        Assert.True(Lockdep.IsHeld(below));
        Lockdep.Release(below);
    }

    [Fact]
    public void EndingTheOuterHandlerFirst_IsReportedAndEndsBoth()
    {
        using var lab = new Lab();
        Lockdep.HandlerScope outer = Lockdep.EnterHandler(HandlerLevel.Soft), inner = Lockdep.EnterHandler(HandlerLevel.Hard);
        outer.Dispose();

        Assert.Equal(ReportKind.Misuse, lab.Single().Kind);
        Assert.Contains("ends a soft handler while one that began later", lab.Single().Detail, StringComparison.Ordinal);
        Assert.Equal(LockWaitType.Sleep, Here.ContextLimit);
        inner.Dispose();
        outer.Dispose();
        lab.Single();
    }

    [Fact]
    public void EndingInOrder_IsQuiet()
    {
        using var lab = new Lab();
        Lockdep.HandlerScope outer = Lockdep.EnterHandler(HandlerLevel.Soft), inner = Lockdep.EnterHandler(HandlerLevel.Hard);
        inner.Dispose();
        outer.Dispose();

        lab.IsQuiet();
    }

    [Fact]
    public void EndingOnAnotherThread_Throws()
    {
        using var lab = new Lab();
        Lockdep.HandlerScope scope = Lockdep.EnterHandler(HandlerLevel.Soft);
        Actor other = lab.Thread("other");

        Assert.Throws<InvalidOperationException>(() => other.Do(scope.Dispose));
        scope.Dispose();
    }

    [Fact]
    public void LevelThatIsNone_IsRefused()
    {
        using var lab = new Lab();

        Assert.Throws<ArgumentOutOfRangeException>(() => Lockdep.EnterHandler((HandlerLevel)7));
        Assert.Throws<ArgumentOutOfRangeException>(() => Lockdep.HandlersOff((HandlerLevel)7));
    }

    [Fact]
    public void SinkThatThrowsAtTheEnd_LeavesNoHandlerBehind()
    {
        using var lab = new Lab(new LockdepOptions { Sinks = [new ThrowingSink()] });
        LockdepMap left = Spin("left");
        Lockdep.HandlerScope scope = Lockdep.EnterHandler(HandlerLevel.Hard, isThreaded: false);
        Lockdep.Acquire(left);

        Assert.Throws<LockdepException>(scope.Dispose);
        Assert.False(Lockdep.IsHeld(left));
        Assert.Equal(LockWaitType.Sleep, Here.ContextLimit);
        scope.Dispose();
    }

    [Fact]
    public void LimitOfWaiting_IsTheHardestOfTheRunningHandlers()
    {
        using var lab = new Lab();
        Assert.Equal(LockWaitType.Sleep, Here.ContextLimit);
        using (Lockdep.EnterHandler(HandlerLevel.Soft))
        {
            Assert.Equal(LockWaitType.Config, Here.ContextLimit);
            using (Lockdep.EnterHandler(HandlerLevel.Hard))
            {
                Assert.Equal(LockWaitType.Config, Here.ContextLimit);
            }

            using (Lockdep.EnterHandler(HandlerLevel.Hard, isThreaded: false))
            {
                Assert.Equal(LockWaitType.Spin, Here.ContextLimit);
            }

            Assert.Equal(LockWaitType.Config, Here.ContextLimit);
        }

        Assert.Equal(LockWaitType.Sleep, Here.ContextLimit);
    }

    [Fact]
    public void DeepHandlersOverManyLocks_KeepTheStackWhole()
    {
        using var lab = new Lab();
        LockdepMap[] maps = [.. Enumerable.Range(0, 60).Select(i => new LockdepMap(key: new LockClassKey($"m{i}"), waitType: LockWaitType.Spin))];
        var scopes = new Stack<Lockdep.HandlerScope>();
        for (int i = 0; i < maps.Length; i++)
        {
            if (i % 5 == 0)
            {
                scopes.Push(Lockdep.EnterHandler(HandlerLevel.Soft));
            }

            Lockdep.Acquire(maps[i]);
        }

        for (int i = maps.Length - 1; i >= 0; i--)
        {
            Lockdep.Release(maps[i]);
            if (i % 5 == 0)
            {
                scopes.Pop().Dispose();
            }
        }

        Assert.DoesNotContain(lab.Reports, r => r.Kind is ReportKind.UnbalancedRelease or ReportKind.HeldAtBoundary or ReportKind.Misuse);
        Assert.Equal(0, Here.HeldCount);
    }

    private static LockdepMap Spin(string name) => new(name, new LockClassKey(name), waitType: LockWaitType.Spin);

    private static void Nest(LockdepMap map)
    {
        Lockdep.Acquire(map);
        Lockdep.Release(map);
    }
}
