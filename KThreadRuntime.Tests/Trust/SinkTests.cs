using KThreadRuntime.Context;

namespace KThreadRuntime.Tests.Trust;

/// <summary>Sinks that throw, block, and use what they are told about.</summary>
public class SinkTests
{
    [Fact]
    public void SinkThatThrows_KeepsNoReportFromTheOthers()
    {
        var collected = new CollectingSink();
        using var lab = new Lab(new LockdepOptions { Sinks = [new ThrowingSink(), collected] });
        var a = new LockdepMap("a");
        var b = new LockdepMap("b");
        var x = new LockdepMap("x");
        lab.Thread("T1").Do(() =>
        {
            Nest(x, a);
            Nest(x, b);
        });
        lab.Thread("T2").Do(() =>
        {
            // One event that closes two rings.
            Lockdep.Acquire(a);
            Lockdep.Acquire(b);
            Assert.Throws<LockdepException>(() => Lockdep.Acquire(x));
            Assert.Equal(2, LockdepContext.For(lab.Validator).HeldCount);
            Lockdep.Release(b);
            Lockdep.Release(a);
        });

        Assert.Equal(["x --> a", "x --> b"], lab.Reports.Select(r => r.Chain).Order(StringComparer.Ordinal));
        Assert.Equal(lab.Reports, collected.Reports);
    }

    public static TheoryData<string> Locks => [.. AnyLock.Sleeping, .. AnyLock.Spinning, nameof(KLocalLock), nameof(WwMutex)];

    /// <summary>Who is told of a pin may throw; a lock that stays taken by nobody would hang the others.</summary>
    [Theory]
    [MemberData(nameof(Locks))]
    public void ReleaseOfAPinnedLockThatThrows_HasReleasedIt(string kind)
    {
        using var lab = new Lab(new LockdepOptions { Sinks = [new ThrowingSink()] });
        (Action acquire, Action release, Func<LockdepMap?> map, Func<bool> tryAcquire) = kind switch
        {
            nameof(KLocalLock) => Of(new KLocalLock()),
            nameof(WwMutex) => Of(new WwMutex(new WwClass())),
            _ => Of(AnyLock.Create(kind, kind)),
        };
        Actor t1 = lab.Thread("T1");
        t1.Do(() =>
        {
            acquire();
            Lockdep.Pin(map()!);
            Assert.Equal(ReportKind.Pinned, Assert.Throws<LockdepException>(release).Report.Kind);
            Assert.Equal(0, LockdepContext.For(lab.Validator).HeldCount);
        });
        Actor next = kind == nameof(KLocalLock) ? t1 : lab.Thread("T2");

        next.Do(() => Assert.True(tryAcquire()));
    }

    /// <summary>A signaller that only a sink was in the way of must not leave its waiter waiting.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SignalUnderADeadKeyThatThrows_WasGiven(bool isSemaphore)
    {
        using var lab = new Lab(new LockdepOptions { Sinks = [new ThrowingSink()] });
        var key = new LockClassKey("gone");
        var c = new Completion(key);
        var s = new KSemaphore(0, key: key);
        lab.Thread("T1").Do(() =>
        {
            c.Complete();
            c.Wait();
            s.Release();
            s.Acquire();
            key.Dispose();
            Action signal = isSemaphore ? () => s.Release() : () => c.Complete();
            Assert.Equal(ReportKind.DeadKey, Assert.Throws<LockdepException>(signal).Report.Kind);
            Assert.Equal(isSemaphore, s.TryAcquire());
            Assert.Equal(!isSemaphore, c.TryWait());
        });
    }

