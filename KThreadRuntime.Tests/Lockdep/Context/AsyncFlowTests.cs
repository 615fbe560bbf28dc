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
    public async Task LockAfterAnotherAwait_IsClassLevelOnly()
    {
        using var lab = new Lab(Lab.Everything);
        var (m, a) = New();
        await InPool(() => TakeAfterAnAwait(m, a));
        Blocker(lab, m, a);

        LockdepReport report = lab.Single();
        Assert.Equal(Confidence.ClassLevelOnly, report.Confidence);
        Assert.True(report.Flags.HasFlag(ReportFlags.Unscoped));
    }

    [Fact]
    public async Task LockAfterAnotherAwaitInOneScope_Reports()
    {
        using var lab = new Lab();
        var (m, a) = New();
        await InPool(async () =>
        {
            using (Lockdep.BeginWork())
            {
                await TakeAfterAnAwait(m, a);
            }
        });
        Blocker(lab, m, a);

        LockdepReport report = lab.Single();
        Assert.Equal("m --> a", report.Chain);
        Assert.False(report.Flags.HasFlag(ReportFlags.Unscoped));
    }

    [Fact]
    public async Task ScopedObservationAfterAnUnscopedOne_Reports()
    {
        using var lab = new Lab();
        var (m, a) = New();
        await InPool(() => TakeAfterAnAwait(m, a));
        Blocker(lab, m, a);
        lab.IsQuiet();
        await InPool(async () =>
        {
            using (Lockdep.BeginWork())
            {
                await TakeAfterAnAwait(m, a);
            }
        });

        Assert.Equal(["a", "m"], lab.Single().Steps.Select(s => s.Held.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task TaskStartedUnderTheLockInAScope_IsAForkEvenAfterItsAwaits()
    {
        using var lab = new Lab();
        var (m, a) = New();
        await InPool(async () =>
        {
            using (Lockdep.BeginWork())
            using (await m.AcquireAsync())
            {
                await Task.Run(async () =>
                {
                    Pass(a);
                    await Task.Yield();
                    Pass(a);
                    await Task.Yield();
                    Pass(a);
                });
            }
        });
        Blocker(lab, m, a);

        lab.IsQuiet();
        Assert.Equal(1, lab.Validator.Statistics.BelowThreshold);
    }

    [Fact]
    public async Task ThreadStartedUnderTheLockInAScope_IsAFork()
    {
        using var lab = new Lab();
        var (m, a) = New();
        await InPool(async () =>
        {
            using (Lockdep.BeginWork())
            using (await m.AcquireAsync())
            {
                var thread = new Thread(() => Pass(a)) { IsBackground = true };
                thread.Start();
                Assert.True(thread.Join(Patience.Limit));
            }
        });
        Blocker(lab, m, a);

        lab.IsQuiet();
        Assert.Equal(1, lab.Validator.Statistics.BelowThreshold);
    }

    [Fact]
    public async Task LockThatAForkTakesItself_IsItsOwn()
    {
        using var lab = new Lab();
        var (m, a) = New();
        await InPool(async () =>
        {
            using (Lockdep.BeginWork())
            {
                await Task.Yield();
                await Task.Run(async () =>
                {
                    using (await m.AcquireAsync())
                    {
                        Pass(a);
                    }
                });
            }
        });
        Blocker(lab, m, a);

        Assert.Equal("m --> a", lab.Single().Chain);
    }

    [Fact]
    public async Task LocksOfTwoBranches_AreNotHeldTogether()
    {
        using var lab = new Lab(Lab.Everything);
        var m = new KAsyncMutex(name: "m");
        var n = new KAsyncMutex(name: "n");
        await InPool(() => Task.WhenAll(Hold(m, Task.Yield), Hold(n, Task.Yield)));
        await InPool(() => Task.WhenAll(Hold(n, Task.Yield), Hold(m, Task.Yield)));

        lab.IsQuiet();
        static async Task Hold(KAsyncMutex mutex, Func<System.Runtime.CompilerServices.YieldAwaitable> pause)
        {
            using (await mutex.AcquireAsync())
            {
                await pause();
            }
        }
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task KnownMiss_SignalAfterAnAwaitedCompletion(bool awaits)
    {
        using var lab = new Lab(Lab.Everything);
        Completion c = new(name: "c"), d = new(name: "d");
        Actor.Job relay = lab.Thread("relay").Begin(() =>
        {
            d.Wait();
            c.Complete();
        });
        Patience.Until(() => d.Map!.Waits!.Any, "The relay did not wait.");
        Task flow = Task.Run(async () =>
        {
            if (awaits)
            {
                await c.WaitAsync().ConfigureAwait(false);
            }
            else
            {
                c.Wait();
            }

            d.Complete();
        });
        Patience.Until(() => c.Map!.Waits!.Any, "The flow did not wait.");
        lab.Thread("helper").Do(() => c.Complete());
        await flow.WaitAsync(Patience.Limit);
        relay.Finish();

        Assert.Equal(awaits ? 0 : 1, lab.Reports.Count);
    }

    [Fact]
    public async Task KnownNoise_AsyncMethodThatNobodyAwaitsInAScope()
    {
        using var lab = new Lab();
        var (m, a) = New();
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task? left = null;
        await InPool(async () =>
        {
            using (Lockdep.BeginWork())
            {
                using (await m.AcquireAsync())
                {
                    left = Later();
                    go.SetResult();
                    await left;
                }
            }
        });
        Blocker(lab, m, a);

        Assert.Equal("m --> a", lab.Single().Chain);
        async Task Later()
        {
            await go.Task.ConfigureAwait(false);
            Pass(a);
        }
    }

    [Fact]
    public async Task AcquireOfWhatTheFlowHolds_ReportsAClosedRing()
    {
        using var lab = new Lab();
        var m = new KAsyncMutex(name: "m");
        await InPool(async () =>
        {
            using KAsyncMutex.Releaser held = await m.AcquireAsync();
            Assert.False((await m.TryAcquireAsync(TimeSpan.FromMilliseconds(1))).IsAcquired);
        });

        LockdepReport report = lab.Single();
        Assert.Equal(ReportKind.Recursive, report.Kind);
        Assert.Equal(Confidence.Closed, report.Confidence);
    }

    [Fact]
    public async Task AcquireOfWhatAFlowPerhapsHolds_IsClassLevelOnly()
    {
        using var lab = new Lab(Lab.Everything);
        var m = new KAsyncMutex(name: "m");
        await InPool(async () =>
        {
            using KAsyncMutex.Releaser held = await m.AcquireAsync();
            await Task.Yield();
            Assert.False((await m.TryAcquireAsync(TimeSpan.FromMilliseconds(1))).IsAcquired);
        });

        LockdepReport report = lab.Single();
        Assert.Equal(ReportKind.Recursive, report.Kind);
        Assert.Equal(Confidence.ClassLevelOnly, report.Confidence);
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
    public async Task WaitUnderAnAsyncLockThatTheSignallersFlowTakesFirst_Reports()
    {
        using var lab = new Lab();
        var m = new KAsyncMutex(name: "m");
        var c = new Completion(name: "c");
        Task waited = c.WaitAsync();
        await InPool(async () =>
        {
            using (await m.AcquireAsync())
            {
            }

            using (Lockdep.BeginWork())
            {
                (await m.AcquireAsync()).Release();
                c.Complete();
            }
        });
        await waited.WaitAsync(Patience.Limit);
        lab.IsQuiet();
        await InPool(async () =>
        {
            using (await m.AcquireAsync())
            {
                Task again = c.WaitAsync();
                c.Complete();
                await again;
            }
        });

        Assert.Equal("(completion)c --> m", lab.Single().Chain);
    }

    [Fact]
    public async Task SignallerThatWaitedForTheAsyncLock_Reports()
    {
        using var lab = new Lab(Lab.WithoutPrediction);
        var m = new KAsyncMutex(name: "m");
        var c = new Completion(name: "c");
        Actor waiter = lab.Thread("waiter");
        KAsyncMutex.Releaser held = lab.Thread("holder").Do(() => m.Acquire());
        Actor.Job wait = waiter.Begin(() => c.Wait());
        Patience.UntilWaited(c);
        Task flow = InPool(async () =>
        {
            using (Lockdep.BeginWork())
            {
                (await m.AcquireAsync()).Release();
                c.Complete();
            }
        });
        Patience.Until(() => m.WaiterCount == 1, "The flow did not wait.");
        held.Release();
        await flow;
        wait.Finish();
        waiter.Do(() =>
        {
            using (m.Acquire())
            {
                Assert.False(c.WaitAsync().IsCompleted);
            }
        });

        Assert.Equal("(completion)c --> m", lab.Single().Chain);
    }

    [Fact]
    public async Task Scope_GoesWithTheFlowAndEndsOnWhateverThread()
    {
        using var lab = new Lab(Lab.Everything);
        var (a, c) = Pair();
        var d = new Completion(name: "d");
        await InPool(async () =>
        {
            using (Lockdep.BeginWork())
            {
                await Task.Yield();
                Pass(a);
                c.Complete();
            }

            d.Complete();
        });
        Actor waiter = lab.Thread("waiter");
        waiter.Do(() => Under(a, () => d.Wait()));
        lab.IsQuiet();
        waiter.Do(() => Under(a, () => c.Wait()));

        LockdepReport report = lab.Single();
        Assert.Equal(Confidence.Possible, report.Confidence);
        Assert.False(report.Flags.HasFlag(ReportFlags.Unscoped));
    }

    [Fact]
    public async Task AsyncLockHeldAtTheEndOfItsScope_IsReportedOnWhateverThread()
    {
        using var lab = new Lab();
        var m = new KAsyncMutex(name: "m");
        var n = new KAsyncMutex(name: "n");
        await InPool(async () =>
        {
            using KAsyncMutex.Releaser around = await n.AcquireAsync();
            KAsyncMutex.Releaser held;
            using (Lockdep.BeginWork())
            {
                held = await m.AcquireAsync();
                await Task.Yield();
            }

            held.Release();
        });

        LockdepReport report = lab.Single();
        Assert.Equal(ReportKind.HeldAtBoundary, report.Kind);
        Assert.Contains("still holds m at", report.Detail, StringComparison.Ordinal);
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

    [Fact]
    public async Task WorkOfAPoolThreadAfterAScopedFlow_IsUnscopedAgain()
    {
        using var lab = new Lab(Lab.Everything);
        var (a, c) = Pair();
        await InPool(async () =>
        {
            using (Lockdep.BeginWork())
            {
                await Task.Run(() =>
                {
                    Pass(a);
                    c.Complete();
                });
            }
        });
        lab.Thread("waiter").Do(() => Under(a, () => c.Wait()));

        Assert.Equal(Confidence.ClassLevelOnly, lab.Single().Confidence);
    }

    private static (KAsyncMutex M, KMutex A) New() => (new KAsyncMutex(name: "m"), new KMutex(name: "a"));

    /// <summary>Acquires the async lock under the other, on a thread of its own.</summary>
    private static void Blocker(Lab lab, KAsyncMutex m, KMutex a) => lab.Thread("blocker").Do(() => Under(a, () => m.Acquire().Release()));

    private static async Task TakeAfterAnAwait(KAsyncMutex m, KMutex a)
    {
        using (await m.AcquireAsync())
        {
            await Task.Yield();
            Pass(a);
        }
    }

    /// <summary>Off the test runner's synchronization context: each await goes on in the pool.</summary>
    private static Task InPool(Func<Task> body) => Task.Run(body).WaitAsync(Patience.Limit);
}
