using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace KThreadRuntime.Tests.Reports;

/// <summary>A report points into the program's sources: its user has no others.</summary>
public sealed class SiteTests
{
    /// <summary>A call without forwarded caller info leaves the name of the library's own file behind.</summary>
    [Fact]
    public void TheLibrary_NamesNoFileOfItsOwn()
    {
        using var file = new PEReader(File.OpenRead(typeof(KMutex).Assembly.Location));
        MetadataReader reader = file.GetMetadataReader();
        var named = new List<string>();
        for (UserStringHandle text = MetadataTokens.UserStringHandle(1); !text.IsNil; text = reader.GetNextHandle(text))
        {
            if (reader.GetUserString(text).EndsWith(".cs", StringComparison.Ordinal))
            {
                named.Add(reader.GetUserString(text));
            }
        }

        Assert.Empty(named);
    }

    [Fact]
    public void ScopesDisposalsAndExits_PointIntoTheProgram()
    {
        using var lab = new Lab(Lab.Everything);
        var a = new KMutex(name: "a");
        lab.Thread("scope").Do(() => SignalByScope(a));
        lab.Thread("stop").Do(() => DisposeUnderTheThreadsLock(a, thread => thread.Dispose()));
        lab.Thread("worker").Do(() => DestroyUnderTheWorksLock(a, worker => worker.Dispose()));
        lab.Thread("stop async").Do(() => DisposeUnderTheThreadsLock(a, thread => thread.DisposeAsync().AsTask().Wait(Patience.Limit)));
        lab.Thread("worker async").Do(() => DestroyUnderTheWorksLock(a, worker => worker.DisposeAsync().AsTask().Wait(Patience.Limit)));
        lab.Thread("nested scope").Do(() => Assert.Throws<SynchronizationLockException>(() => DisposeNestedTwice(a)));
        lab.Thread("misuse").Do(() => Assert.Throws<SynchronizationLockException>(() => DisposeTwice(a)));
        lab.Thread("leftover").Do(() => KThread.Run(_ =>
        {
            a.Acquire();
            return 0;
        }).Dispose());

        foreach (LockdepReport report in lab.Reports)
        {
            Assert.All(SitesOf(report), s => Assert.DoesNotContain("/KThreadRuntime/", s.File.Replace('\\', '/'), StringComparison.Ordinal));
        }

        Assert.Contains(lab.Reports, r => r.Kind == ReportKind.HeldAtBoundary);
        Assert.Contains(lab.Reports, r => r.Kind == ReportKind.UnbalancedRelease);
        Assert.Contains(lab.Reports, r => r.Steps.Any(s => s.SignalSite.Member == nameof(SignalByScope)));
        Assert.Contains(lab.Reports, r => r.Steps.Any(s => s.WantedSite.Member == nameof(DisposeUnderTheThreadsLock)));
        Assert.Contains(lab.Reports, r => r.Steps.Any(s => s.WantedSite.Member == nameof(DestroyUnderTheWorksLock)));
        var sarif = new StringWriter();
        LockdepSarif.Write(sarif, lab.Reports);
        Assert.DoesNotContain("/KThreadRuntime/", sarif.ToString(), StringComparison.Ordinal);
    }

    private static IEnumerable<CodeSite> SitesOf(LockdepReport report) =>
    [
        report.SubjectSite,
        .. report.Steps.SelectMany(s => new[] { s.HeldSite, s.WantedSite, s.SignalSite, s.Held.Site, s.Wanted.Site }),
        .. report.Held.Select(h => h.Site),
    ];

    private static void SignalByScope(KMutex a)
    {
        var units = new KSemaphore(1, 1, name: "units");
        using (units.EnterScope())
        {
            CrossReleaseTests.Pass(a);
        }

        CrossReleaseTests.Under(a, () =>
        {
            units.Acquire();
            units.Release();
        });
    }

    private static void DisposeUnderTheThreadsLock(KMutex a, Action<KThread> dispose)
    {
        using var passed = new ManualResetEventSlim();
        KThread thread = KThread.Run(_ =>
        {
            CrossReleaseTests.Pass(a);
            passed.Set();
            return 0;
        });
        Assert.True(passed.Wait(Patience.Limit));
        CrossReleaseTests.Under(a, () => dispose(thread));
    }

    private static void DestroyUnderTheWorksLock(KMutex a, Action<KThreadWorker> destroy)
    {
        KThreadWorker worker = KThreadWorker.Create();
        var work = new KThreadWork(_ => CrossReleaseTests.Pass(a));
        worker.Queue(work);
        worker.FlushWork(work);
        CrossReleaseTests.Under(a, () => destroy(worker));
    }

    private static void DisposeNestedTwice(KMutex a)
    {
        KMutex.Scope scope = a.EnterNestedScope(1);
        a.Release();
        scope.Dispose();
    }

    private static void DisposeTwice(KMutex a)
    {
        KMutex.Scope scope = a.EnterScope();
        a.Release();
        scope.Dispose();
    }
}
