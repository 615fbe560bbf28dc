namespace KThreadRuntime.Tests.Conformance.Written;

/// <summary>Waits and signals, as cross-release's documents and patch mails tell them.</summary>
internal static class CrossReleaseRows
{
    [Plays("completion under mutex (crossrelease.txt ex.2; dept.rst ex.2)")]
    internal static void CompletionUnderMutex(Lab lab)
    {
        var wire = new Wire(lab);
        LockdepMap a = wire.Lock("A"), c = wire.Completion("C");
        wire.Acquire("T1", a);
        wire.BeginWait("T1", c);
        wire.Pass("T2", a);
        wire.Signal("T2", c);
        wire.EndWait("T1", c);
        wire.Release("T1", a);
    }

    [Plays("completion under mutex, complete inside critical section")]
    internal static void CompleteInsideCriticalSection(Lab lab)
    {
        var wire = new Wire(lab);
        LockdepMap a = wire.Lock("A"), c = wire.Completion("C");
        wire.Acquire("T1", a);
        wire.BeginWait("T1", c);
        wire.Acquire("T2", a);
        wire.Signal("T2", c);
        wire.Release("T2", a);
        wire.EndWait("T1", c);
        wire.Release("T1", a);
    }

    /// <summary>A page lock is taken by one context and given back by another, which owes it from the hand-over on.</summary>
    [Plays("page lock ABBA across three contexts (crossrelease.txt ex.1)")]
    internal static void PageLock(Lab lab)
    {
        var wire = new Wire(lab);
        LockdepMap a = wire.Lock("A"), page = wire.Completion("B");
        wire.BeginWait("T1", page);
        wire.EndWait("T1", page);
        wire.Owe("T3", page);
        wire.Acquire("T3", a);
        wire.Signal("T3", page);
        wire.Release("T3", a);
        wire.WaitUnder("T2", a, page);
    }

    [Plays("lock history before the wait is ignored (App. B)")]
    internal static void HistoryBeforeTheWait(Lab lab)
    {
        var wire = new Wire(lab);
        LockdepMap b = wire.Lock("B"), c = wire.Lock("C"), ax = wire.Completion("AX");
        wire.Pass("T2", b);
        wire.BeginWait("T1", ax);
        wire.Pass("T2", c);
        wire.Signal("T2", ax);
        wire.EndWait("T1", ax);
        wire.HasLearned(1);
        wire.WaitUnder("T3", b, ax);
    }

    [Plays("edges at commit (crossrelease.txt BX walk-through)")]
    internal static void EdgesAtCommit(Lab lab)
    {
        var wire = new Wire(lab);
        LockdepMap a = wire.Lock("A"), c = wire.Lock("C"), d = wire.Lock("D"), e = wire.Lock("E"), bx = wire.Completion("BX");
        wire.Acquire("T1", a);
        wire.BeginWait("T1", bx);
        wire.Pass("T2", c);
        wire.Pass("T2", e);
        wire.Signal("T2", bx);
        wire.EndWait("T1", bx);
        wire.Pass("T1", d);
        wire.Release("T1", a);
        wire.HasLearned(4);
    }

    [Plays("[policy] complete before wait: no commit (nr_acquire==0)")]
    internal static void CompleteBeforeWait(Lab lab)
    {
        var wire = new Wire(lab);
        LockdepMap a = wire.Lock("A"), c = wire.Completion("C");
        wire.Pass("T2", a);
        wire.Signal("T2", c);
        wire.WaitUnder("T1", a, c);
    }

    [Plays("overlapping waits use the first gen id (v8 07/14)")]
    internal static void OverlappingWaits(Lab lab)
    {
        var wire = new Wire(lab);
        LockdepMap a = wire.Lock("A"), b = wire.Lock("B"), c = wire.Lock("C"), ax = wire.Completion("AX");
        wire.BeginWait("W", ax);
        wire.Pass("Y", a);
        wire.BeginWait("X", ax);
        wire.Pass("Y", b);
        wire.Signal("Y", ax);
        wire.Pass("Z", c);
        wire.Signal("Z", ax);
        wire.EndWait("W", ax);
        wire.EndWait("X", ax);
        wire.HasLearned(3);
    }

    [Plays("trylock not recorded in history")]
    internal static void TryLock(Lab lab)
    {
        var wire = new Wire(lab);
        LockdepMap a = wire.Lock("A"), c = wire.Completion("C");
        wire.Acquire("T1", a);
        wire.BeginWait("T1", c);
        wire.Context("T2").Do(() => Lockdep.TryAcquired(a));
        wire.Release("T2", a);
        wire.Signal("T2", c);
        wire.EndWait("T1", c);
        wire.Release("T1", a);
        wire.HasLearned(1);
    }

    [Plays("recursive read in completing thread (4.14 missed it: read==2 filtered)")]
    internal static void RecursiveRead(Lab lab)
    {
        var wire = new Wire(lab);
        LockdepMap a = wire.Lock("A"), c = wire.Completion("C");
        wire.Acquire("T1", a);
        wire.BeginWait("T1", c);
        wire.Pass("T2", a, LockMode.SharedRecursive);
        wire.Signal("T2", c);
        wire.EndWait("T1", c);
        wire.Release("T1", a);
    }

    /// <summary>Two devices, one stacked on the other, each with its own signaller; one creation site for all their requests.</summary>
    [Plays("stacked block devices share submit_bio_wait class (4.14 false positive)")]
    internal static void StackedDevices(Lab lab)
    {
        var wire = new Wire(lab);
        LockdepMap upper = wire.Lock("ilock"), lower = wire.Lock("ilock");
        LockdepMap disk = wire.Completion("bio"), loop = wire.Completion("bio");
        wire.Acquire("upper file system", upper);
        wire.BeginWait("upper file system", disk);
        wire.BeginWait("loop user", loop);
        wire.Pass("loop thread", lower);
        wire.Signal("loop thread", loop);
        wire.Signal("disk", disk);
        wire.EndWait("upper file system", disk);
        wire.Release("upper file system", upper);
        wire.EndWait("loop user", loop);
        wire.HasLearned(2);
    }

    /// <summary>A worker waits for the completion of the worker it started, then signals its own: one class, two instances.</summary>
    [Plays("nested worker completes own-class completion (DEPT kunit/vfork AA false positive)")]
    internal static void NestedWorkers(Lab lab)
    {
        var wire = new Wire(lab);
        LockdepMap ofOuter = wire.Completion("C"), ofInner = wire.Completion("C");
        wire.BeginWait("starter", ofOuter);
        wire.BeginWait("K1", ofInner);
        wire.Signal("K2", ofInner);
        wire.EndWait("K1", ofInner);
        wire.Signal("K1", ofOuter);
        wire.EndWait("starter", ofOuter);
    }
}
