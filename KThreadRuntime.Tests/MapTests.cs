namespace KThreadRuntime.Tests;

/// <summary>What a program can do with the maps of what is no lock of a thread: completions and async locks.</summary>
public class MapTests
{
    [Fact]
    public void MightWait_LearnsWhatAWaitDependsOn()
    {
        using var lab = new Lab();
        var a = new KMutex(name: "a");
        var c = new Completion(name: "c");
        lab.Thread("waiter").Do(() =>
        {
            a.Acquire();
            Lockdep.MightWait(c.Map);
            a.Release();
        });
        lab.Thread("signaller").Do(() =>
        {
            c.Owe();
            a.Acquire();
            a.Release();
            c.Complete();
        });

        Assert.Equal(ReportKind.Circular, lab.Single().Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void CompletionWithAClassOfItsOwn_DissolvesTheRing(bool isApart)
    {
        using var lab = new Lab(new LockdepOptions { Threshold = Confidence.ClassLevelOnly });
        var a = new KMutex(name: "a");
        Completion[] all = [.. Enumerable.Range(0, 2).Select(_ => new Completion(name: "c"))];
        if (isApart)
        {
            Lockdep.SetClass(all[1].Map!, new LockClassKey("other"));
        }

        lab.Thread("waiter").Do(() =>
        {
            all[0].Complete();
            a.Acquire();
            all[0].Wait();
            a.Release();
        });
        lab.Thread("signaller").Do(() =>
        {
            all[1].Owe();
            a.Acquire();
            a.Release();
            all[1].Complete();
        });

        Assert.Equal(isApart ? 0 : 1, lab.Reports.Count);
    }

    [Theory]
    [InlineData(LockValidation.Full)]
    [InlineData(LockValidation.NoValidate)]
    [InlineData(LockValidation.NoTrack)]
    public void CompletionThatIsNotValidated_IsQuiet(LockValidation validation)
    {
        using var lab = new Lab();
        var a = new KMutex(name: "a");
        var c = new Completion(name: "c");
        c.Map!.Validation = validation;
        lab.Thread("waiter").Do(() =>
        {
            c.Complete();
            a.Acquire();
            c.Wait();
            a.Release();
        });
        lab.Thread("signaller").Do(() =>
        {
            c.Owe();
            a.Acquire();
            a.Release();
            c.Complete();
        });

        Assert.Equal(validation == LockValidation.Full ? 1 : 0, lab.Reports.Count);
    }

    [Fact]
    public void WhatNobodyHolds_CannotBeAssertedOrPinned()
    {
        using var lab = new Lab();
        LockdepMap map = new Completion().Map!;

        Assert.Throws<ArgumentException>(() => Lockdep.AssertHeld(map));
        Assert.Throws<ArgumentException>(() => Lockdep.AssertNotHeld(map));
        Assert.Throws<ArgumentException>(() => { Lockdep.Pin(map); });
        Assert.Throws<ArgumentException>(() => Lockdep.Acquire(map));
        lab.IsQuiet();
    }

    [Fact]
    public void AsyncLock_IsHeldByItsFlow()
    {
        using var lab = new Lab();
        var m = new KAsyncMutex(name: "m");
        Actor other = lab.Thread("other");
        Lockdep.AssertNotHeld(m.Map!);
        using (m.Acquire())
        {
            Lockdep.AssertHeld(m.Map!);
            Lockdep.AssertHeldExclusive(m.Map!);
            Lockdep.AssertHeldOnce(m.Map!);
            Assert.True(Lockdep.IsHeld(m.Map!));
            Assert.False(other.Do(() => Lockdep.IsHeld(m.Map!)));
            other.Do(() => Lockdep.AssertNotHeld(m.Map!));
        }

        Lockdep.AssertNotHeld(m.Map!);
        lab.IsQuiet();
        using (m.Acquire())
        {
            Lockdep.AssertNotHeld(m.Map!);
        }

        Assert.Equal(ReportKind.AssertionFailed, lab.Single().Kind);
    }

    [Fact]
    public void AsyncLockOfTheFlowThatStartedIt_IsNeitherHeldNorNot()
    {
        using var lab = new Lab();
        var m = new KAsyncMutex(name: "m");
        using (m.Acquire())
        {
            Actor forked = lab.Thread("forked");
            Assert.False(forked.Do(() => Lockdep.IsHeld(m.Map!)));
            forked.Do(() => Lockdep.AssertHeld(m.Map!));
            forked.Do(() => Lockdep.AssertNotHeld(m.Map!));
        }

        lab.IsQuiet();
    }

    [Fact]
    public void AsyncLockReleasedElsewhere_IsHeldNoMore()
    {
        using var lab = new Lab();
        var m = new KAsyncMutex(name: "m");
        KAsyncMutex.Releaser held = m.Acquire();
        lab.Thread("other").Do(() => held.Release());

        Assert.False(Lockdep.IsHeld(m.Map!));
        Lockdep.AssertNotHeld(m.Map!);
        lab.IsQuiet();
        Lockdep.AssertHeld(m.Map!);
        Assert.Equal(ReportKind.AssertionFailed, lab.Single().Kind);
    }

    [Fact]
    public async Task AsyncLock_IsHeldOverAnAwait()
    {
        using var lab = new Lab();
        var m = new KAsyncMutex(name: "m");
        using (await m.AcquireAsync())
        {
            await Task.Yield();
            Lockdep.AssertHeld(m.Map!);
        }

        lab.IsQuiet();
    }

    [Fact]
    public void AsyncLock_CannotBePinned()
    {
        using var lab = new Lab();
        var m = new KAsyncMutex(name: "m");
        using (m.Acquire())
        {
            Assert.Throws<ArgumentException>(() => { Lockdep.Pin(m.Map!); });
            Assert.Throws<ArgumentException>(() => Lockdep.Unpin(m.Map!, default));
        }

        lab.IsQuiet();
    }

    [Theory]
    [InlineData(LockValidation.Full)]
    [InlineData(LockValidation.NoValidate)]
    [InlineData(LockValidation.NoTrack)]
    public void AsyncLockThatIsNotValidated_IsQuiet(LockValidation validation)
    {
        using var lab = new Lab();
        var a = new KMutex(name: "a");
        var m = new KAsyncMutex(name: "m");
        m.Map!.Validation = validation;
        lab.Thread("T1").Do(() =>
        {
            using (m.Acquire())
            {
                Assert.Equal(validation != LockValidation.NoTrack, Lockdep.IsHeld(m.Map!));
                a.Acquire();
                a.Release();
            }
        });
        lab.Thread("T2").Do(() =>
        {
            a.Acquire();
            m.Acquire().Release();
            a.Release();
        });

        Assert.Equal(validation == LockValidation.Full ? 1 : 0, lab.Reports.Count);
    }

    [Fact]
    public void AsyncLockThatIsNotTracked_IsNotToldOfAtASecondRelease()
    {
        using var lab = new Lab();
        var m = new KAsyncMutex(name: "m");
        m.Map!.Validation = LockValidation.NoTrack;
        KAsyncMutex.Releaser held = m.Acquire();
        held.Release();
        held.Release();

        lab.IsQuiet();
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void AsyncLocks_NestInAnOrder(int outer, int inner)
    {
        using var lab = new Lab(Lab.Kernel);
        var key = new LockClassKey("family");
        KAsyncMutex[] all = [new(key), new(key)];
        all[0].Map!.Tag = 0;
        all[1].Map!.Tag = 1;
        Lockdep.SetOrder(all[0].Map!, static (held, wanted) => ((int)held.Tag!).CompareTo((int)wanted.Tag!));
        using (all[outer].Acquire())
        using (all[inner].Acquire())
        {
        }

        Assert.Equal(outer > inner, lab.Reports.Count > 0);
    }

    [Fact]
    public void MightLock_OfAnAsyncLock_Reports()
    {
        using var lab = new Lab();
        var a = new KMutex(name: "a");
        var m = new KAsyncMutex(name: "m");
        lab.Thread("T1").Do(() =>
        {
            using (m.Acquire())
            {
                a.Acquire();
                a.Release();
            }
        });
        lab.Thread("T2").Do(() =>
        {
            a.Acquire();
            Lockdep.MightLock(m.Map!);
            a.Release();
        });

        Assert.Equal(ReportKind.Circular, lab.Single().Kind);
    }

    [Theory]
    [InlineData(ClassPolicy.Instance, 2)]
    [InlineData(ClassPolicy.CreationSite, 1)]
    public void SemaphoresByPolicy_AreTold(ClassPolicy policy, int classes)
    {
        using var lab = new Lab();
        KSemaphore[] all = [.. Enumerable.Range(0, 2).Select(_ => new KSemaphore(1, policy: policy))];
        Array.ForEach(all, s => s.Acquire());

        Assert.Equal(classes, all.Select(s => s.Map!.Class).Distinct().Count());
    }

    [Theory]
    [InlineData(ClassPolicy.Instance, 4)]
    [InlineData(ClassPolicy.CreationSite, 2)]
    [InlineData(null, 2)]
    public void ThreadsByPolicy_AreTold(ClassPolicy? policy, int classes)
    {
        using var lab = new Lab();
        KThread[] all = [.. Enumerable.Range(0, 2).Select(_ => KThread.Run(ParkOnly, policy: policy))];
        foreach (KThread thread in all)
        {
            thread.Park();
            thread.Stop();
        }

        Assert.Equal(classes, lab.Validator.LockClasses.Count(c => c.DisplayName.Contains("kthread", StringComparison.Ordinal)));
    }

    private static int ParkOnly(KThread self)
    {
        while (!self.ShouldStop)
        {
            self.ParkMe();
            self.WaitForWake();
        }

        return 0;
    }
}
