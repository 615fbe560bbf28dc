using System.CommandLine;
using System.Diagnostics;
using Stress.Fuzz;

namespace Stress;

/// <summary><c>fuzz</c>: the graph and the context against their naive twins.</summary>
internal static class FuzzCommand
{
    private const int Batch = 20_000;

    internal static Command Create()
    {
        var operations = new Option<int>("--operations") { Description = "Events in all.", DefaultValueFactory = _ => 1_000_000 };
        var seed = new Option<int>("--seed") { Description = "The seed of the first batch.", DefaultValueFactory = _ => 1 };
        var command = new Command("fuzz", "Plays random events on the validator and on twins that cache nothing, until they differ.") { operations, seed };
        command.SetAction(parsed => Run(parsed.GetValue(operations), parsed.GetValue(seed)));
        return command;
    }

    /// <summary>One third goes to the graph, two thirds to the context.</summary>
    private static int Run(int operations, int seed)
    {
        var clock = Stopwatch.StartNew();
        int done = 0, rings = 0, cycles = 0, ranked = 0, handlers = 0, inconsistent = 0;
        long warm = 0;
        for (int next = seed; done < operations; next++)
        {
            int batch = Math.Min(Batch, operations - done);
            if (next % 3 == 0)
            {
                var graph = new GraphFuzz(next, nodes: 4 + (next % 9));
                graph.Run(batch);
                cycles += graph.Cycles;
            }
            else
            {
                var context = new ContextFuzz(next);
                context.Run(batch);
                rings += context.Rings;
                warm += context.WarmAcquires;
                ranked += context.Ranked;
                handlers += context.HandlersEntered;
                inconsistent += context.Inconsistent;
            }

            done += batch;
            Console.WriteLine($"{clock.Elapsed.TotalSeconds,7:F0} s {done,10:N0} events, seed {next}; {cycles:N0} cycles, {rings:N0} rings, {warm:N0} warm acquires");
        }

        Console.WriteLine($"No difference. {ranked:N0} confidences compared, {handlers:N0} handlers, {inconsistent:N0} classes inconsistent in them.");
        return 0;
    }
}
