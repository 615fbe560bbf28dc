namespace KThreadRuntime.Tests;

public class KRwLockTests
{
    [Theory]
    [InlineData(ReadPolicy.Queued)]
    [InlineData(ReadPolicy.Recursive)]
    public void ReadersShareAndWritersExclude(ReadPolicy policy)
    {
        using var rw = new KRwLock(policy);
        using var other = new Actor("other");
        rw.AcquireRead();
        Assert.True(other.Do(() => rw.TryAcquireRead()));
        Assert.Equal(2, rw.CurrentReaderCount);
        Assert.False(other.Do(() => rw.TryAcquireWrite()));
        other.Do(() => rw.ReleaseRead());
        rw.ReleaseRead();

        using (rw.EnterWriteScope())
        {
            Assert.True(rw.IsWriteHeldByCurrentThread);
            Assert.False(other.Do(() => rw.TryAcquireRead()));
        }

        using (rw.EnterReadScope())
        {
            Assert.Equal(1, rw.CurrentReaderCount);
        }

        Assert.Equal(policy, rw.Policy);
        Assert.Equal(0, rw.CurrentReaderCount);
    }

    [Fact]
    public void QueuedPolicy_HoldsReadersBackBehindAWriter()
    {
        using var lab = new Lab();
        using var rw = new KRwLock(ReadPolicy.Queued);
        Actor writer = lab.Thread("writer"), reader = lab.Thread("reader");
        rw.AcquireRead();
        Actor.Job write = writer.Begin(() => rw.AcquireWrite());
        Patience.Until(() => !TryPass(rw), "the writer did not queue");
        Actor.Job read = reader.Begin(() => rw.AcquireRead());
        rw.ReleaseRead();

        write.Finish();
        Assert.False(read.IsDone);
        writer.Do(() => rw.ReleaseWrite());
        read.Finish();
        reader.Do(() => rw.ReleaseRead());
    }

    [Fact]
    public void RecursivePolicy_LetsReadersPassAWriter()
    {
        using var lab = new Lab(Lab.Everything);
        using var rw = new KRwLock(ReadPolicy.Recursive);
        Actor writer = lab.Thread("writer"), reader = lab.Thread("reader");
        rw.AcquireRead();
        Actor.Job write = writer.Begin(() => rw.AcquireWrite());
        Patience.Until(() => lab.Validator.Statistics.Chains == 2, "the writer was not announced");

        reader.Do(() => rw.AcquireRead());
        rw.AcquireRead();
        rw.ReleaseRead();
        rw.ReleaseRead();
        Assert.False(write.IsDone);
        reader.Do(() => rw.ReleaseRead());
        write.Finish();
        writer.Do(() => rw.ReleaseWrite());
        lab.IsQuiet();
    }

    [Fact]
    public void RecursivePolicy_LetsAllWaitingReadersInTogether()
    {
        using var rw = new KRwLock(ReadPolicy.Recursive);
        Actor[] readers = [.. Enumerable.Range(0, 3).Select(i => new Actor($"R{i}"))];
        rw.AcquireWrite();
        Actor.Job[] reads = [.. readers.Select(r => r.Begin(() => rw.AcquireRead()))];
        Assert.All(reads, r => Assert.False(r.IsDone));
        rw.ReleaseWrite();

        Array.ForEach(reads, r => r.Finish());
        Assert.Equal(3, rw.CurrentReaderCount);
        Array.ForEach(readers, r => r.Do(() => rw.ReleaseRead()));
        Array.ForEach(readers, r => r.Dispose());
    }

    [Theory]
    [InlineData(ReadPolicy.Queued, true)]
    [InlineData(ReadPolicy.Recursive, false)]
    public void NestedRead_ReportsWhereAWriterMayQueueInBetween(ReadPolicy policy, bool reports)
    {
        using var lab = new Lab();
        using var rw = new KRwLock(policy, name: "rw");
        lab.Thread("T1").Do(() =>
        {
            using (rw.EnterReadScope())
            using (rw.EnterReadScope())
            {
            }
        });

        Assert.Equal(reports ? [ReportKind.Recursive] : [], lab.Reports.Select(r => r.Kind));
    }

