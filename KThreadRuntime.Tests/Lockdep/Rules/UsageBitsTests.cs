using KThreadRuntime.Context;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.Rules;

/// <summary>The usage states as numbers, against the words of their documentation.</summary>
public class UsageBitsTests
{
    [Fact]
    public void AcquireInAHandler_MarksItsLevelAndMode()
    {
        Assert.Equal(UsageStates.UsedInHard, UsageBits.UsedIn(HandlerLevel.Hard, ChainMode.Exclusive));
        Assert.Equal(UsageStates.UsedInHardRead | UsageStates.QueuedReadInHard, UsageBits.UsedIn(HandlerLevel.Hard, ChainMode.Shared));
        Assert.Equal(UsageStates.UsedInHardRead, UsageBits.UsedIn(HandlerLevel.Hard, ChainMode.SharedRecursive));
        Assert.Equal(UsageStates.UsedInSoft, UsageBits.UsedIn(HandlerLevel.Soft, ChainMode.Exclusive));
        Assert.Equal(UsageStates.UsedInSoftRead | UsageStates.QueuedReadInSoft, UsageBits.UsedIn(HandlerLevel.Soft, ChainMode.Shared));
        Assert.Equal(UsageStates.UsedInSoftRead, UsageBits.UsedIn(HandlerLevel.Soft, ChainMode.SharedRecursive));
    }

    [Fact]
    public void HeldWhileAHandlerMayRun_MarksItsLevelAndMode()
    {
        Assert.Equal(UsageStates.EnabledHard, UsageBits.Enabled(HandlerLevel.Hard, ChainMode.Exclusive));
        Assert.Equal(UsageStates.EnabledHardRead, UsageBits.Enabled(HandlerLevel.Hard, ChainMode.Shared));
        Assert.Equal(UsageStates.EnabledSoft, UsageBits.Enabled(HandlerLevel.Soft, ChainMode.Exclusive));
        Assert.Equal(UsageStates.EnabledSoftRead, UsageBits.Enabled(HandlerLevel.Soft, ChainMode.SharedRecursive));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void SeveralLevels_AreMarkedTogether(int levels)
    {
        var set = (HandlerLevels)levels;
        HandlerLevel[] each = [.. new[] { HandlerLevel.Hard, HandlerLevel.Soft }.Where(l => (levels & (1 << (int)l)) != 0)];

        Assert.Equal(each.Aggregate(UsageStates.None, (all, l) => all | UsageBits.UsedIn(l, ChainMode.Shared)), UsageBits.UsedIn(set, ChainMode.Shared));
        Assert.Equal(each.Aggregate(UsageStates.None, (all, l) => all | UsageBits.Enabled(l, ChainMode.Shared)), UsageBits.Enabled(set, ChainMode.Shared));
    }

    [Fact]
    public void AllOfALevel_IsEachModeTogether()
    {
        Assert.Equal(UsageStates.UsedInHard | UsageStates.UsedInHardRead | UsageStates.QueuedReadInHard, UsageBits.UsedIn(HandlerLevel.Hard));
        Assert.Equal(UsageStates.UsedInSoft | UsageStates.UsedInSoftRead | UsageStates.QueuedReadInSoft, UsageBits.UsedIn(HandlerLevel.Soft));
        Assert.Equal(UsageStates.EnabledHard | UsageStates.EnabledHardRead, UsageBits.Enabled(HandlerLevel.Hard));
        Assert.Equal(UsageStates.EnabledSoft | UsageStates.EnabledSoftRead, UsageBits.Enabled(HandlerLevel.Soft));
    }

    [Fact]
    public void Wants_AreBlockedByAnyHolder_OrByAWriter()
    {
        Assert.Equal(1u, UsageBits.Wanted(UsageStates.UsedInHard, HandlerLevel.Hard));
        Assert.Equal(3u, UsageBits.Wanted(UsageStates.UsedInHardRead | UsageStates.QueuedReadInHard, HandlerLevel.Hard));
        Assert.Equal(2u, UsageBits.Wanted(UsageStates.UsedInHardRead, HandlerLevel.Hard));
        Assert.Equal(3u, UsageBits.Wanted(UsageStates.UsedInSoft | UsageStates.UsedInSoftRead, HandlerLevel.Soft));
        Assert.Equal(0u, UsageBits.Wanted(UsageStates.UsedInSoft | UsageStates.EnabledHard | UsageStates.EnabledHardRead, HandlerLevel.Hard));
    }

    [Fact]
    public void Holds_BlockEverybody_OrLetReadersPass()
    {
        Assert.Equal(1u, UsageBits.Held(UsageStates.EnabledHard, HandlerLevel.Hard));
        Assert.Equal(2u, UsageBits.Held(UsageStates.EnabledHardRead, HandlerLevel.Hard));
        Assert.Equal(3u, UsageBits.Held(UsageStates.EnabledSoft | UsageStates.EnabledSoftRead, HandlerLevel.Soft));
        Assert.Equal(0u, UsageBits.Held(UsageStates.EnabledSoft | UsageStates.UsedInHard | UsageStates.UsedInHardRead, HandlerLevel.Hard));
    }

    [Fact]
    public void EveryWantAndHold_BlockAsTheirAlternativesDo()
    {
        for (uint wanted = 0; wanted < 4; wanted++)
        {
            for (uint held = 0; held < 4; held++)
            {
                DependencyKinds kinds = DependencyKinds.None;
                foreach ((uint hold, uint want, DependencyKinds kind) in Alternatives)
                {
                    kinds |= (held & hold) != 0 && (wanted & want) != 0 ? kind : DependencyKinds.None;
                }

                Assert.Equal(kinds, UsageBits.Kinds(held, wanted));
                Assert.Equal((kinds & ~DependencyKinds.SR) != 0, UsageBits.Blocks(wanted, held));
            }
        }
    }

    [Theory]
    [InlineData(HandlerLevel.Hard, true, "", "HARDIRQ-W")]
    [InlineData(HandlerLevel.Hard, false, "-ON", "HARDIRQ-ON-R")]
    [InlineData(HandlerLevel.Soft, true, "-ON", "SOFTIRQ-ON-W")]
    [InlineData(HandlerLevel.Soft, false, "", "SOFTIRQ-R")]
    public void Uses_HaveTheKernelsNames(HandlerLevel level, bool isWrite, string on, string name) =>
        Assert.Equal(name, UsageBits.KernelName(level, isWrite, on));

    private static IEnumerable<(uint Hold, uint Want, DependencyKinds Kind)> Alternatives =>
    [
        (1, 1, DependencyKinds.EN), (1, 2, DependencyKinds.ER), (2, 1, DependencyKinds.SN), (2, 2, DependencyKinds.SR),
    ];
}
