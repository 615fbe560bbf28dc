using static KThreadRuntime.Tests.CrossReleaseTests;

namespace KThreadRuntime.Tests.Context;

public class AsyncFlowTests
{
    [Fact]
    public async Task LockUnderAnAsyncLockAndTheOtherWayRound_Report()
    {
        using var lab = new Lab();
        var (m, a) = New();
        await InPool(async () =>
        {
            using (await m.AcquireAsync())
            {
                Pass(a);
            }
        });
        lab.IsQuiet();
        lab.Thread("blocker").Do(() => Under(a, () => m.Acquire().Release()));

        LockdepReport report = lab.Single();
        Assert.Equal("m --> a", report.Chain);
        Assert.Equal(Confidence.Certain, report.Confidence);
    }

    [Fact]
    public async Task LockAfterTheRelease_IsQuiet()
    {
        using var lab = new Lab(Lab.Everything);
        var (m, a) = New();
        await InPool(async () =>
        {
            using (await m.AcquireAsync())
            {
                await Task.Yield();
            }

            Pass(a);
            await Task.Yield();
            Pass(a);
        });
        Blocker(lab, m, a);

        lab.IsQuiet();
    }

    [Fact]
    public async Task LockAfterAWaitForTheAsyncLock_Reports()
    {
        using var lab = new Lab();
        var (m, a) = New();
        KAsyncMutex.Releaser held = lab.Thread("holder").Do(() => m.Acquire());
        Task flow = InPool(async () =>
        {
            using (await m.AcquireAsync())
            {
                Pass(a);
            }
        });
        Patience.Until(() => m.WaiterCount == 1, "The flow did not wait.");
        lab.Thread("releaser").Do(() => held.Release());
        await flow;
        Blocker(lab, m, a);

        Assert.Equal("m --> a", lab.Single().Chain);
    }

    [Fact]
    public async Task TwoAsyncLocksInTwoOrders_Report()
    {
        using var lab = new Lab();
        var m = new KAsyncMutex(name: "m");
        var n = new KAsyncMutex(name: "n");
        await InPool(() => Nest(m, n));
        lab.IsQuiet();
        await InPool(() => Nest(n, m));

        Assert.Equal(["m", "n"], lab.Single().Steps.Select(s => s.Held.Name).Order(StringComparer.Ordinal));
        static async Task Nest(KAsyncMutex outer, KAsyncMutex inner)
        {
            using (await outer.AcquireAsync())
            using (await inner.AcquireAsync())
            {
            }
        }
    }

    [Fact]
    public async Task CalleeThatTakesAndReleases_LeavesTheCallersHoldSure()
    {
        using var lab = new Lab();
        var (m, a) = New();
        var n = new KAsyncMutex(name: "n");
        await InPool(async () =>
        {
            using (await m.AcquireAsync())
            {
                await PassAsync(n);
                Pass(a);
            }
        });
        Blocker(lab, m, a);

        Assert.Equal("m --> a", lab.Single().Chain);
        static async Task PassAsync(KAsyncMutex mutex) => (await mutex.AcquireAsync()).Release();
    }

    [Fact]
    public async Task KnownMiss_LockThatAnAsyncMethodTakesForItsCaller()
    {
        using var lab = new Lab(Lab.Everything);
        var (m, a) = New();
        await InPool(async () =>
        {
            using (await ForCaller(m))
            {
                Pass(a);
            }
        });
        Blocker(lab, m, a);

        lab.IsQuiet();
        static async Task<KAsyncMutex.Releaser> ForCaller(KAsyncMutex mutex) => await mutex.AcquireAsync();
    }

