using System.Diagnostics;

namespace Benchmarks;

/// <summary>What interleaved rounds of two bodies gave.</summary>
/// <param name="BaseNanoseconds">The median cost of one operation of the base body.</param>
/// <param name="SubjectNanoseconds">The median cost of one operation of the subject.</param>
/// <param name="Median">The median of the rounds' ratios.</param>
/// <param name="UpperBound">The upper 95 % bound (one-sided, normal) of their mean.</param>
/// <param name="Percentile95">The ratio that 95 % of the rounds stay below.</param>
/// <param name="AllocatedBytes">What the subject allocated on its thread over all timed rounds.</param>
internal readonly record struct PairedResult(
    double BaseNanoseconds, double SubjectNanoseconds, double Median, double UpperBound, double Percentile95, long AllocatedBytes);

/// <summary>
/// Runs two bodies in turns, so that whatever else the machine does meets both. A round is a number of short slices of each, in
/// turns, and counts by their medians: a slice during which the system ran something else does not. Only ratios within a
/// round are compared; which body goes first alternates.
/// </summary>
internal static class PairedRounds
{
    private const double OneSided95 = 1.645;
    internal const int Slices = 101;

    internal static PairedResult Run(Func<int, int> baseBody, Func<int, int> subject, int rounds, int operations)
    {
        var baseTimes = new double[rounds];
        var subjectTimes = new double[rounds];
        var baseSlices = new double[Slices];
        var subjectSlices = new double[Slices];
        long allocated = 0;
        for (int round = 0; round < rounds; round++)
        {
            for (int slice = 0; slice < Slices * 2; slice++)
            {
                if ((round + slice) % 2 == 0)
                {
                    baseSlices[slice / 2] = Time(baseBody, operations / Slices);
                }
                else
                {
                    long before = GC.GetAllocatedBytesForCurrentThread();
                    subjectSlices[slice / 2] = Time(subject, operations / Slices);
                    allocated += GC.GetAllocatedBytesForCurrentThread() - before;
                }
            }

            baseTimes[round] = Quantile(baseSlices, 0.5);
            subjectTimes[round] = Quantile(subjectSlices, 0.5);
        }

        double[] ratios = [.. subjectTimes.Zip(baseTimes, (s, b) => s / b)];
        double mean = ratios.Average();
        double deviation = Math.Sqrt(ratios.Sum(r => (r - mean) * (r - mean)) / Math.Max(1, rounds - 1));
        return new PairedResult(
            Quantile(baseTimes, 0.5), Quantile(subjectTimes, 0.5), Quantile(ratios, 0.5),
            mean + (OneSided95 * deviation / Math.Sqrt(rounds)), Quantile(ratios, 0.95), allocated);
    }

    /// <summary>Runs both bodies until the JIT has had time to compile them fully.</summary>
    internal static void WarmUp(Func<int, int> baseBody, Func<int, int> subject, int operations, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        do
        {
            for (int i = 0; i < 40; i++)
            {
                baseBody(operations / 40);
                subject(operations / 40);
            }
        }
        while (clock.Elapsed < time);
    }

    private static double Time(Func<int, int> body, int operations)
    {
        long start = Stopwatch.GetTimestamp();
        body(operations);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / operations;
    }

    private static double Quantile(double[] values, double at)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(int)Math.Ceiling((sorted.Length - 1) * at)];
    }
}
