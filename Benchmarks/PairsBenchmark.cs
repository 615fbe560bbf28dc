using KThreadRuntime;
using KThreadRuntime.Blocking;
using KThreadRuntime.Context;

namespace Benchmarks;

/// <summary>Tracked primitives over bare ones that do the same, by paired rounds.</summary>
internal static class PairsBenchmark
{
    /// <summary>Prints the table, or one row of it. Returns whether tracking ran where it should and allocated nothing.</summary>
    internal static bool Run(Effort effort, string? only)
    {
        Console.WriteLine($"{effort.Rounds} rounds; ratio = tracked / bare");
        Console.WriteLine("| pair | bare | bare ns | tracked ns | median | upper 95 % | bytes |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        bool holds = true;
        ProcessorAffinity.TryBindCurrentThread(0);
        foreach (Func<PairRow> make in new Func<PairRow>[]
        {
            PairRows.Mutex, PairRows.ReadSide, PairRows.Signalled, PairRows.BlockedPingPong, PairRows.SpinningPingPong, PairRows.Contended, PairRows.OneThread, PairRows.TwoThreads,
        })
        {
            using var validator = new LockdepValidator();
            using LockdepValidator.Scope scope = validator.Enter();
            using PairRow row = make();
            if (only is null || only == row.Name)
            {
                holds &= Measure(row, validator, effort);
            }
        }

        Console.WriteLine(holds ? "tracking ran in every row, 0 B allocated" : "FAILED: a row allocated, or its tracking did not run");
        return holds;
    }

    private static bool Measure(PairRow row, LockdepValidator validator, Effort effort)
    {
        int operations = Math.Max(row.Operations / effort.Scale, PairedRounds.Slices);
        PairedRounds.WarmUp(row.Bare, row.Tracked, operations, effort.WarmUp);
        PairedResult result = PairedRounds.Run(row.Bare, row.Tracked, effort.Rounds, operations);
        bool ran = validator.Statistics.Chains > 0 && LockdepContext.For(validator).HeldCount == 0;
        Console.WriteLine(
            $"| {row.Name} | {row.Base} | {result.BaseNanoseconds:F1} | {result.SubjectNanoseconds:F1} | {result.Median:F3} | {result.UpperBound:F3} | {result.AllocatedBytes} |");
        return ran && (result.AllocatedBytes == 0 || row.MayAllocate);
    }
}
