namespace KThreadRuntime.Tests;

public class PinTests
{
    [Fact]
    public void ReleaseOfAPinnedLock_Reports_AndReleases()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        lab.Thread("T1").Do(() =>
        {
            Lockdep.Acquire(a);
            Lockdep.Pin(a);
            Lockdep.Release(a);
            Assert.False(Lockdep.IsHeld(a));
            Maps.Under(a, () => { });
        });

        Assert.Equal((ReportKind.Pinned, "releases a lock that is pinned."), (lab.Single().Kind, lab.Single().Detail));
    }

    [Fact]
    public void PinAndUnpin_IsQuiet()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        var b = new LockdepMap("b");
        lab.Thread("T1").Do(() =>
        {
            Lockdep.Acquire(a);
            PinCookie first = Lockdep.Pin(a), second = Lockdep.Pin(a);
            Lockdep.Acquire(b);
            Lockdep.Release(b);
            Lockdep.Unpin(a, first);
            Lockdep.Unpin(a, second);
            Lockdep.Release(a);
        });

        lab.IsQuiet();
    }

    [Fact]
    public void OneOfTwoPinsLeft_ReportsTheRelease()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        lab.Thread("T1").Do(() =>
        {
            Lockdep.Acquire(a);
            PinCookie first = Lockdep.Pin(a);
            Lockdep.Pin(a);
            Lockdep.Unpin(a, first);
            Lockdep.Release(a);
        });

        Assert.Equal(ReportKind.Pinned, lab.Single().Kind);
    }

    [Theory]
    [InlineData(false, false, "unpins a lock that it does not hold.")]
    [InlineData(true, false, "unpins a lock that is not pinned.")]
    [InlineData(true, true, "unpins a lock with a cookie of another pin.")]
    public void UnpinOfWhatIsNotPinnedSo_Reports(bool isHeld, bool isPinned, string detail)
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        var b = new LockdepMap("b");
        lab.Thread("T1").Do(() =>
        {
            Lockdep.Acquire(b);
            PinCookie ofAnother = Lockdep.Pin(b);
            if (isHeld)
            {
                Lockdep.Acquire(a);
            }

            if (isPinned)
            {
                Lockdep.Pin(a);
            }

            Lockdep.Unpin(a, ofAnother);
        });

        Assert.Equal((ReportKind.Pinned, detail), (lab.Single().Kind, lab.Single().Detail));
    }

    [Fact]
    public void PinOfWhatIsNotHeld_Reports()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        lab.Thread("T1").Do(() => Assert.Equal(default, Lockdep.Pin(a)));

        Assert.Equal((ReportKind.Pinned, "pins a lock that it does not hold."), (lab.Single().Kind, lab.Single().Detail));
    }

    [Fact]
    public void PinSurvivesAReleaseBelowIt()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        var b = new LockdepMap("b");
        lab.Thread("T1").Do(() =>
        {
            Lockdep.Acquire(a);
            Lockdep.Acquire(b);
            PinCookie cookie = Lockdep.Pin(b);
            Lockdep.Release(a);
            lab.IsQuiet();
            Lockdep.Unpin(b, cookie);
            Lockdep.Release(b);
            lab.IsQuiet();
            Lockdep.Acquire(b);
            Lockdep.Pin(b);
            Lockdep.Release(b);
        });

        Assert.Equal(ReportKind.Pinned, lab.Single().Kind);
    }
}
