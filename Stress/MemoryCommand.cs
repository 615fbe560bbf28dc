using System.CommandLine;
using System.Diagnostics;
using Stress.Memory;

namespace Stress;

/// <summary><c>memory</c>: short-lived locks and short-lived threads leave nothing behind.</summary>
internal static class MemoryCommand
{
    internal static Command Create()
    {
        var instances = new Option<int>("--instances") { Description = "Locks and completions, each used once.", DefaultValueFactory = _ => 10_000_000 };
        var threads = new Option<int>("--threads") { Description = "Threads that take a lock or two.", DefaultValueFactory = _ => 10_000 };
        var command = new Command("memory", "Measures what short-lived locks and threads leave in memory.") { instances, threads };
        command.SetAction(parsed => Run(parsed.GetValue(instances), parsed.GetValue(threads)));
        return command;
    }

    private static int Run(int instances, int threads)
    {
        var clock = Stopwatch.StartNew();
        Growth byInstances = Growth.OfInstances(instances);
        Console.WriteLine($"{instances:N0} instances: {byInstances} in {clock.Elapsed.TotalSeconds:F1} s.");
        clock.Restart();
        Growth byThreads = Growth.OfThreads(threads);
        Console.WriteLine($"{threads:N0} threads: {byThreads} in {clock.Elapsed.TotalSeconds:F1} s.");
        return byInstances.IsBounded && byThreads.IsBounded ? 0 : 1;
    }
}
