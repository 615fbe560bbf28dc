namespace KThreadRuntime.Tests;

/// <summary>Instances that are looked at less closely.</summary>
public class ValidationTests
{
    [Theory]
    [InlineData(LockValidation.Full, 1)]
    [InlineData(LockValidation.NoValidate, 0)]
    [InlineData(LockValidation.NoTrack, 0)]
    public void RingThroughIt_IsReportedOnlyIfItIsValidated(LockValidation validation, int reports)
    {
        using var lab = new Lab(Lab.Everything);
        var a = new LockdepMap("a");
        var b = new LockdepMap("b") { Validation = validation };
        lab.Thread("T1").Do(() => Maps.Nest(a, b));
        lab.Thread("T2").Do(() => Maps.Nest(b, a));

        Assert.Equal(reports, lab.Reports.Count);
        Assert.Equal(reports * 2, lab.Validator.Statistics.Dependencies);
    }

    [Theory]
    [InlineData(LockValidation.NoValidate, true)]
    [InlineData(LockValidation.NoTrack, false)]
    public void HeldLock_IsKnownOnlyIfItIsTracked(LockValidation validation, bool isKnown)
    {
        using var lab = new Lab();
        var map = new LockdepMap("a") { Validation = validation };
        lab.Thread("T1").Do(() => Maps.Under(map, () =>
        {
            Assert.Equal(isKnown, Lockdep.IsHeld(map));
            Lockdep.AssertHeld(map);
            Lockdep.Downgrade(map);
            Lockdep.AssertHeldShared(map);
        }));
        lab.IsQuiet();
        lab.Thread("T2").Do(() => Lockdep.AssertHeld(map));
        lab.Thread("T2").Do(() => Lockdep.Release(map));
        lab.Thread("T2").Do(() => Lockdep.Unpin(map, Lockdep.Pin(map)));
        lab.Thread("T2").Do(() => Maps.Under(map, () => Lockdep.Freed(map)));

        Assert.Equal(isKnown, lab.Reports.Count > 0);
    }

    [Fact]
    public void SwitchedWhileWarm_IsLookedAtNoMore()
    {
        using var lab = new Lab(Lab.Everything);
        var a = new LockdepMap("a");
        var b = new LockdepMap("b");
        var c = new LockdepMap("c");
        Actor t1 = lab.Thread("T1");
        t1.Do(() =>
        {
            for (int i = 0; i < 5; i++)
            {
                Maps.Under(b, () => { });
            }
        });
        b.Validation = LockValidation.NoValidate;
        t1.Do(() => Maps.Nest(b, c));
        Assert.Equal(0, lab.Validator.Statistics.Dependencies);
        b.Validation = LockValidation.Full;
        t1.Do(() => Maps.Nest(b, a));

        Assert.Equal(1, lab.Validator.Statistics.Dependencies);
    }

    [Theory]
    [InlineData(LockValidation.Full, 1)]
    [InlineData(LockValidation.NoValidate, 0)]
    [InlineData(LockValidation.NoTrack, 0)]
    public void WaitsAndSignals_TellOnlyIfItIsValidated(LockValidation validation, int reports)
    {
        using var lab = new Lab(Lab.Everything);
        var a = new LockdepMap("a");
        var c = new LockdepMap("c", kind: LockdepMapKind.Completion) { Validation = validation };
        lab.Thread("signaller").Do(() =>
        {
            Lockdep.Owe(c);
            Maps.Under(a, () => { });
            Lockdep.Signal(c);
        });
        lab.Thread("waiter").Do(() => Maps.Under(a, () =>
        {
            Lockdep.MightWait(c);
            Lockdep.EndWait(Lockdep.BeginWait(c));
        }));

        Assert.Equal(reports, lab.Reports.Count);
    }

    [Fact]
    public void UnvalidatedSleepingLock_InASpinningOne_IsQuiet()
    {
        using var lab = new Lab();
        var raw = new LockdepMap("raw", waitType: LockWaitType.Spin);
        var mutex = new LockdepMap("mutex") { Validation = LockValidation.NoValidate };
        lab.Thread("T1").Do(() => Maps.Nest(raw, mutex));
        lab.IsQuiet();
        mutex.Validation = LockValidation.Full;
        lab.Thread("T1").Do(() => Maps.Nest(raw, mutex));

        Assert.Equal(ReportKind.InvalidWaitContext, lab.Single().Kind);
    }
}
