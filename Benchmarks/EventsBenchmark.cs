using System.Diagnostics;
using KThreadRuntime;

namespace Benchmarks;

/// <summary>What happens once for each class, chain or dependency: by quantiles of single events.</summary>
internal static class EventsBenchmark
{
    private const int Classes = 10_000;
    private const int Edges = 100_000;
    private const int Samples = 4_000;

    /// <summary>Prints the table. Returns whether everything that was to be new was counted as new.</summary>
    internal static bool Run(Effort effort, string? only)
    {
        Console.WriteLine("| event | stacks | median µs | p99 µs | max µs |");
        Console.WriteLine("|---|---|---|---|---|");
        int scale = effort.Scale;
        bool holds = true;
        foreach (bool capture in new[] { false, true })
        {
            holds &= only is not (null or "class") || Report("first probe of a class", capture, FirstProbes(capture, Samples / scale, nested: false));
            holds &= only is not (null or "pair") || Report("first sight of a pair", capture, FirstProbes(capture, Samples / scale, nested: true));
            holds &= only is not (null or "edge")
                || Report($"new edge among {Classes / scale:N0} classes and {Edges / scale:N0} edges", capture, NewEdges(capture, Classes / scale, Edges / scale, Samples / scale));
        }

        Console.WriteLine(holds ? "every event was new" : "FAILED: an event was not new");
        return holds;
    }

    private static bool Report(string name, bool capture, (double[] Times, bool Holds) result)
    {
        double[] sorted = [.. result.Times.Order()];
        Console.WriteLine($"| {name} | {(capture ? "captured" : "off")} | {sorted[sorted.Length / 2]:F2} | {sorted[sorted.Length * 99 / 100]:F1} | {sorted[^1]:F0} |");
        return result.Holds;
    }

    /// <summary>New locks of new classes, alone or under another new one; the inner acquire is timed.</summary>
    private static (double[] Times, bool Holds) FirstProbes(bool capture, int samples, bool nested)
    {
        using var validator = new LockdepValidator(new LockdepOptions { CaptureStacks = capture });
        using LockdepValidator.Scope scope = validator.Enter();
        LockdepMap[] outer = Maps(samples), inner = Maps(samples);
        var times = new double[samples];
        for (int i = 0; i < samples; i++)
        {
            if (nested)
            {
                Lockdep.Acquire(outer[i]);
            }

            times[i] = Acquire(inner[i]);
            Lockdep.Release(inner[i]);
            if (nested)
            {
                Lockdep.Release(outer[i]);
            }
        }

        return (times, validator.Statistics.Dependencies == (nested ? samples : 0) && validator.Statistics.Classes == (nested ? 2 * samples : samples));
    }

    /// <summary>
    /// A random graph without cycles: classes in a fixed order, and each edge joins two that are drawn alike. Edges that are
    /// already there are drawn again.
    /// </summary>
    private static (double[] Times, bool Holds) NewEdges(bool capture, int classes, int edges, int samples)
    {
        using var validator = new LockdepValidator(new LockdepOptions { CaptureStacks = capture });
        using LockdepValidator.Scope scope = validator.Enter();
        LockdepMap[] maps = Maps(classes);
        var random = new Random(2017);
        var known = new HashSet<(int, int)>();
        var times = new double[samples];
        for (int i = 0; i < edges + samples; i++)
        {
            (int a, int b) pair;
            do
            {
                int x = random.Next(classes), y = random.Next(classes);
                pair = (Math.Min(x, y), Math.Max(x, y));
            }
            while (pair.a == pair.b || !known.Add(pair));

            Lockdep.Acquire(maps[pair.a]);
            double time = Acquire(maps[pair.b]);
            Lockdep.Release(maps[pair.b]);
            Lockdep.Release(maps[pair.a]);
            if (i >= edges)
            {
                times[i - edges] = time;
            }
        }

        return (times, validator.Statistics.Dependencies == edges + samples && validator.Reports.Count == 0);
    }

    private static double Acquire(LockdepMap map)
    {
        long start = Stopwatch.GetTimestamp();
        Lockdep.Acquire(map);
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    private static LockdepMap[] Maps(int count) => [.. Enumerable.Range(0, count).Select(i => new LockdepMap($"class{i}", new LockClassKey($"class{i}")))];
}
