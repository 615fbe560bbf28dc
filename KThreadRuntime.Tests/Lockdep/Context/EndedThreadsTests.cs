namespace KThreadRuntime.Tests.Context;

/// <summary>Waits that only a thread which has ended could end.</summary>
public sealed class EndedThreadsTests
{
    private const string AtTheEnd = "at the return of the thread function.";

    public static TheoryData<string> SleepingLocks => [.. AnyLock.Sleeping];

    [Theory]
    [MemberData(nameof(SleepingLocks))]
    public void LockOfAThreadThatDied_ReportsAHang(string kind)
    {
        using var lab = new Lab();
        AnyLock l = AnyLock.Create(kind, "l");
        Actor waiter = lab.Thread("waiter");
        OnAThreadOfItsOwn("owner", () => l.Acquire());

        Actor.Job wait = waiter.Begin(() => l.Acquire());
        Patience.Until(() => lab.Reports.Count > 0, "The hang was not reported.");
        waiter.Thread.Interrupt();
        Assert.Throws<ThreadInterruptedException>(wait.Finish);

        LockdepReport report = lab.Single();
        Assert.Equal((ReportKind.Abandoned, Confidence.Closed), (report.Kind, report.Confidence));
        Assert.Equal("l", report.Subject!.Name);
        Assert.StartsWith("waiter/", report.Task, StringComparison.Ordinal);
        Assert.Contains("wants l, which owner/", report.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LockOfAThreadThatLives_IsQuiet(bool lives)
    {
        using var lab = new Lab();
        var map = new LockdepMap("l");
        Actor owner = lab.Thread("owner"), waiter = lab.Thread("waiter");
        int number = owner.Thread.ManagedThreadId;
        owner.Do(() => Lockdep.Acquire(map));
        if (!lives)
        {
            number = OnAThreadOfItsOwn("dead", () => Lockdep.Acquire(new LockdepMap("other")));
        }

        waiter.Do(() =>
        {
            Lockdep.Acquire(map);
            Lockdep.Contended(map);
            Lockdep.LookForHolder(map, number);
            Lockdep.NotAcquired(map);
            Lockdep.Release(map);
        });

        Assert.Equal(lives ? 0 : 1, lab.Reports.Count);
    }

    [Fact]
    public void WaitWithALimitForADeadThreadsLock_IsQuiet()
    {
        using var lab = new Lab();
        var map = new LockdepMap("l");
        Actor waiter = lab.Thread("waiter");
        int number = OnAThreadOfItsOwn("owner", () => Lockdep.Acquire(map));
        waiter.Do(() =>
        {
            Lockdep.Acquire(map);
            Lockdep.Contended(map, canEnd: true);
            Lockdep.LookForHolder(map, number);
        });

        lab.IsQuiet();
    }

    [Fact]
    public void CompletionOwedByAThreadThatDied_Reports()
    {
        using var lab = new Lab();
        var c = new Completion(name: "c");
        OnAThreadOfItsOwn("owner", () => c.Owe());

        Actor.Job wait = lab.Thread("waiter").Begin(() => c.Wait());
        Patience.Until(() => lab.Reports.Count > 0, "The wait was not reported.");
        c.Complete();
        wait.Finish();

        LockdepReport report = lab.Single();
        Assert.Equal((ReportKind.Abandoned, Confidence.Possible), (report.Kind, report.Confidence));
        Assert.Matches("^waits for \\(completion\\)c, which owner/[0-9]+ owes; that thread has ended\\.$", report.Detail);
    }

    [Theory]
    [InlineData("ended", 1)]
    [InlineData("lives", 0)]
    [InlineData("signalled", 0)]
    [InlineData("owed by two", 0)]
    [InlineData("signalled by another before", 0)]
    [InlineData("not owed", 0)]
    public void WaitForACompletionWhoseOwer(string what, int reports)
    {
        using var lab = new Lab();
        var c = new Completion(name: "c");
        Actor other = lab.Thread("other");
        if (what == "signalled by another before")
        {
            other.Do(() => c.Complete());
            Assert.True(c.TryWait());
        }

        void Owe()
        {
            c.Owe();
            if (what == "signalled")
            {
                c.Complete();
                Assert.True(c.TryWait());
            }
        }

        if (what == "lives")
        {
            other.Do(Owe);
        }
        else
        {
            OnAThreadOfItsOwn("owner", what == "not owed" ? () => { } : Owe);
        }

        if (what == "owed by two")
        {
            other.Do(() => c.Owe());
        }

        LookFrom(lab, c.Map!);

        Assert.Equal(reports, lab.Reports.Count);
    }

    [Theory]
    [InlineData("ended", 1)]
    [InlineData("lives", 0)]
    [InlineData("given back", 0)]
    [InlineData("a signal", 0)]
    [InlineData("room for more", 0)]
    public void WaitForASemaphoreWhoseUnitsHolder(string what, int reports)
    {
        using var lab = new Lab();
        KSemaphore[] both = [.. Enumerable.Range(0, 2).Select(_ => new KSemaphore(1, what == "room for more" ? 2 : 1, name: "s"))];
        KSemaphore s = both[0];
        Actor other = lab.Thread("other");
        if (what == "a signal")
        {
            both[1].TryAcquire();
            other.Do(() => both[1].Release());
        }

        void Acquire()
        {
            s.Acquire();
            if (what == "given back")
            {
                s.Release();
            }
        }

        if (what == "lives")
        {
            other.Do(Acquire);
        }
        else
        {
            OnAThreadOfItsOwn("owner", Acquire);
        }

        LookFrom(lab, s.Map!);

        Assert.Equal(reports, lab.Reports.Count);
        Assert.All(lab.Reports, r => Assert.Contains("of which owner/", r.Detail, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("owes", "still owes (completion)c " + AtTheEnd)]
    [InlineData("owes what another has signalled", null)]
    [InlineData("owes and signals", null)]
    [InlineData("has a unit", "still has all units of (completion)s " + AtTheEnd)]
    [InlineData("has a unit of two", null)]
    [InlineData("has given its unit back", null)]
    public void ThreadFunctionThatReturnsAnd(string what, string? detail)
    {
        using var lab = new Lab();
        var c = new Completion(name: "c");
        var s = new KSemaphore(what == "has a unit of two" ? 2 : 1, what == "has a unit of two" ? 2 : 1, name: "s");
        if (what == "owes what another has signalled")
        {
            lab.Thread("other").Do(() => c.Complete());
        }

        KThread.Run(_ =>
        {
            if (what.StartsWith("owes", StringComparison.Ordinal))
            {
                c.Owe();
            }
            else
            {
                s.Acquire();
            }

            if (what == "owes and signals")
            {
                c.Complete();
            }
            else if (what == "has given its unit back")
            {
                s.Release();
            }

            return 0;
        }).Stop();

        Assert.Equal(detail is null ? [] : [detail], lab.Reports.Select(r => r.Detail));
        Assert.All(lab.Reports, r => Assert.Equal((ReportKind.HeldAtBoundary, Confidence.Possible), (r.Kind, r.Confidence)));
    }

    [Fact]
    public void KThreadThatEndsWhileAnotherWaitsForWhatItOwes_Reports()
    {
        using var lab = new Lab();
        var c = new Completion(name: "c");
        using var goOn = new ManualResetEventSlim();
        KThread owner = KThread.Run(_ =>
        {
            c.Owe();
            goOn.Wait();
            return 0;
        });
        Actor.Job wait = lab.Thread("waiter").Begin(() => c.Wait());
        Patience.UntilWaited(c);
        goOn.Set();
        owner.Stop();
        Patience.Until(() => lab.Reports.Any(r => r.Kind == ReportKind.Abandoned), "The wait was not reported.");
        c.Complete();
        wait.Finish();
    }

    [Fact]
    public void ASinkThatThrowsAtALook_LosesNoSignalAndIsCounted()
    {
        using var lab = new Lab(new LockdepOptions { Sinks = [new ThrowingSink()] });
        var c = new Completion(name: "c");
        OnAThreadOfItsOwn("owner", () => c.Owe());

        LookFrom(lab, c.Map!);

        Assert.Equal(1, lab.Validator.Statistics.FailedSinks);
    }

    private static void LookFrom(Lab lab, LockdepMap map) => lab.Thread("waiter").Do(() =>
    {
        WaitTicket ticket = Lockdep.BeginWait(map);
        Lockdep.LookForHolder(map, 0);
        Lockdep.EndWait(ticket);
    });

    private static int OnAThreadOfItsOwn(string name, Action action)
    {
        var thread = new Thread(() => action()) { Name = name, IsBackground = true };
        thread.Start();
        Assert.True(thread.Join(Patience.Limit));
        return thread.ManagedThreadId;
    }
}
