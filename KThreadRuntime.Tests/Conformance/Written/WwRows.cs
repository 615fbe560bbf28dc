namespace KThreadRuntime.Tests.Conformance.Written;

/// <summary>Wound/wait rows of the kernel's selftest that write into a context or a lock.</summary>
internal static class WwRows
{
    /// <summary>The second context is another thread's, younger, and holds a lock already: so it is told to back off.</summary>
    [Plays("ww_test_fail_acquire")]
    internal static void FailAcquire(Lab lab)
    {
        var scene = new WwScene(lab);
        WwAcquireContext t = scene.NewContext();
        scene.Do(() =>
        {
            Assert.Equal(WwResult.Acquired, scene.O.Acquire(t));
            Assert.Equal(WwResult.Already, scene.O.Acquire(t));
            Assert.False(scene.O.TryAcquire());
        });
        scene.OnForeign(() =>
        {
            using var younger = new WwAcquireContext(scene.Class);
            Assert.Equal(WwResult.Acquired, scene.O2.Acquire(younger));
            Assert.Equal(WwResult.Deadlock, scene.O.Acquire(younger));
            scene.O2.Release();
        });
        scene.Do(() =>
        {
            scene.O.Release();
            Assert.True(scene.O.TryAcquire());
            scene.O.Release();
        });
    }

    /// <summary>Every way to take the lock without a context leaves the context of the thread alone: it can be ended.</summary>
    [Plays("ww_test_normal")]
    internal static void Normal(Lab lab)
    {
        var scene = new WwScene(lab);
        scene.Do(() =>
        {
            Assert.True(scene.O.TryAcquire());
            Assert.False(scene.O.TryAcquire());
            scene.O.Release();
            scene.O.Acquire();
            scene.O.Release();
            scene.O.Acquire(CancellationToken.None);
            scene.O.Release();
            using var t = new WwAcquireContext(scene.Class);
            Assert.True(scene.O.TryAcquire());
            scene.O.Release();
            t.Done();
        });
    }

    [Plays("ww_test_diff_class")]
    internal static void DifferentClass(Lab lab)
    {
        var scene = new WwScene(lab);
        scene.Do(() =>
        {
            var stranger = new WwAcquireContext(new WwClass(algorithm: WwAlgorithm.WaitDie));
            Assert.Throws<ArgumentException>(() => { scene.O.Acquire(stranger); });
        });
    }

    [Plays("ww_test_object_lock_unbalanced")]
    internal static void Unbalanced(Lab lab)
    {
        var scene = new WwScene(lab);
        WwAcquireContext t = scene.NewContext();
        scene.Do(() =>
        {
            Assert.Equal(WwResult.Acquired, scene.O.Acquire(t));
            t.Acquired = 0;
            scene.O.Release();
            t.Dispose();
        });
    }

    /// <summary>A free lock that still names a context: nobody gave it back in order.</summary>
    [Plays("ww_test_object_lock_stale_context")]
    internal static void StaleContext(Lab lab)
    {
        var scene = new WwScene(lab);
        WwAcquireContext stale = scene.OnForeign(() => new WwAcquireContext(scene.Class)), t = scene.NewContext();
        scene.Do(() =>
        {
            scene.O.Context = stale;
            scene.O.Acquire(t);
        });
    }

    [Plays("test_lockdep_set_subclass_name")]
    internal static void SetSubclassKeepsTheName(Lab lab)
    {
        var x1 = new LockdepMap("X1");
        Lockdep.Acquire(x1);
        Lockdep.Release(x1);
        string before = x1.Class!.Name;
        Lockdep.SetSubclass(x1, 1);
        Lockdep.Acquire(x1);
        Lockdep.Release(x1);
        Assert.Same(before, x1.Class!.Name);
        Assert.Equal(1, x1.Class.Subclass);
    }
}
