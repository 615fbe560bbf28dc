namespace KThreadRuntime.Tests.Conformance.Written;

/// <summary>What may be done after an acquire was told to back off, and what must not.</summary>
internal static class WwBackOffRows
{
    [Plays("ww_test_edeadlk_normal")]
    internal static void Normal(Lab lab) => BackOff(lab, (scene, t) =>
    {
        scene.Vacate(scene.O2);
        scene.Do(() =>
        {
            scene.O.Release();
            Assert.Equal(WwResult.Acquired, scene.O2.Acquire(t));
        });
    });

    [Plays("ww_test_edeadlk_normal_slow")]
    internal static void NormalSlow(Lab lab) => BackOff(lab, (scene, t) =>
    {
        scene.Vacate(scene.O2);
        scene.Do(() =>
        {
            scene.O.Release();
            scene.O2.AcquireSlow(t);
        });
    });

    [Plays("ww_test_edeadlk_no_unlock")]
    internal static void NoUnlock(Lab lab) => BackOff(lab, (scene, t) =>
    {
        scene.Vacate(scene.O2);
        scene.Do(() => scene.O2.Acquire(t));
    });

    [Plays("ww_test_edeadlk_no_unlock_slow")]
    internal static void NoUnlockSlow(Lab lab) => BackOff(lab, (scene, t) =>
    {
        scene.Vacate(scene.O2);
        scene.Do(() => scene.O2.AcquireSlow(t));
    });

    [Plays("ww_test_edeadlk_acquire_more")]
    internal static void AcquireMore(Lab lab) => BackOff(lab, (scene, t) => scene.Do(() => scene.O3.Acquire(t)));

    [Plays("ww_test_edeadlk_acquire_more_slow")]
    internal static void AcquireMoreSlow(Lab lab) => BackOff(lab, (scene, t) => scene.Do(() => scene.O3.AcquireSlow(t)));

    [Plays("ww_test_edeadlk_acquire_more_edeadlk")]
    internal static void AcquireMoreOccupied(Lab lab) => BackOff(
        lab, (scene, t) => scene.Do(() => Assert.Equal(WwResult.Deadlock, scene.O3.Acquire(t))), alsoOccupied: scene => scene.O3);

    /// <summary>The slow acquire has no answer to give, and must not wait while the context holds a lock: it refuses.</summary>
    [Plays("ww_test_edeadlk_acquire_more_edeadlk_slow")]
    internal static void AcquireMoreOccupiedSlow(Lab lab) => BackOff(
        lab, (scene, t) => scene.Do(() => Assert.Throws<InvalidOperationException>(() => scene.O3.AcquireSlow(t))), alsoOccupied: scene => scene.O3);

    [Plays("ww_test_edeadlk_acquire_wrong")]
    internal static void AcquireWrong(Lab lab) => BackOff(lab, (scene, t) => scene.Do(() =>
    {
        scene.O.Release();
        scene.O3.Acquire(t);
    }));

    [Plays("ww_test_edeadlk_acquire_wrong_slow")]
    internal static void AcquireWrongSlow(Lab lab) => BackOff(lab, (scene, t) => scene.Do(() =>
    {
        scene.O.Release();
        scene.O3.AcquireSlow(t);
    }));

    /// <summary>An older context holds O2; a younger one takes O, and is told to back off from O2.</summary>
    private static void BackOff(Lab lab, Action<WwScene, WwAcquireContext> then, Func<WwScene, WwMutex>? alsoOccupied = null)
    {
        var scene = new WwScene(lab);
        scene.Occupy(scene.O2);
        if (alsoOccupied is not null)
        {
            scene.Occupy(alsoOccupied(scene));
        }

        WwAcquireContext t = scene.NewContext();
        scene.Do(() =>
        {
            Assert.Equal(WwResult.Acquired, scene.O.Acquire(t));
            Assert.Equal(WwResult.Deadlock, scene.O2.Acquire(t));
        });
        Assert.Empty(lab.Reports);
        then(scene, t);
    }
}
