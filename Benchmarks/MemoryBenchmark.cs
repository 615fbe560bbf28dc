using System.Diagnostics;
using KThreadRuntime;

namespace Benchmarks;

/// <summary>Locks that live for one acquire: what the validator keeps of them.</summary>
internal static class MemoryBenchmark
{
    private const int Instances = 10_000_000;
    private const long MostKept = 4L << 20;

    /// <summary>Prints what is kept. Returns whether it stayed bounded.</summary>
    internal static bool Run(Effort effort, string? only)
    {
        using var validator = new LockdepValidator();
        using LockdepValidator.Scope scope = validator.Enter();
        int instances = Instances / effort.Scale;
        Use(validator, 100_000);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var clock = Stopwatch.StartNew();
        Use(validator, instances);
        double nanoseconds = clock.Elapsed.TotalNanoseconds / instances;
        long kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        Console.WriteLine($"{instances:N0} locks of one class, each created, acquired under another, released and dropped: {nanoseconds:F0} ns each, {kept:N0} B kept");
        bool holds = kept < MostKept && validator.Statistics.Classes == 2;
        Console.WriteLine(holds ? "bounded" : "FAILED: the validator kept them");
        return holds;
    }

    private static void Use(LockdepValidator validator, int instances)
    {
        var outer = new LockdepMap("outer");
        for (int i = 0; i < instances; i++)
        {
            var inner = new LockdepMap("inner");
            Lockdep.Acquire(outer);
            Lockdep.Acquire(inner);
            Lockdep.Release(inner);
            Lockdep.Release(outer);
        }

        GC.KeepAlive(validator);
    }
}
