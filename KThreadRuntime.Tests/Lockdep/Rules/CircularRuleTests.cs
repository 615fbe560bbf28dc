namespace KThreadRuntime.Tests;

public class CircularRuleTests
{
    [Fact]
    public void OppositeOrderOnTwoThreads_ReportsBeforeItHangs()
    {
        using var lab = new Lab();
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        lab.Thread("T1").Do(() => Nest(a, b));
        lab.Thread("T2").Do(() => Nest(b, a));

        LockdepReport report = lab.Single();
        Assert.Equal("a --> b", report.Chain);
        Assert.Equal(Confidence.Certain, report.Confidence);
        Assert.StartsWith("T2/", report.Task, StringComparison.Ordinal);
        Assert.Equal(nameof(Nest), report.Steps[0].WantedSite.Member);
    }

    [Fact]
    public void SameOrderOnTwoThreads_IsQuiet()
    {
        using var lab = new Lab(Lab.Everything);
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        lab.Thread("T1").Do(() => Nest(a, b));
        lab.Thread("T2").Do(() => Nest(a, b));

        lab.IsQuiet();
    }

    [Fact]
    public void OppositeOrderByTry_IsQuiet()
    {
        using var lab = new Lab(Lab.Everything);
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        lab.Thread("T1").Do(() => Nest(a, b));
        lab.Thread("T2").Do(() =>
        {
            b.Acquire();
            Assert.True(a.TryAcquire());
            a.Release();
            b.Release();
        });

        lab.IsQuiet();
    }

    [Fact]
    public void LockHeldByTry_IsStillASource()
    {
        using var lab = new Lab();
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        lab.Thread("T1").Do(() =>
        {
            Assert.True(a.TryAcquire());
            using (b.EnterScope())
            {
            }

            a.Release();
        });
        lab.Thread("T2").Do(() => Nest(b, a));

        Assert.Equal("a --> b", lab.Single().Chain);
    }

    [Fact]
    public void RingOfThree_ReportsOnceWithTheWholeChain()
    {
        using var lab = new Lab();
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        var c = new KMutex(name: "c");
        lab.Thread("T1").Do(() => Nest(a, b));
        lab.Thread("T2").Do(() => Nest(b, c));
        lab.Thread("T3").Do(() =>
        {
            Nest(c, a);
            Nest(c, a);
        });

        Assert.Equal("a --> b --> c", lab.Single().Chain);
    }

    [Fact]
    public void CommonGate_IsQuiet()
    {
        using var lab = new Lab(Lab.Everything);
        var gate = new KMutex(name: "gate");
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        lab.Thread("T1").Do(() => Under(gate, () => Nest(a, b)));
        lab.Thread("T2").Do(() => Under(gate, () => Nest(b, a)));

        lab.IsQuiet();
    }

    [Fact]
    public void GateOnOneSideOnly_Reports()
    {
        using var lab = new Lab();
        var gate = new KMutex(name: "gate");
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        lab.Thread("T1").Do(() => Under(gate, () => Nest(a, b)));
        lab.Thread("T2").Do(() => Nest(b, a));

        Assert.Equal("a --> b", lab.Single().Chain);
    }

    [Fact]
    public void GateThatIsNotAlwaysHeld_ReportsWhenItIsMissing()
    {
        using var lab = new Lab();
        var gate = new KMutex(name: "gate");
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        Actor t1 = lab.Thread("T1");
        t1.Do(() => Under(gate, () => Nest(a, b)));
        lab.Thread("T2").Do(() => Under(gate, () => Nest(b, a)));
        lab.IsQuiet();

        t1.Do(() => Nest(a, b));
        Assert.Equal("b --> a", lab.Single().Chain);
    }

    [Fact]
    public void TwoGatesOfOneClass_AreNoGate()
    {
        using var lab = new Lab();
        KMutex[] gates = [.. Enumerable.Range(0, 2).Select(_ => new KMutex(name: "gate"))];
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        lab.Thread("T1").Do(() => Under(gates[0], () => Nest(a, b)));
        lab.Thread("T2").Do(() => Under(gates[1], () => Nest(b, a)));

        Assert.Equal("a --> b", lab.Single().Chain);
    }

