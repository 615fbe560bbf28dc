namespace KThreadRuntime.Tests;

/// <summary>What holds of the validator as a whole: isolation, sinks, classes, cost.</summary>
public class ValidatorTests
{
    [Fact]
    public void TwoValidators_LearnApart()
    {
        KMutex a, b;
        using (var first = new Lab())
        {
            a = new KMutex(name: "a");
            b = new KMutex(name: "b");
            first.Thread("T1").Do(() => CircularRuleTests.Nest(a, b));
            using var second = new Lab();
            var c = new KMutex(name: "c");
            second.Thread("T2").Do(() =>
            {
                CircularRuleTests.Nest(b, c);
                CircularRuleTests.Nest(b, a);
            });

            Assert.Equal("a --> b", first.Single().Chain);
            second.IsQuiet();
            Assert.Equal(["c"], second.Validator.LockClasses.Select(k => k.Name));
        }

        Assert.Same(LockdepValidator.Default, LockdepValidator.Current);
    }

    [Fact]
    public async Task ThreadsAndTasksStartedInTheScope_BelongToIt()
    {
        using var lab = new Lab();
        LockdepValidator? inTask = null, inKThread = null;
        await Task.Run(() => inTask = LockdepValidator.Current).WaitAsync(Patience.Limit);
        using (var thread = KThread.Run(_ => (inKThread = LockdepValidator.Current) is null ? 1 : 0))
        {
            thread.Stop();
        }

        Assert.Same(lab.Validator, inTask);
        Assert.Same(lab.Validator, inKThread);
    }

    [Fact]
    public void ThrowingSink_LeavesTheAcquireThatNeverWas()
    {
        using var lab = new Lab(new LockdepOptions { Sinks = [new ThrowingSink()] });
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        lab.Thread("T1").Do(() => CircularRuleTests.Nest(a, b));
        lab.Thread("T2").Do(() =>
        {
            b.Acquire();
            var thrown = Assert.Throws<LockdepException>(() => a.Acquire());
            Assert.Equal("a --> b", thrown.Report.Chain);
            Assert.Equal(thrown.Report.ToString(), thrown.Message);
            Assert.False(a.IsHeldByCurrentThread);
            b.Release();
            CircularRuleTests.Nest(b, a);
        });

        Assert.Equal(0, lab.Validator.Statistics.UnbalancedReleases);
        Assert.True(a.TryAcquire());
        a.Release();
    }

    [Fact]
    public void ThrowingSink_DoesNotHoldASignalBack()
    {
        using var lab = new Lab(new LockdepOptions { Sinks = [new ThrowingSink()], Prediction = false });
        var (a, c) = CrossReleaseTests.Pair();
        lab.Thread("asker").Do(() => CrossReleaseTests.Under(a, () => Assert.False(c.Wait(TimeSpan.FromMilliseconds(1)))));
        Actor waiter = lab.Thread("waiter"), signaller = lab.Thread("signaller");
        CrossReleaseTests.RunWait(waiter, c, () => signaller.Do(() =>
        {
            CrossReleaseTests.Pass(a);
            Assert.Throws<LockdepException>(() => c.Complete());
        }));
        LockdepReport report = lab.Single();
        Assert.True(report.Steps[0].IsOwed);
        Assert.Contains("signals:\n    ((completion)c)", report.ToKernelText(), StringComparison.Ordinal);
    }

    [Fact]
    public void SinkThatUsesTrackedLocks_IsNotReentered()
    {
        KMutex? log = null;
        KMutex? other = null;
        int reports = 0;
        var sink = new DelegateSink(_ =>
        {
            reports++;
            CircularRuleTests.Nest(log!, other!);
            CircularRuleTests.Nest(other!, log!);
        });
        using var lab = new Lab(new LockdepOptions { Sinks = [sink], Threshold = Confidence.ClassLevelOnly });
        log = new KMutex(name: "log");
        other = new KMutex(name: "other");
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b");
        lab.Thread("T1").Do(() => CircularRuleTests.Nest(a, b));
        lab.Thread("T2").Do(() => CircularRuleTests.Nest(b, a));

        Assert.Equal(1, reports);
        Assert.Equal("a --> b", lab.Single().Chain);
    }

