using KThreadRuntime.Context;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests;

/// <summary>Signals and waits that tell nothing new are passed over; what makes one tell something is never.</summary>
public class QuietSignalTests
{
    [Fact]
    public void TheSameSignalAgain_IsQuiet_UntilSomebodyWaits()
    {
        using var lab = new Lab();
        LockdepMap c = Completion("c");
        Lockdep.Signal(c);
        Assert.True(LockdepContext.TryPassSignal(c));

        WaitTicket wait = lab.Thread("waiter").Do(() => Lockdep.BeginWait(c));
        Assert.False(LockdepContext.TryPassSignal(c));
        Lockdep.EndWait(wait);
        Assert.True(LockdepContext.TryPassSignal(c));
    }

    [Fact]
    public void WaitAfterQuietSignals_StillLearnsWhatTheSignallerDid()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        LockdepMap c = Completion("c");
        Lockdep.Signal(c);
        Lockdep.Signal(c);
        WaitTicket wait = lab.Thread("waiter").Do(() => Lockdep.BeginWait(c));
        Maps.Under(a, () => { });
        Lockdep.Signal(c);
        Lockdep.EndWait(wait);

        Assert.Equal([("(completion)c", "a")], Learned(lab));
    }

    [Fact]
    public void OwingAfterQuietSignals_CommitsWhatWasDoneMeanwhile()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        var a = new LockdepMap("a");
        LockdepMap c = Completion("c");
        Lockdep.Signal(c);
        Assert.True(LockdepContext.TryPassSignal(c));
        Lockdep.Owe(c);
        Maps.Under(a, () => { });
        Assert.False(LockdepContext.TryPassSignal(c));
        Lockdep.Signal(c);

        Assert.Equal([("(completion)c", "a")], Learned(lab));
        Assert.True(LockdepContext.TryPassSignal(c));
    }

    [Fact]
    public void Reinitialize_MakesTheNextSignalAFirstOne()
    {
        using var lab = new Lab();
        LockdepMap a = new("a");
        var c = new Completion(name: "c");
        c.Complete();
        Assert.True(LockdepContext.TryPassSignal(c.Map!));
        c.Reinitialize();
        Assert.False(LockdepContext.TryPassSignal(c.Map!));
        Maps.Under(a, () => { });
        c.Complete();

        Assert.Equal([("(completion)c", "a")], Learned(lab));
    }

    [Fact]
    public void SignalOfAnotherContext_IsNotQuiet()
    {
        using var lab = new Lab();
        LockdepMap c = Completion("c");
        lab.Thread("first").Do(() => Lockdep.Signal(c));
        Assert.False(LockdepContext.TryPassSignal(c));
        Lockdep.Signal(c);
        Assert.Equal(Dependency.Several, c.Signaller);
    }

    [Fact]
    public void DisposedKey_IsToldAfterQuietSignals()
    {
        using var lab = new Lab();
        var key = new LockClassKey("c");
        var c = new LockdepMap("c", key, LockdepMapKind.Completion);
        Lockdep.Signal(c);
        Assert.True(LockdepContext.TryPassSignal(c));
        key.Dispose();
        Lockdep.Signal(c);

        Assert.Equal(ReportKind.DeadKey, lab.Single().Kind);
    }

    [Fact]
    public void TheSameWaitAgain_IsQuiet_UntilAnotherLockIsHeld()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        var a = new LockdepMap("a");
        var b = new LockdepMap("b");
        var c = new Completion(name: "c");
        Maps.Under(a, () =>
        {
            Pass(c, times: 3);
            Assert.True(LockdepContext.IsQuietWait(c.Map!, timed: false));
            Assert.False(LockdepContext.IsQuietWait(c.Map!, timed: true));
        });

        // It has not signalled under this lock now: that is another wait.
        Assert.False(Holding(a, () => LockdepContext.IsQuietWait(c.Map!, timed: false)));
        Assert.False(LockdepContext.IsQuietWait(c.Map!, timed: false));
        Maps.Under(b, () => Pass(c, times: 1));

        Assert.Equal([("a", "(completion)c"), ("b", "(completion)c")], Learned(lab));
    }

    [Fact]
    public void QuietWait_EndsWithTheGenerationTheCutAndTheMixOfHandlers()
    {
        using var lab = new Lab();
        var c = new Completion(name: "c");
        LockdepContext context = LockdepContext.For(lab.Validator);
        foreach (Action change in new Action[]
        {
            () => lab.Validator.Clock.Advance(),
            context.Cut,
            () => { using (Lockdep.EnterHandler(HandlerLevel.Soft)) { } },
        })
        {
            Pass(c, times: 3);
            Assert.True(LockdepContext.IsQuietWait(c.Map!, timed: false));
            change();
            Assert.False(LockdepContext.IsQuietWait(c.Map!, timed: false));
        }
    }

    private static bool Holding(LockdepMap map, Func<bool> question)
    {
        bool answer = false;
        Maps.Under(map, () => { answer = question(); });
        return answer;
    }

    private static LockdepMap Completion(string name) => new(name, kind: LockdepMapKind.Completion);

    private static void Pass(Completion completion, int times)
    {
        for (int i = 0; i < times; i++)
        {
            completion.Complete();
            completion.Wait();
        }
    }

    private static (string From, string To)[] Learned(Lab lab) =>
        [.. lab.Validator.SnapshotDependencies().Select(d => (d.From.DisplayName, d.To.DisplayName)).Order()];
}