    [Fact]
    public void GateHeldForReadingByBoth_IsNoGate()
    {
        using var lab = new Lab();
        var gate = new KRwSemaphore(name: "gate");
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        lab.Thread("T1").Do(() => Reading(gate, () => Nest(a, b)));
        lab.Thread("T2").Do(() => Reading(gate, () => Nest(b, a)));

        Assert.Contains(lab.Reports, r => r.Chain == "a --> b");
    }

    [Fact]
    public void GateReadByOneAndWrittenByTheOther_IsQuiet()
    {
        using var lab = new Lab(Lab.Everything);
        var gate = new KRwSemaphore(name: "gate");
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        lab.Thread("T1").Do(() => Reading(gate, () => Nest(a, b)));
        lab.Thread("T2").Do(() =>
        {
            using (gate.EnterWriteScope())
            {
                Nest(b, a);
            }
        });

        lab.IsQuiet();
    }

    [Fact]
    public void KernelPolicy_SeesNoGates()
    {
        using var lab = new Lab(Lab.Kernel);
        var gate = new KMutex(name: "gate");
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        lab.Thread("T1").Do(() => Under(gate, () => Nest(a, b)));
        lab.Thread("T2").Do(() => Under(gate, () => Nest(b, a)));

        Assert.Equal("a --> b", lab.Single().Chain);
    }

    [Fact]
    public void OneThreadAloneWithLocksOfItsOwn_IsClassLevelOnly()
    {
        using var lab = new Lab(Lab.Everything);
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        lab.Thread("T1").Do(() =>
        {
            Nest(a, b);
            Nest(b, a);
        });

        LockdepReport report = lab.Single();
        Assert.Equal(Confidence.ClassLevelOnly, report.Confidence);
        Assert.Equal(ReportFlags.SingleContext, report.Flags);
    }

    [Fact]
    public void OneThreadAloneWithLocksThatAnotherTouched_IsPossible()
    {
        using var lab = new Lab();
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        lab.Thread("T2").Do(() => Under(a, () => { }));
        lab.Thread("T1").Do(() =>
        {
            Nest(a, b);
            Nest(b, a);
        });

        Assert.Equal(Confidence.Possible, lab.Single().Confidence);
    }

    [Fact]
    public void ReleaseOutOfOrder_KeepsWhatIsStillHeld()
    {
        using var lab = new Lab();
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        var c = new KMutex(name: "c");
        lab.Thread("T1").Do(() =>
        {
            a.Acquire();
            b.Acquire();
            a.Release();
            c.Acquire();
            c.Release();
            b.Release();
        });
        lab.Thread("T2").Do(() => Nest(c, a));

        // By way of b: a itself was no longer held when c was acquired.
        LockdepReport report = lab.Single();
        Assert.Equal("a --> b --> c", report.Chain);
        Assert.Equal(Confidence.Possible, report.Confidence);
        Assert.Equal(nameof(ReleaseOutOfOrder_KeepsWhatIsStillHeld), report.Steps[2].HeldSite.Member);
    }

    [Fact]
    public void ManyInstances_StillCloseTheRing()
    {
        using var lab = new Lab();
        KMutex[] a = [.. Enumerable.Range(0, 100).Select(_ => new KMutex(name: "a"))];
        KMutex[] b = [.. Enumerable.Range(0, 100).Select(_ => new KMutex(name: "b"))];
        lab.Thread("T1").Do(() => Enumerable.Range(0, 100).ToList().ForEach(i => Nest(a[i], b[i])));
        lab.Thread("T2").Do(() => Nest(b[99], a[99]));

        Assert.Equal("a --> b", lab.Single().Chain);
    }

    [Fact]
    public void WarmChain_DoesNotHideANewThreadsEvidence()
    {
        using var lab = new Lab();
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        Actor t1 = lab.Thread("T1");
        t1.Do(() =>
        {
            Nest(a, b);
            Nest(b, a);
            Nest(a, b);
        });
        lab.IsQuiet();
        Assert.Equal(1, lab.Validator.Statistics.BelowThreshold);

        lab.Thread("T2").Do(() => Nest(b, a));
        Assert.Equal("a --> b", lab.Single().Chain);
    }

    internal static void Nest(KMutex outer, KMutex inner) => Under(outer, () => Under(inner, () => { }));

    private static void Under(KMutex mutex, Action body)
    {
        using (mutex.EnterScope(member: nameof(Nest)))
        {
            body();
        }
    }

    private static void Reading(KRwSemaphore semaphore, Action body)
    {
        using (semaphore.EnterReadScope())
        {
            body();
        }
    }
}