    [Fact]
    public void ManyRings_AreAllReportedAndEachOnce()
    {
        using var lab = new Lab();
        KMutex[] locks = [.. Enumerable.Range(0, 20).Select(i => new KMutex(new LockClassKey($"lock{i}")))];
        Actor t1 = lab.Thread("T1"), t2 = lab.Thread("T2");
        for (int repeat = 0; repeat < 3; repeat++)
        {
            for (int i = 0; i < 20; i += 2)
            {
                t1.Do(() => CircularRuleTests.Nest(locks[i], locks[i + 1]));
                t2.Do(() => CircularRuleTests.Nest(locks[i + 1], locks[i]));
            }
        }

        Assert.Equal(10, lab.Reports.Count);
        Assert.Equal(10, lab.Reports.Select(r => r.Fingerprint).Distinct().Count());
    }

    [Fact]
    public void Classes_AreFoundByCreationSiteOrKey()
    {
        using var lab = new Lab();
        var key = new LockClassKey("shared");
        KMutex[] bySite = [.. Enumerable.Range(0, 3).Select(_ => new KMutex(name: "site"))];
        KMutex[] elsewhere = [new KMutex(name: "site")];
        KMutex[] byKey = [new KMutex(key), new KMutex(key)];
        lab.Thread("T1").Do(() => Array.ForEach([.. bySite, .. elsewhere, .. byKey], CrossReleaseTests.Pass));

        Assert.Equal(["site", "site#2", "shared"], lab.Validator.LockClasses.Select(c => c.DisplayName));
        Assert.All(lab.Validator.LockClasses, c => Assert.Equal(nameof(Classes_AreFoundByCreationSiteOrKey), c.Site.Member));
    }

    [Fact]
    public void WaitSiteClass_DoesNotExistBeforeTheFirstWait()
    {
        using var lab = new Lab();
        var c = new Completion(policy: ClassPolicy.WaitSite);
        c.Complete();
        Assert.Null(c.Map!.Class);
        c.Wait();

        Assert.Equal(nameof(WaitSiteClass_DoesNotExistBeforeTheFirstWait), c.Map.Class!.Site.Member);
    }

    [Fact]
    public void WarmPath_AllocatesNothing()
    {
        using var lab = new Lab();
        var a = new KMutex(name: "a");
        var rw = new KRwSemaphore(name: "rw");
        var c = new Completion(name: "c");
        var s = new KSemaphore(2, name: "s");
        long allocated = lab.Thread("T1").Do(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                Everything();
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1_000; i++)
            {
                Everything();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;

            void Everything()
            {
                a.Acquire();
                rw.AcquireRead();
                rw.ReleaseRead();
                a.Release();
                c.Complete();
                c.Wait();
                s.Acquire();
                s.Release();
            }
        });

        Assert.Equal(0, allocated);

        // a -> rw, and what the signal before the wait predicts: c -> a and c -> rw.
        Assert.Equal(3, lab.Validator.Statistics.Dependencies);
    }

    [Fact]
    public void ShortLivedLocks_AreNotKept()
    {
        using var lab = new Lab();
        WeakReference[] references = lab.Thread("T1").Do(() => MakeAndUse(200_000));
        GC.Collect();

        Assert.True(references.Count(r => r.IsAlive) < 100, $"{references.Count(r => r.IsAlive)} of 1,000 sampled locks are kept");
        Assert.Equal(2, lab.Validator.Statistics.Classes);
    }

    [Fact]
    public void Probes_RefuseTheWrongKind()
    {
        using var lab = new Lab();
        var held = new LockdepMap("lock");
        var waited = new LockdepMap("completion", kind: LockdepMapKind.Completion);

        Assert.Throws<ArgumentException>(() => Lockdep.BeginWait(held));
        Assert.Throws<ArgumentException>(() => Lockdep.Signal(held));
        Assert.Throws<ArgumentException>(() => Lockdep.Owe(held));
        Assert.Throws<ArgumentException>(() => Lockdep.Acquire(waited));
        Lockdep.EndWait(default);
    }

    private static WeakReference[] MakeAndUse(int count)
    {
        var references = new List<WeakReference>();
        for (int i = 0; i < count; i++)
        {
            var outer = new KMutex(name: "outer");
            var inner = new KMutex(name: "inner");
            CircularRuleTests.Nest(outer, inner);
            if (i % (count / 500) == 0)
            {
                references.Add(new WeakReference(outer));
                references.Add(new WeakReference(inner));
            }
        }

        return [.. references];
    }
}
