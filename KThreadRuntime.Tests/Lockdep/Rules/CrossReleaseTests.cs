namespace KThreadRuntime.Tests;

/// <summary>Both ends of the wire: a wait under a lock, and a signal after that lock.</summary>
public class CrossReleaseTests
{
    [Fact]
    public void SignallerTakesTheWaitersLockFirst_Reports()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        var (a, c) = Pair();
        Actor waiter = lab.Thread("waiter"), signaller = lab.Thread("signaller");
        signaller.Do(() => { });

        // Once without the lock, so that the schedule does not hang; then with it.
        RunWait(waiter, c, () => signaller.Do(() =>
        {
            Pass(a);
            c.Complete();
        }));
        lab.IsQuiet();
        RunWait(waiter, c, () => signaller.Do(() => c.Complete()), under: a);

        LockdepReport report = lab.Single();
        Assert.Equal("(completion)c --> a", report.Chain);
        Assert.Equal(Confidence.Certain, report.Confidence);
        Assert.True(report.Steps[1].IsOwed);
        Assert.True(report.Steps[0].IsWait);
    }

    [Fact]
    public void SignallerTakesTheLockBeforeTheWaitBegan_IsQuiet()
    {
        using var lab = new Lab(new LockdepOptions { Threshold = Confidence.ClassLevelOnly, Prediction = false });
        var (a, c) = Pair();
        Actor waiter = lab.Thread("waiter"), signaller = lab.Thread("signaller");
        signaller.Do(() => Pass(a));
        RunWait(waiter, c, () => signaller.Do(() => c.Complete()), under: a);

        lab.IsQuiet();
    }

    [Fact]
    public void SignallerTriesTheLock_IsQuiet()
    {
        using var lab = new Lab(Lab.Everything);
        var (a, c) = Pair();
        Actor waiter = lab.Thread("waiter"), signaller = lab.Thread("signaller");
        RunWait(waiter, c, () => signaller.Do(() =>
        {
            Assert.True(a.TryAcquire());
            a.Release();
            c.Complete();
        }));
        RunWait(waiter, c, () => signaller.Do(() => c.Complete()), under: a);

        lab.IsQuiet();
    }

    [Fact]
    public void CompleteAll_CommitsToo()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        var (a, c) = Pair();
        Actor waiter = lab.Thread("waiter"), signaller = lab.Thread("signaller");
        RunWait(waiter, c, () => signaller.Do(() =>
        {
            Pass(a);
            c.CompleteAll();
        }));
        c.Reinitialize();
        RunWait(waiter, c, () => signaller.Do(() => c.CompleteAll()), under: a);

        Assert.Equal("(completion)c --> a", lab.Single().Chain);
    }

    [Fact]
    public void SignalBeforeTheWait_IsPredicted()
    {
        using var lab = new Lab();
        var (a, c) = Pair();
        lab.Thread("signaller").Do(() =>
        {
            Pass(a);
            c.Complete();
        });
        lab.Thread("waiter").Do(() => Under(a, () => c.Wait()));

        LockdepReport report = lab.Single();
        Assert.Equal(Confidence.Possible, report.Confidence);
        Assert.Equal(ReportFlags.Predicted, report.Flags);
    }

    [Fact]
    public void SignalBeforeTheWait_IsQuietWithoutPrediction()
    {
        using var lab = new Lab(new LockdepOptions { Prediction = false, Threshold = Confidence.ClassLevelOnly });
        var (a, c) = Pair();
        lab.Thread("signaller").Do(() =>
        {
            Pass(a);
            c.Complete();
        });
        lab.Thread("waiter").Do(() => Under(a, () => c.Wait()));

        lab.IsQuiet();
    }

    [Fact]
    public void Prediction_StartsAtTheCompletionsBirth()
    {
        using var lab = new Lab(Lab.Everything);
        var a = new KMutex(name: "a");
        Actor signaller = lab.Thread("signaller");
        signaller.Do(() => Pass(a));
        var c = new Completion(name: "c");
        signaller.Do(() => c.Complete());
        lab.Thread("waiter").Do(() => Under(a, () => c.Wait()));

        lab.IsQuiet();
    }

    [Fact]
    public void Prediction_StartsAnewAtReinitialize()
    {
        using var lab = new Lab(Lab.Everything);
        var (a, c) = Pair();
        Actor signaller = lab.Thread("signaller");
        signaller.Do(() => Pass(a));
        c.Reinitialize();
        signaller.Do(() => c.Complete());
        lab.Thread("waiter").Do(() => Under(a, () => c.Wait()));

        lab.IsQuiet();
    }

    [Fact]
    public void IndependencePoint_CutsTheHistory()
    {
        using var lab = new Lab(Lab.Everything);
        var (a, c) = Pair();
        lab.Thread("signaller").Do(() =>
        {
            Pass(a);
            using (Lockdep.BeginWork())
            {
                c.Complete();
            }
        });
        lab.Thread("waiter").Do(() => Under(a, () => c.Wait()));

        lab.IsQuiet();
        Assert.Equal(2, lab.Validator.Statistics.IndependencePoints);
    }

    [Fact]
    public void CompletionsOnly_ReportTheRing()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        var c = new Completion(name: "c");
        var d = new Completion(name: "d");
        Actor one = lab.Thread("one"), two = lab.Thread("two"), helper = lab.Thread("helper");

        // "one" waits for d before it signals c, while "two" waits for c; then the other way round.
        RunWait(two, c, () =>
        {
            RunWait(one, d, () => helper.Do(() => d.Complete()));
            one.Do(() => c.Complete());
        });
        RunWait(one, d, () =>
        {
            RunWait(two, c, () => helper.Do(() => c.Complete()));
            two.Do(() => d.Complete());
        });

        LockdepReport report = lab.Single();
        Assert.Equal(["(completion)c", "(completion)d"], report.Steps.Select(s => s.Held.Name).Order(StringComparer.Ordinal));
        Assert.All(report.Steps, s => Assert.True(s.IsOwed && s.IsWait));
    }

    [Fact]
    public void TimedWait_IsAStall()
    {
        using var lab = new Lab();
        var (a, c) = Pair();
        lab.Thread("signaller").Do(() =>
        {
            Pass(a);
            c.Complete();
        });
        lab.Thread("waiter").Do(() => Under(a, () => Assert.True(c.Wait(Patience.Limit))));

        LockdepReport report = lab.Single();
        Assert.True(report.Flags.HasFlag(ReportFlags.Stall));
        Assert.Contains("*** STALL", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TryWaitUnderTheLock_IsQuiet()
    {
        using var lab = new Lab(Lab.Everything);
        var (a, c) = Pair();
        lab.Thread("signaller").Do(() =>
        {
            Pass(a);
            c.Complete();
        });
        lab.Thread("waiter").Do(() => Under(a, () => Assert.True(c.TryWait())));

        lab.IsQuiet();
    }

    [Fact]
    public void WaitersLockIsAGateOfTheSignaller_IsStillARing()
    {
        // The waiter holds a while it waits, so the signaller can never hold it: that is the deadlock, not a gate in its way.
        using var lab = new Lab();
        var (a, c) = Pair();
        lab.Thread("signaller").Do(() => Under(a, () => c.Complete()));
        lab.Thread("waiter").Do(() => Under(a, () => c.Wait()));

        Assert.Equal("(completion)c --> a", lab.Single().Chain);
    }

    [Fact]
    public void OverlappingWaits_CountFromTheFirst()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        var (a, c) = Pair();
        Actor first = lab.Thread("first"), second = lab.Thread("second"), signaller = lab.Thread("signaller");
        Actor.Job one = first.Begin(() => c.Wait());
        Patience.UntilWaited(c);
        signaller.Do(() => Pass(a));
        Actor.Job two = second.Begin(() => c.Wait());
        Patience.UntilWaited(c, 2);
        signaller.Do(() => c.CompleteAll());
        one.Finish();
        two.Finish();
        first.Do(() => Under(a, () => c.Wait()));

        LockdepReport report = lab.Single();
        Assert.Equal("(completion)c --> a", report.Chain);
        Assert.True(report.Flags.HasFlag(ReportFlags.FirstWaitOnly));
    }

    [Fact]
    public void Owe_BindsWhatIsDoneBeforeAnyoneWaits()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        var a = new KMutex(name: "a");
        var c = new LockdepMap("c", kind: LockdepMapKind.Completion);
        lab.Thread("signaller").Do(() =>
        {
            Lockdep.Owe(c);
            Pass(a);
            Lockdep.Signal(c);
        });
        lab.Thread("waiter").Do(() => Under(a, () => Lockdep.EndWait(Lockdep.BeginWait(c))));

        Assert.Equal("(completion)c --> a", lab.Single().Chain);
    }

    [Fact]
    public void HistoryThatOverflowed_LosesAndCounts()
    {
        using var lab = new Lab(new LockdepOptions { Threshold = Confidence.ClassLevelOnly, HistoryCapacity = 8 });
        var (a, c) = Pair();
        var others = Enumerable.Range(0, 12).Select(i => new KMutex(new LockClassKey($"other{i}"))).ToList();
        lab.Thread("signaller").Do(() =>
        {
            Pass(a);
            others.ForEach(Pass);
            c.Complete();
        });
        lab.Thread("waiter").Do(() => Under(a, () => c.Wait()));

        lab.IsQuiet();
        Assert.True(lab.Validator.Statistics.HistoryOverflows > 0);
    }

    [Fact]
    public void AsyncWait_DependsOnWhatIsHeldAndLeavesNoHistory()
    {
        using var lab = new Lab(Lab.Everything);
        var (a, c) = Pair();
        var d = new Completion(name: "d");
        lab.Thread("starter").Do(() =>
        {
            Task pending = c.WaitAsync();
            d.Complete();
            Assert.False(pending.IsCompleted);
        });
        lab.Thread("signaller").Do(() =>
        {
            Pass(a);
            c.Complete();
        });
        lab.IsQuiet();

        lab.Thread("waiter").Do(() => Under(a, () => Assert.False(c.WaitAsync().IsCompleted)));
        Assert.Equal("(completion)c --> a", lab.Single().Chain);
    }

    [Fact]
    public void SignalOnAPoolThread_IsClassLevelOnly()
    {
        using var lab = new Lab(Lab.Everything);
        var (a, c) = Pair();
        InPool(() =>
        {
            Pass(a);
            c.Complete();
        });
        lab.Thread("waiter").Do(() => Under(a, () => c.Wait()));

        LockdepReport report = lab.Single();
        Assert.Equal(Confidence.ClassLevelOnly, report.Confidence);
        Assert.True(report.Flags.HasFlag(ReportFlags.Unscoped));
    }

    [Fact]
    public void SignalInAScopeOnAPoolThread_IsPossible()
    {
        using var lab = new Lab(Lab.Everything);
        var (a, c) = Pair();
        InPool(() =>
        {
            using (Lockdep.BeginWork())
            {
                Pass(a);
                c.Complete();
            }
        });
        lab.Thread("waiter").Do(() => Under(a, () => c.Wait()));

        Assert.Equal(Confidence.Possible, lab.Single().Confidence);
    }

    internal static (KMutex A, Completion C) Pair() => (new KMutex(name: "a"), new Completion(name: "c"));

    internal static void Pass(KMutex mutex)
    {
        mutex.Acquire();
        mutex.Release();
    }

    internal static void Under(KMutex mutex, Action body)
    {
        using (mutex.EnterScope())
        {
            body();
        }
    }

    /// <summary>Lets a thread wait, does something while it does, and sees it through.</summary>
    internal static void RunWait(Actor waiter, Completion c, Action meanwhile, KMutex? under = null)
    {
        Actor.Job wait = waiter.Begin(under is null ? () => c.Wait() : () => Under(under, () => c.Wait()));
        Patience.UntilWaited(c);
        meanwhile();
        wait.Finish();
    }

    /// <summary>Whether a kernel thread has told its end, which is after it says that it has exited.</summary>
    internal static bool HasExited(Lab lab) => lab.Validator.SnapshotDependencies().Any(d => d.From.DisplayName.EndsWith("->exited", StringComparison.Ordinal));

    private static void InPool(Action body) => Assert.True(Task.Run(body).Wait(Patience.Limit));
}
