namespace KThreadRuntime.Tests;

public class KRwSemaphoreTests
{
    [Fact]
    public void ReadersShareAndWritersExclude()
    {
        var rw = new KRwSemaphore();
        using var other = new Actor("other");
        rw.AcquireRead();
        Assert.True(other.Do(() => rw.TryAcquireRead()));
        Assert.False(other.Do(() => rw.TryAcquireWrite()));
        other.Do(() => rw.ReleaseRead());
        rw.ReleaseRead();

        using (rw.EnterWriteScope())
        {
            Assert.True(rw.IsWriteHeldByCurrentThread);
            Assert.False(other.Do(() => rw.TryAcquireRead()));
            Assert.False(other.Do(() => rw.TryAcquireWrite()));
        }

        Assert.True(other.Do(() => rw.TryAcquireWrite()));
        other.Do(() => rw.ReleaseWrite());
    }

    [Fact]
    public void QueuedWriter_HoldsNewReadersBackAndIsServedFirst()
    {
        var rw = new KRwSemaphore();
        using var writer = new Actor("writer");
        using var reader = new Actor("reader");
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
    public void Downgrade_LetsReadersInAndKeepsWritersOut()
    {
        var rw = new KRwSemaphore();
        using var other = new Actor("other");
        rw.AcquireWrite();
        Actor.Job read = other.Begin(() => rw.AcquireRead());
        rw.Downgrade();
        read.Finish();
        Assert.False(rw.IsWriteHeldByCurrentThread);
        Assert.False(rw.TryAcquireWrite());
        other.Do(() => rw.ReleaseRead());
        rw.ReleaseRead();
        Assert.True(rw.TryAcquireWrite());
        rw.ReleaseWrite();
    }

    [Fact]
    public void InterruptedWriter_LetsTheReadersBehindItPass()
    {
        var rw = new KRwSemaphore();
        using var writer = new Actor("writer");
        using var reader = new Actor("reader");
        rw.AcquireRead();
        Actor.Job write = writer.Begin(() => rw.AcquireWrite());
        Patience.Until(() => !TryPass(rw), "the writer did not queue");
        Actor.Job read = reader.Begin(() => rw.AcquireRead());
        writer.Thread.Interrupt();

        Assert.Throws<ThreadInterruptedException>(write.Finish);
        read.Finish();
        reader.Do(() => rw.ReleaseRead());
        rw.ReleaseRead();
    }

    [Fact]
    public void Misuse_IsRefused()
    {
        var rw = new KRwSemaphore();
        Assert.Throws<SynchronizationLockException>(() => rw.ReleaseRead());
        Assert.Throws<SynchronizationLockException>(() => rw.ReleaseWrite());
        Assert.Throws<SynchronizationLockException>(() => rw.Downgrade());
        rw.AcquireWrite();
        Assert.Throws<LockRecursionException>(() => rw.AcquireRead());
        Assert.Throws<LockRecursionException>(() => rw.AcquireWrite());
        Assert.Throws<SynchronizationLockException>(() => rw.ReleaseRead());
        rw.ReleaseWrite();
    }

    [Fact]
    public void ReadersAndWriters_NeverMeet()
    {
        var rw = new KRwSemaphore();
        int readers = 0, writers = 0, met = 0;
        Actor[] actors = [.. Enumerable.Range(0, 4).Select(i => new Actor($"A{i}"))];
        Actor.Job[] jobs = [.. actors.Select((actor, i) => actor.Begin(() =>
        {
            var random = new Random(i);
            for (int n = 0; n < 500; n++)
            {
                if (random.Next(4) == 0)
                {
                    using (rw.EnterWriteScope())
                    {
                        met += Interlocked.Increment(ref writers) != 1 || Volatile.Read(ref readers) != 0 ? 1 : 0;
                        Interlocked.Decrement(ref writers);
                    }
                }
                else
                {
                    using (rw.EnterReadScope())
                    {
                        Interlocked.Increment(ref readers);
                        Interlocked.Add(ref met, Volatile.Read(ref writers));
                        Interlocked.Decrement(ref readers);
                    }
                }
            }
        }))];
        Array.ForEach(jobs, j => j.Finish());
        Array.ForEach(actors, a => a.Dispose());

        Assert.Equal(0, met);
    }

    [Fact]
    public void NestedRead_ReportsThoughNoWriterCame()
    {
        using var lab = new Lab();
        var rw = new KRwSemaphore(name: "rw");
        lab.Thread("T1").Do(() =>
        {
            using (rw.EnterReadScope())
            using (rw.EnterReadScope())
            {
            }
        });

        Assert.Equal(ReportKind.Recursive, lab.Single().Kind);
    }

    private static bool TryPass(KRwSemaphore rw)
    {
        if (!rw.TryAcquireRead())
        {
            return false;
        }

        rw.ReleaseRead();
        return true;
    }
}
