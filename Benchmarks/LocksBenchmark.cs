using KThreadRuntime;
using KThreadRuntime.Blocking;
using KThreadRuntime.Context;

namespace Benchmarks;

/// <summary>
/// What tracking costs around an uncontended Monitor: tracked over raw, by paired rounds. One and two locks, one and 1,024
/// instances, the generation at rest and advanced 10,000 times a second.
/// </summary>
internal static class LocksBenchmark
{
    private const int BumpsPerSecond = 10_000;
    private const int Operations = 400_000;

    /// <summary>Prints the table, or the rows of one cell ("1x1024"). Returns whether tracking ran everywhere and allocated nothing.</summary>
    internal static bool Run(Effort effort, string? only)
    {
        (int rounds, int operations, TimeSpan warmUp) = (effort.Rounds, Operations / effort.Scale, effort.WarmUp);
        Console.WriteLine($"{rounds} rounds of {operations:N0} pairs; ratio = tracked / raw, uncontended");
        Console.WriteLine("| locks | instances | generation | raw ns | tracked ns | median | upper 95 % | p95 | bytes | history entries | slow acquires |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        bool holds = true;
        ProcessorAffinity.TryBindCurrentThread(0);
        foreach (bool isNested in new[] { false, true })
        {
            foreach (int instances in new[] { 1, 1024 })
            {
                if (only is not null && only != $"{(isNested ? 2 : 1)}x{instances}")
                {
                    continue;
                }

                foreach (bool isBumped in new[] { false, true })
                {
                    holds &= Measure(isNested, instances, isBumped, rounds, operations, warmUp);
                }
            }
        }

        Console.WriteLine(holds ? "tracking ran in every cell, 0 B allocated" : "FAILED: a cell allocated, or its tracking did not run");
        return holds;
    }

    private static bool Measure(bool isNested, int instances, bool isBumped, int rounds, int operations, TimeSpan warmUp)
    {
        using var validator = new LockdepValidator();
        using LockdepValidator.Scope scope = validator.Enter();
        var pairs = new LockPairs(instances);
        Func<int, int> raw = isNested ? pairs.RawNested : pairs.RawSingle;
        Func<int, int> tracked = isNested ? pairs.TrackedNested : pairs.TrackedSingle;
        using GenerationBumper? bumper = isBumped ? new GenerationBumper(validator, BumpsPerSecond) : null;
        PairedRounds.WarmUp(raw, tracked, operations, warmUp);

        LockdepContext context = LockdepContext.For(validator);
        long historyBefore = context.HistoryWritten, slowBefore = context.SlowAcquires, generation = validator.Clock.Now;
        PairedResult result = PairedRounds.Run(raw, tracked, rounds, operations);

        // On a busy machine the bumper may not have run at all in a short measurement.
        bool isSeen = !isBumped || SpinWait.SpinUntil(() => validator.Clock.Now != generation, TimeSpan.FromSeconds(30));
        tracked(1);
        long history = context.HistoryWritten - historyBefore;

        Console.WriteLine(
            $"| {(isNested ? 2 : 1)} | {instances:N0} | {(isBumped ? $"{bumper!.MeasuredRate / 1000:F1} kHz" : "quiet")} | {result.BaseNanoseconds:F2} | "
            + $"{result.SubjectNanoseconds:F2} | {result.Median:F3} | {result.UpperBound:F3} | {result.Percentile95:F3} | {result.AllocatedBytes} | {history:N0} | {context.SlowAcquires - slowBefore:N0} |");
        return result.AllocatedBytes == 0 && TrackingRan(validator, context, pairs, isNested) && isSeen && history > 0 == isBumped;
    }

    /// <summary>The chains and dependencies are those of the body, nothing is left held, and a held lock is seen to be held.</summary>
    private static bool TrackingRan(LockdepValidator validator, LockdepContext context, LockPairs pairs, bool isNested)
    {
        LockdepStatistics counted = validator.Statistics;
        bool learned = counted.Chains == (isNested ? 2 : 1) && counted.Dependencies == (isNested ? 1 : 0) && counted.UnbalancedReleases == 0;
        bool empty = context.HeldCount == 0;
        Lockdep.Acquire(pairs.SomeMap);
        bool held = context.HeldCount == 1 && Lockdep.IsHeld(pairs.SomeMap);
        Lockdep.Release(pairs.SomeMap);
        return learned && empty && held && context.HeldCount == 0;
    }
}
