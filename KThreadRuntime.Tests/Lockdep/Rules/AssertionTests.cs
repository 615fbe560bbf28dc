namespace KThreadRuntime.Tests;

public class AssertionTests
{
    public static TheoryData<string, bool> WithALockHeldExclusively => new()
    {
        { nameof(Lockdep.AssertHeld), true },
        { nameof(Lockdep.AssertHeldExclusive), true },
        { nameof(Lockdep.AssertHeldShared), false },
        { nameof(Lockdep.AssertHeldOnce), true },
        { nameof(Lockdep.AssertNotHeld), false },
        { nameof(Lockdep.AssertNoneHeld), false },
    };

    [Theory]
    [MemberData(nameof(WithALockHeldExclusively))]
    public void HeldExclusively_IsWhatEachAssertionSays(string assertion, bool holds) => Check(assertion, LockMode.Exclusive, holds);

    [Theory]
    [InlineData(nameof(Lockdep.AssertHeld), true)]
    [InlineData(nameof(Lockdep.AssertHeldExclusive), false)]
    [InlineData(nameof(Lockdep.AssertHeldShared), true)]
    [InlineData(nameof(Lockdep.AssertHeldOnce), true)]
    [InlineData(nameof(Lockdep.AssertNotHeld), false)]
    [InlineData(nameof(Lockdep.AssertNoneHeld), false)]
    public void HeldShared_IsWhatEachAssertionSays(string assertion, bool holds)
    {
        Check(assertion, LockMode.Shared, holds);
        Check(assertion, LockMode.SharedRecursive, holds);
    }

    [Theory]
    [InlineData(nameof(Lockdep.AssertHeld), false)]
    [InlineData(nameof(Lockdep.AssertHeldExclusive), false)]
    [InlineData(nameof(Lockdep.AssertHeldShared), false)]
    [InlineData(nameof(Lockdep.AssertHeldOnce), false)]
    [InlineData(nameof(Lockdep.AssertNotHeld), true)]
    [InlineData(nameof(Lockdep.AssertNoneHeld), true)]
    public void NotHeld_IsWhatEachAssertionSays(string assertion, bool holds) => Check(assertion, null, holds);

    [Fact]
    public void HeldTwice_IsNotHeldOnce()
    {
        using var lab = new Lab();
        var map = new LockdepMap("a", kind: LockdepMapKind.ReentrantLock);
        lab.Thread("T1").Do(() => Maps.Under(map, () => Maps.Under(map, () => Lockdep.AssertHeldOnce(map))));

        Assert.Equal("relies on holding a lock exactly once, and does not.", lab.Single().Detail);
    }

    [Fact]
    public void HeldByAnotherThread_IsNotHeld()
    {
        using var lab = new Lab();
        var map = new LockdepMap("a");
        lab.Thread("T1").Do(() => Lockdep.Acquire(map));
        lab.Thread("T2").Do(() => Lockdep.AssertHeld(map));

        Assert.Equal(ReportKind.AssertionFailed, lab.Single().Kind);
    }

    [Fact]
    public void InASink_TheAnswerIsUnknown()
    {
        LockdepMap? other = null;
        int asked = 0;
        var sink = new DelegateSink(_ =>
        {
            asked++;
            Lockdep.AssertHeld(other!);
            Lockdep.AssertNoneHeld();
        });
        using var lab = new Lab(new LockdepOptions { Sinks = [sink] });
        other = new LockdepMap("other");
        var map = new LockdepMap("a");
        lab.Thread("T1").Do(() => Maps.Under(map, () => Lockdep.AssertNotHeld(map)));

        Assert.Equal(1, asked);
        lab.Single();
    }

    [Fact]
    public void ThrowingSink_ThrowsTheAssertion()
    {
        using var lab = new Lab(new LockdepOptions { Sinks = [new ThrowingSink()] });
        var map = new LockdepMap("a");
        lab.Thread("T1").Do(() => Assert.Throws<LockdepException>(() => Lockdep.AssertHeld(map)));
    }

    private static void Check(string assertion, LockMode? held, bool holds)
    {
        using var lab = new Lab();
        var map = new LockdepMap("a");
        lab.Thread("T1").Do(() =>
        {
            if (held is { } mode)
            {
                Lockdep.Acquire(map, mode);
            }

            Say(assertion, map);
        });

        Assert.Equal(holds ? 0 : 1, lab.Reports.Count);
        Assert.All(lab.Reports, r => Assert.Equal(ReportKind.AssertionFailed, r.Kind));
    }

    private static void Say(string assertion, LockdepMap map)
    {
        Action assert = assertion switch
        {
            nameof(Lockdep.AssertHeld) => () => Lockdep.AssertHeld(map),
            nameof(Lockdep.AssertHeldExclusive) => () => Lockdep.AssertHeldExclusive(map),
            nameof(Lockdep.AssertHeldShared) => () => Lockdep.AssertHeldShared(map),
            nameof(Lockdep.AssertHeldOnce) => () => Lockdep.AssertHeldOnce(map),
            nameof(Lockdep.AssertNotHeld) => () => Lockdep.AssertNotHeld(map),
            nameof(Lockdep.AssertNoneHeld) => () => Lockdep.AssertNoneHeld(),
            _ => throw new ArgumentOutOfRangeException(nameof(assertion)),
        };
        assert();
    }
}
