namespace KThreadRuntime.Tests.Conformance.Written;

/// <summary>The kernel's module test of wound/wait mutexes: it tests the mutex, and the validator must stay silent. Each row runs for both algorithms.</summary>
internal static class WwBehaviourRows
{
    [Plays("test_mutex flags=0(none)")]
    internal static void Blocking(Lab lab) => Excludes(lab, polls: false, tries: false, inContext: false);

    [Plays("test_mutex flags=1(SPIN)")]
    internal static void Spinning(Lab lab) => Excludes(lab, polls: true, tries: false, inContext: false);

    [Plays("test_mutex flags=2(TRY)")]
    internal static void Trying(Lab lab) => Excludes(lab, polls: false, tries: true, inContext: false);

    [Plays("test_mutex flags=3(SPIN+TRY)")]
    internal static void SpinningAndTrying(Lab lab) => Excludes(lab, polls: true, tries: true, inContext: false);

    [Plays("test_mutex flags=4(CTX)")]
    internal static void InContext(Lab lab) => Excludes(lab, polls: false, tries: false, inContext: true);

    [Plays("test_mutex flags=5(SPIN+CTX)")]
    internal static void SpinningInContext(Lab lab) => Excludes(lab, polls: true, tries: false, inContext: true);

    [Plays("test_mutex flags=6(TRY+CTX)")]
    internal static void TryingInContext(Lab lab) => Excludes(lab, polls: false, tries: true, inContext: true);

    [Plays("test_mutex flags=7(SPIN+TRY+CTX)")]
    internal static void AllInContext(Lab lab) => Excludes(lab, polls: true, tries: true, inContext: true);

    [Plays("test_abba trylock=0 resolve=0")]
    internal static void AbbaGivesUp(Lab lab) => Abba(lab, tries: false, resolves: false);

    [Plays("test_abba trylock=1 resolve=0")]
    internal static void AbbaTryingGivesUp(Lab lab) => Abba(lab, tries: true, resolves: false);

    [Plays("test_abba trylock=0 resolve=1")]
    internal static void AbbaResolves(Lab lab) => Abba(lab, tries: false, resolves: true);

    [Plays("test_abba trylock=1 resolve=1")]
    internal static void AbbaTryingResolves(Lab lab) => Abba(lab, tries: true, resolves: true);

    [Plays("test_cycle n=2..ncpus+1")]
    internal static void Cycle(Lab lab) => ForBoth(algorithm =>
    {
        for (int n = 2; n <= Environment.ProcessorCount + 1; n++)
        {
            new WwRing(lab, algorithm, n).Run();
        }
    });

    [Plays("stress INORDER 16 locks x 2*ncpus threads")]
    internal static void StressInOrder(Lab lab) =>
        ForBoth(algorithm => new WwStress(lab, algorithm, locks: 16, depth: 16, rounds: 50).InOrder(2 * Environment.ProcessorCount).Run());

    [Plays("stress REORDER 16 locks x 2*ncpus threads")]
    internal static void StressReorder(Lab lab) =>
        ForBoth(algorithm => new WwStress(lab, algorithm, locks: 16, depth: 16, rounds: 50).Reorder(2 * Environment.ProcessorCount).Run());

    /// <summary>
    /// Each context takes 64 of the locks, where the kernel's takes all: the validator here compares what is wanted with every
    /// lock held, one by one, where the kernel folds those under one nest lock into one.
    /// </summary>
    [Plays("stress ALL 2046 locks x 3*ncpus threads")]
    internal static void StressAll(Lab lab)
    {
        int processors = Environment.ProcessorCount;
        ForBoth(algorithm => new WwStress(lab, algorithm, locks: 2046, depth: 64, rounds: 10).InOrder(processors).Reorder(processors).One(processors).Run());
    }

    /// <summary>While the first holds the lock, the second does not get it: the bounded wait for that must end without.</summary>
    private static void Excludes(Lab lab, bool polls, bool tries, bool inContext) =>
        ForBoth(algorithm => new WwExclusion(lab, algorithm, polls, tries, inContext).Run());

    private static void Abba(Lab lab, bool tries, bool resolves) => ForBoth(algorithm =>
    {
        int toldToBackOff = new WwRing(lab, algorithm, 2) { Tries = tries, Resolves = resolves }.Run();
        Assert.True(toldToBackOff >= 1, "Neither side was told to back off.");
    });

    private static void ForBoth(Action<WwAlgorithm> play)
    {
        foreach (WwAlgorithm algorithm in Enum.GetValues<WwAlgorithm>())
        {
            play(algorithm);
        }
    }
}
