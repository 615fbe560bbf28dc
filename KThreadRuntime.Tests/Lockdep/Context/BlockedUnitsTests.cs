namespace KThreadRuntime.Tests.Context;

/// <summary>Hangs through semaphores that are used as locks, on threads that really block. Somebody gives a unit in the end.</summary>
public sealed class BlockedUnitsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void WhoHasAllUnitsAndWantsOne_ReportsWhenItBlocks(int units)
    {
        using var lab = new Lab();
        var s = new KSemaphore(units, units, name: "s");
        Actor t1 = lab.Thread("T1");
        Actor.Job last = t1.Begin(() => Take(s, units + 1));
        Patience.Until(() => lab.Reports.Count > 0, "The hang was not reported.");
        s.Release();
        last.Finish();

        LockdepReport report = lab.Single();
        Assert.Equal((ReportKind.Recursive, Confidence.Possible), (report.Kind, report.Confidence));
        Assert.Equal(ReportFlags.NotGivenBack, report.Flags & ReportFlags.NotGivenBack);
        Assert.Equal("Take", report.Steps[0].HeldSite.Member);
        string text = report.ToString();
        Assert.Contains("has all units of (completion)s, acquired at Take", text, StringComparison.Ordinal);
        Assert.Contains("or do not wait for it there again", text, StringComparison.Ordinal);
        Assert.DoesNotContain("settled order", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SemaphoreThatAStrangerHasGivenAUnitOf_IsQuiet(bool sameInstance)
    {
        using var lab = new Lab();
        KSemaphore[] both = [.. Enumerable.Range(0, 2).Select(_ => new KSemaphore(1, 1, name: "s"))];
        KSemaphore s = both[0], given = both[sameInstance ? 0 : 1];
        Actor t1 = lab.Thread("T1");
        t1.Do(() => given.Acquire());
        lab.Thread("stranger").Do(() => given.Release());

        BlockAndRescue(lab, t1, s, 2);

        lab.IsQuiet();
    }

    [Fact]
    public void WhoHasSomeUnitsOnly_IsQuiet()
    {
        using var lab = new Lab();
        var s = new KSemaphore(2, 2, name: "s");
        lab.Thread("other").Do(() => s.Acquire());

        BlockAndRescue(lab, lab.Thread("T1"), s, 2);

        lab.IsQuiet();
    }

    [Fact]
    public void WhoHasGivenOneBack_IsQuiet()
    {
        using var lab = new Lab();
        var s = new KSemaphore(2, 2, name: "s");
        Actor t1 = lab.Thread("T1");
        t1.Do(() => Take(s, 2));
        t1.Do(() => s.Release());
        lab.Thread("other").Do(() => s.Acquire());

        BlockAndRescue(lab, t1, s, 1);

        lab.IsQuiet();
    }

    [Fact]
    public void SemaphoreThatBeganWithoutUnits_IsQuiet()
    {
        using var lab = new Lab();
        var s = new KSemaphore(0, 1, name: "s");
        Actor t1 = lab.Thread("T1");
        Actor.Job first = t1.Begin(() => s.Acquire());
        lab.Thread("producer").Do(() => s.Release());
        first.Finish();

        BlockAndRescue(lab, t1, s, 1);

        lab.IsQuiet();
    }

    [Theory]
    [InlineData(1, true, 0)]
    [InlineData(2, true, 0)]
    [InlineData(2, false, 1)]
    public void PlacesOfABufferThatIsFilledFirst_AreQuietOnceTheReaderWasTold(int places, bool tells, int reports)
    {
        using var lab = new Lab();
        var room = new KSemaphore(places, places, name: "room");
        var gate = new KSemaphore(1, 1, name: "gate");
        var items = new KSemaphore(0, name: "items");
        Actor writer = lab.Thread("writer");
        Actor.Job fills = writer.Begin(() =>
        {
            for (int i = 0; i <= places; i++)
            {
                room.Acquire();
                using (gate.EnterScope())
                {
                    // What is given back of another semaphore tells nobody of the places.
                }

                if (tells)
                {
                    items.Release();
                }
            }
        });
        Patience.Until(() => lab.Validator.BlockedTasks.Count == 1, "The writer did not block.");
        room.Release();
        fills.Finish();

        Assert.Equal(reports, lab.Reports.Count);
    }

    [Fact]
    public void TimedAcquireOfWhatOneHasAllOf_IsQuiet()
    {
        using var lab = new Lab();
        var s = new KSemaphore(1, 1, name: "s");
        lab.Thread("T1").Do(() =>
        {
            s.Acquire();
            Assert.False(s.TryAcquire(TimeSpan.FromMilliseconds(20)));
        });

        lab.IsQuiet();
    }

    [Fact]
    public void SemaphoreAndMutexTheWrongWayRound_ReportWhenTheyHang()
    {
        using var lab = new Lab();
        var s = new KSemaphore(1, 1, name: "s");
        var m = new KMutex(name: "m");
        Actor t1 = lab.Thread("T1"), t2 = lab.Thread("T2");
        t1.Do(() => s.Acquire());
        t2.Do(() => m.Acquire());
        Actor.Job wantsM = t1.Begin(() => m.Acquire());
        Patience.Until(() => lab.Validator.BlockedTasks.Count == 1, "T1 did not block.");
        Actor.Job wantsS = t2.Begin(() => s.Acquire());
        Patience.Until(() => lab.Reports.Count > 0, "The hang was not reported.");
        s.Release();
        wantsS.Finish();
        t2.Do(() => m.Release());
        wantsM.Finish();
        t1.Do(() => m.Release());

        LockdepReport report = lab.Single();
        Assert.Equal((ReportKind.Circular, Confidence.Possible), (report.Kind, report.Confidence));
        Assert.Equal(["(completion)s", "m"], report.Steps.Select(x => x.Held.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TwoSemaphoresTheWrongWayRound_ReportWhenTheyHang()
    {
        using var lab = new Lab();
        var s = new KSemaphore(1, 1, name: "s");
        var t = new KSemaphore(1, 1, name: "t");
        Actor t1 = lab.Thread("T1"), t2 = lab.Thread("T2");
        t1.Do(() => s.Acquire());
        t2.Do(() => t.Acquire());
        Actor.Job wantsT = t1.Begin(() => t.Acquire());
        Patience.Until(() => lab.Validator.BlockedTasks.Count == 1, "T1 did not block.");
        Actor.Job wantsS = t2.Begin(() => s.Acquire());
        Patience.Until(() => lab.Reports.Count > 0, "The hang was not reported.");
        s.Release();
        t.Release();
        wantsS.Finish();
        wantsT.Finish();

        Assert.Equal((ReportKind.Circular, Confidence.Possible), (lab.Single().Kind, lab.Single().Confidence));
    }

    [Fact]
    public void TwoSemaphoresOneOfThemASignal_AreQuiet()
    {
        using var lab = new Lab();
        var s = new KSemaphore(1, 1, name: "s");
        var t = new KSemaphore(1, 1, name: "t");
        Actor t1 = lab.Thread("T1"), t2 = lab.Thread("T2");
        t1.Do(() => t.Acquire());
        lab.Thread("stranger").Do(() => t.Release());
        t1.Do(() => s.Acquire());
        t2.Do(() => t.Acquire());
        Actor.Job wantsT = t1.Begin(() => t.Acquire());
        Patience.Until(() => lab.Validator.BlockedTasks.Count == 1, "T1 did not block.");
        Actor.Job wantsS = t2.Begin(() => s.Acquire());
        Patience.Until(() => lab.Validator.BlockedTasks.Count == 2, "T2 did not block.");
        lab.IsQuiet();
        s.Release();
        t.Release();
        wantsS.Finish();
        wantsT.Finish();
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void WhatIsOwedWhileOneBlocks_StandsBeforeItThoughItIsNeverSignalled(bool owes, bool isSemaphore)
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        var s = new KSemaphore(1, owes ? 1 : int.MaxValue, name: "s");
        var c = new Completion(name: "c");
        var m = new KMutex(name: "m");
        Actor t1 = lab.Thread("T1"), t2 = lab.Thread("T2");
        t2.Do(() => m.Acquire());
        t1.Do(() => s.Acquire());
        if (owes && !isSemaphore)
        {
            t1.Do(() => c.Owe());
        }

        Actor.Job wantsM = t1.Begin(() => m.Acquire());
        Patience.Until(() => lab.Validator.BlockedTasks.Count == 1, "T1 did not block.");
        t2.Do(() => m.Release());
        wantsM.Finish();
        t1.Do(() => m.Release());
        lab.IsQuiet();
        var shortly = TimeSpan.FromMilliseconds(10);
        t2.Do(() => CrossReleaseTests.Under(m, () => Assert.False(isSemaphore ? s.TryAcquire(shortly) : c.Wait(shortly))));

        Assert.Equal(owes ? 1 : 0, lab.Reports.Count);
        Assert.All(lab.Reports, r => Assert.Equal(Confidence.Possible, r.Confidence));
    }

    private static void Take(KSemaphore s, int units)
    {
        for (int i = 0; i < units; i++)
        {
            s.Acquire();
        }
    }

    /// <summary>Takes units, the last of which has to be waited for, until somebody gives one.</summary>
    private static void BlockAndRescue(Lab lab, Actor actor, KSemaphore s, int units)
    {
        Actor.Job last = actor.Begin(() => Take(s, units));
        Patience.Until(() => lab.Validator.BlockedTasks.Count == 1, "The thread did not block.");
        s.Release();
        last.Finish();
    }
}
