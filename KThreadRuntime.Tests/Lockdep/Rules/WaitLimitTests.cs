using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.Rules;

public class WaitLimitTests
{
    [Theory]
    [InlineData(LockWaitType.Free, "a lock that never waits")]
    [InlineData(LockWaitType.Spin, "a raw spin lock")]
    [InlineData(LockWaitType.Config, "a spin lock")]
    [InlineData(LockWaitType.Sleep, "a sleeping lock")]
    public void Handler_LimitsByItself(LockWaitType limit, string words)
    {
        var rule = new WaitTypeRule(limit);

        Assert.Equal(limit, rule.Limit);
        Assert.Null(rule.Limiter);
        Assert.False(rule.Forbids(limit));
        Assert.False(rule.Forbids(LockWaitType.None));
        Assert.Equal($"waits as a sleeping lock does where {words} is the limit, in a handler.", rule.Tell(LockWaitType.Sleep));
        Assert.StartsWith($"waits as {words} does", rule.Tell(limit), StringComparison.Ordinal);
    }

    [Fact]
    public void NoLimit_ForbidsNothing()
    {
        var rule = new WaitTypeRule(LockWaitType.None);

        Assert.Equal(LockWaitType.Sleep, rule.Limit);
        Assert.False(rule.Forbids(LockWaitType.Sleep));
    }

    [Fact]
    public void HeldLocks_LimitByTheHardest_TheFirstOfEquals()
    {
        LockClass none = Class("none", LockWaitType.None), sleep = Class("sleep", LockWaitType.Sleep), config = Class("config", LockWaitType.Config),
            twin = Class("twin", LockWaitType.Config), spin = Class("spin", LockWaitType.Spin);
        var rule = new WaitTypeRule(LockWaitType.Sleep);
        rule.Hold(none);
        rule.Hold(sleep);
        Assert.Null(rule.Limiter);

        rule.Hold(config);
        rule.Hold(twin);
        Assert.Equal((LockWaitType.Config, config), (rule.Limit, rule.Limiter));
        Assert.True(rule.Forbids(LockWaitType.Sleep));
        Assert.False(rule.Forbids(LockWaitType.Config));

        rule.Hold(spin);
        rule.Hold(config);
        Assert.Equal((LockWaitType.Spin, spin), (rule.Limit, rule.Limiter));
        Assert.Equal("waits as a spin lock does where a raw spin lock is the limit, holding spin.", rule.Tell(LockWaitType.Config));
    }

    private static LockClass Class(string name, LockWaitType inner) =>
        ClassTable.Unregistered(name, CodeSite.Unknown, null, new ClassTraits(LockdepMapKind.Lock, LockWaitType.Free, inner));
}