    [Theory]
    [InlineData(ReadPolicy.Queued, true)]
    [InlineData(ReadPolicy.Recursive, false)]
    public void ReadersInBothOrders_ReportWhereAWriterMayQueueInBetween(ReadPolicy policy, bool reports)
    {
        using var lab = new Lab();
        using var a = new KRwLock(policy, name: "a");
        using var b = new KRwLock(policy, name: "b");
        lab.Thread("T1").Do(() => NestReads(a, b));
        lab.Thread("T2").Do(() => NestReads(b, a));

        Assert.Equal(reports ? [ReportKind.Circular] : [], lab.Reports.Select(r => r.Kind));
    }

    [Fact]
    public void WriterThatGivesUp_LetsTheReadersBehindItPass()
    {
        using var lab = new Lab();
        using var source = new CancellationTokenSource();
        using var rw = new KRwLock(ReadPolicy.Queued);
        Actor writer = lab.Thread("writer"), reader = lab.Thread("reader");
        rw.AcquireRead();
        Actor.Job write = writer.Begin(() => rw.AcquireWrite(source.Token));
        Patience.Until(() => !TryPass(rw), "the writer did not queue");
        Actor.Job read = reader.Begin(() => rw.AcquireRead());
        source.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(write.Finish);
        read.Finish();
        reader.Do(() => rw.ReleaseRead());
        rw.ReleaseRead();
    }

    [Fact]
    public void TimedAndCancelledReads_HoldNothing()
    {
        using var rw = new KRwLock();
        using var other = new Actor("other");
        using var source = new CancellationTokenSource();
        rw.AcquireWrite();
        Assert.False(other.Do(() => rw.TryAcquireRead(TimeSpan.FromMilliseconds(20))));
        Actor.Job read = other.Begin(() => rw.AcquireRead(source.Token));
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(read.Finish);

        rw.ReleaseWrite();
        Assert.Equal(0, rw.CurrentReaderCount);
        Assert.True(rw.TryAcquireWrite());
        rw.ReleaseWrite();
    }

    [Fact]
    public void Misuse_IsReportedAndRefused()
    {
        using var lab = new Lab();
        using var rw = new KRwLock(name: "rw");
        Assert.Throws<SynchronizationLockException>(() => rw.ReleaseRead());
        Assert.Equal(ReportKind.UnbalancedRelease, lab.Single().Kind);
        rw.AcquireWrite();
        Assert.Throws<SynchronizationLockException>(() => rw.ReleaseRead());
        Assert.True(Lockdep.IsHeld(rw.Map!));
        Assert.Equal(ReportKind.Misuse, lab.Reports[1].Kind);
        Assert.Throws<LockRecursionException>(() => rw.AcquireRead());
        Assert.Equal(ReportKind.Recursive, lab.Reports[2].Kind);
        rw.ReleaseWrite();
        Assert.False(Lockdep.IsHeld(rw.Map!));
    }

    [Theory]
    [InlineData(ReadPolicy.Queued)]
    [InlineData(ReadPolicy.Recursive)]
    public void ReadersAndWriters_NeverMeet(ReadPolicy policy)
    {
        using var rw = new KRwLock(policy);
        int readers = 0, writers = 0, met = 0;
        Actor[] actors = [.. Enumerable.Range(0, 4).Select(i => new Actor($"A{i}"))];
        Actor.Job[] jobs = [.. actors.Select((actor, i) => actor.Begin(() =>
        {
            var random = new Random(i);
            for (int n = 0; n < 1000; n++)
            {
                if (random.Next(4) == 0)
                {
                    using (rw.EnterWriteScope())
                    {
                        met += Interlocked.Increment(ref writers) != 1 || Volatile.Read(ref readers) != 0 ? 1 : 0;
                        Interlocked.Decrement(ref writers);
                    }
                }
                else if (rw.TryAcquireRead(TimeSpan.FromMilliseconds(random.Next(1, 5))))
                {
                    Interlocked.Increment(ref readers);
                    Interlocked.Add(ref met, Volatile.Read(ref writers));
                    Interlocked.Decrement(ref readers);
                    rw.ReleaseRead();
                }
            }
        }))];
        Array.ForEach(jobs, j => j.Finish());
        Array.ForEach(actors, a => a.Dispose());

        Assert.Equal(0, met);
        Assert.Equal(0, rw.CurrentReaderCount);
    }

    private static bool TryPass(KRwLock rw)
    {
        if (!rw.TryAcquireRead())
        {
            return false;
        }

        rw.ReleaseRead();
        return true;
    }

    private static void NestReads(KRwLock outer, KRwLock inner)
    {
        using (outer.EnterReadScope())
        using (inner.EnterReadScope())
        {
        }
    }
}