    [Theory]
    [InlineData("acquire")]
    [InlineData("acquire again")]
    [InlineData("wait")]
    [InlineData("signal")]
    [InlineData("release")]
    [InlineData("downgrade")]
    [InlineData("subclass")]
    public void ProbeThatThrows_LeavesWhatIsHeldAsItWas(string probe)
    {
        using var lab = new Lab(new LockdepOptions { Sinks = [new DelegateSink(_ => throw new InvalidDataException())] });
        var outer = new LockdepMap("outer");
        var inner = new LockdepMap("inner");
        var free = new LockdepMap("free");
        var done = new LockdepMap("done", kind: LockdepMapKind.Completion);
        lab.Thread("T1").Do(() =>
        {
            Nest(inner, outer);
            Lockdep.Acquire(outer);
            if (probe == "signal")
            {
                Lockdep.EndWait(Lockdep.BeginWait(done));
            }

            Lockdep.Release(outer);
            if (probe == "wait")
            {
                Lockdep.Signal(done);
            }
        });
        lab.Thread("T2").Do(() =>
        {
            WaitTicket ticket = probe == "signal" ? Lockdep.BeginWait(done) : default;
            Lockdep.Acquire(outer);
            LockdepContext context = LockdepContext.For(lab.Validator);
            Exception? thrown = Record.Exception(Probe);
            Assert.Equal(1, context.HeldCount);
            Assert.True(Lockdep.IsHeld(outer));
            Lockdep.EndWait(ticket);
            Lockdep.Release(outer);
            Assert.Equal(0, context.HeldCount);
            Assert.Equal(0, done.Waits!.Count);
            Assert.IsType(probe == "subclass" ? typeof(ArgumentOutOfRangeException) : typeof(InvalidDataException), thrown);
        });

        void Probe()
        {
            switch (probe)
            {
                case "acquire":
                    Lockdep.Acquire(inner);
                    break;
                case "acquire again":
                    Lockdep.Acquire(outer);
                    break;
                case "wait":
                    Lockdep.BeginWait(done);
                    break;
                case "signal":
                    Lockdep.Signal(done);
                    break;
                case "release":
                    Lockdep.Release(free);
                    break;
                case "downgrade":
                    Lockdep.Downgrade(free);
                    break;
                default:
                    Lockdep.Acquire(inner, subclass: 8);
                    break;
            }
        }
    }

    [Fact]
    public void SinkThatBlocks_HoldsNobodyElseUp()
    {
        using var entered = new ManualResetEventSlim();
        using var leave = new ManualResetEventSlim();
        int blocked = 0;
        var sink = new DelegateSink(_ =>
        {
            if (Interlocked.Exchange(ref blocked, 1) == 0)
            {
                entered.Set();
                Assert.True(leave.Wait(Patience.Limit));
            }
        });
        using var lab = new Lab(new LockdepOptions { Sinks = [sink] });
        var a = new LockdepMap("a");
        var b = new LockdepMap("b");
        var c = new LockdepMap("c");
        var d = new LockdepMap("d");
        Actor first = lab.Thread("T1"), second = lab.Thread("T2");
        lab.Thread("T3").Do(() =>
        {
            Nest(a, b);
            Nest(c, d);
        });
        Actor.Job stuck = first.Begin(() => Nest(b, a));
        Assert.True(entered.Wait(Patience.Limit));
        second.Do(() => Nest(d, c));
        Assert.False(stuck.IsDone);
        leave.Set();
        stuck.Finish();

        Assert.Equal(["a --> b", "c --> d"], lab.Reports.Select(r => r.Chain).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void SinkThatWaitsAndSignals_LearnsNothingAndHoldsNothing()
    {
        KMutex? log = null;
        Completion? written = null;
        int reports = 0;
        var sink = new DelegateSink(_ =>
        {
            reports++;
            log!.Acquire();
            written!.Complete();
            written.Wait();
            log.Release();
        });
        using var lab = new Lab(new LockdepOptions { Sinks = [sink] });
        log = new KMutex(name: "log");
        written = new Completion(name: "written");
        var a = new LockdepMap("a");
        var b = new LockdepMap("b");
        lab.Thread("T1").Do(() => Nest(a, b));
        lab.Thread("T2").Do(() =>
        {
            Nest(b, a);
            Assert.Equal(0, LockdepContext.For(lab.Validator).HeldCount);
        });

        Assert.Equal(1, reports);
        Assert.Equal(2, lab.Validator.Statistics.Dependencies);
    }

    private static (Action Acquire, Action Release, Func<LockdepMap?> Map, Func<bool> TryAcquire) Of(AnyLock any) => (any.Acquire, any.Release, any.Map, any.TryAcquire);

    private static (Action Acquire, Action Release, Func<LockdepMap?> Map, Func<bool> TryAcquire) Of(KLocalLock local) =>
        (() => local.Acquire(), () => local.Release(), () => local.Map, () => local.TryAcquire());

    private static (Action Acquire, Action Release, Func<LockdepMap?> Map, Func<bool> TryAcquire) Of(WwMutex ww) =>
        (() => ww.Acquire(), () => ww.Release(), () => ww.Map, () => ww.TryAcquire());

    internal static void Nest(LockdepMap outer, LockdepMap inner)
    {
        Lockdep.Acquire(outer);
        Lockdep.Acquire(inner);
        Lockdep.Release(inner);
        Lockdep.Release(outer);
    }
}
