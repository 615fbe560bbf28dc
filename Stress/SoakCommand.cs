using System.CommandLine;
using KThreadRuntime;
using Stress.Soak;

namespace Stress;

/// <summary><c>soak</c>: no false report from a program that keeps the rules, and no misdeed missed.</summary>
internal static class SoakCommand
{
    internal static Command Create()
    {
        var threads = new Option<int>("--threads") { Description = "Threads that keep the rules.", DefaultValueFactory = _ => 64 };
        var seconds = new Option<int>("--seconds") { Description = "How long they work.", DefaultValueFactory = _ => 120 };
        var seed = new Option<int>("--seed") { Description = "What they do.", DefaultValueFactory = _ => 1 };
        var misdeeds = new Option<int>("--misdeeds") { Description = "Deadlocks to be, each on classes of its own.", DefaultValueFactory = _ => 450 };
        var command = new Command("soak", "Runs many threads without a deadlock, and misdeeds among them.") { threads, seconds, seed, misdeeds };
        command.SetAction(parsed => Run(new SoakRun(
            parsed.GetValue(threads), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(seed), parsed.GetValue(misdeeds))));
        return command;
    }

    private static int Run(SoakRun run)
    {
        run.Run();
        foreach (LockdepReport report in run.False)
        {
            Console.WriteLine($"FALSE {report.Kind} {report.Confidence} {report.Flags}\n{report}");
        }

        foreach (string missed in run.Missed)
        {
            Console.WriteLine($"MISSED {missed}");
        }

        foreach (Exception thrown in run.Thrown)
        {
            Console.WriteLine($"THROWN {thrown}");
        }

        LockdepStatistics statistics = run.Statistics!;
        Console.WriteLine($"{run.Actions:N0} legal actions, {run.False.Count} false reports; {run.Done - run.Missed.Count} of {run.Done} misdeeds found.");
        Console.WriteLine($"{statistics.Classes} classes, {statistics.Dependencies} dependencies, {statistics.Chains} chains, "
            + $"{statistics.BelowThreshold} rings below the threshold, {statistics.TruncatedSearches} searches cut short, "
            + $"{statistics.HistoryOverflows} histories too short.");
        return run.IsGood ? 0 : 1;
    }
}