    [Fact]
    public async Task AcquireOfWhatTheFlowHolds_ReportsARingThatAnotherMayOpen()
    {
        using var lab = new Lab();
        var m = new KAsyncMutex(name: "m");
        await InPool(async () =>
        {
            KAsyncMutex.Releaser held = await m.AcquireAsync();
            Task<KAsyncMutex.Releaser> next = m.AcquireAsync().AsTask();
            held.Release();
            (await next).Release();
        });

        LockdepReport report = lab.Single();
        Assert.Equal((ReportKind.Recursive, Confidence.Possible), (report.Kind, report.Confidence));
        Assert.False(report.Flags.HasFlag(ReportFlags.Stall));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TimedAcquireOfWhatTheFlowHolds_IsAStall(bool blocks)
    {
        using var lab = new Lab();
        var m = new KAsyncMutex(name: "m");
        lab.Thread("flow").Do(() =>
        {
            using KAsyncMutex.Releaser held = m.Acquire();
            var time = TimeSpan.FromMilliseconds(1);
            Assert.False((blocks ? m.TryAcquire(time) : m.TryAcquireAsync(time).AsTask().GetAwaiter().GetResult()).IsAcquired);
        });

        LockdepReport report = lab.Single();
        Assert.Equal((ReportKind.Recursive, Confidence.Possible), (report.Kind, report.Confidence));
        Assert.True(report.Flags.HasFlag(ReportFlags.Stall));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void RingThroughATimedAcquire_IsAStallHoweverItEnds(bool blocks, bool isTimed)
    {
        using var lab = new Lab();
        var (m, a) = New();
        lab.Thread("taker").Do(() =>
        {
            using KAsyncMutex.Releaser outer = m.Acquire();
            Pass(a);
        });
        TimeSpan time = isTimed ? Patience.Limit : Timeout.InfiniteTimeSpan;
        lab.Thread("blocker").Do(() => Under(a, () =>
            (blocks ? m.TryAcquire(time) : m.TryAcquireAsync(time).AsTask().GetAwaiter().GetResult()).Release()));

        Assert.Equal(isTimed, lab.Single().Flags.HasFlag(ReportFlags.Stall));
    }

    [Fact]
    public void TryUnderTheLock_MakesNoDependencyButWhatFollowsDoes()
    {
        using var lab = new Lab();
        var (m, a) = New();
        Actor actor = lab.Thread("actor");
        actor.Do(() => Under(a, () => m.TryAcquire().Release()));
        actor.Do(() =>
        {
            using (m.TryAcquire())
            {
                Pass(a);
            }
        });
        lab.IsQuiet();
        Blocker(lab, m, a);

        Assert.Equal("m --> a", lab.Single().Chain);
    }

    [Fact]
    public void AcquireThatWaitsUnderALock_IsReportedBeforeItIsGranted()
    {
        using var lab = new Lab();
        var (m, a) = New();
        lab.Thread("taker").Do(() =>
        {
            using (m.Acquire())
            {
                Pass(a);
            }
        });
        KAsyncMutex.Releaser held = lab.Thread("holder").Do(() => m.Acquire());
        lab.Thread("waiter").Do(() => Under(a, () => Assert.False(m.AcquireAsync().IsCompleted)));

        Assert.Equal("m --> a", lab.Single().Chain);
        held.Release();
    }

    [Fact]
    public void LocksAcquiredOverAndOver_SeeTheAsyncLockThatCameInBetween()
    {
        // The warm path knows a and b here; that m is held now must make it forget.
        using var lab = new Lab();
        var (m, a) = New();
        var b = new KMutex(name: "b");
        Actor actor = lab.Thread("actor");
        actor.Do(() =>
        {
            for (int i = 0; i < 5; i++)
            {
                Under(a, () => Pass(b));
            }

            using (a.EnterScope())
            {
                using (m.Acquire())
                {
                    Pass(b);
                }

                Pass(b);
            }

            using (m.Acquire())
            {
                Pass(b);
            }
        });
        lab.IsQuiet();
        lab.Thread("blocker").Do(() => Under(b, () => m.Acquire().Release()));

        Assert.Equal("m --> b", lab.Single().Chain);
        actor.Do(() => Assert.Equal(0, KThreadRuntime.Context.LockdepContext.For(lab.Validator).HeldCount));
    }

    [Fact]
    public void LockHeldWhenTheAsyncLockIsReleased_StaysHeld()
    {
        using var lab = new Lab();
        var (m, a) = New();
        var b = new KMutex(name: "b");
        lab.Thread("actor").Do(() =>
        {
            a.Acquire();
            m.Acquire().Release();
            Pass(b);
            a.Release();
        });
        lab.Thread("other").Do(() => Under(b, () => m.Acquire().Release()));
        lab.IsQuiet();
        lab.Thread("another").Do(() => Under(b, () => Pass(a)));

        Assert.Equal(["a", "b"], lab.Single().Steps.Select(s => s.Held.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void LockReleasedOnAnotherThread_IsNotHeldAnyLonger()
    {
        using var lab = new Lab(Lab.Everything);
        var (m, a) = New();
        Actor taker = lab.Thread("taker");
        KAsyncMutex.Releaser held = taker.Do(() => m.Acquire());
        lab.Thread("releaser").Do(() => held.Release());
        taker.Do(() => Pass(a));
        Blocker(lab, m, a);

        lab.IsQuiet();
    }

    [Fact]
    public async Task ManyFlowsThatKeepOneOrder_AreQuietAndLeaveNothingHeld()
    {
        const int Flows = 8, Each = 150;
        using var lab = new Lab(Lab.Everything);
        KAsyncMutex[] outer = [.. Enumerable.Range(0, 3).Select(i => new KAsyncMutex(new LockClassKey($"m{i}")))];
        KMutex[] inner = [.. Enumerable.Range(0, 3).Select(i => new KMutex(new LockClassKey($"a{i}")))];
        await InPool(() => Task.WhenAll(Enumerable.Range(0, Flows).Select(seed => Task.Run(() => Legal(new Random(seed))))));

        lab.IsQuiet();
        Assert.All(outer, m => Assert.False(m.IsHeld));
        lab.Thread("blocker").Do(() => Under(inner[0], () => outer[0].Acquire().Release()));
        Assert.NotEmpty(lab.Reports);

        async Task Legal(Random random)
        {
            for (int n = 0; n < Each; n++)
            {
                using (Lockdep.BeginWork())
                {
                    var held = new List<KAsyncMutex.Releaser>();
                    for (int i = random.Next(outer.Length); i < outer.Length; i += 1 + random.Next(2))
                    {
                        held.Add(random.Next(2) == 0 ? outer[i].Acquire() : await outer[i].AcquireAsync());
                        if (random.Next(2) == 0)
                        {
                            await Task.Yield();
                        }
                    }

                    Array.ForEach(inner[random.Next(inner.Length)..], Pass);
                    foreach (KAsyncMutex.Releaser one in held.OrderBy(_ => random.Next()).ToList())
                    {
                        one.Release();
                    }
                }

                Assert.Equal(0, KThreadRuntime.Context.LockdepContext.For(lab.Validator).HeldCount);
            }
        }
    }

    internal static (KAsyncMutex M, KMutex A) New() => (new KAsyncMutex(name: "m"), new KMutex(name: "a"));

    /// <summary>Acquires the async lock under the other, on a thread of its own.</summary>
    internal static void Blocker(Lab lab, KAsyncMutex m, KMutex a) => lab.Thread("blocker").Do(() => Under(a, () => m.Acquire().Release()));

    internal static async Task TakeAfterAnAwait(KAsyncMutex m, KMutex a)
    {
        using (await m.AcquireAsync())
        {
            await Task.Yield();
            Pass(a);
        }
    }

    /// <summary>Off the test runner's synchronization context: each await goes on in the pool.</summary>
    internal static Task InPool(Func<Task> body) => Task.Run(body).WaitAsync(Patience.Limit);
}
